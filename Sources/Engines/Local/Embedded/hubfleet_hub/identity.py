"""Names for the bare numbers that users' servers run as, seen by nobody but the server and what it starts.

The server's process has mounts of its own, with other files in the place of /etc/passwd and /etc/group. Nothing of the
system changes. Run as a program this module tries whether the kernel lets it.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import sys
import tempfile
from collections.abc import Iterable

NEW_MOUNTS, BIND, RECURSIVE, SLAVE = 0x00020000, 0x1000, 0x4000, 0x80000
NSCD = "/var/run/nscd/socket"
# Loaded before a child is born: there it would be too late.
_library = ctypes.CDLL(None, use_errno=True)

Mounts = tuple[tuple[bytes, bytes], ...]


def login_name(name: str, escaped: str, taken: Iterable[str]) -> str:
    """The user's name where it fits into a line of /etc/passwd, else the name of the home's folder.

    A name of the system stays the system's: `root` is no user of a hub.
    """
    fits = name.isprintable() and ":" not in name and len(name.encode()) <= 100
    chosen = name if fits else escaped
    # The system's library passes over lines that begin so.
    return f"hub-{chosen}" if chosen[0] in "+-#" or chosen in taken else chosen


def lines_with(path: str, added: list[str], number: int) -> str:
    """The system's file with lines before its own, which keep their numbers to themselves."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            own = file.read().splitlines()
    except FileNotFoundError:
        own = []
    numbers = {line.split(":")[number] for line in added}
    kept = [line for line in own if line and (line.count(":") < number or line.split(":")[number] not in numbers)]
    return "\n".join([*added, *kept, ""])


def names_of(path: str) -> set[str]:
    """The names in /etc/passwd or /etc/group."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return {line.partition(":")[0] for line in file}
    except FileNotFoundError:
        return set()


def write(folder: str, file: str, text: str) -> str:
    """A file that all may read and only the hub's account may write; a server that runs keeps the one that it has."""
    path = os.path.join(folder, file)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".names-")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as opened:
        opened.write(text)
        os.fchmod(descriptor, 0o644)
    os.replace(temporary, path)
    return path


def mounts(passwd: str, group: str) -> Mounts:
    """What lies where for the server."""
    pairs = [(passwd, "/etc/passwd"), (group, "/etc/group")]
    if os.path.exists(NSCD):
        # It would answer with what the system has.
        pairs.append(("/dev/null", NSCD))
    return tuple((os.fsencode(source), os.fsencode(target)) for source, target in pairs)


def enter(mounts: Mounts) -> None:
    """Gives this process these mounts, which nobody else sees; later ones of the system still come in.

    Only system calls: it runs in the child of a program with threads. An OSError when the kernel refuses.
    """
    _check(_library.unshare(NEW_MOUNTS))
    _check(_library.mount(None, b"/", None, ctypes.c_ulong(RECURSIVE | SLAVE), None))
    for source, target in mounts:
        _check(_library.mount(source, target, None, ctypes.c_ulong(BIND), None))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    enter(tuple((source.encode(), target.encode()) for source, target in json.loads(sys.argv[1])))
    print(pwd.getpwuid(int(sys.argv[2])).pw_name)
