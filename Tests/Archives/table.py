"""The differences that there are on purpose, each with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from agreement import Difference


@dataclass(frozen=True)
class Row:
    """One row: what differs, in which cases, and why that is so."""

    what: str
    # In which cases, and why, for people.
    when: str
    why: str
    # Regular expressions: of the case or one of its traits, of what Hubfleet says, of what the others have.
    case: str = ""
    says: str = ""
    theirs: str = ""
    # Whether a few hundred archives need not hit it.
    rare: bool = False

    def explains(self, difference: Difference, case: str, traits: Set[str]) -> bool:
        return (
            re.fullmatch(self.what, difference.what) is not None
            and any(re.search(self.case, text) for text in [case, *traits])
            and re.search(self.says, difference.ours) is not None
            and re.search(self.theirs, difference.theirs) is not None
        )


def rows(file: Path) -> list[Row]:
    """The rows of a table, which is a list of objects."""
    return [Row(**row) for row in json.loads(file.read_text(encoding="utf-8"))]
