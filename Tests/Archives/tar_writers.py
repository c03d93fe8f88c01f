"""Tar archives as real programs write them."""

from __future__ import annotations

import gzip
import os
import stat
import tarfile
import zlib

from making import TIMES, Case, Maker, add_sparse, spread, write

CASES: dict[str, Case] = {}
GNU_FORMS = ["v7", "oldgnu", "gnu", "ustar", "posix"]


def compressed(maker: Maker) -> None:
    """Compresses an archive, in one of the ways that gzip has."""
    data = maker.archive.read_bytes()
    way = maker.random.randrange(8)
    if way == 0:
        pieces = [data[: len(data) // 2], b"", data[len(data) // 2 :]]
        maker.archive.write_bytes(b"".join(gzip.compress(piece, mtime=0) for piece in pieces))
        maker.traits.add("gzip members")
    elif way == 1:
        maker.archive.write_bytes(with_fields(maker, data))
        maker.traits.add("gzip fields")
    elif way == 2:
        maker.archive.write_bytes(gzip.compress(data, mtime=0) + bytes(maker.pick([1, 8, 512, 1024, 10_240])))
        maker.traits.add("gzip zeros")
    elif way == 3:
        maker.run("7z", "a", "-tgzip", "-bso0", f"{maker.archive}.7z.gz", maker.archive)
        os.replace(f"{maker.archive}.7z.gz", maker.archive)
    elif way == 4:
        maker.archive.write_bytes(gzip.compress(data, compresslevel=0, mtime=0))
    else:
        maker.run("gzip", "-k", f"-{maker.pick([1, 6, 9])}", "-S", ".packed", maker.archive)
        os.replace(f"{maker.archive}.packed", maker.archive)
    maker.traits.add("gzip")


def with_fields(maker: Maker, data: bytes) -> bytes:
    """With all that a header of gzip may have."""
    flags = maker.random.randrange(32) & ~2
    head = bytes([0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255])
    if flags & 4:
        head += b"\x06\x00ab\x02\x00cd"
    if flags & 8:
        head += b"name\0"
    if flags & 16:
        head += b"a comment\0"
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return head + body + zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")


def perhaps_compressed(maker: Maker) -> None:
    if maker.chance(3):
        compressed(maker)


def gnu(form: str, *options: str) -> Case:
    def make(maker: Maker) -> None:
        home = spread(maker)
        names = maker.pick([["home"], ["./home"], ["-C", "home", "."], ["-C", "home", *sorted(os.listdir(home))]])
        maker.run("tar", f"--format={form}", *options, "-cf", maker.archive, "--", *names)
        perhaps_compressed(maker)

    return make


def gnu_sparse(form: str, *options: str) -> Case:
    def make(maker: Maker) -> None:
        add_sparse(maker, spread(maker))
        maker.run("tar", f"--format={form}", "--sparse", *options, "-cf", maker.archive, "home")

    return make


def gnu_again(how: str) -> Case:
    """An archive to which files are added that have changed since."""

    def make(maker: Maker) -> None:
        home = spread(maker)
        form = maker.pick(["gnu", "posix", "ustar"])
        write(bytes(home / "again"), b"first")
        maker.run("tar", f"--format={form}", "-cf", maker.archive, "home")
        write(bytes(home / "again"), maker.data() + b"second")
        when = maker.pick(TIMES)
        os.utime(home / "again", (when if how == "-r" else 1_900_000_000,) * 2)
        maker.run("tar", f"--format={form}", how, "-f", maker.archive, "home/again")
        perhaps_compressed(maker)

    return make


def gnu_joined(maker: Maker) -> None:
    """Two archives that tar made one, or of which the second stands behind the end of the first."""
    spread(maker)
    other = maker.folder / "other.tar"
    (maker.folder / "second").mkdir()
    write(bytes(maker.folder / "second/file"), b"second")
    os.utime(maker.folder / "second/file", (TIMES[3], TIMES[3]))
    maker.run("tar", "-cf", maker.archive, "home")
    maker.run("tar", "-cf", other, "second")
    if maker.chance(2):
        maker.run("tar", "-Af", maker.archive, other)
    else:
        write(bytes(maker.archive), maker.archive.read_bytes() + other.read_bytes())


def gnu_absolute(maker: Maker) -> None:
    """Names from the root on, of what is in the home of this case."""
    spread(maker)
    maker.run("tar", "-Pcf", maker.archive, "--transform", "s,^.*/home,/outer/home,S", maker.folder / "home")


def gnu_names(maker: Maker) -> None:
    """Names that nobody has, but that stand in archives."""
    spread(maker)
    change = maker.pick(
        ["s,^home,a//b,S", "s,^home,./././c,S", "s,^home,d/./e,S", "s,^home/,,S", "s,$,x,S", "s,/,//,gS", "s,^,/,S"]
    )
    maker.traits.add(f"names {change}")
    maker.run("tar", "-Pcf", maker.archive, "--transform", change, f"--format={maker.pick(GNU_FORMS)}", "home")


def gnu_pax(maker: Maker) -> None:
    """What people tell pax headers to say."""
    spread(maker)
    options = maker.pick(
        [
            "delete=atime,delete=ctime",
            "delete=mtime",
            "mtime=@1000000000",
            "mtime:=@1000000000",
            "exthdr.name=%d/x/%f,globexthdr.name=/tmp/g",
            "comment=a comment",
            "path=other",
            "path:=other",
            "uname=nobody,gname:=nobody",
        ]
    )
    maker.traits.add(f"pax {options}")
    maker.run("tar", "--format=posix", f"--pax-option={options}", "-cf", maker.archive, "home")


def gnu_incremental(maker: Maker) -> None:
    """With folders that list what is in them."""
    spread(maker)
    maker.run("tar", f"--format={maker.pick(['gnu', 'posix', 'oldgnu'])}", "-G", "-cf", maker.archive, "home")


def gnu_label(maker: Maker) -> None:
    spread(maker)
    maker.run("tar", f"--format={maker.pick(['gnu', 'posix'])}", "-V", "a volume", "-cf", maker.archive, "home")


def gnu_many_links(maker: Maker) -> None:
    """Hard links and links of all lengths around the limits."""
    home = maker.folder / "home"
    home.mkdir()
    for length in maker.random.sample([98, 99, 100, 101, 155, 156, 254, 255, 256, 257, 300, 512], 4):
        path = bytes(home) + b"/" + maker.path(length)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            continue
        write(path, maker.data(10))
        other = os.path.dirname(path) + b"/" + maker.letters(5)
        os.link(path, other)
        os.symlink(maker.path(length), other + b"l")
    maker.run("tar", f"--format={maker.pick(GNU_FORMS)}", "-cf", maker.archive, "home")
    perhaps_compressed(maker)


def bsd(form: str) -> Case:
    def make(maker: Maker) -> None:
        home = spread(maker)
        if maker.chance(2):
            add_sparse(maker, home)
            for name in os.listdir(home):
                # This program writes holes as pax headers alone.
                if name.startswith("sparse") and os.path.getsize(home / name) > 10**7:
                    os.unlink(home / name)
        maker.run("bsdtar", "--format", form, "-cf", maker.archive, maker.pick(["home", "./home", "home/"]))
        perhaps_compressed(maker)

    return make


def seven_zip(maker: Maker) -> None:
    spread(maker)
    if (maker.folder / "home/fifo").exists():
        os.unlink(maker.folder / "home/fifo")
    # It reads what links lead to, unless it is told not to.
    options = maker.pick([["-mm=gnu"], ["-mm=pax"], []])
    maker.run("7z", "a", "-ttar", "-snl", "-snh", "-bso0", *options, maker.archive, "home")


def python(form: int, name: str) -> tuple[str, Case]:
    """As Python's tarfile writes members that it is told about, not files."""

    def make(maker: Maker) -> None:
        headers = {"comment": "all of it"} if form == tarfile.PAX_FORMAT and maker.chance(3) else None
        with tarfile.open(
            maker.archive, "w", format=form, errors=maker.pick(["surrogateescape", "strict"]), pax_headers=headers
        ) as tar:
            files: list[str] = []
            for _ in range(maker.random.randint(2, 9)):
                try:
                    add_member(maker, tar, form, files)
                except ValueError:
                    # Longer than the form can say.
                    continue
        perhaps_compressed(maker)

    return f"tarfile {name}", make


def add_member(maker: Maker, tar: tarfile.TarFile, form: int, files: list[str]) -> None:
    """Adds one member to an archive of Python's."""
    import io

    length = maker.pick([0, 0, 99, 100, 101, 154, 155, 156, 157, 255, 256, 257, 258, 512])
    raw = maker.path(length) if length else maker.name()
    member = tarfile.TarInfo(os.fsdecode(raw) if tar.errors == "surrogateescape" else raw.decode("utf-8", "replace"))
    member.mode = maker.pick([0o644, 0o600, 0o755, 0o4755, 0o100644, 0o777])
    member.mtime = maker.time()
    if form == tarfile.USTAR_FORMAT:
        member.mtime = abs(member.mtime) % 2**33
    if form == tarfile.PAX_FORMAT and maker.chance(3):
        member.mtime = member.mtime + maker.pick([0.5, 0.25, 0.999_999])
    member.uid = maker.pick([0, 1000, 2**21 - 1] + ([2**21, 2**31] if form != tarfile.USTAR_FORMAT else []))
    make = maker.random.randrange(8)
    if make == 0:
        member.type, member.mode = tarfile.DIRTYPE, maker.pick([0o755, 0o700, 0o555])
        tar.addfile(member)
    elif make == 1:
        member.type = tarfile.SYMTYPE
        member.linkname = os.fsdecode(maker.path(maker.pick([5, 99, 100, 101, 255, 256, 512])))
        tar.addfile(member)
    elif make == 2 and files:
        member.type, member.linkname = tarfile.LNKTYPE, maker.pick(files)
        tar.addfile(member)
    elif make == 3:
        member.type = maker.pick([tarfile.FIFOTYPE, tarfile.CONTTYPE])
        tar.addfile(member)
    else:
        data = maker.data()
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
        files.append(member.name)
    assert stat.S_IFMT(member.mode) in (0, stat.S_IFREG)


CASES |= {f"GNU tar {form}": gnu(form) for form in GNU_FORMS}
CASES |= {
    f"GNU tar posix sparse {version}": gnu_sparse("posix", f"--sparse-version={version}")
    for version in ["0.0", "0.1", "1.0"]
}
CASES |= {f"GNU tar {form} sparse": gnu_sparse(form) for form in ["gnu", "oldgnu"]}
CASES |= {
    "GNU tar appended": gnu_again("-r"),
    "GNU tar updated": gnu_again("-u"),
    "GNU tar joined": gnu_joined,
    "GNU tar absolute": gnu_absolute,
    "GNU tar odd names": gnu_names,
    "GNU tar pax options": gnu_pax,
    "GNU tar incremental": gnu_incremental,
    "GNU tar label": gnu_label,
    "GNU tar links": gnu_many_links,
    "GNU tar hard dereference": gnu("gnu", "--hard-dereference"),
    "7z tar": seven_zip,
}
CASES |= {f"bsdtar {form}": bsd(form) for form in ["ustar", "pax", "gnutar", "v7"]}
CASES |= dict(
    [
        python(tarfile.USTAR_FORMAT, "USTAR"),
        python(tarfile.GNU_FORMAT, "GNU"),
        python(tarfile.PAX_FORMAT, "PAX"),
    ]
)
