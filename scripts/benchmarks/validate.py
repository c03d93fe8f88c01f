"""Validates a made fleet of the real one's size with Hubfleet, and beside it with what it replaces; then larger fleets.

Called by scripts/bench, with parts: hubfleet, helm, python (the rows of one table), jsonnet, growth.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import measure

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".tools/bin"
HUBS, RUNS, LIMIT = 171, 5, 120
GROWTH = (100, 1_000, 10_000)


# A program, what it cost, and how that was measured.
Row = tuple[str, measure.Cost, str]


def make_fleet(real: pathlib.Path, hubs: int, folder: pathlib.Path) -> pathlib.Path:
    target = folder / f"fleet-{hubs}"
    if target.exists():
        # Another part of this run has made it.
        return target
    measure.say(f"making a fleet of {hubs} hubs")
    make: list[str | pathlib.Path] = [sys.executable, ROOT / "scripts/make-fleet", "--from", real]
    make += ["--hubs", str(hubs), "--to", target]
    subprocess.run(make, check=True, stderr=subprocess.DEVNULL)
    return target


def hubfleet(program: str, real: pathlib.Path, fleet: pathlib.Path, *options: str) -> measure.Cost:
    """One validation. The fleet has faults, so 1 is a good end."""
    environment = os.environ | {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "SOPS_AGE_KEY_FILE": str(real / "test-age-key.txt"),
    }
    command = [program, "validate", "-C", str(fleet), "--format", "json", *options]
    cost = measure.run(command, environment, accepted=(0, 1))
    if not cost.output.startswith(("{", "[")):
        sys.exit(f"bench: {' '.join(command)} printed no JSON\n{cost.errors}")
    return cost


def with_hubfleet(program: str, real: pathlib.Path, fleet: pathlib.Path) -> Iterator[Row]:
    for files, options in {"closed": ["--no-decrypt"], "opened": []}.items():
        measure.say(f"hubfleet validate, encrypted files {files}: {RUNS} times, after a warm-up")
        runs = [hubfleet(program, real, fleet, *options) for _ in range(RUNS + 1)]
        yield f"hubfleet, encrypted files {files}", measure.median(runs[1:]), f"median of {RUNS}"


def with_others(parts: list[str], fleet: pathlib.Path) -> Iterator[Row]:
    """The encrypted files stay closed, as the peer does it."""
    others: list[tuple[str, str, str, list[str | pathlib.Path]]] = [
        ("helm", "helm 4, one template per release", "with_helm.py", ["--helm", PROGRAMS / "helm"]),
        ("helm", "helm 3, one template per release", "with_helm.py", ["--helm", PROGRAMS / "helm3"]),
        ("python", "Python, each file once", "with_ruamel.py", ["--way", "once"]),
        ("python", "Python, the peer's reading beside helm", "with_ruamel.py", ["--way", "peer"]),
    ]
    for part, name, script, options in others:
        if part not in parts:
            continue
        measure.say(f"{name}: {LIMIT} s at most")
        command = [sys.executable, ROOT / "scripts/benchmarks" / script, fleet, "--seconds", str(LIMIT), *options]
        cost = measure.run(command)
        result = json.loads(cost.output)
        done, total = result["done"], result["total"]
        measured = f"all {total} releases, once" if done == total else f"SAMPLE: {done} of {total} releases, scaled"
        if result["failed"]:
            measured += f"; {result['failed']} of these do not match a schema"
        yield (
            name,
            measure.Cost(result["seconds"], result["processor"], result.get("mebibytes", cost.mebibytes)),
            measured,
        )


def compare(parts: list[str], program: str, real: pathlib.Path, folder: pathlib.Path) -> None:
    fleet = make_fleet(real, HUBS, folder)
    results = list(with_hubfleet(program, real, fleet)) if "hubfleet" in parts else []
    base = results[0][1] if results else None
    results += with_others(parts, fleet)
    rows = []
    for name, cost, measured in results:
        ratios = (cost.seconds / base.seconds, cost.processor / base.processor) if base else ()
        numbers = [f"{cost.seconds:.2f}", f"{cost.processor:.2f}", f"{cost.mebibytes:.0f}"]
        rows.append((name, *numbers, *([f"{ratio:.1f}" for ratio in ratios] or "--"), measured))
    print(f"{HUBS} hubs in {len(list(fleet.rglob('*.yaml')))} YAML files")
    measure.print_table(("", "seconds", "CPU s", "MiB", "x hubfleet", "x its CPU", "measured"), rows)
    print()


def grow(program: str, real: pathlib.Path, folder: pathlib.Path) -> None:
    rows = []
    for hubs in GROWTH:
        fleet = make_fleet(real, hubs, folder)
        measure.say(f"hubfleet validate, {hubs} hubs")
        cost = hubfleet(program, real, fleet, "--no-decrypt")
        each = cost.seconds / hubs * 1e3
        rows.append((f"{hubs:,}", f"{cost.seconds:.2f}", f"{each:.2f}", f"{cost.mebibytes:.0f}", ""))
    measure.print_table(("hubs", "seconds", "ms per hub", "MiB", ""), rows)


def with_jsonnet(program: str, real: pathlib.Path, folder: pathlib.Path) -> None:
    """The same hubs on Hubfleet's charts: with nothing kept of jsonnet, with all results kept, and without jsonnet."""
    fleet = folder / "imported"
    made = make_fleet(real, HUBS, folder)
    # It ends with 1 where the source has errors, and writes the fleet all the same.
    imported = subprocess.run(
        [program, "import", made, "--to", fleet], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if imported.returncode not in (0, 1) or not (fleet / "fleet.yaml").exists():
        raise SystemExit(f"bench: import ended with {imported.returncode}")
    costs: dict[str, list[measure.Cost]] = {"cold": [], "warm": [], "without jsonnet": []}
    plain = folder / "plain"
    shutil.copytree(fleet, plain, symlinks=True)
    for file in plain.rglob("*.jsonnet"):
        file.unlink()
    measure.say(f"hubfleet validate with jsonnet, cold, warm and without: {RUNS} times in turn, after a warm-up")
    for number in range(RUNS + 1):
        os.environ["XDG_CACHE_HOME"] = str(folder / f"cache-{number}")
        for name in costs:
            cost = hubfleet(program, real, plain if name == "without jsonnet" else fleet, "--no-decrypt")
            costs[name] += [cost] if number else []
    base = measure.median(costs["without jsonnet"])
    rows = []
    for name, runs in costs.items():
        cost = measure.median(runs)
        numbers = [f"{cost.seconds:.2f}", f"{cost.processor:.2f}", f"{cost.seconds / base.seconds:.2f}"]
        rows.append((name, *numbers, f"median of {RUNS}"))
    measure.print_table((f"{HUBS} hubs", "seconds", "CPU s", "x without", "measured"), rows)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=["hubfleet", "helm", "python", "jsonnet", "growth"])
    parser.add_argument("--program", help="the program hubfleet, for the parts hubfleet, jsonnet and growth")
    options = parser.parse_args()
    real = pathlib.Path(os.environ.get("HUBFLEET_REAL_FLEET") or ROOT.parent / "shared/real-fleet").resolve()
    if not (real / "config/clusters").is_dir():
        sys.exit(f"bench: there is no real fleet in {real}; name its folder in HUBFLEET_REAL_FLEET")
    with tempfile.TemporaryDirectory(prefix="hubfleet-bench-") as folder:
        if set(options.parts) - {"growth", "jsonnet"}:
            compare(options.parts, options.program, real, pathlib.Path(folder))
        if "jsonnet" in options.parts:
            with_jsonnet(options.program, real, pathlib.Path(folder))
        if "growth" in options.parts:
            grow(options.program, real, pathlib.Path(folder))


if __name__ == "__main__":
    main()
