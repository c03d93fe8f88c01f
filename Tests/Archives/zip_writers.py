"""ZIP archives as real programs write them."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from making import Case, Maker, spread
from processes import ENVIRONMENT, LIMIT

CASES: dict[str, Case] = {}


def info_zip(*options: str, streams: bool = False) -> Case:
    def make(maker: Maker) -> None:
        spread(maker, plain=True)
        command = ["zip", "-qr", *options]
        if streams:
            piped([*command, "-", "home"], maker.folder, maker.archive)
        else:
            maker.run(*command, maker.archive, "home")

    return make


def piped(command: list[str], folder: Path, archive: Path) -> None:
    """Runs a program that cannot go back in what it writes."""
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        archive.write_bytes(process.communicate(timeout=LIMIT)[0])
    finally:
        process.kill()


def info_zip_again(maker: Maker) -> None:
    """An archive in which files were replaced, added and deleted."""
    home = spread(maker, plain=True)
    maker.run("zip", "-qry", maker.archive, "home")
    (home / "again").write_bytes(maker.data())
    os.utime(home / "again", (1_200_000_000, 1_200_000_000))
    maker.run("zip", "-qy", maker.archive, "home/again")
    (home / "again").write_bytes(b"again" + maker.data())
    maker.run("zip", "-qy", maker.archive, "home/again")


def with_program(maker: Maker) -> None:
    """An archive that unpacks itself: a program stands before it, and the places may or may not count that."""
    spread(maker, plain=True)
    maker.run("zip", "-qry", maker.archive, "home")
    maker.archive.write_bytes(
        b"#!/bin/sh\n" + maker.random.randbytes(maker.pick([1, 100, 70_000])) + maker.archive.read_bytes()
    )
    if maker.chance(2):
        maker.run("zip", "-qA", maker.archive)
        maker.traits.add("places count what is before")


def commented(maker: Maker) -> None:
    spread(maker, plain=True)
    maker.run("zip", "-qry", maker.archive, "home")
    with zipfile.ZipFile(maker.archive, "a") as members:
        members.comment = maker.pick([b"a comment", b"x" * 65_535, b"PK\x05\x06" + bytes(18), b"PK\x05\x06"])


def bsd(*options: str, streams: bool = False) -> Case:
    def make(maker: Maker) -> None:
        spread(maker, plain=True)
        command = ["bsdtar", "--format", "zip", *(["--options", ",".join(options)] if options else [])]
        if streams:
            piped([*command, "-cf", "-", "home"], maker.folder, maker.archive)
        else:
            maker.run(*command, "-cf", maker.archive, "home")

    return make


def seven_zip(*options: str) -> Case:
    def make(maker: Maker) -> None:
        spread(maker, plain=True)
        maker.run("7z", "a", "-tzip", "-snl", "-bso0", *options, maker.archive, "home")

    return make


class Pipe(io.RawIOBase):
    """A file that Python cannot go back in."""

    def __init__(self, path: Path) -> None:
        self.file = open(path, "wb", buffering=0)  # noqa: SIM115

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.file.write(data)

    def close(self) -> None:
        self.file.close()
        super().close()


def python(method: int, *, large: bool = False, streams: bool = False) -> Case:
    def make(maker: Maker) -> None:
        target = Pipe(maker.archive) if streams else open(maker.archive, "wb")  # noqa: SIM115
        with target, zipfile.ZipFile(target, "w", method) as members:
            for _ in range(maker.random.randint(1, 8)):
                add_member(maker, members, method, large)
            if maker.chance(4):
                members.comment = b"a comment"

    return make


def add_member(maker: Maker, members: zipfile.ZipFile, method: int, large: bool) -> None:
    length = maker.pick([0, 0, 0, 100, 255, 256, 1000, 1024])
    name = (maker.path(length) if length else maker.name()).decode("utf-8", "replace")
    seconds = maker.pick([(1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58), (2009, 2, 13, 23, 31, 30)])
    member = zipfile.ZipInfo(name, seconds)
    member.create_system = maker.pick([3, 3, 0, 10])
    member.compress_type = method
    kind = maker.random.randrange(6)
    mode = maker.pick([0o644, 0o600, 0o755, 0o4755, 0o444])
    if kind == 0:
        member.filename += "/"
        member.compress_type = zipfile.ZIP_STORED
        member.external_attr = (stat.S_IFDIR | maker.pick([0o755, 0o700])) << 16 | 0x10
        members.writestr(member, b"")
        return
    if kind == 1:
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        members.writestr(member, maker.path(maker.pick([1, 10, 255, 300])))
        return
    # Python's own default has no kind of file.
    member.external_attr = maker.pick([0o600, stat.S_IFREG | mode, mode]) << 16
    member.comment = maker.pick([b"", b"of one member"])
    with members.open(member, "w", force_zip64=large) as file:
        file.write(maker.data())


def one_of(**ways: Case) -> Case:
    """A case with one of several ways, chosen by chance."""

    def make(maker: Maker) -> None:
        way = maker.pick(sorted(ways))
        maker.traits.add(way)
        ways[way](maker)

    return make


CASES |= {
    "zip": info_zip("-y"),
    "zip that follows links": info_zip(),
    "zip with bzip2": info_zip("-yZ", "bzip2"),
    "zip ZIP64": info_zip("-y", "-fz"),
    "zip with names of DOS": info_zip("-k"),
    "zip with options": one_of(
        stored=info_zip("-y0"),
        best=info_zip("-y9"),
        without_extra_fields=info_zip("-yX"),
        without_folders=info_zip("-yD"),
        without_paths=info_zip("-yj"),
        with_other_lines=info_zip("-yl"),
        with_names_in_UTF8=info_zip("-y", "-UN=UTF8"),
        with_names_escaped=info_zip("-y", "-UN=Escape"),
    ),
    "zip as a stream": info_zip("-y", streams=True),
    "zip as a stream, ZIP64": info_zip("-y", "-fz", streams=True),
    "zip again": info_zip_again,
    "zip behind a program": with_program,
    "zip with a comment": commented,
    "bsdtar zip": bsd(),
    "bsdtar zip stream": bsd(streams=True),
    "bsdtar zip with options": one_of(
        stored=bsd("zip:compression=store"),
        with_zip64=bsd("zip:zip64"),
        experimental=bsd("zip:experimental"),
        stored_stream=bsd("zip:compression=store", streams=True),
        with_charset=bsd("zip:hdrcharset=UTF-8"),
    ),
    "7z zip": seven_zip(),
    "7z zip times": seven_zip("-mtm=on", "-mtc=on", "-mta=on"),
    "7z zip -mcu": seven_zip("-mcu=on"),
    "7z zip stored": seven_zip("-mm=Copy"),
    "7z zip method": one_of(**{way: seven_zip(f"-mm={way}") for way in ["Deflate64", "BZip2", "LZMA", "PPMd"]}),
}
CASES |= {
    "7z zip encrypted": seven_zip("-psecret"),
    "7z zip AES": seven_zip("-psecret", "-mem=AES256"),
}
CASES |= {
    "zipfile stored": python(zipfile.ZIP_STORED),
    "zipfile deflated": python(zipfile.ZIP_DEFLATED),
    "zipfile bzip2": python(zipfile.ZIP_BZIP2),
    "zipfile LZMA": python(zipfile.ZIP_LZMA),
    "zipfile ZIP64": python(zipfile.ZIP_DEFLATED, large=True),
    "zipfile stream": python(zipfile.ZIP_DEFLATED, streams=True),
    "zipfile stored stream": python(zipfile.ZIP_STORED, streams=True),
    "zipfile ZIP64 stream": python(zipfile.ZIP_DEFLATED, large=True, streams=True),
}
