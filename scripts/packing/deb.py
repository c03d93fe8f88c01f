"""A Debian package, written with the standard library: it is made on machines that have no dpkg."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import tarfile
import time

from packing.parts import Parts
from packing.platforms import debian_architecture, debian_depends

DESCRIPTION = """\
runs and looks after a fleet of JupyterHubs
 Hubfleet deploys, operates and hands over a fleet of independent
 JupyterHubs. One repository of plain YAML describes all hubs. One program,
 hubfleet, reads it and runs real JupyterHubs from it.
 .
 "hubfleet up" runs a hub on this machine. It makes a Python environment for
 it, with uv or with python3-venv, and needs the network for that once.
"""

OVERRIDES = """\
# One file: the package Yams carries libyaml with it, and Swift's own libraries zlib.
hubfleet: embedded-library
"""


def copyright_file(license_text: str) -> str:
    """The licence in the form that machines read (DEP 5)."""
    _, _, after = license_text.partition("Copyright (c) ")
    owner, _, terms = after.partition("\n\n")
    body = "\n".join(f" {line}" if line.strip() else " ." for line in terms.strip().splitlines())
    return f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: hubfleet

Files: *
Copyright: {owner}
License: BSD-3-Clause

License: BSD-3-Clause
{body}
"""


def changelog(parts: Parts) -> str:
    """Debian's changelog: one entry, which says where the real one is."""
    # Not strftime's names of days and months, which follow the language of whoever builds.
    now = time.gmtime(parts.epoch)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[now.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[now.tm_mon - 1]
    date = f"{day}, {now.tm_mday:02} {month} {now.tm_year} {now.tm_hour:02}:{now.tm_min:02}:{now.tm_sec:02} +0000"
    return f"""\
hubfleet ({parts.version.debian}) unstable; urgency=medium

  * What is new is in CHANGELOG.md.gz, beside this file.

 -- {parts.maintainer}  {date}
"""


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def files(parts: Parts) -> dict[str, tuple[bytes, int]]:
    """What is installed, with modes."""
    documents = "usr/share/doc/hubfleet"
    placed = {
        "usr/share/bash-completion/completions/hubfleet": parts.completions["bash"],
        "usr/share/zsh/vendor-completions/_hubfleet": parts.completions["zsh"],
        "usr/share/fish/vendor_completions.d/hubfleet.fish": parts.completions["fish"],
        "usr/share/man/man1/hubfleet.1.gz": zipped(parts.man_page),
        "usr/share/lintian/overrides/hubfleet": OVERRIDES.encode(),
        f"{documents}/copyright": copyright_file(parts.license.decode()).encode(),
        f"{documents}/changelog.gz": zipped(changelog(parts).encode()),
        f"{documents}/CHANGELOG.md.gz": zipped(parts.changelog),
    }
    return {"usr/bin/hubfleet": (parts.program, 0o755)} | {path: (data, 0o644) for path, data in placed.items()}


def control(parts: Parts, size: int) -> str:
    return f"""\
Package: hubfleet
Version: {parts.version.debian}
Architecture: {debian_architecture(parts.needs)}
Maintainer: {parts.maintainer}
Installed-Size: {size}
Depends: {", ".join(debian_depends(parts.needs))}
Recommends: python3-venv | uv
Suggests: git, age
Section: admin
Priority: optional
Description: {DESCRIPTION}"""


def archive(members: dict[str, tuple[bytes, int]], epoch: int) -> bytes:
    """A compressed tar archive of files and of the folders above them, all root's."""
    folders = {"/".join(path.split("/")[:depth]) for path in members for depth in range(1, path.count("/") + 1)}
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in ["", *sorted(folders | members.keys())]:
            member = tarfile.TarInfo(f"./{path}")
            member.mtime, member.uname, member.gname = epoch, "root", "root"
            if path in members:
                content, member.mode = members[path]
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
            else:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(member)
    return lzma.compress(data.getvalue(), preset=6)


def ar(members: list[tuple[str, bytes]], epoch: int) -> bytes:
    """The outer archive of a Debian package."""
    parts = [b"!<arch>\n"]
    for name, data in members:
        parts.append(f"{name:<16}{epoch:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode())
        parts.append(data + b"\n" * (len(data) % 2))
    return b"".join(parts)


def deb(parts: Parts) -> tuple[str, bytes]:
    """The package's name and its bytes."""
    installed = files(parts)
    # As Debian counts: each file by whole KiB, and one for each folder.
    size = sum(-(-len(data) // 1024) for data, _ in installed.values()) + len(installed)
    sums = "".join(
        f"{hashlib.md5(data, usedforsecurity=False).hexdigest()}  {path}\n"
        for path, (data, _) in sorted(installed.items())
    )
    about = {"control": (control(parts, size).encode(), 0o644), "md5sums": (sums.encode(), 0o644)}
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", archive(about, parts.epoch)),
        ("data.tar.xz", archive(installed, parts.epoch)),
    ]
    name = f"hubfleet_{parts.version.debian}_{debian_architecture(parts.needs)}.deb"
    return name, ar(members, parts.epoch)
