"""Takes one file out of an archive, or out of an archive within it.

python3 unpack.py ARCHIVE DESTINATION PATTERN...     each pattern names one file of the archive that the last one named
"""

from __future__ import annotations

import fnmatch
import io
import sys
import tarfile
import zipfile


def contents(archive: bytes, pattern: str) -> bytes:
    """The one file of a ZIP or tar archive that has such a name."""
    file = io.BytesIO(archive)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as members:
            [name] = fnmatch.filter(members.namelist(), pattern)
            return members.read(name)
    file.seek(0)
    with tarfile.open(fileobj=file) as members:
        [name] = fnmatch.filter(members.getnames(), pattern)
        member = members.extractfile(name)
        if member is None:
            raise ValueError(f"{name} is not a file")
        return member.read()


def main(archive: str, destination: str, *patterns: str) -> None:
    with open(archive, "rb") as file:
        found = file.read()
    for pattern in patterns:
        found = contents(found, pattern)
    with open(destination, "wb") as file:
        file.write(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
