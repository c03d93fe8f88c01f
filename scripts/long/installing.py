"""Installs a release in each way there is, and runs a hub with it: what `scripts/check-long installing` runs.

Nothing of Swift is on the path of any. The ways, all of them or those that are named:

  file     the program alone
  pip      the wheel, from a file, in a new Python environment
  uv       the wheel, with uvx
  deb      the Debian package, in a new root of Debian (debootstrap, as root, with the network)
  older    each of them on a Debian whose C library is too old: all must refuse, and say why
  shells   completions in bash, zsh and fish, as far as they are installed
  checks   checksums; what auditwheel says of the wheel; what lintian says of the package, if it is installed
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from packing.release import check

# What a machine behind a proxy needs to install anything.
CONNECTION = re.compile(r"(?i)(http|https|no|all)_proxy|PIP_(CERT|INDEX_URL)|UV_DEFAULT_INDEX|SSL_CERT_(FILE|DIR)")
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


class Failed(Exception):
    """A way that does not work, with what was seen."""


def environment(home: Path | str, path: str = PATH) -> dict[str, str]:
    """That of a user who has nothing of ours."""
    connection = {name: value for name, value in os.environ.items() if CONNECTION.fullmatch(name)}
    return {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8", **connection}


def run(*command: str | Path, env: dict[str, str] | None = None, fails: bool = False) -> str:
    """What a program says on both outputs; it must succeed, or must fail."""
    result = subprocess.run(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if (result.returncode != 0) != fails:
        raise Failed(f"{' '.join(map(str, command))}: status {result.returncode}\n{result.stdout[-3000:]}")
    return result.stdout


class Release:
    """A folder made by scripts/release, and a place to try it in."""

    def __init__(self, dist: Path, place: Path, options: argparse.Namespace) -> None:
        self.place, self.options = place, options
        [self.wheel] = dist.glob("*.whl")
        [self.deb] = dist.glob("*.deb")
        [self.program] = dist.glob("hubfleet-*-linux-*")
        self.dist = dist
        self.version = self.program.name.removeprefix("hubfleet-").rpartition("-linux-")[0]

    def hub(self, *command: str | Path, env: dict[str, str], state: Path | str, clean: list[str] | None = None) -> str:
        """Starts the example hub, asks it for its health through its proxy, and stops it."""
        if shutil.which("swift", path=env["PATH"]):
            raise Failed(f"swift is on the path {env['PATH']}")
        if run(*command, "--version", env=env).splitlines()[-1] != self.version:
            raise Failed(f"{command[0]} is another version")
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as printed:
            arguments = [*command, "up", "--state-dir", str(state), "--format", "json"]
            up = subprocess.Popen(arguments, env=env, stdout=printed, stderr=said, start_new_session=True)
            try:
                address = self.address(up, printed.fileno())
                seconds = time.monotonic() - started
                with urllib.request.urlopen(f"{address.rstrip('/')}/hub/health", timeout=30) as answer:
                    if answer.status != 200:
                        raise Failed(f"{address} answers {answer.status}")
            except (Failed, OSError, ValueError) as error:
                said.seek(0)
                raise Failed(f"{error}\n{said.read()[-3000:]}") from error
            finally:
                # As Ctrl-C: to all of them at once.
                if up.poll() is None:
                    os.killpg(up.pid, signal.SIGINT)
                up.wait(timeout=120)
        if up.returncode not in (0, 130, -signal.SIGINT):
            raise Failed(f"up ended with status {up.returncode} after Ctrl-C")
        return f"a hub answered after {seconds:.0f} s, with the installation of JupyterHub"

    @staticmethod
    def address(up: subprocess.Popen[bytes], output: int) -> str:
        """What `up` prints as the hub's address for programs, once it is ready: not all know names below localhost."""
        for _ in range(1800):
            text = os.pread(output, 1 << 20, 0).decode()
            if text:
                try:
                    return str(json.loads(text)["hubs"][0]["address"])
                except json.JSONDecodeError:
                    pass
            if up.poll() is not None:
                raise Failed(f"up ended with status {up.returncode}")
            time.sleep(0.5)
        raise Failed("no hub in 15 minutes")

    # The ways.

    def file(self) -> str:
        folder = self.place / "file"
        folder.mkdir()
        shutil.copy(self.program, folder / "hubfleet")
        return self.hub("hubfleet", env=environment(folder, f"{folder}:{PATH}"), state=folder / "state")

    def pip(self) -> str:
        folder = self.place / "pip"
        run("/usr/bin/python3", "-m", "venv", folder)
        env = environment(folder, f"{folder}/bin:{PATH}")
        run(folder / "bin/pip", "install", "--no-index", self.wheel, env=env)
        return self.hub("hubfleet", env=env, state=folder / "state")

    def uv(self) -> str:
        folder = self.place / "uv"
        folder.mkdir()
        tools = self.options.root / ".tools/bin"
        # Alone: other programs lie beside it.
        (folder / "bin").mkdir()
        shutil.copy(tools / "uv", folder / "bin/uv")
        env = environment(folder, f"{folder}/bin:{PATH}") | {"UV_CACHE_DIR": str(folder / "cache")}
        seen = self.hub("uv", "tool", "run", "--from", self.wheel, "hubfleet", env=env, state=folder / "state")
        # The hub's environment must not lie on that of uvx, which is thrown away with the cache.
        run("uv", "cache", "clean", env=env)
        python = glob.glob(f"{folder}/state/environments/*/bin/python")
        run(*python, "-c", "import jupyterhub", env=env)
        return seen + "; its environment outlives uv's cache"

    def deb_in_root(self) -> str:
        root = self.debian(self.options.suite)
        shutil.copy(self.deb, root / self.deb.name)
        apt = ("apt-get", "--quiet", "--yes")
        self.inside(root, *apt, "update")
        self.inside(root, *apt, "install", f"/{self.deb.name}")
        for file in ("share/man/man1/hubfleet.1.gz", "share/bash-completion/completions/hubfleet"):
            # A small root leaves pages for man out.
            if not (root / "usr" / file).exists() and "man" not in file:
                raise Failed(f"/usr/{file} is not there")
        command = self.enter(root, "hubfleet")
        seen = self.hub(*command, env=environment("/root"), state="/var/lib/hubfleet")
        self.inside(root, *apt, "purge", "hubfleet")
        if (root / "usr/bin/hubfleet").exists():
            raise Failed("the program is there after purge")
        return seen

    def older(self) -> str:
        root = self.debian(self.options.older)
        for path in (self.deb, self.wheel, self.program):
            shutil.copy(path, root / path.name)
        apt = ("apt-get", "--quiet", "--yes")
        self.inside(root, *apt, "update")
        self.inside(root, *apt, "install", "--no-install-recommends", "python3-pip")
        said = [
            self.inside(root, f"/{self.program.name}", "--version", fails=True),
            self.inside(root, "pip3", "install", "--no-index", f"/{self.wheel.name}", fails=True),
            self.inside(root, *apt, "install", f"/{self.deb.name}", fails=True),
        ]
        for text, reason in zip(said, ["version `GLIBC", "is not a supported wheel", "libc6 (>= "], strict=True):
            if reason not in text:
                raise Failed(f"expected {reason}:\n{text}")
        return "all three refused:\n" + "\n".join("    " + text.strip().splitlines()[-1] for text in said)

    def shells(self) -> str:
        folder = self.place / "shells"
        run("dpkg-deb", "-x", self.deb, folder)
        share, env = folder / "usr/share", environment(folder, f"{folder}/usr/bin:{PATH}")
        bash = (
            'source "$0"; complete -p hubfleet; COMP_WORDS=(hubfleet va); COMP_CWORD=1; _hubfleet; echo ${COMPREPLY[@]}'
        )
        zsh = 'fpath=("$0" $fpath); autoload -Uz compinit; compinit -D -u; print $_comps[hubfleet]'
        tries = {
            "bash": ("bash", "-c", bash, share / "bash-completion/completions/hubfleet"),
            "zsh": ("zsh", "-f", "-c", zsh, share / "zsh/vendor-completions"),
            "fish": ("fish", "--private", "-c", 'complete -C "hubfleet va"'),
        }
        wanted = {"bash": "validate", "zsh": "_hubfleet", "fish": "validate"}
        env["XDG_DATA_DIRS"] = f"{share}:/usr/share"
        done = [shell for shell in tries if shutil.which(shell)]
        for shell in done:
            text = run(*tries[shell], env=env)
            if wanted[shell] not in text:
                raise Failed(f"{shell}: {text}")
        return ", ".join(done)

    def checks(self) -> str:
        done = ["checksums"]
        wrong = check(self.dist)
        if wrong:
            raise Failed("\n".join(wrong))
        if shutil.which("lintian"):
            run("lintian", "--fail-on", "error,warning", "--allow-root", self.deb)
            done.append("lintian")
        uv, tag = self.options.root / ".tools/bin/uv", self.wheel.stem.rpartition("-")[2]
        said = run(uv, "tool", "run", "--quiet", "auditwheel", "show", self.wheel, env=environment(self.place))
        if f'constrains the platform tag to "{tag}"' not in " ".join(said.split()):
            raise Failed(f"auditwheel does not agree with {tag}:\n{said}")
        return ", ".join([*done, "auditwheel"])

    # Roots of Debian.

    def debian(self, suite: str) -> Path:
        """A new small root of Debian that has the network of this machine."""
        if os.geteuid() != 0 or not shutil.which("debootstrap"):
            raise Failed("it needs root, and debootstrap")
        root = self.place / suite
        run("debootstrap", "--variant=minbase", suite, root, *([self.options.mirror] if self.options.mirror else []))
        # Certificates of a proxy that the machine trusts, for what is fetched over https.
        own = glob.glob("/usr/local/share/ca-certificates/*.crt")
        for file in ("/etc/resolv.conf", "/etc/pip.conf", CERTIFICATES, *own):
            if Path(file).exists():
                (root / file[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, root / file[1:])
        return root

    @staticmethod
    def enter(root: Path, *command: str) -> list[str]:
        """A command inside of a root; its mounts go with it."""
        script = f'mount -t proc proc "{root}/proc" && mount --rbind /dev "{root}/dev" && exec chroot "{root}" "$@"'
        return ["unshare", "--mount", "sh", "-c", script, "sh", *command]

    def inside(self, root: Path, *command: str, fails: bool = False) -> str:
        env = environment("/root") | {"DEBIAN_FRONTEND": "noninteractive"}
        return run(*self.enter(root, *command), env=env, fails=fails)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/check-long installing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("root", type=Path)
    parser.add_argument("dist", type=Path)
    parser.add_argument("ways", nargs="*", metavar="WAY")
    parser.add_argument("--mirror", help="of Debian, for debootstrap")
    parser.add_argument("--suite", default="bookworm", help="the Debian that the package is installed in")
    parser.add_argument("--older", default="bullseye", help="a Debian whose C library is too old")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="hubfleet-release-") as place:
        # As root each user's server runs under an account of its own, which must get to the state folder.
        Path(place).chmod(0o755)
        release = Release(options.dist.resolve(), Path(place), options)
        ways: dict[str, Callable[[], str]] = {
            "checks": release.checks,
            "shells": release.shells,
            "file": release.file,
            "pip": release.pip,
            "uv": release.uv,
            "deb": release.deb_in_root,
            "older": release.older,
        }
        for name in options.ways or ways:
            try:
                print(f"{name}: {ways[name]()}", flush=True)
            except Failed as error:
                failed += 1
                print(f"{name}: FAILED: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
