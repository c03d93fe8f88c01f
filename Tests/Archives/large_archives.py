"""Archives at the limits of 16 and 32 bits: made rarely, because they take seconds. On the disk they are holes."""

from __future__ import annotations

import struct
import zlib

from making import Case, Maker
from zip_bytes import Member, central, extra, local

GIB = 1 << 30
CASES: dict[str, Case] = {}


def many(maker: Maker) -> None:
    """As many members as 16 bits can count, and one around it."""
    import tarfile
    import zipfile

    count = maker.pick([65_534, 65_535, 65_536, 65_537])
    maker.traits |= {"many", f"{count} members"}
    way = maker.random.randrange(2)
    if maker.archive.suffix == ".zip":
        with zipfile.ZipFile(maker.archive, "w", zipfile.ZIP_STORED, allowZip64=True) as members:
            for number in range(count):
                info = zipfile.ZipInfo(f"{number % 100}/{number}", (2009, 2, 13, 23, 31, 30))
                info.external_attr = 0o100644 << 16
                members.writestr(info, b"x" if number % 1000 == 0 else b"")
    else:
        form = tarfile.USTAR_FORMAT if way else tarfile.GNU_FORMAT
        with tarfile.open(maker.archive, "w", format=form) as tar:
            for number in range(count):
                member = tarfile.TarInfo(f"{number % 100}/{number}")
                member.mtime = 1_234_567_890
                tar.addfile(member)


def zeros_crc(count: int) -> int:
    """The check of so many zeros."""
    crc, piece = 0, bytes(1 << 24)
    while count > 0:
        crc = zlib.crc32(piece[:count], crc)
        count -= len(piece)
    return crc


def sizes(*numbers: int) -> bytes:
    return extra(1, struct.pack(f"<{len(numbers)}Q", *numbers)) if numbers else b""


def four_gibibytes(maker: Maker) -> None:
    """A stored member of zeros, and one behind it: a size, or a place of a member or of the directory, is at
    the limit of 32 bits.
    """
    edge = (1 << 32) - 1 + maker.pick([-1, 0, 1, 2])
    what = maker.pick(["size", "place", "directory"])
    maker.traits |= {"huge", f"{what} {edge - (1 << 32):+} of 4 GiB"}
    small = Member(b"small", b"behind what is large")
    is_large = what == "size" and edge >= 0xFFFFFFFF
    head = 30 + len(b"large") + (20 if is_large else 0)
    size = {"size": edge, "place": edge - head, "directory": edge - head - len(local(small))}[what]
    crc = zeros_crc(size)
    large = Member(b"large", crc=crc, size=size, stored=size)
    if is_large:
        large.here = large.central = sizes(size, size)
        large.size = large.stored = 0xFFFFFFFF
        large.version = 45
    with open(maker.archive, "wb") as file:
        file.write(local(large))
        file.seek(size, 1)
        place = file.tell()
        file.write(local(small))
        if place >= 0xFFFFFFFF:
            small.offset, small.central, small.version = 0xFFFFFFFF, sizes(place), 45
        start = file.tell()
        directory = central(large, 0) + central(small, place)
        file.write(directory)
        if start >= 0xFFFFFFFF:
            here = file.tell()
            file.write(struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 2, 2, len(directory), start))
            file.write(struct.pack("<IIQI", 0x07064B50, 0, here, 1))
        file.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, len(directory), min(start, 0xFFFFFFFF), 0))


def eight_gibibytes(maker: Maker) -> None:
    """Sizes that eleven octal digits cannot say, in a tar archive with holes."""
    home = maker.folder / "home"
    home.mkdir()
    for number, size in enumerate([2**33 - 1, 2**33, 2**33 + 1, 2**31, 2**32 - 1, 2**32, 2**32 + 1]):
        with open(home / f"holes{number}", "wb") as file:
            file.truncate(size)
            file.seek(size - 1)
            file.write(b"x")
    form = maker.pick(
        [
            ["gnu"],
            ["posix", "--sparse-version=1.0"],
            ["posix", "--sparse-version=0.1"],
            ["posix", "--sparse-version=0.0"],
            ["oldgnu"],
        ]
    )
    maker.traits |= {"huge", " ".join(form)}
    maker.run("tar", "--sparse", f"--format={form[0]}", *form[1:], "-cf", maker.archive, "home")


def large_tar(maker: Maker) -> None:
    (many if maker.chance(2) else eight_gibibytes)(maker)


CASES |= {
    "large: ZIP of 65,534 to 65,537 members": many,
    "large: ZIP at 4 GiB": four_gibibytes,
    "large: tar": large_tar,
}
