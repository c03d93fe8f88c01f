"""Runs programs, and parts of this one, with a limit of time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "CI": "true",
    # Debian's 7z and unzip ask nothing of it, tar and zip take options from others, which are not set.
    "HOME": "/nonexistent",
}
LIMIT = 60


@dataclass(frozen=True)
class Ended:
    """How a program ended: its status, -1 where it ran out of time, and what it said."""

    status: int
    output: bytes
    message: str


def run(
    command: Sequence[str | bytes | Path],
    folder: Path,
    *,
    limit: int = LIMIT,
    variables: Mapping[str, str] | None = None,
) -> Ended:
    """Runs a program, with what it may write at the end of its output."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**ENVIRONMENT, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            umask=0o022,
            # Some ask for a password, and would wait for a terminal.
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return Ended(-1, b"", "out of time")
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def run_here(work: Callable[[], None], folder: Path, *, limit: int = LIMIT) -> Ended:
    """Does a work of Python in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(limit)
            os.umask(0o022)
            os.chdir(folder)
            work()
            status = 0
        except BaseException as error:
            text = "".join(traceback.format_exception_only(error))
            os.write(writing, text.encode("utf-8", "replace")[:4000])
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        message = pipe.read().decode("utf-8", "replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Ended(-1 if status == -signal.SIGALRM else status, b"", message)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
