"""The programs that people unpack archives with, each told to keep what the archive says and to write in one folder."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from listing import Digest, Thing, Tree, digest_of, list_tree
from processes import ENVIRONMENT, LIMIT, Ended, run, run_here


@dataclass
class Outcome:
    """What a program made of an archive."""

    reader: str
    # read, warned, failed, or late.
    status: str
    message: str
    tree: Tree = field(default_factory=dict)
    # What is left out, with the reason; Hubfleet alone says so.
    left: dict[bytes, str] = field(default_factory=dict)

    @property
    def has_read(self) -> bool:
        return self.status in ("read", "warned")


def gnu_tar(archive: Path, target: Path) -> Ended:
    return run(["tar", "-xpf", archive, "--no-same-owner", "--warning=no-timestamp"], target)


def bsdtar(archive: Path, target: Path) -> Ended:
    options = ["--no-same-owner", "--no-acls", "--no-fflags", "--no-xattrs"]
    # Without a passphrase it asks for one without end.
    options += ["--passphrase", "none"] if is_zip(archive) else []
    return run(["bsdtar", "-xpSf", archive, *options], target)


def seven_zip(archive: Path, target: Path) -> Ended:
    kind = "-tzip" if is_zip(archive) else "-ttar"
    options = ["-y", "-bd", "-bso0", kind]
    if not is_gzip(archive):
        return run(["7z", "x", *options, f"-o{target}", archive], target)
    unpacked = archive.with_suffix(".unpacked")
    with open(unpacked, "wb") as output:
        done = run_to(["7z", "x", "-tgzip", "-so", archive], output)
    # Zeros behind the end, as tapes have them, are no fault for anybody else.
    is_whole = done.status <= 1 or "data after the end of the payload" in done.message
    try:
        return done if not is_whole else run(["7z", "x", *options, f"-o{target}", unpacked], target)
    finally:
        unpacked.unlink()


def run_to(command: list[str | Path], output: IO[bytes]) -> Ended:
    """Runs a program whose output goes to a file."""
    try:
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return Ended(-1, b"", "out of time")
    return Ended(done.returncode, b"", done.stderr.decode("utf-8", "replace"))


def unzip(archive: Path, target: Path) -> Ended:
    # It would make an archive of a name with wildcards; ours have none.
    return run(["unzip", "-qo", archive], target)


def python_tar(archive: Path, target: Path) -> Ended:
    """Python's tarfile, without what it would write outside: newer ones refuse that by themselves."""

    def work() -> None:
        with tarfile.open(archive) as tar:
            if hasattr(tarfile, "fully_trusted_filter"):
                tar.extraction_filter = staticmethod(tarfile.fully_trusted_filter)
            members = []
            for member in tar:
                member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
                member.name = member.name.lstrip("/")
                if ".." in member.name.split("/"):
                    raise tarfile.TarError(f"{member.name} leads out")
                members.append(member)
            tar.extractall(members=members)

    return run_here(work, target)


def python_zip(archive: Path, target: Path) -> Ended:
    """Python's zipfile. It makes no links: whoever uses it makes them of what it reads."""

    def work() -> None:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                is_link = member.create_system == 3 and stat.S_ISLNK(member.external_attr >> 16)
                if is_link and not member.is_dir():
                    place = os.path.normpath(member.filename.lstrip("/"))
                    os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
                    if os.path.lexists(place):
                        os.unlink(place)
                    os.symlink(members.read(member), os.fsencode(place))
                else:
                    members.extract(member)

    return run_here(work, target)


def gzip_test(archive: Path, target: Path) -> Ended:
    return run(["gzip", "-t", archive], target)


def python_gzip(archive: Path, target: Path) -> Ended:
    def work() -> None:
        with gzip.open(archive) as file:
            while file.read(1 << 20):
                pass

    return run_here(work, target)


@dataclass(frozen=True)
class Reader:
    """A program, and what of its word counts."""

    name: str
    unpack: Callable[[Path, Path], Ended]
    # The statuses that mean: unpacked, with a warning.
    warnings: tuple[int, ...] = ()
    # Whether it sets modes and times.
    sets_modes: bool = True
    sets_times: bool = True
    # Whether a damaged archive makes it fail.
    judges: bool = True
    # Whether it unpacks at all, or checks alone.
    unpacks: bool = True
    # Whether it prints the members of a huge archive.
    prints: bool = False


TAR = [
    Reader("GNU tar", gnu_tar),
    Reader("bsdtar", bsdtar),
    # It takes a damaged header for the end.
    Reader("tarfile", python_tar, judges=False),
    Reader("7z", seven_zip, warnings=(1,)),
]
GZIP = [
    Reader("gzip", gzip_test, warnings=(2,), unpacks=False),
    Reader("Python's gzip", python_gzip, unpacks=False),
]
ZIP = [
    Reader("unzip", unzip, warnings=(1,)),
    Reader("bsdtar", bsdtar),
    Reader("zipfile", python_zip, sets_modes=False, sets_times=False),
    Reader("7z", seven_zip, warnings=(1,)),
]


# A member of a huge archive is too long to be written down: what a program prints of it is compared.
HUGE_NAMES = ["large", "small"]


def python_printed(archive: Path, target: Path) -> Ended:
    def work() -> None:
        with zipfile.ZipFile(archive) as members:
            for name in HUGE_NAMES:
                with members.open(name) as file:
                    leave(target / name, digest_of(file.read))

    return run_here(work, target)


def leave(file: Path, digest: Digest) -> None:
    file.write_text(f"{digest.size} {digest.text()}", encoding="utf-8")


def huge_tree(target: Path) -> Tree:
    """What the programs have printed, as if they had written it."""
    tree: Tree = {}
    for file in sorted(target.iterdir()):
        size, digest = file.read_text(encoding="utf-8").split()
        tree[os.fsencode(file.name)] = Thing("file", size=int(size), digest=digest)
    return tree


def those(readers: list[Reader], *names: str) -> list[Reader]:
    return [reader for reader in readers if reader.name in names]


# The two that are done in seconds, by what makes an archive large; of the tar readers, 7z does not keep holes.
LARGE_ZIP = {
    "huge": [Reader("zipfile", python_printed, prints=True), *those(ZIP, "bsdtar")],
    "many": those(ZIP, "unzip", "7z"),
}
LARGE_TAR = {"huge": those(TAR, "GNU tar", "bsdtar", "tarfile"), "many": those(TAR, "GNU tar", "7z")}


def is_gzip(archive: Path) -> bool:
    with open(archive, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


def is_zip(archive: Path) -> bool:
    return ".zip" in archive.suffixes


def readers(archive: Path, traits: Set[str]) -> list[Reader]:
    """The programs that can read an archive of this form. A huge one has members that do not fit on the disk."""
    for trait in LARGE_ZIP.keys() & traits:
        return (LARGE_ZIP if is_zip(archive) else LARGE_TAR)[trait]
    if is_zip(archive):
        return ZIP
    return TAR + GZIP if is_gzip(archive) else TAR


def unpack(reader: Reader, archive: Path, target: Path) -> Outcome:
    """Lets a program unpack an archive into a new folder, and lists what it made."""
    target.mkdir()
    # A clock that files get their times from may be a tick late.
    since = time.time() - 1
    ended = reader.unpack(archive, target)
    status = "failed"
    if ended.status in (0, *reader.warnings):
        status = "read" if ended.status == 0 else "warned"
    elif ended.status == -1:
        status = "late"
    if reader.prints:
        return Outcome(reader.name, status, ended.message, huge_tree(target))
    tree = list_tree(target, since) if reader.unpacks else {}
    if not (reader.sets_modes and reader.sets_times):
        tree = {
            path: replace(
                thing,
                mode=thing.mode if reader.sets_modes else None,
                mtime=thing.mtime if reader.sets_times else None,
            )
            for path, thing in tree.items()
        }
    return Outcome(reader.name, status, f"{ended.status}: {ended.message.strip()[-400:]}", tree)
