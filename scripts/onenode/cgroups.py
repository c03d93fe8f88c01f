"""The cgroups of a node's pods: one folder in each hierarchy of the machine."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

PATIENCE = 10.0
"""Seconds that processes have to be gone which were killed."""


def hierarchies() -> list[Path]:
    """Where cgroups are mounted, of both versions."""
    lines = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [Path(fields[4]) for fields in lines if fields[fields.index("-") + 1] in ("cgroup", "cgroup2")]


def make(name: str) -> None:
    for hierarchy in hierarchies():
        (hierarchy / name).mkdir(exist_ok=True)


def remove(name: str) -> None:
    """Removes a node's cgroups, from the innermost."""
    for hierarchy in hierarchies():
        top = hierarchy / name
        end = time.monotonic() + PATIENCE
        while top.exists() and time.monotonic() < end:
            for folder in sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            try:
                top.rmdir()
            except OSError:
                time.sleep(0.1)
