"""What scripts/release does: builds the program, packs it, and writes the folder of a release; or checks one."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packing.deb import deb
from packing.elf import NotPackable
from packing.parts import Parts, gather
from packing.platforms import dotted, oldest_glibc
from packing.wheel import wheel

SUMS = "SHA256SUMS"
# Without the path to libraries beside the program, which is for those of Swift: here they are in it.
BUILD = ["-c", "release", "--static-swift-stdlib", "--disable-local-rpath", "-Xlinker", "-s"]


def say(text: str) -> None:
    print(f"release: {text}", file=sys.stderr)


def output(root: Path, *command: str) -> str:
    """What a program prints; what it says on standard error is shown as it comes."""
    try:
        return subprocess.run(command, cwd=root, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    except FileNotFoundError as error:
        raise NotPackable(f"there is no {command[0]} on PATH") from error
    except subprocess.CalledProcessError as error:
        raise NotPackable(f"{' '.join(command)} failed with status {error.returncode}") from error


def require_clean(root: Path) -> None:
    """A release is what a commit holds, so that anyone can make it again."""
    changed = output(root, "git", "status", "--porcelain")
    if changed:
        raise NotPackable(f"the checkout has changes; commit them, or say --allow-dirty:\n{changed}")


def require_tag(parts: Parts, tag: str) -> None:
    if tag != f"v{parts.version.text}":
        raise NotPackable(f"the tag is {tag}, and the program is version {parts.version.text}")


def require_glibc(parts: Parts, most: str) -> None:
    """A build on too new a machine is found here, and not by those who cannot start it."""
    if not re.fullmatch(r"2\.\d+", most):
        raise NotPackable(f"--glibc-at-most takes a version such as 2.35, not {most}")
    needed = oldest_glibc(parts.needs)
    if needed > tuple(int(part) for part in most.split(".")):
        raise NotPackable(
            f"the program needs glibc {dotted(needed)}, and {most} was wanted: build it on an older Linux"
        )


def build(root: Path) -> Path:
    """The release program of the checkout, with Swift's own libraries in it."""
    say("building the program (several minutes the first time)")
    built = subprocess.run(
        ["swift", "build", *BUILD, "--product", "hubfleet"], cwd=root, stdout=sys.stderr, check=False
    )
    if built.returncode != 0:
        raise NotPackable("the build failed")
    return Path(output(root, "swift", "build", *BUILD, "--show-bin-path")) / "hubfleet"


def contents(parts: Parts) -> dict[str, tuple[bytes, int]]:
    """All files of a release but the list of their checksums, with modes."""
    program = f"hubfleet-{parts.version.text}-linux-{parts.needs.machine}"
    (wheel_name, wheel_data), (deb_name, deb_data) = wheel(parts), deb(parts)
    return {
        program: (parts.program, 0o755),
        wheel_name: (wheel_data, 0o644),
        deb_name: (deb_data, 0o644),
        "hubfleet.bash": (parts.completions["bash"], 0o644),
        "_hubfleet": (parts.completions["zsh"], 0o644),
        "hubfleet.fish": (parts.completions["fish"], 0o644),
        "hubfleet.1": (parts.man_page, 0o644),
    }


def write(files: dict[str, tuple[bytes, int]], dist: Path, epoch: int) -> None:
    """Makes the folder new; one that is no release is left alone."""
    if dist.exists() and any(dist.iterdir()) and not (dist / SUMS).is_file():
        raise NotPackable(f"{dist} holds something else than a release; name another folder with --dist")
    dist.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dist.parent, prefix=f".{dist.name}.") as folder:
        # In a folder of its own, so that a run that is stopped leaves the last release whole.
        new = Path(folder) / dist.name
        new.mkdir()
        new.chmod(0o755)
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, (data, _) in sorted(files.items()))
        for name, (data, mode) in [*files.items(), (SUMS, (sums.encode(), 0o644))]:
            (new / name).write_bytes(data)
            (new / name).chmod(mode)
            os.utime(new / name, (epoch, epoch))
        if dist.exists():
            shutil.rmtree(dist)
        new.rename(dist)


def check(dist: Path) -> list[str]:
    """What is wrong with the files of a release, by its own list."""
    if not (dist / SUMS).is_file():
        return [f"{dist} has no {SUMS}"]
    wrong, listed = [], {SUMS}
    for line in (dist / SUMS).read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"([0-9a-f]{64})  ([^/]+)", line)
        if not found:
            wrong.append(f"{SUMS}: no checksum and name: {line}")
            continue
        digest, name = found.groups()
        listed.add(name)
        if not (dist / name).is_file():
            wrong.append(f"{name}: missing")
        elif hashlib.sha256((dist / name).read_bytes()).hexdigest() != digest:
            wrong.append(f"{name}: not the file that was released")
    return wrong + sorted(f"{path.name}: not in {SUMS}" for path in dist.iterdir() if path.name not in listed)


def make(root: Path, options: argparse.Namespace) -> None:
    if not options.allow_dirty:
        require_clean(root)
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or output(root, "git", "log", "-1", "--format=%ct"))
    maintainer = options.maintainer or output(root, "git", "log", "-1", "--format=%an <%ae>")
    program = options.program or build(root)
    parts = gather(root, program, epoch, maintainer)
    if options.tag:
        require_tag(parts, options.tag)
    if options.glibc_at_most:
        require_glibc(parts, options.glibc_at_most)
    if os.fsencode(root) in parts.program:
        say(f"note: the program holds the name of this folder, {root}; built elsewhere it will differ")
    write(contents(parts), options.dist, epoch)
    say(f"{options.dist}: for glibc {dotted(oldest_glibc(parts.needs))} and newer, {parts.needs.machine}")
    print((options.dist / SUMS).read_text(encoding="utf-8"), end="")


def main(root: Path, arguments: list[str], description: str) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/release", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--program", type=Path, metavar="FILE", help="pack this program instead of building one")
    parser.add_argument("--dist", type=Path, metavar="DIR", default=root / "dist", help="where the release goes")
    parser.add_argument("--tag", metavar="vX.Y.Z", help="fail when the program is another version")
    parser.add_argument("--glibc-at-most", metavar="2.NN", help="fail when the program needs a newer C library")
    parser.add_argument("--maintainer", metavar="TEXT", help="of the Debian package; default: the commit's author")
    parser.add_argument("--allow-dirty", action="store_true", help="pack a checkout that has changes")
    parser.add_argument(
        "--check", type=Path, metavar="DIST", help="compare a release with its checksums; changes nothing"
    )
    options = parser.parse_args(arguments)
    try:
        if options.check:
            wrong = check(options.check)
            for line in wrong:
                say(line)
            return 1 if wrong else 0
        make(root, options)
    except NotPackable as error:
        say(str(error))
        return 1
    return 0
