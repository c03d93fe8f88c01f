"""Compares two builds of the program, before and after a change, in one run. Called by scripts/bench compare.

    compare.py BEFORE AFTER [--runs N] [--without-instructions]

Both run in turn on the same work, so that a busy moment meets both; medians and their ratio are printed. Beside time,
valgrind counts the instructions of the program's own process, which say the same on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import measure

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".tools/bin"
HUBS = 171
FILES, LARGE_FILES, MEBIBYTE = 5_000, 3, 1 << 20


@dataclass(frozen=True)
class Work:
    """One thing that both programs do: its arguments, and the statuses that are a good end."""

    name: str
    arguments: list[str]
    accepted: tuple[int, ...] = (0,)
    closed: bool = True


def works(before: str, real: Path, folder: Path) -> list[Work]:
    """The fleets and the home that are worked on are made first."""
    fleet = folder / "fleet"
    measure.say(f"making a fleet of {HUBS} hubs")
    make = [
        sys.executable,
        str(ROOT / "scripts/make-fleet"),
        "--from",
        str(real),
        "--hubs",
        str(HUBS),
        "--to",
        str(fleet),
    ]
    subprocess.run(make, check=True, stderr=subprocess.DEVNULL)
    imported = folder / "imported"
    measure.say("importing the real fleet onto our charts, whose values come from jsonnet")
    take_over = [before, "import", str(real), "--to", str(imported)]
    subprocess.run(take_over, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    home = folder / "home"
    make_home(home)
    validate = ["validate", "--format", "json", "-C"]
    return [
        Work("start-up (--version)", ["--version"]),
        Work("validate, encrypted files closed", [*validate, str(fleet), "--no-decrypt"], (0, 1)),
        Work("validate with keys", [*validate, str(fleet)], (0, 1), closed=False),
        Work("validate with jsonnet", [*validate, str(imported), "--no-decrypt"], (0, 1)),
        Work("home export to nothing", ["home", "export", "--from", str(home), "--to", "-"]),
    ]


def make_home(folder: Path) -> None:
    """Many small files and some large ones: 350 MB."""
    chance = random.Random(1)
    data = chance.randbytes(MEBIBYTE)
    for number in range(FILES):
        file = folder / f"notebooks-{number % 100}" / f"cell-{number}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data[: chance.randint(200, 20_000)])
    for number in range(LARGE_FILES):
        (folder / f"array-{number}.npy").write_bytes(data * 100)
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    os.sync()


def environment(real: Path, work: Work) -> dict[str, str]:
    variables = os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
    if not work.closed:
        variables["SOPS_AGE_KEY_FILE"] = str(real / "test-age-key.txt")
    return variables


def timed(programs: list[str], works: list[Work], real: Path, runs: int) -> list[tuple[str, list[float]]]:
    rows = []
    for work in works:
        measure.say(f"{work.name}: {runs} times each, in turn")
        costs: list[list[measure.Cost]] = [[], []]
        for run in range(runs + 1):
            for index, program in enumerate(programs):
                cost = measure.run([program, *work.arguments], environment(real, work), work.accepted)
                if run > 0:
                    costs[index].append(cost)
        rows.append((work.name, [statistics.median(cost.seconds for cost in each) for each in costs]))
    return rows


def counted(programs: list[str], works: list[Work], real: Path) -> list[tuple[str, list[float]]]:
    rows = []
    for work in works:
        measure.say(f"{work.name}: counting instructions")
        rows.append(
            (
                work.name,
                [instructions([program, *work.arguments], environment(real, work), work) for program in programs],
            )
        )
    return rows


def instructions(command: list[str], variables: dict[str, str], work: Work) -> float:
    """In millions; only those of the process itself."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(valgrind, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    found = re.search(rb"Collected : (\d+)", done.stderr)
    if done.returncode not in work.accepted or not found:
        sys.exit(
            f"bench: {' '.join(valgrind)} ended with {done.returncode}\n{done.stderr[-2000:].decode(errors='replace')}"
        )
    return int(found[1]) / 1e6


def print_rows(unit: str, rows: list[tuple[str, list[float]]]) -> None:
    table = [(name, f"{before:.4g}", f"{after:.4g}", f"{after / before:.3f}", "") for name, (before, after) in rows]
    measure.print_table((unit, "before", "after", "ratio", ""), table)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--without-instructions", action="store_true")
    options = parser.parse_args()
    real = Path(os.environ.get("HUBFLEET_REAL_FLEET") or ROOT.parent / "shared/real-fleet").resolve()
    if not (real / "config/clusters").is_dir():
        sys.exit(f"bench: there is no real fleet in {real}; name its folder in HUBFLEET_REAL_FLEET")
    programs = [str(Path(name).resolve()) for name in (options.before, options.after)]
    with tempfile.TemporaryDirectory(prefix="hubfleet-bench-") as folder:
        wanted = works(programs[0], real, Path(folder))
        print_rows("median seconds", timed(programs, wanted, real, options.runs))
        if not options.without_instructions and shutil.which("valgrind"):
            print_rows("million instructions", counted(programs, wanted, real))


if __name__ == "__main__":
    main()
