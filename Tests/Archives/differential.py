"""Compares Hubfleet's reading of generated archives with that of the common programs.

    differential.py PROGRAM [--seed N] [--start N] [--count N] [--jobs N] [--only REGEX] [--rows FILE] [--all]

PROGRAM is the built hubfleet; `-` leaves it out, and only compares the others. The table of rows says which differences
there are on purpose. It ends with 1 when there are others, or when a row is hit by nothing.
"""

from __future__ import annotations

import argparse
import collections
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import agreement
import generator
import hubfleet
import sandbox
from agreement import Difference
from readers import Outcome, readers, unpack
from table import Row, rows


@dataclass
class Result:
    """What came of one archive."""

    number: int
    case: str
    traits: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    among: set[str] = field(default_factory=set)
    statuses: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    broken: str = ""


@dataclass(frozen=True)
class Task:
    seed: int
    program: Path | None
    folder: Path
    keys: Path


def judge(task: Task, number: int) -> Result:
    """Makes an archive, lets all read it, and compares."""
    started = time.monotonic()
    result = Result(number, generator.case_of(number))
    folder = task.folder / str(number)
    folder.mkdir(mode=0o755)
    try:
        archive = generator.make(task.seed, number, folder)
        result.traits = archive.traits
        # What one has unpacked is gone before the next begins: there is not room for all.
        theirs: list[Outcome] = []
        for reader in readers(archive.path, archive.traits):
            theirs.append(unpack(reader, archive.path, folder / "there"))
            clear(folder / "there")
        result.statuses = {one.reader: one.status for one in theirs}
        result.among = agreement.disagreements(theirs)
        if task.program:
            (folder / "here").mkdir()
            ours = hubfleet.unpack(
                task.program, archive.path, folder / "here" / "home", "--keep-outer-links", keys=task.keys
            )
            result.statuses["hubfleet"] = ours.status
            result.differences = agreement.compare(ours, theirs, is_damaged="damaged" in archive.traits)
    except Exception:
        result.broken = traceback.format_exc()
    finally:
        clear(folder)
    result.seconds = time.monotonic() - started
    return result


def clear(folder: Path) -> None:
    """Removes a folder with whatever an archive made of it."""
    shutil.rmtree(os.fsencode(folder))


def judged(pair: tuple[Task, int]) -> Result:
    return judge(*pair)


def main() -> int:
    options = arguments()
    if not sandbox.is_inside():
        with tempfile.TemporaryDirectory(prefix="hubfleet-archives-") as outside:
            return sandbox.run_inside(Path(outside))
    folder = sandbox.close()
    program = None if options.program == "-" else Path(options.program).resolve()
    task = Task(options.seed, program, folder, folder / "keys")
    if program:
        hubfleet.make_key(program, folder, task.keys)
    numbers = [
        number
        for number in range(options.start, options.start + options.count)
        if re.search(options.only, generator.case_of(number))
    ]
    # Those that take long begin: else one of them would go on alone at the end.
    numbers.sort(key=lambda number: generator.case_of(number) not in generator.LARGE)
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        results = []
        for result in pool.imap_unordered(judged, [(task, number) for number in numbers]):
            results.append(result)
            if result.broken and not print(result.broken[-300:]):
                print(f"archive {result.number} ({result.case}): {result.broken}", flush=True)
            if options.verbose:
                print(result, flush=True)
    results.sort(key=lambda result: result.number)
    table = rows(Path(options.rows))
    return report(results, table, options, program is not None)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/check-long archives")
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--only", default="", help="a regular expression for the names of cases")
    parser.add_argument("--rows", default=os.fspath(Path(__file__).with_name("differences.json")))
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def report(results: list[Result], table: list[Row], options: argparse.Namespace, has_ours: bool) -> int:
    """Prints what was found, and says whether all is as the table has it."""
    unexplained: dict[tuple[str, str], list[tuple[Result, Difference]]] = collections.defaultdict(list)
    hits: collections.Counter[Row] = collections.Counter()
    for result in results:
        for difference in result.differences:
            row = next((row for row in table if row.explains(difference, result.case, result.traits)), None)
            if row:
                hits[row] += 1
            else:
                unexplained[difference.what, result.case].append((result, difference))
    among = collections.Counter(what for result in results for what in result.among)
    slow = max(results, key=lambda result: result.seconds, default=None)
    print(f"{len(results)} archives of seed {options.seed}, {len({result.case for result in results})} cases", end="")
    print(f"; the slowest: {slow.case}, {slow.seconds:.1f} s" if slow else "")
    print("the others differ among themselves:", ", ".join(f"{what} {count}" for what, count in among.most_common()))
    for row in table if has_ours else []:
        print(f"{hits[row]:6}  on purpose: {row.what}: {row.why}")
    for (what, case), found in sorted(unexplained.items()):
        result, difference = found[0]
        print(f"{len(found):6}  {what}: {case} (archive {result.number}) {sorted(result.traits)}")
        print(f"        {difference.path!r} theirs: {difference.theirs[:300]} ours: {difference.ours[:300]}")
    broken = [result for result in results if result.broken]
    is_long = options.count >= 20_000
    wanted = [row for row in table if is_long or not row.rare] if options.count >= 300 and not options.only else []
    unhit = [row for row in wanted if has_ours and not hits[row]]
    for row in unhit:
        print(f"nothing hits the row: {row.what}: {row.why}")
    return 1 if unexplained or broken or unhit else 0


if __name__ == "__main__":
    sys.exit(main())
