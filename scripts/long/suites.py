"""Which suites of tests are large, as their tags say: real hubs, browsers, other programs on many inputs."""

from __future__ import annotations

import re
from pathlib import Path

# Brackets within brackets within brackets, as in .timeLimit(.minutes(20)).
INNER = r"[^()]"
for _ in range(3):
    INNER = rf"(?:[^()]|\({INNER}*\))"
SUITE = re.compile(rf"@Suite\((?P<traits>{INNER}*)\)\s*(?:\w+\s+)*?(?:struct|actor|class|enum|extension) (?P<name>\w+)")


def large(root: Path) -> list[str]:
    """The names of all suites with the tag `large`, sorted."""
    found: set[str] = set()
    for file in (root / "Tests").rglob("*.swift"):
        for suite in SUITE.finditer(file.read_text()):
            if ".large" in suite["traits"]:
                found.add(suite["name"])
    return sorted(found)
