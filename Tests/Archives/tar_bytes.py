"""Tar archives put together byte by byte: each has plain members, and one thing that is odd."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field

from making import EDGES, Case, Maker
from tar_writers import perhaps_compressed

CASES: dict[str, Case] = {}
WHEN = 1_234_567_890
POSIX, GNU, OLD = b"ustar\x0000", b"ustar  \x00", bytes(8)


def octal(number: int, length: int) -> bytes:
    return b"%0*o\0" % (length - 1, number)


def binary(number: int, length: int) -> bytes:
    """A number in base 256, as GNU tar and star write those that are too large, or less than zero."""
    mark = 0x80 << 8 * (length - 1) if number >= 0 else 0
    return (number % (1 << 8 * length) | mark).to_bytes(length, "big")


def header(
    name: bytes,
    kind: bytes = b"0",
    *,
    mode: bytes | int = 0o644,
    size: bytes | int = 0,
    mtime: bytes | int = WHEN,
    target: bytes = b"",
    magic: bytes = POSIX,
    prefix: bytes = b"",
    owner: bytes | int = 1000,
    devices: bytes = b"",
    checksum: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """A header whose fields are numbers, or just what stands there."""

    def number(value: bytes | int, length: int) -> bytes:
        return octal(value, length) if isinstance(value, int) else value.ljust(length, b"\0")

    fields = [
        name[:100].ljust(100, b"\0"),
        number(mode, 8),
        number(owner, 8),
        number(owner, 8),
        number(size, 12),
        number(mtime, 12),
        b" " * 8,
        kind,
        target[:100].ljust(100, b"\0"),
        magic,
        b"user".ljust(32, b"\0"),
        b"group".ljust(32, b"\0"),
        devices.ljust(16, b"\0"),
        prefix.ljust(155, b"\0"),
    ]
    block = b"".join(fields).ljust(512, b"\0")
    sum_of = checksum or (lambda block: b"%06o\0 " % sum(block))
    return block[:148] + sum_of(block) + block[156:]


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def record(key: str | bytes, value: str | bytes) -> bytes:
    """A line of a pax header, which begins with its own length."""
    raw = b" %s=%s\n" % (
        key.encode() if isinstance(key, str) else key,
        value.encode() if isinstance(value, str) else value,
    )
    length = len(raw)
    while len(b"%d" % length) + len(raw) != length:
        length = len(b"%d" % length) + len(raw)
    return b"%d" % length + raw


@dataclass
class Tar:
    """An archive under construction."""

    maker: Maker
    parts: list[bytes] = field(default_factory=list)

    def add(self, head: bytes, data: bytes = b"") -> None:
        self.parts += [head, padded(data)]

    def file(self, name: bytes, data: bytes | None = None, **fields: bytes | int) -> None:
        data = self.maker.data(self.maker.pick([0, 1, 511, 512, 513])) if data is None else data
        kind = fields.pop("kind", b"0")
        assert isinstance(kind, bytes)
        self.add(header(name, kind, **{"size": len(data), **fields}), data)  # type: ignore[arg-type]

    def pax(self, *records: tuple[str, str | bytes], kind: bytes = b"x") -> None:
        text = b"".join(record(key, value) for key, value in records)
        self.add(header(b"PaxHeaders/x", kind, size=len(text)), text)

    def long(self, kind: bytes, text: bytes) -> None:
        self.add(header(b"././@LongLink", kind, size=len(text), magic=GNU), text)

    def plain(self) -> None:
        self.file(self.maker.letters(8))

    def end(self, mark: bytes = bytes(1024)) -> None:
        self.maker.archive.write_bytes(b"".join(self.parts) + mark)


def case(name: str) -> Callable[[Callable[[Tar], bytes | None]], Callable[[Tar], bytes | None]]:
    """Makes a case of something odd, which stands between plain members; it may give another end mark."""

    def take(work: Callable[[Tar], bytes | None]) -> Callable[[Tar], bytes | None]:
        def make(maker: Maker) -> None:
            tar = Tar(maker)
            tar.plain()
            mark = work(tar)
            if mark is None:
                tar.plain()
                tar.end()
                perhaps_compressed(maker)
            else:
                tar.end(mark)

        CASES[f"tar: {name}"] = make
        return work

    return take


# Numbers


@case("modified in base 256")
def _(tar: Tar) -> None:
    for number, when in enumerate([0, -1, -86_400, -(2**31), 2**31, 2**33, 2**34 + 5, tar.maker.time()]):
        tar.file(b"when%d" % number, mtime=binary(when, 12))


@case("size in base 256")
def _(tar: Tar) -> None:
    tar.file(b"file", b"twelve bytes", size=binary(12, 12))
    tar.file(b"empty", b"", size=binary(0, 12))


@case("mode in base 256")
def _(tar: Tar) -> None:
    tar.file(b"file", mode=binary(0o640, 8), owner=binary(2**31, 8))


@case("numbers without end")
def _(tar: Tar) -> None:
    tar.file(b"file", mode=b"00000640", size=b"%012o" % 5, data=b"seven"[:5], mtime=b"%012o" % 2**33)


@case("numbers after blanks")
def _(tar: Tar) -> None:
    tar.file(b"file", mode=b"   640 \0", size=b"%11o " % 5, data=b"seven"[:5], mtime=b"%11o " % WHEN)


@case("numbers as in version 7")
def _(tar: Tar) -> None:
    tar.file(
        b"file", mode=b"%6o \0" % 0o755, size=b"%11o " % 9, data=b"nine bytes"[:9], mtime=b"%11o " % WHEN, magic=OLD
    )


@case("empty numbers")
def _(tar: Tar) -> None:
    tar.file(b"file", b"", **{tar.maker.pick(["size", "mtime", "owner"]): b""})


@case("an empty mode")
def _(tar: Tar) -> None:
    tar.file(b"file", mode=b"")


@case("a number that is none")
def _(tar: Tar) -> None:
    field_name = tar.maker.pick(["mode", "mtime", "owner", "size"])
    tar.maker.traits.add(f"number {field_name}")
    tar.file(b"file", b"", **{field_name: tar.maker.pick([b"abc", b"12x4", b"-1", b"9", b"+7", b"0x10"])})


@case("a mode with all bits")
def _(tar: Tar) -> None:
    for mode in [0o7777, 0o4755, 0o2711, 0o1777, 0o100644, 0o40755, 0]:
        tar.file(b"mode%o" % mode, mode=mode)


@case("a date with a fraction")
def _(tar: Tar) -> None:
    for number, when in enumerate(
        ["1234567890.5", "-1.5", "-0.25", "0.999999999", "-1", "1e9", "1234567890.", "99999999999"]
    ):
        tar.pax(("mtime", when))
        tar.file(b"when%d" % number)


# Checksums


@case("a signed checksum")
def _(tar: Tar) -> None:
    def signed(block: bytes) -> bytes:
        return b"%06o\0 " % (sum(block) - 256 * sum(byte > 127 for byte in block))

    data = tar.maker.data(20)
    tar.add(header(b"caf\xc3\xa9", size=20, checksum=signed), data)


@case("a checksum in another form")
def _(tar: Tar) -> None:
    forms = [b"%07o\0", b"%6o\0 ", b"%06o \0", b"%07o ", b"%08o", b"%6o  "]
    for number, form in enumerate(forms):
        tar.add(header(b"sum%d" % number, size=3, checksum=lambda block, form=form: form % sum(block)), b"abc")  # type: ignore[misc]


@case("a wrong checksum")
def _(tar: Tar) -> None:
    tar.maker.traits.add("damaged")
    tar.add(header(b"file", checksum=lambda block: b"%06o\0 " % (sum(block) + 1)))


# Names


@case("names at each edge, in two fields")
def _(tar: Tar) -> None:
    for length in tar.maker.random.sample([1, 99, 100, 101, 153, 154, 155, 156, 157, 200, 254, 255, 256], 6):
        name = tar.maker.path(length)
        splits = [
            at for at in range(len(name)) if name[at : at + 1] == b"/" and at <= 155 and 0 < len(name) - at - 1 <= 100
        ]
        if length <= 100 and not (splits and tar.maker.chance(2)):
            tar.file(name)
        elif splits:
            at = tar.maker.pick(splits)
            tar.file(name[at + 1 :], prefix=name[:at])


@case("a long name whose hundredth byte is a slash")
def _(tar: Tar) -> None:
    way = tar.maker.random.randrange(4)
    folder = tar.maker.path(99, longest=60)
    name = folder + b"/" + tar.maker.letters(tar.maker.pick([1, 2, 50]))
    if way == 0:
        tar.long(b"L", name + b"\0")
        tar.file(name, magic=GNU)
    elif way == 1:
        tar.pax(("path", name))
        tar.file(name)
    elif way == 2:
        tar.pax(("path", name))
        tar.file(name, kind=b"\0")
    else:
        tar.file(name[100:], prefix=name[:99])


@case("a prefix in an archive of GNU tar")
def _(tar: Tar) -> None:
    tar.file(b"file", magic=GNU, prefix=octal(WHEN, 12) + octal(WHEN, 12))


@case("a prefix without a magic")
def _(tar: Tar) -> None:
    tar.file(b"file", magic=OLD, prefix=b"not/a/prefix")


@case("a prefix and no name")
def _(tar: Tar) -> None:
    tar.file(b"", prefix=b"folder/prefix")


@case("a prefix that ends with a slash")
def _(tar: Tar) -> None:
    tar.file(b"file", prefix=b"prefix/")


@case("a magic of another version")
def _(tar: Tar) -> None:
    magic = tar.maker.pick([b"ustar\x00  ", b"ustar\x0000", b"ustar\x00\x00\x00", b"USTAR\x0000", b"ustar 00"])
    tar.maker.traits.add(f"magic {magic!r}")
    tar.file(b"file", magic=magic, prefix=b"prefix")


@case("dates of star")
def _(tar: Tar) -> None:
    prefix = b"prefix".ljust(131, b"\0") + octal(WHEN, 12) + octal(WHEN, 12)
    head = header(b"file", size=3, prefix=prefix)
    head = head[:508] + b"tar\0"
    head = head[:148] + b" " * 8 + head[156:]
    tar.add(head[:148] + b"%06o\0 " % sum(head) + head[156:], b"abc")


@case("a slash at the end of a file's name")
def _(tar: Tar) -> None:
    tar.maker.traits.add("folder by name")
    for magic, kind in [(OLD, b"\0"), (POSIX, b"0"), (GNU, b"0"), (POSIX, b"7")]:
        tar.file(b"folder%s%d/" % (kind.replace(b"\0", b"n"), magic[5]), b"", kind=kind, magic=magic, mode=0o755)


@case("a slash at the end of a long name")
def _(tar: Tar) -> None:
    name = tar.maker.path(tar.maker.pick([101, 150, 256]), longest=90) + b"/"
    if tar.maker.chance(2):
        tar.long(b"L", name + b"\0")
    else:
        tar.pax(("path", name))
    tar.file(name, b"", mode=0o755, kind=tar.maker.pick([b"0", b"\0", b"5"]))


@case("names that are written in other ways")
def _(tar: Tar) -> None:
    for name in [b"./a", b"b//c", b"d/./e", b"././f", b"g/", b"h//", b".//i", b"j/.", b"./k/./l"]:
        is_folder = name[-1:] in b"/."
        tar.file(name, b"" if is_folder else b"abc", kind=b"5" if is_folder else b"0", mode=0o755)


@case("a name from the root on")
def _(tar: Tar) -> None:
    for name in [b"/absolute", b"//twice", b"/./dot/file"]:
        tar.file(name)


@case("a hard link from the root on")
def _(tar: Tar) -> None:
    tar.file(b"/absolute/file")
    tar.add(header(b"/absolute/link", b"1", target=b"/absolute/file"))


@case("a name that leads out")
def _(tar: Tar) -> None:
    tar.file(tar.maker.pick([b"../out", b"a/../../out", b"..", b"a/.."]))


@case("a name that leads out and in")
def _(tar: Tar) -> None:
    tar.file(tar.maker.pick([b"a/../b", b"a/b/../../c"]))


@case("an empty name")
def _(tar: Tar) -> None:
    tar.file(b"", b"")


@case("the folder itself")
def _(tar: Tar) -> None:
    tar.add(header(tar.maker.pick([b".", b"./", b"./."]), b"5", mode=0o750))


@case("odd bytes in names")
def _(tar: Tar) -> None:
    for number, byte in enumerate(tar.maker.random.sample(range(1, 256), 12)):
        if byte != 0x2F:
            tar.file(b"n%d-%c-" % (number, byte))


@case("a name that is too long for the system")
def _(tar: Tar) -> None:
    name = tar.maker.letters(256)
    tar.pax(("path", name))
    tar.file(name)


@case("names of all long lengths")
def _(tar: Tar) -> None:
    for length in tar.maker.random.sample(EDGES[3:], 4):
        name = tar.maker.path(length)
        if tar.maker.chance(2):
            tar.pax(("path", name))
            tar.file(name)
        else:
            tar.long(b"L", name + b"\0" * tar.maker.random.randrange(2))
            tar.file(name, magic=GNU)


# Kinds


def with_kind(kind: bytes, size: int) -> Callable[[Tar], None]:
    def add(tar: Tar) -> None:
        data = tar.maker.data(size)
        tar.file(b"odd", data, kind=kind)

    return add


for letter in "7AIMVZ":
    case(f"kind {letter}")(with_kind(letter.encode(), 20))


@case("kinds that nobody knows")
def _(tar: Tar) -> None:
    letter = tar.maker.pick("BCEFGHJOPQRTUWYabcz89")
    tar.maker.traits.add(f"kind {letter}")
    with_kind(letter.encode(), 20)(tar)


case("kind of version 7")(with_kind(b"\0", 700))


@case("folders with a size")
def _(tar: Tar) -> None:
    tar.add(header(b"folder/", b"5", size=512, mode=0o755), b"")


@case("folders with contents")
def _(tar: Tar) -> None:
    tar.add(header(b"folder/", b"5", size=512, mode=0o755), bytes(512))


@case("folders that list themselves")
def _(tar: Tar) -> None:
    listing = b"Yfile\0Dbelow\0\0"
    tar.add(header(b"folder/", b"D", size=len(listing), mode=0o755, magic=GNU), listing)
    tar.file(b"folder/file")


@case("a folder without a slash")
def _(tar: Tar) -> None:
    tar.add(header(b"folder", b"5", mode=0o711))
    tar.file(b"folder/file")


@case("a link with a size")
def _(tar: Tar) -> None:
    tar.add(header(b"link", b"2", target=b"target", size=600))


@case("a hard link with a size")
def _(tar: Tar) -> None:
    tar.file(b"first", b"contents")
    tar.add(header(b"second", b"1", target=b"first", size=8))


@case("a hard link with contents")
def _(tar: Tar) -> None:
    # As pax headers may have it: the same bytes once more.
    tar.file(b"first", b"contents")
    tar.pax(("comment", "of pax"))
    tar.add(header(b"second", b"1", target=b"first", size=8), b"contents")


@case("a fifo with a size")
def _(tar: Tar) -> None:
    tar.add(header(b"fifo", b"6", size=512))


@case("devices")
def _(tar: Tar) -> None:
    tar.add(header(b"fifo", b"6"))
    if tar.maker.chance(2):
        tar.add(header(b"null", tar.maker.pick([b"3", b"4"]), devices=octal(1, 8) + octal(3, 8)))


# Links


@case("links of all lengths")
def _(tar: Tar) -> None:
    for number, length in enumerate(tar.maker.random.sample([*EDGES, 2000, 4094, 4095], 5)):
        target = tar.maker.path(length)
        if length <= 100:
            tar.add(header(b"link%d" % number, b"2", target=target))
        elif tar.maker.chance(2):
            tar.pax(("linkpath", target))
            tar.add(header(b"link%d" % number, b"2", target=target))
        else:
            tar.long(b"K", target + b"\0")
            tar.add(header(b"link%d" % number, b"2", target=target, magic=GNU))


@case("links that lead out")
def _(tar: Tar) -> None:
    for number, target in enumerate([b"/etc/passwd", b"../out", b"a/../../b", b"."]):
        tar.add(header(b"link%d" % number, b"2", target=target))


@case("targets that are written in other ways")
def _(tar: Tar) -> None:
    for number, target in enumerate([b"./a", b"a//b", b"a/", b"a/./b", b"\xff\xfe", b"new\nline"]):
        tar.add(header(b"link%d" % number, b"2", target=target))


@case("a link to nothing")
def _(tar: Tar) -> None:
    tar.add(header(b"link", b"2"))


@case("a link that is too long")
def _(tar: Tar) -> None:
    tar.long(b"K", tar.maker.path(4096) + b"\0")
    tar.add(header(b"link", b"2", magic=GNU))


@case("hard links of hard links")
def _(tar: Tar) -> None:
    tar.file(b"first")
    tar.add(header(b"second", b"1", target=b"first"))
    tar.add(header(b"third", b"1", target=tar.maker.pick([b"first", b"second", b"./first"])))


@case("a hard link with a mode and date of its own")
def _(tar: Tar) -> None:
    tar.file(b"first")
    tar.add(header(b"second", b"1", target=b"first", mode=0o600, mtime=WHEN + 99))


@case("a hard link to what comes later")
def _(tar: Tar) -> None:
    tar.add(header(b"second", b"1", target=b"first"))
    tar.file(b"first")


@case("a hard link to what is not there")
def _(tar: Tar) -> None:
    tar.add(header(b"second", b"1", target=b"nowhere"))


@case("a hard link to itself")
def _(tar: Tar) -> None:
    tar.file(b"first")
    tar.add(header(b"first", b"1", target=b"first"))


@case("a hard link to a link")
def _(tar: Tar) -> None:
    tar.add(header(b"link", b"2", target=b"target"))
    tar.add(header(b"second", b"1", target=b"link"))


@case("a hard link to a folder")
def _(tar: Tar) -> None:
    tar.add(header(b"folder/", b"5", mode=0o755))
    tar.add(header(b"second", b"1", target=b"folder"))


@case("hard links with long targets")
def _(tar: Tar) -> None:
    name = tar.maker.path(tar.maker.pick([100, 101, 155, 256, 512]))
    tar.pax(("path", name))
    tar.file(name)
    if tar.maker.chance(2):
        tar.pax(("linkpath", name))
    else:
        tar.long(b"K", name + b"\0")
    tar.add(header(b"second", b"1", target=name))


# The same place again


@case("a file again")
def _(tar: Tar) -> None:
    for _ in range(tar.maker.pick([2, 2, 3])):
        tar.file(
            b"file", tar.maker.data(30), mtime=tar.maker.pick([WHEN, WHEN + 1, 0]), mode=tar.maker.pick([0o600, 0o644])
        )


@case("a file again, in another way")
def _(tar: Tar) -> None:
    tar.file(b"file", b"first")
    tar.file(b"./file", b"second")


@case("a folder again")
def _(tar: Tar) -> None:
    tar.add(header(b"folder/", b"5", mode=0o700, mtime=WHEN))
    tar.file(b"folder/file")
    tar.add(header(b"folder/", b"5", mode=0o755, mtime=WHEN + 50))


@case("a link again")
def _(tar: Tar) -> None:
    tar.add(header(b"link", b"2", target=b"first"))
    tar.add(header(b"link", b"2", target=b"second"))


@case("a link, then a file")
def _(tar: Tar) -> None:
    tar.add(header(b"same", b"2", target=b"elsewhere"))
    tar.file(b"same")


@case("a file, then a link")
def _(tar: Tar) -> None:
    tar.file(b"same")
    tar.add(header(b"same", b"2", target=b"elsewhere"))


@case("a file, then a folder")
def _(tar: Tar) -> None:
    tar.file(b"same")
    tar.add(header(b"same/", b"5", mode=0o755))


@case("a folder, then a file")
def _(tar: Tar) -> None:
    tar.add(header(b"same/", b"5", mode=0o755))
    if tar.maker.chance(2):
        tar.file(b"same/below")
    tar.file(b"same")


@case("a file again that has a second name")
def _(tar: Tar) -> None:
    tar.file(b"first", b"one")
    tar.add(header(b"second", b"1", target=b"first"))
    tar.file(b"first", b"another")


@case("a second name again as a file")
def _(tar: Tar) -> None:
    tar.file(b"first", b"one")
    tar.add(header(b"second", b"1", target=b"first"))
    tar.file(b"second", b"another")


@case("a second name again of another file")
def _(tar: Tar) -> None:
    tar.file(b"first", b"one")
    tar.file(b"other", b"two")
    tar.add(header(b"second", b"1", target=b"first"))
    tar.add(header(b"second", b"1", target=b"other"))


@case("something below a file")
def _(tar: Tar) -> None:
    tar.file(b"same")
    tar.file(b"same/below")


@case("something below a link")
def _(tar: Tar) -> None:
    if tar.maker.chance(2):
        tar.add(header(b"folder/", b"5", mode=0o755))
    tar.add(header(b"link", b"2", target=tar.maker.pick([b"folder", b"/outer", b"nowhere"])))
    tar.file(b"link/below")


# Folders


@case("folders that must not be written to")
def _(tar: Tar) -> None:
    tar.add(header(b"closed/", b"5", mode=tar.maker.pick([0, 0o555, 0o500])))
    tar.file(b"closed/file")
    tar.add(header(b"closed/deep/", b"5", mode=0o700, mtime=WHEN + 7))


@case("a folder after what is in it")
def _(tar: Tar) -> None:
    tar.file(b"folder/file")
    tar.add(header(b"folder/", b"5", mode=0o710, mtime=WHEN + 3))


@case("folders that are not told")
def _(tar: Tar) -> None:
    tar.file(b"a/b/c/file")
    tar.add(header(b"d/e/", b"5", mode=0o700))


# Headers before the header


@case("pax says it all")
def _(tar: Tar) -> None:
    tar.pax(("path", "other"), ("mtime", "1000000001.75"), ("uid", "1"), ("uname", "ünï"), ("size", "11"))
    tar.file(b"name", b"other bytes", size=0)


@case("pax says another size")
def _(tar: Tar) -> None:
    tar.pax(("size", "3"))
    tar.file(b"name", b"abc", size=tar.maker.pick([0, 1, 3, 1024]))


@case("pax takes back")
def _(tar: Tar) -> None:
    tar.pax(("mtime", "1000000000"), kind=b"g")
    tar.pax(("mtime", ""), ("path", ""), ("comment", ""))
    tar.file(b"name")


@case("pax says it twice")
def _(tar: Tar) -> None:
    tar.pax(("path", "first"), ("path", "second"), ("mtime", "1"), ("mtime", "1000000000"))
    tar.file(b"name")


@case("two pax headers")
def _(tar: Tar) -> None:
    tar.pax(("path", "first"))
    tar.pax(("mtime", "1000000000"))
    tar.file(b"name")


@case("pax for all members")
def _(tar: Tar) -> None:
    tar.pax(("mtime", "1000000000"), kind=b"g")
    tar.file(b"one")
    tar.pax(("mtime", "1100000000"))
    tar.file(b"two")
    tar.pax(("mtime", "1200000000"), ("comment", "later"), kind=b"g")
    tar.file(b"three")


@case("pax names all members")
def _(tar: Tar) -> None:
    tar.pax((tar.maker.pick(["path", "linkpath", "size"]), tar.maker.pick(["7", "same"])), kind=b"g")
    tar.file(b"one")


@case("bytes in pax names")
def _(tar: Tar) -> None:
    if tar.maker.chance(2):
        tar.pax(("hdrcharset", "BINARY"), ("path", b"caf\xe9"), ("linkpath", b"\xff"))
    else:
        tar.pax(("path", b"caf\xe9"))
    tar.file(b"name")


@case("a zero in a pax name")
def _(tar: Tar) -> None:
    tar.pax(("path", b"a\0b"))
    tar.file(b"name")


@case("pax that nobody knows")
def _(tar: Tar) -> None:
    tar.pax(
        ("SCHILY.xattr.user.one", "value"), ("LIBARCHIVE.creationtime", "1"), ("SUN.holesdata", " 0 0"),
        ("comment", "=a=b\n"), ("VENDOR.key", b"\xff\n\0"), ("mtime", "1000000000"),
    )  # fmt: skip
    tar.file(b"name")


@case("a damaged pax header")
def _(tar: Tar) -> None:
    tar.maker.traits.add("damaged")
    text = tar.maker.pick(
        [b"99 path=other\n", b"x path=other\n", b"12 path=other\n", b"0 path=a\n", b"14 pathxother\n"]
    )
    tar.maker.traits.add(f"pax {text!r}")
    tar.add(header(b"PaxHeaders/x", b"x", size=len(text)), text)
    tar.file(b"name")


@case("an empty pax header")
def _(tar: Tar) -> None:
    tar.pax()
    tar.file(b"name")


@case("pax of Solaris")
def _(tar: Tar) -> None:
    tar.pax(("path", "other"), ("mtime", "1000000000"), kind=b"X")
    tar.file(b"name")


@case("a pax header at the end")
def _(tar: Tar) -> bytes:
    tar.pax(("path", "other"))
    return bytes(1024)


@case("a long name at the end")
def _(tar: Tar) -> bytes:
    tar.long(b"L", b"other\0")
    return bytes(1024)


@case("long names of GNU tar")
def _(tar: Tar) -> None:
    name, target = tar.maker.path(150), tar.maker.path(150)
    order = [(b"L", name), (b"K", target)]
    for kind, text in order if tar.maker.chance(2) else order[::-1]:
        tar.long(kind, text + b"\0")
    tar.add(header(name, b"2", target=target, magic=GNU))


@case("two long names")
def _(tar: Tar) -> None:
    tar.long(b"L", b"first\0")
    tar.long(b"L", b"second\0")
    tar.file(b"name", magic=GNU)


@case("a long name and pax")
def _(tar: Tar) -> None:
    if tar.maker.chance(2):
        tar.long(b"L", b"gnu\0")
        tar.pax(("path", "pax"))
    else:
        tar.pax(("path", "pax"))
        tar.long(b"L", b"gnu\0")
    tar.file(b"name", magic=GNU)


@case("a long name that is odd")
def _(tar: Tar) -> None:
    tar.long(b"L", tar.maker.pick([b"short", b"zeros\0\0\0\0", b"text\0behind", b"./dot\0", b"a//b\0"]))
    tar.file(b"name", magic=GNU)


@case("an empty long name")
def _(tar: Tar) -> None:
    tar.long(b"L", tar.maker.pick([b"", b"\0"]))
    tar.file(b"name", magic=GNU)


@case("a long name of version 7")
def _(tar: Tar) -> None:
    # GNU tar before 1990.
    tar.add(header(b"name", b"N", size=6, magic=GNU), b"other\0")
    tar.file(b"file")


# Holes


def pieces(tar: Tar) -> list[tuple[int, bytes]]:
    place, found = 0, []
    for _ in range(tar.maker.random.randint(1, 6)):
        place += tar.maker.pick([0, 512, 4096, 100_000])
        data = tar.maker.random.randbytes(tar.maker.pick([512, 1024, 4096]))
        found.append((place, data))
        place += len(data)
    return found


@case("holes in pax 0.0")
def _(tar: Tar) -> None:
    found = pieces(tar)
    length = found[-1][0] + len(found[-1][1]) + tar.maker.pick([0, 1000])
    lines: list[tuple[str, str]] = [("GNU.sparse.size", str(length)), ("GNU.sparse.numblocks", str(len(found)))]
    for place, data in found:
        lines += [("GNU.sparse.offset", str(place)), ("GNU.sparse.numbytes", str(len(data)))]
    tar.pax(*lines)
    tar.file(b"sparse", b"".join(data for _, data in found))


@case("holes in pax 0.1")
def _(tar: Tar) -> None:
    found = pieces(tar)
    length = found[-1][0] + len(found[-1][1]) + tar.maker.pick([0, 1000])
    numbers = ",".join(f"{place},{len(data)}" for place, data in found)
    tar.pax(
        ("GNU.sparse.size", str(length)), ("GNU.sparse.numblocks", str(len(found))), ("GNU.sparse.name", "sparse"),
        ("GNU.sparse.map", numbers),
    )  # fmt: skip
    tar.file(b"GNUSparseFile.1/sparse", b"".join(data for _, data in found))


@case("holes in pax 1.0")
def _(tar: Tar) -> None:
    found = pieces(tar)
    length = found[-1][0] + len(found[-1][1]) + tar.maker.pick([0, 1000])
    tar.pax(
        ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "sparse"),
        ("GNU.sparse.realsize", str(length)),
    )  # fmt: skip
    numbers = [len(found)] + [number for place, data in found for number in (place, len(data))]
    tar.file(
        b"GNUSparseFile.1/sparse",
        padded(b"".join(b"%d\n" % number for number in numbers)) + b"".join(data for _, data in found),
    )


@case("holes in old headers")
def _(tar: Tar) -> None:
    found = pieces(tar)
    length = found[-1][0] + len(found[-1][1])
    entries = [octal(place, 12) + octal(len(data), 12) for place, data in found]
    stored = b"".join(data for _, data in found)
    head = bytearray(header(b"sparse", b"S", size=len(stored), magic=GNU))
    head[386:482] = b"".join(entries[:4]).ljust(96, b"\0")
    head[482] = len(entries) > 4
    head[483:495] = octal(length, 12)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    tar.parts.append(bytes(head))
    if len(entries) > 4:
        tar.parts.append(b"".join(entries[4:]).ljust(504, b"\0") + bytes(8))
    tar.parts.append(padded(stored))


# Ends


@case("no end")
def _(tar: Tar) -> bytes:
    return b""


@case("one block of zeros at the end")
def _(tar: Tar) -> bytes:
    return bytes(512)


@case("a file that ends with its bytes")
def _(tar: Tar) -> bytes:
    data = tar.maker.data(tar.maker.pick([1, 100, 513]))
    tar.parts += [header(b"last", size=len(data)), data]
    return b""


@case("one block of zeros between members")
def _(tar: Tar) -> None:
    tar.parts.append(bytes(512))


@case("something behind the end")
def _(tar: Tar) -> bytes:
    return bytes(1024) + tar.maker.pick(
        [b"garbage", tar.maker.random.randbytes(1000), header(b"behind"), bytes(9000), b"x"]
    )


@case("an end that is cut")
def _(tar: Tar) -> bytes:
    return bytes(tar.maker.pick([1, 100, 511, 513, 1023]))


@case("a cut in a file")
def _(tar: Tar) -> bytes:
    tar.maker.traits.add("damaged")
    data = tar.maker.random.randbytes(2000)
    tar.parts += [header(b"last", size=len(data)), data[: tar.maker.pick([0, 1, 511, 512, 1999])]]
    return b""


@case("a cut in a header")
def _(tar: Tar) -> bytes:
    tar.maker.traits.add("damaged")
    return header(b"last")[: tar.maker.pick([1, 100, 300, 511])]


@case("nothing but an end")
def _(tar: Tar) -> bytes:
    tar.parts.clear()
    return bytes(tar.maker.pick([1024, 10_240]))


@case("garbage between members")
def _(tar: Tar) -> None:
    tar.maker.traits.add("damaged")
    tar.parts.append(tar.maker.random.randbytes(512))


@case("gzip that is damaged")
def _(tar: Tar) -> bytes:
    """A bit in the contents or behind them; the zeros make the end of the archive come long before that of the file."""
    tar.maker.traits |= {"damaged", "gzip"}
    tar.plain()
    data = bytearray(gzip.compress(b"".join(tar.parts) + bytes(10_240), mtime=0))
    place = tar.maker.pick([-1, -4, -5, -8, -9, tar.maker.random.randrange(10, len(data))])
    tar.maker.traits.add("gzip trailer" if -8 <= place < 0 else "gzip contents")
    data[place] ^= 1 << tar.maker.random.randrange(8)
    tar.parts = [bytes(data)]
    return b""


@case("gzip that is cut")
def _(tar: Tar) -> bytes:
    tar.maker.traits |= {"damaged", "gzip"}
    data = gzip.compress(b"".join(tar.parts) + bytes(10_240), mtime=0)
    tar.parts = [data[: len(data) - tar.maker.pick([1, 4, 7, 8, 9, 20])]]
    return b""


@case("gzip with something behind it")
def _(tar: Tar) -> bytes:
    tar.maker.traits |= {"gzip"}
    tar.parts = [gzip.compress(b"".join(tar.parts) + bytes(1024), mtime=0)]
    return tar.maker.pick([b"garbage", b"\x1f\x8b garbage", b"\x1f", bytes(100) + b"x"])
