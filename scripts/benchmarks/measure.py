"""Measuring programs, and printing what came out."""

from __future__ import annotations

import dataclasses
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence


@dataclasses.dataclass
class Cost:
    """What one run of a program took, and what it said."""

    seconds: float
    # Of the process and all its children, while this is the memory of the largest one alone. Linux counts what the
    # process was before it became the program, too: no program seems smaller than the Python that measures it.
    processor: float
    mebibytes: float
    status: int = 0
    output: str = ""
    errors: str = ""


def run(
    command: Sequence[str | os.PathLike[str]],
    environment: Mapping[str, str] | None = None,
    accepted: tuple[int, ...] | None = (0,),
) -> Cost:
    """Runs a program to its end. Exits when it fails in a way that is not accepted; None accepts all."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        # The start only: large output would make this process large, and with it what it measures next.
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read(100_000).decode(errors="replace").strip())
    if accepted is not None and process.returncode not in accepted:
        sys.exit(f"bench: {' '.join(map(str, command))} ended with {process.returncode}\n{texts[1]}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, process.returncode, *texts)


def median(costs: list[Cost]) -> Cost:
    names = ("seconds", "processor", "mebibytes")
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in names))


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The first and the last column are text, what is between them numbers."""
    texts = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(head))]
    for row in texts:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        cells[0], cells[-1] = f"{row[0]:<{widths[0]}}", row[-1]
        print("  ".join(cells).rstrip())
