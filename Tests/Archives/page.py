"""Writes the page docs/reference/archives.md from the tables of differences, or prints it with `-`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/reference/archives.md"
HEAD = """\
# Archives of other programs

Where GNU tar, bsdtar, `tarfile` and `zipfile` of Python, `unzip` and 7z agree on what is in an archive,
`hubfleet home import` makes the same of it. A test makes archives with all of them and byte by byte, lets each program
unpack them, and compares.
They agree where all say the same, or all but one of three and more.

This page is made from the tables in `Tests/Archives`.

## Where Hubfleet differs on purpose

| what | when | why |
| --- | --- | --- |
"""
ROUND = """
## What other programs cannot give back

Two homes go round, packed and unpacked by each program: one of real packages, and one with a path of every length from
1 to 4,095 bytes. Hubfleet gives back each byte, mode, time and link of both. Others do not:

| packed by | unpacked by | what | why |
| --- | --- | --- | --- |
"""


def rows(name: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return result


def cell(text: str) -> str:
    return text.replace("|", ", ").replace("\\", "")


def page() -> str:
    differences = "".join(
        f"| {cell(row['what'])} | {row.get('when', '')} | {row['why']} |\n" for row in rows("differences.json")
    )
    trips = "".join(
        f"| {cell(row.get('packed', row['writer']))} | {cell(row['reader'])} | {cell(row['what'])} | {row['why']} |\n"
        for row in rows("round_trips.json")
    )
    return HEAD + differences + ROUND + trips


if __name__ == "__main__":
    if sys.argv[1:] == ["-"]:
        print(page(), end="")
    else:
        PAGE.write_text(page(), encoding="utf-8")
