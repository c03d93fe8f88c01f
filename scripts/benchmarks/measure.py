"""Measuring programs, and printing what came out."""
import dataclasses
import os
import statistics
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass
class Cost:
    seconds: float
    # Of the process and all its children, while this is the memory of the largest one alone. Linux counts what the
    # process was before it became the program, too: no program seems smaller than the Python that measures it.
    processor: float
    mebibytes: float
    status: int = 0
    output: str = ""
    errors: str = ""


def run(command, environment=None, accepted=(0,)):
    """Runs a program to its end. Exits when it fails in a way that is not accepted; None accepts all."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
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


def median(costs):
    names = ("seconds", "processor", "mebibytes")
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in names))


def say(text):
    print(f"bench: {text}", file=sys.stderr)


def print_table(head, rows):
    """The first and the last column are text, what is between them numbers."""
    rows = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths)]
        cells[0], cells[-1] = f"{row[0]:<{widths[0]}}", row[-1]
        print("  ".join(cells).rstrip())
