"""What a program of Linux needs of the machine that it runs on, read out of the program itself.

Only the standard library, so that a release is packed where it is built, whatever is installed there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MACHINES = {62: "x86_64", 183: "aarch64"}
PT_LOAD, PT_DYNAMIC = 1, 2
DT_NULL, DT_NEEDED, DT_STRTAB, DT_VERNEED, DT_VERNEEDNUM = 0, 1, 5, 0x6FFFFFFE, 0x6FFFFFFF
DT_RPATH, DT_RUNPATH = 15, 29
# All that asks for it may do without it, so its absence stops no program.
VER_FLG_WEAK = 2


class NotPackable(Exception):
    """A file that cannot become a release, with the sentence that says why."""


@dataclass(frozen=True)
class Needs:
    """What a program asks of its machine: the libraries, and the versions of their symbols."""

    machine: str
    libraries: tuple[str, ...]
    # Such as {"libc.so.6": {"GLIBC_2.34"}}.
    versions: dict[str, frozenset[str]]
    # Folders that it looks for libraries in, beside the system's own.
    run_paths: tuple[str, ...] = ()

    def highest(self, family: str) -> tuple[int, ...] | None:
        """The highest version of a family of symbols, such as GLIBC: (2, 34) of GLIBC_2.2.5 and GLIBC_2.34."""
        prefix = family + "_"
        numbers = [
            tuple(int(part) for part in version.removeprefix(prefix).split("."))
            for versions in self.versions.values()
            for version in versions
            if version.startswith(prefix) and version.removeprefix(prefix).replace(".", "").isdigit()
        ]
        return max(numbers, default=None)


class Segment(NamedTuple):
    """A part of the file, and where it lies in memory."""

    kind: int
    offset: int
    address: int
    size: int


class Image:
    """The bytes of a program, by the addresses that they have once it is loaded."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        start, count = self.unpack("<Q", 32)[0], self.unpack("<H", 56)[0]
        self.segments = [self.segment(start + number * 56) for number in range(count)]

    def unpack(self, form: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(form, self.data, offset)

    def segment(self, offset: int) -> Segment:
        kind, _, position, address, _, size = self.unpack("<IIQQQQ", offset)
        return Segment(kind, position, address, size)

    def position(self, address: int) -> int:
        """Where in the file lies what is loaded at an address."""
        for segment in self.segments:
            if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.size:
                return address - segment.address + segment.offset
        raise NotPackable("an address of its dynamic section lies outside of the program")

    def text(self, position: int) -> str:
        return self.data[position : self.data.index(b"\0", position)].decode()

    def dynamic(self) -> Iterator[tuple[int, int]]:
        """The entries of the dynamic section; a static program has none."""
        for segment in self.segments:
            if segment.kind == PT_DYNAMIC:
                for offset in range(segment.offset, segment.offset + segment.size, 16):
                    tag, value = self.unpack("<QQ", offset)
                    if tag == DT_NULL:
                        return
                    yield tag, value

    def needed_versions(self, first: int, count: int, strings: int) -> dict[str, frozenset[str]]:
        """Each library with the versions that are needed of it."""
        found: dict[str, frozenset[str]] = {}
        need = first
        for _ in range(count):
            _, names, library, name, next_need = self.unpack("<HHIII", need)
            versions, entry = set(), need + name
            for _ in range(names):
                _, flags, _, version, next_entry = self.unpack("<IHHII", entry)
                if not flags & VER_FLG_WEAK:
                    versions.add(self.text(strings + version))
                entry += next_entry
            file = self.text(strings + library)
            found[file] = found.get(file, frozenset()) | versions
            need += next_need
        return found


def read_needs(program: Path) -> Needs:
    """What a program needs, or NotPackable where it is no program for a 64-bit Linux."""
    data = program.read_bytes()
    # 64 bits, least byte first: what all machines are that we know names for.
    if data[:6] != b"\x7fELF\x02\x01" or len(data) < 64:
        raise NotPackable(f"{program} is no program for a 64-bit Linux")
    machine = struct.unpack_from("<H", data, 18)[0]
    if machine not in MACHINES:
        raise NotPackable(f"{program} is for a machine that no package has a name for: number {machine} of ELF")
    try:
        image = Image(data)
        entries = list(image.dynamic())
        table = dict(entries)
        if not entries:
            return Needs(MACHINES[machine], (), {})
        strings = image.position(table[DT_STRTAB])
        versions: dict[str, frozenset[str]] = {}
        if DT_VERNEED in table:
            versions = image.needed_versions(image.position(table[DT_VERNEED]), table[DT_VERNEEDNUM], strings)
    except (struct.error, ValueError, KeyError) as error:
        raise NotPackable(f"{program} is a damaged program: {error}") from error
    libraries = tuple(image.text(strings + value) for tag, value in entries if tag == DT_NEEDED)
    paths = tuple(image.text(strings + value) for tag, value in entries if tag in (DT_RPATH, DT_RUNPATH))
    return Needs(MACHINES[machine], libraries, versions, paths)
