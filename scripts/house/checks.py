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
# What is looked up by a name that somebody else has made: for String, two of them may be one.
NAMED_BY_STRING = re.compile(r"\bSet<String>|\[String: (?!Any\b|String\b|MustacheTemplate\b)")
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
    # The targets that look nothing up by a String.
    exact: Set[str] = frozenset()

    def findings(self, root: Path) -> list[str]:
        """Everything in a tree that must not be, each with its place and the reason."""
        targets = {folder.name: folder for folder in sorted((root / "Sources").iterdir()) if folder.name[0] != "."}
        found = [
            f"Sources/{name}: not in the table of scripts/check-imports: add what it may import"
            for name in sorted(targets.keys() - self.allowed.keys())
        ]
        found += [
            f"Sources/{name}: is gone; take it out of the tables" for name in self.allowed.keys() - targets.keys()
        ]
        codes = {
            str(file.relative_to(root / "Sources")): code_of(file.read_text(encoding="utf-8"))
            for name in targets
            if name in self.allowed
            for file in sorted(targets[name].rglob("*.swift"))
        }
        for file, code in codes.items():
            wrong = self._unwanted(file, code) + self._revealed(file, code) + self._named(file, code)
            found += [f"Sources/{file}:{line}: {reason}" for line, reason in sorted(wrong)]
        for name in targets:
            inside = {
                file.removeprefix(f"{name}/"): code for file, code in codes.items() if file.startswith(f"{name}/")
            }
            found += floors.findings(f"Sources/{name}", inside, self.order.get(name, []))
        return found + [
            f"Sources/{file}: reveals no secret; take it off the list"
            for file in sorted(self.revealing)
            if not REVEAL.search(codes.get(file, ""))
        ]

    def _unwanted(self, file: str, code: str) -> list[tuple[int, str]]:
        """The line and the reason of every import that is not allowed, and of what no file may have."""
        target = file.partition("/")[0]
        allowed = (SYSTEM | set(self.allowed[target].split())) - self.forbidden.get(target, set())
        imports = [
            (line_at(code, match.start(1)), f"{target} must not import {match[1]}")
            for match in IMPORT.finditer(code)
            if match[1] not in allowed
        ]
        return sum((matches(re.compile(pattern), code, why) for pattern, why in UNWANTED.items()), imports)

    def _revealed(self, file: str, code: str) -> list[tuple[int, str]]:
        return [] if file in self.revealing else matches(REVEAL, code, "this file must not reveal secrets")

    def _named(self, file: str, code: str) -> list[tuple[int, str]]:
        if file.partition("/")[0] not in self.exact:
            return []
        return matches(NAMED_BY_STRING, code, "two names may be one for String: look up by ExactText")


def matches(pattern: re.Pattern[str], code: str, reason: str) -> list[tuple[int, str]]:
    return [(line_at(code, match.start()), reason) for match in pattern.finditer(code)]


def line_at(code: str, place: int) -> int:
    return code.count("\n", 0, place) + 1
