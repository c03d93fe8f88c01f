"""Plans changes of made fleets, beside the validation of the same fleet; then a larger one.

Called by scripts/bench, with parts: hubfleet (171 hubs), growth (10,000 hubs).
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import measure
import validate

RUNS = 5
HUBS, MANY = 171, 10_000


def git(fleet: pathlib.Path, *arguments: str) -> None:
    names = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=fleet, check=True, stdout=subprocess.DEVNULL)


def commit(fleet: pathlib.Path) -> None:
    git(fleet, "init", "--quiet", "--initial-branch", "main")
    git(fleet, "add", "--all", "--force", ".")
    git(fleet, "commit", "--quiet", "--message", "fleet")


def edit(file: pathlib.Path, old: str, new: str) -> None:
    """A change of one file alone: those of made fleets are links to one copy."""
    text = file.read_text(encoding="utf-8")
    changed = re.sub(old, new, text, count=1, flags=re.MULTILINE)
    if changed == text:
        sys.exit(f"bench: {file} holds nothing like {old}")
    file.unlink()
    file.write_text(changed, encoding="utf-8")


def plan(program: str, fleet: pathlib.Path, *options: str) -> measure.Cost:
    environment = os.environ | {"PATH": f"{validate.PROGRAMS}:{os.environ['PATH']}"}
    command = [program, "plan", "-C", str(fleet), "--base", "HEAD", "--no-decrypt", "--no-render", *options]
    return measure.run(command, environment, accepted=(0, 1))


def planned(cost: measure.Cost) -> str:
    """What the program says of its plan, in its last line."""
    return cost.errors.splitlines()[-1].partition(": ")[2] if cost.errors else ""


def rows(program: str, fleet: pathlib.Path) -> Iterator[tuple[str, measure.Cost, str]]:
    chart = fleet / "helm-charts/basehub/values.yaml"
    clusters = sorted((fleet / "config/clusters").glob("*/cluster.yaml"))
    shared = next(file for file in sorted(clusters[0].parent.glob("common.values.yaml")))
    changes = {
        "nothing": [],
        "one file of one cluster": [(shared, r"\A", "bench: 1\n")],
        "a value of the chart, all hubs": [(chart, r"\A", "bench: 1\n")],
        "a remark in the chart's values": [(chart, r"\A", "# Remark\n")],
    }
    for name, edits in changes.items():
        for file, old, new in edits:
            edit(file, old, new)
        measure.say(f"hubfleet plan, {name}: {RUNS} times, after a warm-up")
        runs = [plan(program, fleet) for _ in range(RUNS + 1)]
        yield name, measure.median(runs[1:]), planned(runs[0])
        git(fleet, "checkout", "--quiet", "--force", ".")


def show(found: list[tuple[str, measure.Cost, str]]) -> None:
    table = [
        (name, f"{cost.seconds:.2f}", f"{cost.processor:.2f}", f"{cost.mebibytes:.0f}", said)
        for name, cost, said in found
    ]
    measure.print_table(("change", "seconds", "CPU s", "MiB", "planned"), table)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=["hubfleet", "growth"])
    parser.add_argument("--program", required=True, help="the program hubfleet")
    options = parser.parse_args()
    real = pathlib.Path(os.environ.get("HUBFLEET_REAL_FLEET") or validate.ROOT.parent / "shared/real-fleet").resolve()
    if not (real / "config/clusters").is_dir():
        sys.exit(f"bench: there is no real fleet in {real}; name its folder in HUBFLEET_REAL_FLEET")
    with tempfile.TemporaryDirectory(prefix="hubfleet-bench-") as folder:
        if "hubfleet" in options.parts:
            fleet = validate.make_fleet(real, HUBS, pathlib.Path(folder))
            commit(fleet)
            beside = validate.hubfleet(options.program, real, fleet, "--no-decrypt")
            show([*rows(options.program, fleet), ("hubfleet validate of the same fleet", beside, "")])
        if "growth" in options.parts:
            fleet = validate.make_fleet(real, MANY, pathlib.Path(folder))
            commit(fleet)
            shared = sorted((fleet / "config/clusters").glob("*/common.values.yaml"))[0]
            edit(shared, r"\A", "bench: 1\n")
            cost = plan(options.program, fleet)
            show([(f"{MANY:,} hubs, one file", cost, planned(cost))])


if __name__ == "__main__":
    main()
