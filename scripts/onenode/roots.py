"""Root folders of images, made of packages of Debian and of PyPI."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from onenode.images import BASE, LAYERS, PATH, VENV, Layer

INCLUDED = ("python3", "ca-certificates")
FROM_HERE = ("/etc/resolv.conf", "/etc/ssl", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates")
"""What reaches the network here must do so in a root too: names, and certificates that this machine trusts."""


class Roots:
    """Makes roots in a folder. Mounts stay in the namespace of this process, and go with it."""

    def __init__(self, work: Path, uv: Path) -> None:
        self.work, self.uv = work, uv
        self.lists = Path(__file__).parent

    def base(self) -> Path:
        """A small Debian, of the release that this machine runs: programs that are built here run there."""
        root = self.work / BASE
        mirror, suite = mirror_of_this_machine()
        # Unpacked files need not survive a crash.
        included = ",".join(INCLUDED)
        run("debootstrap", "--variant=minbase", f"--include={included}", suite, str(root), mirror)
        for folder in ("var/cache/apt/archives", "var/lib/apt/lists"):
            shutil.rmtree(root / folder)
            (root / folder).mkdir()
        return root

    def busybox(self, program: Path) -> Path:
        """Nothing but busybox under all its names."""
        root = self.work / "busybox"
        for folder in ("bin", "etc", "tmp", "root"):
            (root / folder).mkdir(parents=True)
        (root / "tmp").chmod(0o1777)
        (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
        (root / "etc/group").write_text("root:x:0:\n")
        shutil.copy(program, root / "bin/busybox")
        names = subprocess.run([program, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        for name in names:
            if name != "busybox":
                (root / "bin" / name).symlink_to("busybox")
        return root

    def layer(self, name: str) -> Path:
        """What a layer puts on top of the base."""
        layer, place = LAYERS[name], self.work / name
        upper, root = place / "upper", place / "root"
        for folder in (upper, root, place / "work"):
            folder.mkdir(parents=True)
        overlay = f"lowerdir={self.work / BASE},upperdir={upper},workdir={place / 'work'}"
        run("mount", "-t", "overlay", "overlay", "-o", overlay, str(root))
        try:
            with self.reachable(root):
                self._fill(root, layer)
            # What was mounted, and what is only of use while packages are installed.
            for leftover in ("mnt", "media", "tmp", "root/.cache", "var/cache/apt", "var/lib/apt/lists", "var/log"):
                if (root / leftover).exists():
                    empty(root / leftover)
        finally:
            run("umount", str(root))
        return upper

    def _fill(self, root: Path, layer: Layer) -> None:
        if layer.packages:
            self.inside(root, "apt-get", "-qq", "update")
            self.inside(root, "apt-get", "-qq", "--yes", "install", "--no-install-recommends", *layer.packages)
        if layer.requirements:
            self.inside(root, "/mnt/uv", "--quiet", "venv", "--python", "/usr/bin/python3", VENV)
            # Compiled now: users of images may write nowhere.
            install = ["pip", "install", "--python", f"{VENV}/bin/python", "--require-hashes", "--compile-bytecode"]
            self.inside(root, "/mnt/uv", "--quiet", *install, "--requirement", f"/mnt/lists/{layer.requirements}")
        if layer.user:
            with (root / "etc/passwd").open("a") as file:
                file.write(layer.user + "\n")
            _, _, uid, gid, _, home, _ = layer.user.split(":")
            for folder in (home, "/srv/jupyterhub"):
                (root / folder[1:]).mkdir(parents=True)
                os.chown(root / folder[1:], int(uid), int(gid))

    @contextlib.contextmanager
    def reachable(self, root: Path) -> Iterator[None]:
        """Mounts what programs in a root need while they install."""
        tools = self.work / "from-here"
        if not tools.exists():
            tools.mkdir()
            shutil.copy(self.uv, tools / "uv")
            shutil.copytree(self.lists, tools / "lists", ignore=lambda _, names: [n for n in names if ".txt" not in n])
        cache = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache/uv")
        cache.mkdir(parents=True, exist_ok=True)
        mounts = [(str(tools), "mnt"), (str(cache), "media")]
        mounts += [(path, path[1:]) for path in FROM_HERE if os.path.exists(path) and (root / path[1:]).exists()]
        done = []
        try:
            run("mount", "-t", "proc", "proc", str(root / "proc"))
            done.append("proc")
            for source, target in mounts:
                run("mount", "--bind", source, str(root / target))
                done.append(target)
            yield
        finally:
            for target in reversed(done):
                run("umount", str(root / target))

    def inside(self, root: Path, *command: str) -> None:
        env = {**os.environ, "PATH": PATH, "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        run("chroot", str(root), *command, env={**env, "UV_CACHE_DIR": "/media", "UV_LINK_MODE": "copy"})


def mirror_of_this_machine() -> tuple[str, str]:
    """Where this machine has its packages from, and its release of Debian."""
    text = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    suite = release["VERSION_CODENAME"].strip('"')
    for line in text.splitlines():
        site, _, name = line.rpartition(" ")
        if name == suite:
            return site, suite
    raise SystemExit(f"node: no package source of this machine has Debian {suite}")


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Runs a program; what it says is shown when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    if done.returncode != 0:
        raise SystemExit(f"node: {' '.join(command)} failed:\n{done.stdout[-3000:]}")
