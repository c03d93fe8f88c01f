"""Runs tests again and again beside busy loops: what `scripts/check-long again` runs.

A test that fails once in many runs is a fault: of the test, or of the program.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import sys
import time
from pathlib import Path

import suites


def spin() -> None:
    while True:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/check-long again")
    parser.add_argument("root", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--busy", type=int, default=2, help="how many busy loops run beside the tests")
    parser.add_argument("--all", action="store_true", help="the large tests too")
    options, rest = parser.parse_known_args()
    loops = [multiprocessing.Process(target=spin, daemon=True) for _ in range(options.busy)]
    for loop in loops:
        loop.start()
    failed = 0
    skipped = [] if options.all else ["--skip", rf"\.({'|'.join(suites.large(options.root))})\b"]
    try:
        for run in range(1, options.runs + 1):
            started = time.monotonic()
            command = ["swift", "test", "--skip-build", *skipped, *rest]
            output = subprocess.run(
                command, cwd=options.root, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            failed += output.returncode != 0
            summary = re.findall(r"Test run with .*", output.stdout)
            print(
                f"run {run}: {summary[-1] if summary else 'no tests'}; {time.monotonic() - started:.0f} s", flush=True
            )
            if output.returncode != 0:
                print(
                    *re.findall(r"^.*(?:✘|recorded an issue|error:).*$", output.stdout, re.MULTILINE),
                    sep="\n",
                    flush=True,
                )
    finally:
        for loop in loops:
            loop.terminate()
    print(f"{options.runs - failed} of {options.runs} runs passed beside {options.busy} busy loops")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
