"""All checks of a tree of sources, against the tables of scripts/check-imports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from . import floors
from .swift_code import code_of

# What every target may import.
SYSTEM = {"Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Musl", "Darwin", "Synchronization"}

# What a program that must tidy up after itself, and that is checked for data races, does without.
UNWANTED = {
    r"\bfatalError\s*\(": "fatalError ends the program without tidying up: throw an error",
    r"\btry\s*!": "try! ends the program without tidying up: use try",
    r"@unchecked\s+Sendable\b": "@unchecked Sendable hides data races: use a Mutex, an actor or a value",
    r"\bnonisolated\s*\(\s*unsafe\s*\)": "nonisolated(unsafe) hides data races: use a Mutex or an actor",
}

# `import M`, also as in `@testable import M`, `internal import M` and `import struct M.Name`.
IMPORT = re.compile(
    r"(?:^|;)[ \t]*(?:@\w+(?:\([^)]*\))?\s+|(?:public|package|internal|fileprivate|private)\s+)*"
    r"import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?`?(\w+)",
    re.MULTILINE,
)
REVEAL = re.compile(r"\breveal\b")


@dataclass(frozen=True)
class House:
    """The tables: what holds for which target. docs/design.md says why."""

    # What each target may import beside the system, in one string; every target stands here.
    allowed: Mapping[str, str]
    forbidden: Mapping[str, Set[str]] = field(default_factory=dict)
    # The floors of a target, from the ground up.
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # The files that may open a secret, below Sources.
    revealing: Set[str] = frozenset()

    def findings(self, root: Path) -> list[str]:
        """Everything in a tree that must not be, each with its place and the reason."""
        found: list[str] = []
        revealing: set[str] = set()
        for folder in sorted(path for path in (root / "Sources").iterdir() if not path.name.startswith(".")):
            if folder.name not in self.allowed:
                found.append(
                    f"Sources/{folder.name}: not in the table of scripts/check-imports: add what it may import"
                )
                continue
            codes = {
                str(file.relative_to(folder)): code_of(file.read_text(encoding="utf-8"))
                for file in sorted(folder.rglob("*.swift"))
            }
            for path, code in codes.items():
                file = f"{folder.name}/{path}"
                reveals = matches(REVEAL, code, "this file must not reveal secrets")
                revealing |= {file} if reveals else set()
                wrong = self._in_file(folder.name, code) + ([] if file in self.revealing else reveals)
                found += [f"Sources/{file}:{line}: {reason}" for line, reason in sorted(wrong)]
            found += floors.findings(f"Sources/{folder.name}", codes, self.order.get(folder.name, []))
        return found + [
            f"Sources/{file}: reveals no secret; take it off the list" for file in self.revealing - revealing
        ]

    def _in_file(self, target: str, code: str) -> list[tuple[int, str]]:
        """The line and the reason of everything in a file that its target must not have."""
        allowed = (SYSTEM | set(self.allowed[target].split())) - self.forbidden.get(target, set())
        imports = [
            (line_at(code, match.start(1)), f"{target} must not import {match[1]}")
            for match in IMPORT.finditer(code)
            if match[1] not in allowed
        ]
        return sum((matches(re.compile(pattern), code, why) for pattern, why in UNWANTED.items()), imports)


def matches(pattern: re.Pattern[str], code: str, reason: str) -> list[tuple[int, str]]:
    return [(line_at(code, match.start()), reason) for match in pattern.finditer(code)]


def line_at(code: str, place: int) -> int:
    return code.count("\n", 0, place) + 1
