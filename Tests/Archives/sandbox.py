"""A place where other programs may unpack archives that want to write elsewhere.

All that is mounted becomes read-only for this process and those that it starts, but for one folder in memory, which is
gone when they end.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

# Of the call mount_setattr.
NUMBER = 442
CURRENT_FOLDER = -100
RECURSIVE = 0x8000
READ_ONLY = 1
# Files with holes are long; what they take is watched.
SIZE = "128g"
MOST = 2 << 30
MARK = "HUBFLEET_ARCHIVES_SANDBOX"


class Attributes(ctypes.Structure):
    """What mount_setattr takes."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "namespace")]


def is_inside() -> bool:
    return MARK in os.environ


def enter(folder: Path) -> None:
    """Runs this program again, with `folder` as the only one that can be written to."""
    # With a space of process numbers of their own, all end when the first does.
    private = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.getuid() != 0:
        private += ["--user", "--map-root-user"]
    os.environ[MARK] = str(folder)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.execvp(private[0], [*private, sys.executable, *sys.argv])


def run_inside(folder: Path) -> int:
    """Runs all of this once more, in a process of its own: the folder is removed when that has ended."""
    child = os.fork()
    if child == 0:
        try:
            enter(folder)
        finally:
            os._exit(70)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def close() -> Path:
    """Shuts everything but the folder, to be called right after the start inside."""
    folder = Path(os.environ[MARK])
    library = ctypes.CDLL(None, use_errno=True)
    attributes = Attributes(set=READ_ONLY)
    if library.syscall(NUMBER, CURRENT_FOLDER, b"/", RECURSIVE, ctypes.byref(attributes), ctypes.sizeof(attributes)):
        raise OSError(ctypes.get_errno(), "mounts cannot be made read-only")
    # The other is for the locks of Python's pools.
    for place, size in [(folder, SIZE), (Path("/dev/shm"), "1m")]:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", place], check=True)
    for outside in [Path("/"), folder.parent]:
        try:
            (outside / "hubfleet-writes-here").touch()
        except OSError:
            continue
        raise OSError(f"{outside} can be written to")
    threading.Thread(target=watch, args=[folder], daemon=True).start()
    return folder


def watch(folder: Path) -> None:
    """Ends all when more is written than the machine can be asked for."""
    while True:
        disk = os.statvfs(folder)
        if (disk.f_blocks - disk.f_bfree) * disk.f_frsize > MOST:
            print(f"more than {MOST} bytes were written", flush=True)
            os._exit(1)
        time.sleep(0.2)
