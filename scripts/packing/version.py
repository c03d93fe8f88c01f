"""The version of the program, and how each kind of package writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packing.elf import NotPackable

SOURCE = "Sources/FleetCommands/Context/Version.swift"


@dataclass(frozen=True)
class Version:
    """A version as the program says it: three numbers, and -dev between releases."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d+\.\d+\.\d+(-dev)?", self.text):
            raise NotPackable(f"{SOURCE} says {self.text}; a version is X.Y.Z or X.Y.Z-dev")

    @classmethod
    def of(cls, root: Path) -> Version:
        """That of a checkout."""
        found = re.search(r'static let current = "([^"]*)"', (root / SOURCE).read_text(encoding="utf-8"))
        if not found:
            raise NotPackable(f"{SOURCE} says no version")
        return cls(found[1])

    @property
    def python(self) -> str:
        """By PEP 440: 0.2.0.dev0 comes before 0.2.0."""
        return self.text.replace("-dev", ".dev0")

    @property
    def debian(self) -> str:
        """By Debian's rules: 0.2.0~dev comes before 0.2.0."""
        return self.text.replace("-dev", "~dev")
