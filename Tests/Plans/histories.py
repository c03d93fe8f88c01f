"""Makes histories of fleets by random edits, and compares the plan of each with what helm says of it.

    histories.py PROGRAM [--fleet small|real] [--edits N] [--seed N] [--helm helm|helm3] [--report FILE]

PROGRAM is the built hubfleet. The set that it plans must be the set of releases that change: none is missed, none is
extra. Ends with 1 when one differs. With the same seed a run does the same again, but for keys and cipher text.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import edits
import small_fleet
from oracle import Oracle, RenderError

ROOT = Path(__file__).resolve().parents[2]
FORMS = (["--format", "table"], ["--format", "markdown"], ["--format", "json"])


def git(folder: Path, *arguments: str) -> str:
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    done = subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def snapshot(folder: Path, target: Path) -> Path:
    """A copy of what a commit of everything would hold."""
    listed = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, set(listed)):
        if (folder / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target / name)
    return target


@dataclass
class History:
    """One history, edit by edit."""

    program: str
    folder: Path
    fleet: edits.Fleet
    oracle: Oracle
    environment: dict[str, str]
    number: int = 0

    @property
    def root(self) -> Path:
        return self.fleet.root

    def start(self) -> None:
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        git(self.root, "add", "--all", "--force", ".")
        git(self.root, "commit", "--quiet", "--message", "start")
        self.before = snapshot(self.root, self.folder / "state-0")

    def step(self) -> str | None:
        """Makes an edit and compares. What is wrong, or None."""
        self.number += 1
        after = self.folder / f"state-{self.number}"
        while True:
            edit = edits.make(self.fleet)
            snapshot(self.root, after)
            try:
                expected = self.oracle.changed(self.before, after, edit.names)
                break
            except RenderError:
                # Nobody can deploy this; another one.
                git(self.root, "checkout", "--quiet", "--force", ".")
                git(self.root, "clean", "--quiet", "-d", "--force")
                shutil.rmtree(after)
        committed = self.fleet.dice.random() < 0.5
        states = ["--base", "HEAD"]
        if committed:
            self._commit()
            states = ["--from", "HEAD~1", "--to", "HEAD"]
        wrong = self._compare(edit, expected, states)
        if not committed:
            self._commit()
        shutil.rmtree(self.before)
        self.before = after
        print(f"{self.number}: {edit.what}: {len(expected)} change{', WRONG' if wrong else ''}", file=sys.stderr)
        return wrong and f"{self.number}: {edit.what} ({' '.join(states)}): {wrong}"

    def _commit(self) -> None:
        git(self.root, "add", "--all", ".")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", f"edit {self.number}")

    # The plan.

    def _plan(self, states: list[str], environment: dict[str, str], *more: str) -> tuple[int, str, str]:
        call = [self.program, "plan", "-C", str(self.root), "--no-render", *states, *more]
        done = subprocess.run(call, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def _compare(self, edit: edits.Edit, expected: set[str], states: list[str]) -> str | None:
        status, text, messages = self._plan(states, self.environment, "--format", "json")
        shown = [text, messages]
        if not text.startswith("{"):
            return f"no plan: {messages}"
        plan = json.loads(text)
        found = {release["id"] for release in plan["releases"]}
        if found != expected:
            return f"missed {sorted(expected - found)}, extra {sorted(found - expected)}\n{messages}"
        refused = {hub["id"] for hub in plan["renamed"]}
        if refused != edit.refused or (status != 0) != bool(refused):
            return f"refused {sorted(refused)} instead of {sorted(edit.refused)}, status {status}\n{messages}"
        wrong = self._closed(edit, expected, states, shown)
        status, text, messages = self._plan(states, self.environment, *FORMS[self.number % 2], "--detailed-exitcode")
        shown += [text, messages]
        if not refused and status != (2 if expected or plan["gone"] else 0):
            return f"status {status} with --detailed-exitcode\n{messages}"
        if any("canary" in part for part in shown):
            return "a secret is shown"
        return wrong

    def _closed(self, edit: edits.Edit, expected: set[str], states: list[str], shown: list[str]) -> str | None:
        """Without keys, what changed is planned too; more only where cipher text differs."""
        closed = {key: value for key, value in self.environment.items() if key != "SOPS_AGE_KEY_FILE"}
        closed["HOME"] = closed["XDG_CONFIG_HOME"] = str(self.folder / "nobody")
        _, text, messages = self._plan(states, closed, "--format", "json")
        shown += [text, messages]
        plan = json.loads(text)
        reasons = {release["id"]: release["reasons"] for release in plan["releases"]}
        if missed := expected - set(reasons):
            return f"without keys missed {sorted(missed)}"
        for release in set(reasons) - expected:
            if not edit.sealed or not all(is_sealed(reason) for reason in reasons[release]):
                return f"without keys extra {release}: {reasons[release]}"
        return None


def is_sealed(reason: dict[str, Any]) -> bool:
    return reason["kind"] == "sealed" or "re-encrypted" in "".join(reason.get("causes", []))


def real_fleet(program: str, target: Path) -> tuple[dict[str, str], None]:
    """The real fleet on our charts."""
    real = Path(os.environ.get("HUBFLEET_REAL_FLEET") or ROOT.parent / "shared/real-fleet").resolve()
    if not (real / "config/clusters").is_dir():
        sys.exit(f"histories: there is no real fleet in {real}; name its folder in HUBFLEET_REAL_FLEET")
    subprocess.run([program, "import", str(real), "--to", str(target)], check=True, capture_output=True)
    # The source may be read-only.
    for file in sorted(path for path in real.glob("upstream/**/*") if path.is_file()):
        (target / file.relative_to(real)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target / file.relative_to(real))
    return os.environ | {"SOPS_AGE_KEY_FILE": str(real / "test-age-key.txt")}, None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--fleet", choices=["small", "real"], default="small")
    parser.add_argument("--edits", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--helm", default="helm")
    parser.add_argument("--keep", type=Path, help="leave the repository there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hubfleet-plans-") as name:
        folder = Path(name)
        root = options.keep or folder / "fleet"
        keys = None
        if options.fleet == "small":
            root.mkdir()
            keys = small_fleet.Keys(folder)
            small_fleet.write(root, keys)
            environment = keys.environment
        else:
            environment, keys = real_fleet(options.program, root)
        fleet = edits.Fleet(root, random.Random(options.seed), keys)
        oracle = Oracle(folder, environment, ROOT / "Tests/Charts/standins", options.helm)
        history = History(options.program, folder, fleet, oracle, environment)
        history.start()
        wrong = [found for found in (history.step() for _ in range(options.edits)) if found]
        print(*wrong, sep="\n", end="\n" if wrong else "")
    print(
        f"{options.edits} edits of the {options.fleet} fleet, seed {options.seed}: {len(wrong)} wrong", file=sys.stderr
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
