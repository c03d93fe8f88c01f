"""Measures how many planted faults the tests notice: what `scripts/check-long mutants` runs.

A seed chooses places all over the sources; at each of them one small fault is planted (a comparison, a condition, a
constant, a guard). All are woven into one build of a copy, and the tests run once for each fault. A fault counts as
noticed when a test fails, when the program crashes, or when the tests hang. Those that survive are listed with their
line: each is a test that is missing, or a fault that makes no difference.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from swift_points import Point, points, support, woven

# Targets with code of ours that runs in the program; the doubles of tests and the build tool are not judged.
UNJUDGED = {"FleetTesting", "embed-files", "hubfleet"}
# Suites that run real hubs and browsers take minutes each.
LARGE = "HubsSerial"
ERROR = re.compile(r"(/[^\s:]+\.swift):(\d+):\d+: error:")


def say(text: str) -> None:
    print(f"mutants: {text}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/check-long mutants")
    parser.add_argument("root", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", default="", help="a regular expression that the file's path must contain")
    parser.add_argument("--without", default="", help="a test target to leave out")
    parser.add_argument("--here", action="store_true", help="weave this checkout itself, and restore it afterwards")
    parser.add_argument("--report", type=Path, help="where to write the result as JSON")
    options = parser.parse_args()
    tree = options.root if options.here else copied(options.root)
    sources = {str(file.relative_to(tree)): file.read_text() for file in judged(tree)}
    wanted = {name: text for name, text in sources.items() if re.search(options.only, name)}
    chosen = choice(wanted, options.seed, options.count + options.count // 2)
    try:
        say(f"weaving {len(chosen)} faults into {len({point.file for _, point in chosen})} files")
        built = build(tree, sources, chosen)[: options.count]
        results = try_all(tree, sources, built, options.without)
    finally:
        restore(tree, sources)
    return report(results, sources, options.report)


def copied(root: Path) -> Path:
    """A copy of the tracked files, whose build is kept for the next time."""
    tree = root / ".build-mutants" / "tree"
    tree.mkdir(parents=True, exist_ok=True)
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], check=True, capture_output=True).stdout
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    for old in [
        path for path in tree.rglob("*") if ".build" not in path.parts and (path.is_symlink() or path.is_file())
    ]:
        if str(old.relative_to(tree)) not in set(names):
            old.unlink()
    for name in names:
        source, target = root / name, tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.unlink(missing_ok=True)
            target.symlink_to(os.readlink(source))
        elif source.exists() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            shutil.copy2(source, target)
    tools = tree / ".tools"
    if not tools.exists() and (root / ".tools").exists():
        tools.symlink_to(root / ".tools")
    return tree


def judged(tree: Path) -> list[Path]:
    """The Swift files whose faults the tests should notice."""
    folders = [folder for folder in (tree / "Sources").iterdir() if folder.name not in UNJUDGED]
    return sorted(file for folder in folders for file in folder.rglob("*.swift"))


def choice(sources: dict[str, str], seed: int, count: int) -> list[tuple[int, Point]]:
    """Places chosen by the seed, each with its number; never two in one line, and no kind without its share."""
    chance = random.Random(seed)
    by_kind: dict[str, list[Point]] = {}
    for name in sorted(sources):
        for point in points(name, sources[name]):
            by_kind.setdefault(point.kind, []).append(point)
    for found in by_kind.values():
        chance.shuffle(found)
    # Constants are the most by far; the kinds take turns.
    chosen: list[Point] = []
    lines: set[tuple[str, int]] = set()
    while len(chosen) < count and any(by_kind.values()):
        for kind in sorted(by_kind):
            while by_kind[kind]:
                point = by_kind[kind].pop()
                if (point.file, point.line) not in lines:
                    lines.add((point.file, point.line))
                    chosen.append(point)
                    break
    return list(enumerate(chosen[:count], start=1))


def build(tree: Path, sources: dict[str, str], chosen: list[tuple[int, Point]]) -> list[tuple[int, Point]]:
    """Builds the tests with all faults woven in; leaves out those that the compiler does not take."""
    while True:
        weave(tree, sources, chosen)
        started = time.monotonic()
        output = subprocess.run(
            ["swift", "build", "--build-tests"], cwd=tree, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        say(f"build: {'done' if output.returncode == 0 else 'refused'}, {time.monotonic() - started:.0f} s")
        if output.returncode == 0:
            return chosen
        refused = {
            (str(Path(m[1]).resolve().relative_to(tree.resolve())), int(m[2]))
            for m in ERROR.finditer(output.stdout)
            if str(Path(m[1]).resolve()).startswith(str(tree.resolve()))
        }
        kept = [
            (number, point)
            for number, point in chosen
            if not any(file == point.file and point.line <= line <= point.line + 2 for file, line in refused)
        ]
        if len(kept) == len(chosen):
            # An error far from its cause: of the file's faults none is kept.
            files = {file for file, _ in refused}
            kept = [(number, point) for number, point in chosen if point.file not in files]
        if len(kept) == len(chosen):
            raise SystemExit(output.stdout[-4000:])
        say(f"left out, because they do not compile: {len(chosen) - len(kept)}")
        chosen = kept


def weave(tree: Path, sources: dict[str, str], chosen: list[tuple[int, Point]]) -> None:
    """Writes the sources with the faults, and what each target needs for them. Unchanged files stay untouched."""
    texts = dict(sources)
    for number, point in sorted(chosen, key=lambda pair: pair[1].start, reverse=True):
        text = texts[point.file]
        texts[point.file] = text[: point.start] + woven(point, number) + text[point.start + len(point.text) :]
    for target in sorted({name.split("/")[1] for name in sources}):
        own = [(number, point) for number, point in chosen if point.file.split("/")[1] == target]
        texts[f"Sources/{target}/_Faults.swift"] = support(own) if own else "\n"
    manifest = (tree / "Package.swift").read_text()
    texts["Package.swift"] = "\n".join(line for line in manifest.split("\n") if "treatAllWarnings" not in line)
    for name, text in texts.items():
        file = tree / name
        if not file.exists() or file.read_text() != text:
            file.write_text(text)


def restore(tree: Path, sources: dict[str, str]) -> None:
    for name, text in sources.items():
        if (tree / name).read_text() != text:
            (tree / name).write_text(text)
    for file in tree.glob("Sources/*/_Faults.swift"):
        file.unlink()
    subprocess.run(["git", "checkout", "-q", "Package.swift"], cwd=tree, check=False)


@dataclass
class Result:
    """What came of one fault: what noticed it (nothing, if it survives), and how long the tests took."""

    number: int
    point: Point
    noticed_by: str
    seconds: float


def tests_of(tree: Path) -> dict[str, list[str]]:
    """The targets that each target of tests reaches."""
    command = ["swift", "package", "describe", "--type", "json"]
    described = subprocess.run(command, cwd=tree, check=True, capture_output=True).stdout
    targets = {target["name"]: target for target in json.loads(described)["targets"]}

    def reached(name: str) -> set[str]:
        below = targets.get(name, {}).get("target_dependencies") or []
        return {name}.union(*(reached(other) for other in below))

    return {name: sorted(reached(name)) for name, target in targets.items() if target["type"] == "test"}


def try_all(tree: Path, sources: dict[str, str], chosen: list[tuple[int, Point]], without: str) -> list[Result]:
    """Runs the tests once without a fault, and then once for each."""
    bundle = next(tree.glob(".build/*/debug/*.xctest"))
    reach = {name: below for name, below in tests_of(tree).items() if name != without}
    targets = sorted(reach)
    limits: dict[str, float] = {}
    for target in targets:
        started = time.monotonic()
        failure = run(bundle, tree, 0, target, limit=900)
        if failure:
            raise SystemExit(f"without a fault, {target} fails already: {failure}")
        limits[target] = 30 + 4 * (time.monotonic() - started)
        say(f"{target} without a fault: {time.monotonic() - started:.1f} s")
    results = []
    for count, (number, point) in enumerate(chosen, start=1):
        started = time.monotonic()
        target = point.file.split("/")[1]
        reaching = [name for name in targets if target in reach[name]]
        order = sorted(reaching, key=lambda name: (name != f"{target}Tests", name == "IntegrationTests", limits[name]))
        noticed = next(filter(None, (run(bundle, tree, number, name, limits[name]) for name in order)), "")
        results.append(Result(number, point, noticed, time.monotonic() - started))
        verdict = noticed or "SURVIVES"
        say(f"{count}/{len(chosen)} {point.describe(sources[point.file])}: {verdict} ({results[-1].seconds:.0f} s)")
    return results


def run(bundle: Path, tree: Path, number: int, target: str, limit: float) -> str:
    """Runs the tests of a target but the large ones.

    Returns what showed the fault, the empty string when nothing did. It does not wait for more than the first failure.
    """
    command = [str(bundle), "--testing-library", "swift-testing", "--filter", f"^{target}\\.", "--skip", LARGE]
    environment = os.environ | {"HUBFLEET_FAULT": str(number)}
    process = subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    assert process.stdout
    output, end = "", time.monotonic() + limit
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        try:
            while True:
                if not selector.select(timeout=max(0.0, end - time.monotonic())):
                    return f"hangs in {target}"
                chunk = os.read(process.stdout.fileno(), 65536)
                output += chunk.decode(errors="replace")
                failed = re.search(r"^✘ Test (?P<name>.+?) (?:recorded an issue|failed)", output, re.MULTILINE)
                if failed:
                    return f"{target}: {failed['name']}"
                if not chunk:
                    break
        finally:
            if process.poll() is None and output and not chunk:
                process.wait()
            else:
                kill(process)
    status = process.wait()
    return "" if status == 0 else f"{target} ends with {status}"


def kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def report(results: list[Result], sources: dict[str, str], file: Path | None) -> int:
    survivors = [result for result in results if not result.noticed_by]
    print(f"{len(results) - len(survivors)} of {len(results)} faults were noticed")
    for result in survivors:
        print(f"survives: {result.point.describe(sources[result.point.file])}")
    if file:
        entries = [
            {"place": result.point.describe(sources[result.point.file]), "noticed": result.noticed_by}
            for result in results
        ]
        file.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    return 0 if len(survivors) * 10 <= len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
