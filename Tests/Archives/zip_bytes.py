"""ZIP archives put together byte by byte: each has plain members, and one thing that is odd."""

from __future__ import annotations

import bz2
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from making import Case, Maker

CASES: dict[str, Case] = {}
UNIX, DOS, NTFS, VFAT, MAC, DARWIN = 3, 0, 10, 14, 7, 19
FILE, FOLDER, LINK = 0o100644, 0o40755, 0o120777
WHEN = 1_234_567_890
# 13 February 2009, 23:31:30.
DATE, TIME = (29 << 9 | 2 << 5 | 13), (23 << 11 | 31 << 5 | 15)


def extra(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def stamp(when: int = WHEN, flags: int = 1) -> bytes:
    return extra(0x5455, struct.pack("<Bi", flags, when))


@dataclass
class Member:
    """A member, with all that its two headers say; what is None is as it should be."""

    name: bytes
    data: bytes = b""
    method: int = 0
    flags: int = 0
    host: int = UNIX
    mode: int = FILE
    dos: int = 0
    date: int = DATE
    time: int = TIME
    version: int = 20
    here: bytes = b""
    central: bytes = b""
    comment: bytes = b""
    # What stands in the header instead of the name, sizes and check.
    name_here: bytes | None = None
    sizes_here: tuple[int, int] | None = None
    crc_here: int | None = None
    # In the directory.
    crc: int | None = None
    size: int | None = None
    stored: int | None = None
    offset: int | None = None
    disk: int = 0
    # Behind the contents.
    behind: bytes = b""
    packed: bytes | None = None
    before: bytes = b""

    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method == 8:
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            return packer.compress(self.data) + packer.flush()
        return bz2.compress(self.data) if self.method == 12 else self.data

    def fact(self) -> tuple[int, int, int]:
        return (
            zlib.crc32(self.data) if self.crc is None else self.crc,
            len(self.body()) if self.stored is None else self.stored,
            len(self.data) if self.size is None else self.size,
        )


@dataclass
class Zip:
    """An archive under construction."""

    maker: Maker
    members: list[Member] = field(default_factory=list)
    # Before all, with the places counted from the begin of the file or from behind it.
    prefix: bytes = b""
    counts_prefix: bool = True
    comment: bytes = b""
    suffix: bytes = b""
    gap: bytes = b""
    order: Callable[[list[int]], list[int]] = list
    # What the end says instead of the truth: entries, size and place of the directory.
    end: dict[str, int] = field(default_factory=dict)
    is_large: bool = False

    def add(self, name: bytes, data: bytes | None = None, **fields: object) -> Member:
        member = Member(name, self.maker.data(20) if data is None else data, **fields)  # type: ignore[arg-type]
        self.members.append(member)
        return member

    def folder(self, name: bytes, **fields: object) -> Member:
        return self.add(name, b"", **{"mode": FOLDER, "dos": 0x10, **fields})

    def write(self) -> None:
        output = bytearray(self.prefix)
        base = 0 if self.counts_prefix else len(self.prefix)
        records = []
        for member in self.members:
            output += member.before
            records.append(central(member, len(output) - base))
            output += local(member)
        output += self.gap
        start = len(output)
        for number in self.order(list(range(len(records)))):
            output += records[number]
        output += self.ending(start - base, len(output) - start, len(records), len(output) - base)
        self.maker.archive.write_bytes(output + self.suffix)

    def ending(self, place: int, size: int, count: int, here: int) -> bytes:
        place, size, count = (
            self.end.get("place", place), self.end.get("size", size), self.end.get("count", count)
        )  # fmt: skip
        large = b""
        if self.is_large:
            large = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, place)
            large += struct.pack("<IIQI", 0x07064B50, 0, here, 1)
            place, size, count = 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF
        disk = self.end.get("disk", 0)
        return large + struct.pack(
            "<IHHHHIIH", 0x06054B50, disk, disk, count, count, size, place, len(self.comment)
        ) + self.comment  # fmt: skip


def local(member: Member) -> bytes:
    crc, stored, size = member.fact()
    name = member.name if member.name_here is None else member.name_here
    sizes = member.sizes_here or (stored, size)
    crc = crc if member.crc_here is None else member.crc_here
    head = struct.pack(
        "<IHHHHHIIIHH", 0x04034B50, member.version, member.flags, member.method, member.time, member.date, crc, *sizes,
        len(name), len(member.here),
    )  # fmt: skip
    return head + name + member.here + member.body() + member.behind


def central(member: Member, offset: int) -> bytes:
    crc, stored, size = member.fact()
    offset = offset if member.offset is None else member.offset
    head = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        0x02014B50, member.version | member.host << 8, member.version, member.flags, member.method,
        member.time, member.date, crc, stored, size, len(member.name), len(member.central), len(member.comment),
        member.disk, 0, (member.mode << 16 if member.host in (UNIX, DARWIN) else 0) | member.dos, offset,
    )  # fmt: skip
    return head + member.name + member.central + member.comment


def case(name: str) -> Callable[[Callable[[Zip], None]], Callable[[Zip], None]]:
    """Makes a case of something odd, which stands between plain members."""

    def take(work: Callable[[Zip], None]) -> Callable[[Zip], None]:
        def make(maker: Maker) -> None:
            archive = Zip(maker)
            archive.add(maker.letters(8), method=8, here=stamp(), central=stamp())
            work(archive)
            archive.add(maker.letters(8))
            archive.write()

        CASES[f"zip: {name}"] = make
        return work

    return take


# Around the archive


@case("bytes before it")
def _(z: Zip) -> None:
    z.prefix = z.maker.random.randbytes(z.maker.pick([1, 4, 30, 512, 70_000]))
    z.counts_prefix = z.maker.chance(2)
    z.maker.traits.add("places count what is before" if z.counts_prefix else "places do not count what is before")


@case("bytes before it, ZIP64")
def _(z: Zip) -> None:
    z.prefix, z.is_large, z.counts_prefix = b"#!/bin/sh\n", True, z.maker.chance(2)
    z.maker.traits.add("places count what is before" if z.counts_prefix else "places do not count what is before")


@case("another archive before it")
def _(z: Zip) -> None:
    other = Zip(z.maker)
    other.add(b"other")
    other.write()
    z.prefix = z.maker.archive.read_bytes()
    z.counts_prefix = z.maker.chance(2)


@case("bytes behind it")
def _(z: Zip) -> None:
    z.suffix = z.maker.pick([b"\n", bytes(4), b"garbage" * 30, z.maker.random.randbytes(5000)])


@case("a comment")
def _(z: Zip) -> None:
    z.comment = z.maker.pick([b"x", b"y" * 65_535, b"z" * 65_534])


@case("a comment that looks like an end")
def _(z: Zip) -> None:
    z.comment = z.maker.pick(
        [b"PK\x05\x06" + bytes(18), b"PK\x05\x06", b"..PK\x05\x06" + bytes(18), b"PK\x06\x07" + bytes(16)]
    )


@case("a comment that is cut")
def _(z: Zip) -> None:
    z.comment = b"a comment"
    original = z.ending

    def cut(place: int, size: int, count: int, here: int) -> bytes:
        return original(place, size, count, here)[: z.maker.pick([-1, -8])]

    z.ending = cut  # type: ignore[method-assign]


@case("a gap before the directory")
def _(z: Zip) -> None:
    z.gap = z.maker.random.randbytes(100)


@case("gaps between members")
def _(z: Zip) -> None:
    z.add(b"file", before=z.maker.random.randbytes(50))


@case("a directory in another order")
def _(z: Zip) -> None:
    z.add(b"one")
    z.add(b"two")
    z.order = lambda numbers: numbers[::-1]


@case("ZIP64 without need")
def _(z: Zip) -> None:
    z.is_large = True


@case("a wrong count")
def _(z: Zip) -> None:
    z.end["count"] = z.maker.pick([0, 1, 2, 4, 100])
    z.maker.traits.add(f"count {z.end['count']}")


@case("a wrong count, ZIP64")
def _(z: Zip) -> None:
    z.end["count"], z.is_large = z.maker.pick([0, 1, 100]), True


@case("a wrong size of the directory")
def _(z: Zip) -> None:
    z.end["size"] = z.maker.pick([0, 10, 46, 100_000])
    z.maker.traits.add("damaged")


@case("a wrong place of the directory")
def _(z: Zip) -> None:
    z.end["place"] = z.maker.pick([0, 3, 100_000])
    z.maker.traits.add("damaged")


@case("a number of a disk")
def _(z: Zip) -> None:
    z.end["disk"] = 1


@case("members on another disk")
def _(z: Zip) -> None:
    z.add(b"file", disk=z.maker.pick([1, 0xFFFF]))


@case("no members")
def _(z: Zip) -> None:
    original = z.write

    def write() -> None:
        z.members.clear()
        original()

    z.write = write  # type: ignore[method-assign]


# Two headers


@case("another name in the header")
def _(z: Zip) -> None:
    z.add(b"right", name_here=z.maker.pick([b"wrong", b"", b"longer/than/that"]))


@case("other sizes in the header")
def _(z: Zip) -> None:
    z.add(b"file", b"text", sizes_here=z.maker.pick([(0, 0), (4, 5), (3, 4)]))


@case("another check in the header")
def _(z: Zip) -> None:
    z.add(b"file", crc_here=1)


@case("other extra fields in the header")
def _(z: Zip) -> None:
    z.add(b"one", here=stamp(1_000_000_000), central=stamp())
    z.add(b"two", here=stamp())
    z.add(b"three", central=stamp())


def descriptor(member: Member, *, signed: bool, large: bool = False) -> bytes:
    crc, stored, size = member.fact()
    return (b"PK\x07\x08" if signed else b"") + struct.pack("<IQQ" if large else "<III", crc, stored, size)


def late(signed: bool, large: bool, method: int) -> Callable[[Zip], None]:
    def make(z: Zip) -> None:
        member = z.add(b"late", z.maker.data(z.maker.pick([0, 1, 100, 5000])), method=method, flags=8)
        member.behind = descriptor(member, signed=signed, large=large)
        member.sizes_here, member.crc_here = (0, 0), 0
        if large:
            member.version = 45
            member.here = extra(1, struct.pack("<QQ", 0, 0))
            member.sizes_here = (0xFFFFFFFF, 0xFFFFFFFF)
        if method == 0:
            crc, stored, size = member.fact()
            if not large and z.maker.chance(2):
                member.sizes_here, member.crc_here = (stored, size), crc

    return make


for signed in [True, False]:
    for large in [True, False]:
        for method in [0, 8]:
            name = f"facts behind it, {'signed' if signed else 'unsigned'}{', ZIP64' if large else ''}, method {method}"
            case(name)(late(signed, large, method))


@case("large numbers that need not be")
def _(z: Zip) -> None:
    member = z.add(b"file", b"text")
    member.size = member.stored = 0xFFFFFFFF
    member.sizes_here = (0xFFFFFFFF, 0xFFFFFFFF)
    member.here = member.central = extra(1, struct.pack("<QQ", 4, 4))
    member.version = 45


@case("one large number")
def _(z: Zip) -> None:
    member = z.add(b"file", b"text")
    which = z.maker.pick(["size", "stored"])
    setattr(member, which, 0xFFFFFFFF)
    member.sizes_here = (4, 4)
    member.central = extra(1, struct.pack("<Q", 4))


@case("a large place")
def _(z: Zip) -> None:
    first = z.members[0]
    place = len(local(first))
    z.add(b"file", offset=0xFFFFFFFF, central=extra(1, struct.pack("<Q", place)))


@case("large numbers that nothing asks for")
def _(z: Zip) -> None:
    z.add(b"file", b"text", central=extra(1, struct.pack("<QQQ", 9, 9, 9)))


@case("large numbers that are missing")
def _(z: Zip) -> None:
    z.maker.traits.add("damaged")
    z.add(b"file", b"text", size=0xFFFFFFFF, stored=0xFFFFFFFF, sizes_here=(4, 4))


# Hosts, kinds and modes


@case("hosts")
def _(z: Zip) -> None:
    for host in [DOS, UNIX, NTFS, VFAT, MAC, DARWIN, 1, 6, 30]:
        z.add(b"host%d" % host, host=host)


@case("a folder by its slash alone")
def _(z: Zip) -> None:
    z.folder(b"folder/", mode=z.maker.pick([0, FILE, 0o755]), dos=0, host=z.maker.pick([UNIX, DOS]))


@case("a folder by its attribute alone")
def _(z: Zip) -> None:
    z.folder(b"folder", host=z.maker.pick([UNIX, DOS]), mode=z.maker.pick([0, FILE]))


@case("a folder by its mode alone")
def _(z: Zip) -> None:
    z.folder(b"folder", dos=0, mode=0o40700)


@case("a folder with contents")
def _(z: Zip) -> None:
    z.add(b"folder/", b"contents", mode=FOLDER, dos=0x10)


@case("modes")
def _(z: Zip) -> None:
    for mode in [0, 0o644, 0o100000, 0o104755, 0o101777, 0o100400, 0o600, 0o100111]:
        z.add(b"mode%o" % mode, mode=mode)


@case("DOS attributes")
def _(z: Zip) -> None:
    for dos in [1, 2, 4, 0x20, 0x21]:
        z.add(b"dos%x" % dos, dos=dos, host=DOS)
        z.add(b"unix%x" % dos, dos=dos)


@case("modes of another host")
def _(z: Zip) -> None:
    member = z.add(b"file", host=z.maker.pick([DOS, NTFS, VFAT]))
    member.dos = 0o100600 << 16 | 0x20


@case("a link")
def _(z: Zip) -> None:
    z.add(b"stored", b"target", mode=LINK)
    z.add(b"deflated", b"some/other/target", mode=LINK, method=8)
    z.add(b"dated", b"target", mode=LINK, here=stamp(), central=stamp())
    z.add(b"folder/deep", b"../target", mode=LINK)


@case("links of all lengths")
def _(z: Zip) -> None:
    for number, length in enumerate(z.maker.random.sample([1, 99, 100, 255, 256, 257, 1023, 1024, 4094, 4095], 4)):
        z.add(b"link%d" % number, z.maker.path(length), mode=LINK)


@case("links that lead out")
def _(z: Zip) -> None:
    z.add(b"link", z.maker.pick([b"/etc/passwd", b"../out", b"a/../../b"]), mode=LINK)


@case("a link to nothing")
def _(z: Zip) -> None:
    z.add(b"link", b"", mode=LINK)


@case("a link of another host")
def _(z: Zip) -> None:
    z.add(b"link", b"target", mode=LINK, host=z.maker.pick([DARWIN, NTFS]))


@case("devices")
def _(z: Zip) -> None:
    z.add(b"odd", b"", mode=z.maker.pick([0o10644, 0o20644, 0o60644, 0o140644]))


# Extra fields


@case("times")
def _(z: Zip) -> None:
    for number, when in enumerate([0, 1, -1, -86_400, -(2**31), 2**31 - 1, z.maker.random.randrange(2**31)]):
        both = stamp(when)
        z.add(b"when%d" % number, here=both, central=both)


@case("times with all three dates")
def _(z: Zip) -> None:
    here = extra(0x5455, struct.pack("<Biii", 7, WHEN, WHEN + 10, WHEN + 20))
    z.add(b"file", here=here, central=stamp(WHEN, 7))


@case("times without the first date")
def _(z: Zip) -> None:
    z.add(b"file", here=extra(0x5455, struct.pack("<Bi", 2, 1_000_000_000)), central=extra(0x5455, b"\x02"))


@case("times that are cut")
def _(z: Zip) -> None:
    short = extra(0x5455, z.maker.pick([b"", b"\x01", b"\x01\x00\x00"]))
    z.add(b"file", here=short, central=short)


def ntfs(when: int) -> bytes:
    ticks = (when + 11_644_473_600) * 10_000_000
    return extra(0x000A, struct.pack("<IHHQQQ", 0, 1, 24, ticks, ticks + 1, ticks + 2))


@case("times of NTFS")
def _(z: Zip) -> None:
    for number, when in enumerate([0, WHEN, -86_400, 2**33, -11_644_473_600, 1_000_000_001]):
        z.add(b"when%d" % number, central=ntfs(when), here=z.maker.pick([b"", ntfs(when)]))


@case("times of both kinds")
def _(z: Zip) -> None:
    both = [ntfs(1_000_000_000), stamp(1_100_000_000)]
    fields = b"".join(both if z.maker.chance(2) else both[::-1])
    z.add(b"file", here=fields, central=fields)


@case("times of old Unix")
def _(z: Zip) -> None:
    old = struct.pack("<ii", 1_000_000_000, 1_100_000_000)
    z.add(b"file", here=extra(0x5855, old + struct.pack("<HH", 1000, 1000)), central=extra(0x5855, old))


@case("times of PKWARE's Unix")
def _(z: Zip) -> None:
    fields = extra(0x000D, struct.pack("<iiHH", 1_000_000_000, 1_100_000_000, 1000, 1000))
    z.add(b"file", here=fields, central=fields)


@case("owners")
def _(z: Zip) -> None:
    new = extra(0x7875, b"\x01\x04" + struct.pack("<I", 1000) + b"\x04" + struct.pack("<I", 1000))
    old = extra(0x7855, struct.pack("<HH", 1000, 1000))
    z.add(b"new", here=stamp() + new, central=stamp() + new)
    z.add(b"old", here=stamp() + old, central=stamp() + extra(0x7855, b""))


def unicode_path(name: bytes, shown: bytes, *, version: int = 1, crc: int | None = None) -> bytes:
    return extra(0x7075, struct.pack("<BI", version, zlib.crc32(name) if crc is None else crc) + shown)


@case("a Unicode path")
def _(z: Zip) -> None:
    for name, shown in [(b"caf\x82", "café"), (b"plain", "plän"), (b"f/?", "f/☃")]:
        fields = unicode_path(name, shown.encode())
        z.add(name, here=fields, central=fields)


@case("a Unicode path of another name")
def _(z: Zip) -> None:
    fields = unicode_path(b"name", b"other", crc=z.maker.pick([0, 1]))
    z.add(b"name", here=fields, central=fields)


@case("a Unicode path of another version")
def _(z: Zip) -> None:
    fields = unicode_path(b"name", b"other", version=2)
    z.add(b"name", here=fields, central=fields)


@case("a Unicode path and a flag")
def _(z: Zip) -> None:
    fields = unicode_path("ünï".encode(), b"other")
    z.add("ünï".encode(), here=fields, central=fields, flags=0x800)


@case("a Unicode comment")
def _(z: Zip) -> None:
    z.add(b"name", central=extra(0x6375, struct.pack("<BI", 1, zlib.crc32(b"c")) + b"comment"), comment=b"c")


@case("ASi Unix")
def _(z: Zip) -> None:
    fields = struct.pack("<HIHH", 0o100600, 0, 1000, 1000)
    fields = extra(0x756E, struct.pack("<I", zlib.crc32(fields)) + fields)
    z.add(b"file", here=fields, central=fields)


@case("AES without a password")
def _(z: Zip) -> None:
    fields = extra(0x9901, struct.pack("<HHBH", 2, 0x4541, 3, 0))
    z.add(b"secret", packed=z.maker.random.randbytes(40), method=99, flags=1, here=fields, central=fields, version=51)


@case("encrypted")
def _(z: Zip) -> None:
    z.add(b"secret", packed=z.maker.random.randbytes(32), flags=1)


@case("extra fields that nobody knows")
def _(z: Zip) -> None:
    fields = extra(0xCAFE, b"") + extra(0x4242, b"12345") + stamp() + extra(0xD935, bytes(6))
    z.add(b"file", here=fields, central=fields)


@case("an extra field that is cut")
def _(z: Zip) -> None:
    fields = stamp() + z.maker.pick([b"\x42", b"\x42\x42\x20\x00abc", b"\x42\x42\x05"])
    z.add(b"file", here=fields, central=fields)


@case("an extra field twice")
def _(z: Zip) -> None:
    fields = stamp() + stamp(1_000_000_000)
    z.add(b"file", here=fields, central=fields)


@case("zeros that align")
def _(z: Zip) -> None:
    z.add(b"file", here=bytes(z.maker.pick([1, 2, 3, 4, 7])))


# Dates


@case("DOS dates")
def _(z: Zip) -> None:
    for number, (date, time) in enumerate([(33, 0), (127 << 9 | 12 << 5 | 31, 23 << 11 | 59 << 5 | 29), (DATE, 0)]):
        z.add(b"date%d" % number, date=date, time=time)


@case("DOS dates that are none")
def _(z: Zip) -> None:
    for number, (date, time) in enumerate(
        [(0, 0), (29 << 9 | 13 << 5 | 1, 0), (29 << 9 | 2 << 5 | 30, 0), (DATE, 31 << 11 | 63 << 5 | 31), (DATE, 30)]
    ):
        z.add(b"date%d" % number, date=date, time=time)


# Names


@case("names in UTF-8")
def _(z: Zip) -> None:
    for name in ["ünï☃", "日本語", "e\u0301"]:
        z.add(name.encode(), flags=0x800)


@case("names in UTF-8 without the flag")
def _(z: Zip) -> None:
    z.add("ünï☃".encode(), host=z.maker.pick([UNIX, UNIX, DOS]))


@case("names in other bytes")
def _(z: Zip) -> None:
    z.add(
        z.maker.pick([b"caf\xe9", b"caf\x82", b"\xff\xfe"]),
        host=z.maker.pick([UNIX, DOS]),
        flags=z.maker.pick([0, 0x800]),
    )


@case("names that are written in other ways")
def _(z: Zip) -> None:
    for name in [b"./a", b"b//c", b"d/./e", b"././f", b".//i"]:
        z.add(name)
    z.folder(b"g//")
    z.folder(b"./h/")


@case("a name from the root on")
def _(z: Zip) -> None:
    z.add(z.maker.pick([b"/absolute", b"//twice/file"]))


@case("a name that leads out")
def _(z: Zip) -> None:
    z.add(z.maker.pick([b"../out", b"a/../../out", b".."]))


@case("a name that leads out and in")
def _(z: Zip) -> None:
    z.add(z.maker.pick([b"a/../b", b"a/b/../../c"]))


@case("a name with backslashes")
def _(z: Zip) -> None:
    z.add(b"back\\slash\\file", host=z.maker.pick([UNIX, DOS, NTFS]))


@case("a name with a drive")
def _(z: Zip) -> None:
    z.add(b"C:/file", host=z.maker.pick([UNIX, DOS]))


@case("an empty name")
def _(z: Zip) -> None:
    z.add(b"", b"text")


@case("a name with a zero")
def _(z: Zip) -> None:
    z.add(b"zero\0behind")


@case("odd bytes in names")
def _(z: Zip) -> None:
    for number, byte in enumerate(z.maker.random.sample(range(1, 127), 12)):
        if byte != 0x2F:
            z.add(b"n%d-%c-" % (number, byte))


@case("long names")
def _(z: Zip) -> None:
    for length in z.maker.random.sample([255, 256, 257, 511, 1000, 1023, 1024, 2000, 4000, 4050], 3):
        z.add(z.maker.path(length))


@case("a name that is too long for the system")
def _(z: Zip) -> None:
    z.add(z.maker.letters(z.maker.pick([256, 300])))


@case("a path that is too long for the system")
def _(z: Zip) -> None:
    z.add(z.maker.path(z.maker.pick([4096, 5000, 65_535])))


# The same place again


@case("a file again")
def _(z: Zip) -> None:
    z.add(b"file", b"first")
    z.add(b"file", b"second", date=DATE + 1)


@case("a file again, in another case")
def _(z: Zip) -> None:
    z.add(b"file", b"first")
    z.add(b"FILE", b"second")


@case("a file again, in another way")
def _(z: Zip) -> None:
    z.add(b"file", b"first")
    z.add(b"./file", b"second")


@case("a folder again")
def _(z: Zip) -> None:
    z.folder(b"folder/", here=stamp(), central=stamp())
    z.add(b"folder/file")
    z.folder(b"folder/", here=stamp(1_000_000_000), central=stamp(1_000_000_000), mode=0o40700)


@case("a file and a folder")
def _(z: Zip) -> None:
    if z.maker.chance(2):
        z.add(b"same")
        z.folder(b"same/")
    else:
        z.folder(b"same/")
        z.add(b"same")


@case("a link, then a file")
def _(z: Zip) -> None:
    z.add(b"same", b"elsewhere", mode=LINK)
    z.add(b"same", b"contents")


@case("something below a file")
def _(z: Zip) -> None:
    z.add(b"same")
    z.add(b"same/below")


@case("something below a link")
def _(z: Zip) -> None:
    z.add(b"link", z.maker.pick([b"folder", b"/outer"]), mode=LINK)
    z.add(b"link/below")


@case("one place for two members")
def _(z: Zip) -> None:
    first = z.members[0]
    z.maker.traits.add("overlap")
    z.add(first.name, first.data, method=8, here=stamp(), central=stamp(), offset=0)
    z.members[-1].name = b"again"


@case("folders that are not told")
def _(z: Zip) -> None:
    z.add(b"a/b/c/file")


@case("folders that must not be written to")
def _(z: Zip) -> None:
    z.folder(b"closed/", mode=z.maker.pick([0o40000, 0o40555, 0o40500]))
    z.add(b"closed/file")


# Contents


@case("methods")
def _(z: Zip) -> None:
    method = z.maker.pick([1, 6, 9, 12, 14, 93, 95, 96, 98, 1000])
    z.maker.traits.add(f"method {method}")
    z.add(b"odd", method=method, packed=None if method == 12 else z.maker.random.randbytes(30))


@case("deflated nothing")
def _(z: Zip) -> None:
    z.add(b"nothing", b"", method=8)


@case("bytes behind what is deflated")
def _(z: Zip) -> None:
    member = z.add(b"file", method=8)
    member.packed = member.body() + b"behind"


@case("deflated with a wrong size")
def _(z: Zip) -> None:
    z.maker.traits.add("damaged")
    member = z.add(b"file", b"some text", method=8)
    member.size = len(member.data) + z.maker.pick([-1, 1, 1000])


@case("stored with two sizes")
def _(z: Zip) -> None:
    z.maker.traits.add("damaged")
    z.add(b"file", b"some text", size=z.maker.pick([5, 20]))


@case("a wrong check")
def _(z: Zip) -> None:
    z.maker.traits.add("damaged")
    z.add(b"file", crc=z.maker.pick([0, 1]), method=z.maker.pick([0, 8]))


@case("flags")
def _(z: Zip) -> None:
    for flags in [2, 4, 6, 0x10, 0x20, 0x40, 0x2000, 0x8000]:
        z.add(b"flags%x" % flags, flags=flags, method=8)
        z.maker.traits.add("flags")


@case("versions")
def _(z: Zip) -> None:
    z.add(b"file", version=z.maker.pick([0, 10, 21, 45, 46, 63, 99]), method=8)
