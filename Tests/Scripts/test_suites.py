"""scripts/long/suites.py: the suites that `scripts/check-long again` leaves out are those with the tag."""

from __future__ import annotations

from pathlib import Path

import suites

ROOT = Path(__file__).parents[2]


def test_every_file_with_the_tag_has_a_suite_that_is_found() -> None:
    found = set(suites.large(ROOT))
    assert "HubsSerial" in found
    assert "CommandTreeTests" not in found
    for file in (ROOT / "Tests").rglob("*.swift"):
        text = file.read_text()
        if ".tags(.large" in text:
            assert any(f" {name} " in text for name in found), file


def test_suites_are_found_by_their_own_tags(tmp_path: Path) -> None:
    tests = tmp_path / "Tests"
    tests.mkdir()
    (tests / "a.swift").write_text(
        '@Suite(.tags(.large), .timeLimit(.minutes(20)), .enabled(if: f(g(1)), "no"))\nfinal class One {\n}\n'
        "@Suite(.tags(.small)) struct Two {\n}\nlet x = FileKind.large\n"
        '@Suite(\n    "three", .serialized, .tags(.large)\n)\npackage struct Three: Sendable {\n}\n'
    )
    assert suites.large(tmp_path) == ["One", "Three"]
