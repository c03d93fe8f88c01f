"""Lets homes go round: packed by each program in each form, unpacked by each, and compared with what they were.

    round_trips.py PROGRAM lengths|packages [--environment FOLDER] [--rows FILE]

PROGRAM is the built hubfleet. The table of rows says what other programs cannot do. It ends with 1 when something else
is not as it was, or when a row is hit by nothing.
"""

from __future__ import annotations

import argparse
import collections
import json
import multiprocessing
import os
import re
import shutil
import stat
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import hubfleet
import round_homes
import sandbox
from listing import Thing, Tree, list_tree
from processes import run
from readers import TAR, ZIP, Outcome, unpack

OURS = "hubfleet"
FIELDS = ("kind", "mode", "mtime", "size", "digest", "target")


@dataclass(frozen=True)
class Writer:
    """A program that packs a home in one form."""

    name: str
    suffix: str
    # What packs: options, to which the archive and the names in the home are added; or a part of Python.
    command: tuple[str, ...] = ()
    here: Callable[[Path, Path], None] | None = None


def tar_of_python(form: int) -> Callable[[Path, Path], None]:
    def pack(home: Path, archive: Path) -> None:
        with tarfile.open(archive, "w", format=form) as tar:
            for name in names_in(home):
                # Not with what is below: its paths would be longer than the system takes.
                tar.add(name, recursive=False)

    return pack


def zip_of_python(home: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        for name in names_in(home):
            status = os.lstat(name)
            member = zipfile.ZipInfo(name, time.gmtime(status.st_mtime)[:6])
            member.external_attr = status.st_mode << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            if stat.S_ISDIR(status.st_mode):
                member.filename += "/"
                members.writestr(member, b"")
            else:
                is_link = stat.S_ISLNK(status.st_mode)
                members.writestr(member, os.readlink(name) if is_link else Path(name).read_bytes())


def names_in(home: Path) -> Iterator[str]:
    """All names in a home, from the home on; folders first."""
    os.chdir(home)
    for path, folders, files in os.walk("."):
        for name in sorted([*folders, *files]):
            yield os.path.join(path, name)[2:]


WRITERS = [
    Writer(f"{OURS} zip", ".zip"),
    Writer(f"{OURS} zip --compress", ".zip"),
    Writer(f"{OURS} tar", ".tar"),
    Writer("GNU tar gnu", ".tar", ("tar", "--format=gnu", "-cf")),
    Writer("GNU tar posix", ".tar", ("tar", "--format=posix", "-cf")),
    Writer("GNU tar gnu gzip", ".tar", ("tar", "--format=gnu", "-czf")),
    Writer("bsdtar pax", ".tar", ("bsdtar", "--format", "pax", "-cf")),
    Writer("bsdtar gnutar", ".tar", ("bsdtar", "--format", "gnutar", "-cf")),
    Writer("bsdtar zip", ".zip", ("bsdtar", "--format", "zip", "-cf")),
    Writer("tarfile PAX", ".tar", here=tar_of_python(tarfile.PAX_FORMAT)),
    Writer("tarfile GNU", ".tar", here=tar_of_python(tarfile.GNU_FORMAT)),
    Writer("zipfile", ".zip", here=zip_of_python),
    Writer("zip", ".zip", ("zip", "-qry")),
    Writer("7z zip", ".zip", ("7z", "a", "-tzip", "-snl", "-bso0")),
    Writer("7z tar", ".tar", ("7z", "a", "-ttar", "-snl", "-bso0")),
]


@dataclass(frozen=True)
class Row:
    """What another program cannot do: the differences of some pairs, and the paths that have them."""

    writer: str
    reader: str
    what: str
    why: str
    home: str = ""
    # For people: who packs.
    packed: str = ""
    # The shortest path in the home that has it.
    longer: int = 0


@dataclass(frozen=True)
class Found:
    """One kind of difference between a home and what came back."""

    writer: str
    reader: str
    what: str
    count: int
    shortest: int
    example: str

    def is_said(self, row: Row, home: str) -> bool:
        return (
            re.fullmatch(row.writer, self.writer) is not None
            and re.fullmatch(row.reader, self.reader) is not None
            and re.fullmatch(row.what, self.what) is not None
            and (not row.home or row.home == home)
            and self.shortest > row.longer
        )


@dataclass(frozen=True)
class Place:
    """Where all of a run stands."""

    program: Path
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"


def pack(writer: Writer, place: Place, archive: Path) -> str:
    """Packs the home; what the program says when it fails."""
    if writer.here:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                writer.here(place.home, archive)
                status = 0
            finally:
                os._exit(status)
        return "" if os.waitpid(child, 0)[1] == 0 else "failed"
    if writer.name.startswith(OURS):
        options = ["--compress"] if "--compress" in writer.name else []
        done = hubfleet.export(place.program, place.home, archive, *options, keys=place.keys)
    else:
        done = run([*writer.command, archive, *sorted(os.listdir(place.home))], place.home, limit=300)
    return "" if done.status == 0 else f"{done.status}: {done.message[-300:]}"


def go_round(number: int, place: Place) -> list[Found]:
    """Packs the home with one program, and unpacks it with all that are to read that."""
    writer = WRITERS[number]
    folder = place.folder / writer.name.replace(" ", "-")
    folder.mkdir()
    archive = folder / f"home{writer.suffix}"
    found = []
    said = pack(writer, place, archive)
    if said:
        found.append(Found(writer.name, "", "fails to pack", 1, 1 << 20, said))
    if archive.exists():
        outcomes = [OURS]
        if writer.name.startswith(OURS):
            outcomes += [reader.name for reader in (ZIP if writer.suffix == ".zip" else TAR)]
        original = list_tree(place.home, 1 << 40)
        for name in outcomes:
            outcome = unpacked(name, writer, place, archive, original)
            found += differences(writer, name, original, outcome)
    shutil.rmtree(folder)
    return found


def unpacked(name: str, writer: Writer, place: Place, archive: Path, original: Tree) -> Outcome:
    """What a program makes of an archive, from the home on."""
    target = archive.parent / "back"
    if name == OURS:
        outcome = hubfleet.unpack(place.program, archive, target, "--keep-outer-links", keys=place.keys)
    else:
        (reader,) = [reader for reader in (ZIP if writer.suffix == ".zip" else TAR) if reader.name == name]
        outcome = unpack(reader, archive, target)
        outcome.tree = inner(outcome.tree)
        if not reader.sets_times:
            # Nor modes: what is there is nobody's word.
            outcome.tree = {path: with_facts(thing, original.get(path)) for path, thing in outcome.tree.items()}
    shutil.rmtree(os.fsencode(target))
    return outcome


def with_facts(thing: Thing, original: Thing | None) -> Thing:
    return replace(thing, mode=original.mode, mtime=original.mtime) if original else thing


def inner(tree: Tree) -> Tree:
    """What is in the folder `home`, as if it were all."""
    start = b"home/"
    return {path[len(start) :]: thing for path, thing in tree.items() if path.startswith(start)}


def differences(writer: Writer, reader: str, original: Tree, outcome: Outcome) -> list[Found]:
    """What did not come back as it was, by kind."""
    paths: dict[str, list[bytes]] = collections.defaultdict(list)
    examples: dict[str, str] = {}
    for path in sorted(original.keys() | outcome.tree.keys(), key=len):
        if path == b".":
            continue
        for what in thing_differences(original.get(path), outcome.tree.get(path)):
            paths[what].append(path)
            was, now = (tree.get(path) for tree in (original, outcome.tree))
            examples.setdefault(what, f"{os.fsdecode(path[-80:])}: {was} -> {now}")
    if not outcome.has_read:
        paths["fails"].append(bytes(1 << 20))
        examples["fails"] = outcome.message[-300:]
    return [
        Found(writer.name, reader, what, len(some), len(some[0]), examples[what])
        for what, some in sorted(paths.items())
    ]


def thing_differences(was: Thing | None, now: Thing | None) -> list[str]:
    if was is None or now is None:
        return ["more" if was is None else "missing"]
    if was.kind != now.kind:
        return ["kind"]
    return [field for field in FIELDS if getattr(was, field) != getattr(now, field)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="round_trips.py")
    parser.add_argument("program", type=Path)
    parser.add_argument("home", choices=["lengths", "packages"])
    parser.add_argument("--environment", type=Path)
    parser.add_argument("--rows", type=Path, default=Path(__file__).with_name("round_trips.json"))
    parser.add_argument("--only", default="", help="a regular expression for the names of writers")
    options = parser.parse_args()
    if not sandbox.is_inside():
        with tempfile.TemporaryDirectory(prefix="hubfleet-homes-") as outside:
            return sandbox.run_inside(Path(outside))
    place = Place(options.program.resolve(), sandbox.close())
    hubfleet.make_key(place.program, place.folder, place.keys)
    if options.home == "lengths":
        round_homes.of_lengths(place.home)
    else:
        round_homes.of_packages(place.home, options.environment)
    writers = [writer for writer in WRITERS if re.search(options.only, writer.name)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        results = pool.starmap(go_round, [(WRITERS.index(writer), place) for writer in writers], chunksize=1)
    rows = [Row(**row) for row in json.loads(options.rows.read_text(encoding="utf-8"))]
    return report([found for result in results for found in result], rows, options.home, is_whole=not options.only)


def report(results: list[Found], rows: list[Row], home: str, *, is_whole: bool) -> int:
    """Prints what came back otherwise, and says whether the table has it all."""
    hit: set[Row] = set()
    unsaid = 0
    for found in results:
        row = next((row for row in rows if found.is_said(row, home)), None)
        if row:
            hit.add(row)
        unsaid += row is None
        word = "on purpose" if row else "DIFFERS"
        print(
            f"{word}: {found.writer} -> {found.reader}: {found.what}: {found.count} paths "
            f"from {found.shortest} bytes on: {row.why if row else found.example}"
        )
    unhit = [row for row in rows if is_whole and row not in hit and row.home in ("", home)]
    for row in unhit:
        print(f"nothing hits the row: {row}")
    print(f"{len(WRITERS)} ways to pack the home of {home}: {unsaid} kinds of differences that no row has")
    return 1 if unsaid or unhit else 0


if __name__ == "__main__":
    sys.exit(main())
