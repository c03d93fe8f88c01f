"""The logs of users' servers: each in the run folder of its user, who owns it and may put anything in its place.

The server's own process opens it, as the user. The hub, which may be root, looks only at what is that user's own file.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

KEPT = 1_000_000
"""A log that is longer at the start of a server is kept as the one older file."""
LIMIT = 10_000_000
"""A log that is longer while its server runs is emptied."""
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def log_name(escaped_server: str) -> str:
    """The name of a server's log; the default server has no name."""
    return f"server-{escaped_server}.log" if escaped_server else "server.log"


def take_over(path: str) -> None:
    """Makes the log of this process its standard output and standard error. Runs as the user, before the server.

    What is in the way is removed; where that fails the server runs without a log.
    """
    descriptor = _opened(path)
    if descriptor is None:
        descriptor = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _opened(path: str) -> int | None:
    with contextlib.suppress(OSError):
        if os.lstat(path).st_size > KEPT:
            os.rename(path, path + ".1")
    for _ in range(2):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | SAFE, 0o600)
        except OSError:
            descriptor = None
        if descriptor is not None:
            if _is_own_file(os.fstat(descriptor), os.geteuid()):
                os.set_blocking(descriptor, True)
                return descriptor
            os.close(descriptor)
        with contextlib.suppress(OSError):
            os.unlink(path)
    return None


def last_lines(path: str, uid: int, count: int = 15) -> list[str]:
    """The end of a log, printable; empty if it is not a file that this account owns."""
    try:
        with _file_of(path, uid, os.O_RDONLY) as descriptor:
            size = os.fstat(descriptor).st_size
            data = os.pread(descriptor, 16_000, max(0, size - 16_000))
    except OSError:
        return []
    lines = [line.strip() for line in data.decode(errors="replace").splitlines() if line.strip()]
    return [
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line[:300]) for line in lines[-count:]
    ]


def bound(path: str, uid: int, limit: int = LIMIT) -> bool:
    """Empties a log that is too long; says whether it was. The server goes on writing at its new end."""
    try:
        with _file_of(path, uid, os.O_RDWR) as descriptor:
            if os.fstat(descriptor).st_size <= limit:
                return False
            os.ftruncate(descriptor, 0)
            return True
    except OSError:
        return False


@contextlib.contextmanager
def _file_of(path: str, uid: int, flags: int) -> Iterator[int]:
    """Opens a file of an account, through no link, into no other file of this machine."""
    folder, name = os.path.split(path)
    parent = os.open(folder, FOLDER)
    try:
        # Looked at first: to open a device or a fifo can do something already.
        if not _is_own_file(os.stat(name, dir_fd=parent, follow_symlinks=False), uid):
            raise PermissionError(name)
        descriptor = os.open(name, flags | SAFE, dir_fd=parent)
    finally:
        os.close(parent)
    try:
        if not _is_own_file(os.fstat(descriptor), uid):
            raise PermissionError(name)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_own_file(status: os.stat_result, uid: int) -> bool:
    # A second name could be that of a file of somebody else.
    return stat.S_ISREG(status.st_mode) and status.st_uid == uid and status.st_nlink == 1
