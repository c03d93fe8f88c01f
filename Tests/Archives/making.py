"""What makers of archives share: chance, names of odd lengths, and a home on the disk for real programs to pack."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from processes import Ended, run

# Lengths around which the fields of headers end.
EDGES = [1, 14, 98, 99, 100, 101, 102, 153, 154, 155, 156, 157, 254, 255, 256, 257, 258, 300, 511, 512, 513, 1023, 1024]
SIZES = [0, 1, 2, 511, 512, 513, 1000, 1024, 4096, 10_239, 10_240, 70_000]
# 2^31, 2^32 and 2^33 are where fields of 32 bits and of eleven octal digits end.
TIMES = [
    0,
    1,
    315_532_800,
    1_000_000_000,
    1_234_567_891,
    1_700_000_001,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32,
]
ODD_TIMES = [-1, -2, -86_400, -1_000_000_000, -(2**31), 2**33 - 1, 2**33]
MODES = [0o644, 0o600, 0o755, 0o700, 0o777, 0o444, 0o400, 0o000, 0o664]
Value = TypeVar("Value")
LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789"
ODD_NAMES = [
    b"with space",
    b"new\nline",
    b"tab\there",
    b"-rf",
    "ünï☃".encode(),
    "日本語".encode(),
    # The same letter in two ways.
    b"cafe\xcc\x81",
    b"caf\xc3\xa9",
    b"quote\"'",
    b"back\\slash",
    b"%41",
    b"star*[a]?",
    b"trailing ",
    b".hidden",
    b"a:b",
    b"latin-\xe9",
    b"\xff\xfe",
    b"...",
]


@dataclass
class Archive:
    """A new archive, and what is odd about it."""

    path: Path
    case: str
    traits: set[str] = field(default_factory=set)


@dataclass
class Maker:
    """What a case makes its archive with."""

    random: random.Random
    # An empty folder of its own.
    folder: Path
    archive: Path
    traits: set[str] = field(default_factory=set)

    def run(self, *command: str | bytes | Path, folder: Path | None = None) -> Ended:
        """Runs a program that packs; it may leave something out, and say so."""
        ended = run(list(command), folder or self.folder)
        if not self.archive.exists():
            raise RuntimeError(f"{command[0]!r} made nothing: {ended.status}: {ended.message}")
        return ended

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def pick(self, values: Sequence[Value]) -> Value:
        return self.random.choice(values)

    def letters(self, count: int) -> bytes:
        return bytes(self.random.choices(LETTERS, k=count))

    def path(self, length: int, *, longest: int = 255) -> bytes:
        """A path of just so many bytes, none of whose names is too long. Its slashes stand anywhere."""
        names: list[bytes] = []
        left = length
        while left > 0:
            most = min(left, longest)
            count = self.random.choice([most, self.random.randint(1, most)])
            # A slash needs a name behind it.
            count = count - 1 if left - count == 1 and count > 1 else count
            count = count if left - count != 1 else left
            names.append(self.letters(count))
            left -= count + 1
        return b"/".join(names)

    def name(self) -> bytes:
        """A short name, now and then an odd one."""
        return self.pick(ODD_NAMES) + self.letters(3) if self.chance(4) else self.letters(self.random.randint(4, 12))

    def data(self, size: int | None = None) -> bytes:
        count = self.pick(SIZES) if size is None else size
        if self.chance(3):
            return (b"line of text\n" * (count // 13 + 1))[:count]
        return self.random.randbytes(count)

    def time(self) -> int:
        return self.pick(ODD_TIMES if self.chance(5) else TIMES)


def spread(maker: Maker, *, plain: bool = False) -> Path:
    """A home on the disk: with long names, links, holes, dates, modes. A plain one has what a ZIP archive can hold."""
    home = maker.folder / "home"
    home.mkdir()
    files: list[bytes] = []
    folders = [b""]
    for _ in range(maker.random.randint(3, 10)):
        name = long_name(maker) if maker.chance(3) else maker.name()
        path = join(maker.pick(folders), name)
        make = maker.random.randrange(10)
        if make < 2:
            os.makedirs(below(home, path), exist_ok=True)
            folders.append(path)
        elif make == 2:
            add_link(maker, home, path, files)
        elif make == 3 and files and not plain:
            os.makedirs(os.path.dirname(below(home, path)), exist_ok=True)
            os.link(below(home, maker.pick(files)), below(home, path))
        elif not os.path.lexists(below(home, path)):
            os.makedirs(os.path.dirname(below(home, path)), exist_ok=True)
            write(below(home, path), maker.data())
            files.append(path)
    if not plain and maker.chance(8):
        os.mkfifo(home / "fifo")
    settle(maker, home, plain)
    return home


def write(path: bytes, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def below(home: Path, path: bytes) -> bytes:
    return os.fsencode(home) + b"/" + path


def join(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name


def long_name(maker: Maker) -> bytes:
    return maker.path(maker.pick(EDGES))


def add_link(maker: Maker, home: Path, path: bytes, files: list[bytes]) -> None:
    """A symbolic link below a home, mostly to something in it."""
    target = maker.pick([maker.path(maker.pick(EDGES)), b"nowhere", *files[:1]])
    os.makedirs(os.path.dirname(below(home, path)), exist_ok=True)
    if not os.path.lexists(below(home, path)):
        os.symlink(target, below(home, path))


def add_sparse(maker: Maker, home: Path) -> None:
    """Files with holes at their begin, in their middle and at their end."""
    for number in range(maker.random.randint(1, 3)):
        with open(home / f"sparse{number}", "wb") as file:
            length = maker.pick([4096, 65_536, 1_000_000, 3_000_001, 2**31, 2**32, 2**33 - 1, 2**33, 2**33 + 1])
            file.truncate(length)
            if length > 10**8:
                maker.traits.add("huge")
            for _ in range(maker.pick([0, 1, 2, 3, 5, 25])):
                file.seek(maker.random.randrange(length))
                file.write(maker.random.randbytes(min(maker.pick([1, 512, 4096]), length - file.tell())))
    settle(maker, home, False)


def settle(maker: Maker, home: Path, plain: bool) -> None:
    """Gives all of a home modes and dates, the deepest first."""
    for folder, folders, files in os.walk(os.fsencode(home), topdown=False):
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            # Newer than 1980, and even, is what a ZIP archive holds by itself.
            when = maker.time() if not plain or maker.chance(4) else maker.pick([1_000_000_000, 1_234_567_892])
            if not os.path.islink(path):
                os.chmod(path, maker.pick([0o755, 0o700, 0o775, 0o555] if name in folders else MODES))
            nanoseconds = maker.pick([0, 0, 1, 500_000_000, 999_999_999])
            os.utime(path, ns=(when * 10**9 + nanoseconds,) * 2, follow_symlinks=False)
    os.utime(home, (1_500_000_000, 1_500_000_000))


Case = Callable[[Maker], None]
