"""Makes a home with everything odd that homes have, and keeps changing it until it is killed.

    odd_home.py FOLDER READY

The file READY appears once all is there. Large files are 5 GiB and 6 GB long and take next to no room.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

GIB = 1 << 30


def links(home: Path) -> None:
    """Links of all kinds: none may be followed."""
    (home / "links").mkdir()
    for name, target in {
        "inside": "../plain.txt",
        "outside": "/etc/passwd",
        "above": "../../..",
        "dangling": "nowhere",
        "self": "self",
        "loop-a": "loop-b",
        "loop-b": "loop-a",
        "folder-loop": "..",
    }.items():
        os.symlink(target, home / "links" / name)


def names(home: Path) -> None:
    """Names that some programs lose."""
    folder = home / "names"
    folder.mkdir()
    for name in ["with space", "-rf", "ünïcode ☃", "日本語", 'quote"\\', "%41", "new\nline", ".hidden", "a" * 255]:
        (folder / name).write_text(name, encoding="utf-8")
    for raw in [b"latin-\xe9", b"broken-\xff\xfe"]:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + raw)).write_text("bytes", encoding="utf-8")
    (home / "empty").mkdir()
    deep = home / "deep"
    for number in range(6):
        deep = deep / (str(number) * 200)
    deep.mkdir(parents=True)
    (deep / "file").write_text("over a thousand characters", encoding="utf-8")


def times(home: Path) -> None:
    """Dates before and after what ZIP's own field holds."""
    (home / "times").mkdir()
    for name, seconds in {"1970": 0, "1902": -2_145_916_800, "2038": 2_147_483_648, "2150": 5_680_281_600}.items():
        (home / "times" / name).write_text(name, encoding="utf-8")
        os.utime(home / "times" / name, (seconds, seconds))


def special(home: Path) -> socket.socket:
    """What cannot be archived: it is left out, and nothing hangs."""
    folder = home / "special"
    folder.mkdir()
    os.mkfifo(folder / "fifo")
    listener = socket.socket(socket.AF_UNIX)
    os.chdir(folder)
    listener.bind("socket")
    (folder / "unreadable").write_text("secret", encoding="utf-8")
    os.chmod(folder / "unreadable", 0)
    (folder / "closed").mkdir()
    (folder / "closed" / "inside").write_text("secret", encoding="utf-8")
    os.chmod(folder / "closed", 0)
    return listener


def large(home: Path) -> None:
    """More than 4 GiB, with and without holes."""
    with open(home / "large.bin", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 5 * GIB)
        file.write(b"begin")
        file.seek(5 * GIB - 3)
        file.write(b"end")
    with open(home / "sparse.bin", "wb") as file:
        file.truncate(6_000_000_000)
        file.seek(3_000_000_000)
        file.write(b"middle")


def change(home: Path) -> None:
    """A file that grows, and one that is long and short in turn."""
    end = time.monotonic() + 600
    number = 0
    while time.monotonic() < end:
        number += 1
        with open(home / "growing.log", "ab") as file:
            file.write(b"another line\n" * 100)
        with open(home / "shrinking.bin", "r+b") as file:
            file.truncate(1_000 if number % 2 else 3_000_000)
        time.sleep(0.002)


def main() -> None:
    home = Path(sys.argv[1])
    home.mkdir(mode=0o755)
    (home / "plain.txt").write_text("plain", encoding="utf-8")
    (home / "nothing").touch()
    (home / "program").write_text("#!/bin/sh\n", encoding="utf-8")
    os.chmod(home / "program", 0o755)
    (home / "growing.log").write_bytes(b"line\n" * 500_000)
    (home / "shrinking.bin").write_bytes(os.urandom(3_000_000))
    for make in (links, names, times, large):
        make(home)
    listener = special(home)
    Path(sys.argv[2]).touch()
    change(home)
    listener.close()


main()
