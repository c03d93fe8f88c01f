"""What pages name is there: files, sections of other pages, and decisions."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page.relative_to(ROOT)
    for folder in (".", "docs", "docs/charts", "docs/decisions", "docs/reference", "images")
    for page in (ROOT / folder).glob("*.md")
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# A path of the repository, as pages write one: `scripts/check`, `Sources/Homes/*`. TARGET and TOPIC stand for any name.
PATH = re.compile(r"`((?:Sources|Tests|scripts|docs|helm-charts|presets|Plugins)/[\w./*-]+)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall((ROOT / page).read_text()):
        if ":" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_paths_are_there(page: Path) -> None:
    for path in PATH.findall((ROOT / page).read_text()):
        if not re.search(r"[A-Z]{4,}", path) and not list(ROOT.glob(path.rstrip("/."))):
            pytest.fail(f"{page} names {path}")


INNER_PAGES = [page for page in PAGES if page.name in ("CONTRIBUTING.md", "design.md") or "decisions" in page.parts]
# Targets that do not exist yet.
TO_COME = {"FleetStore"}


@pytest.mark.parametrize("page", INNER_PAGES, ids=str)
def test_types_are_there(page: Path) -> None:
    names = set(re.findall(r"`([A-Z][a-z]*(?:[A-Z]+[a-z]+)+)\b[^`]*`", (ROOT / page).read_text())) - TO_COME
    code = "\n".join(file.read_text() for folder in ("Sources", "Tests") for file in (ROOT / folder).rglob("*.swift"))
    assert names <= set(re.findall(r"\w+", code))


def tables() -> Any:
    """The tables of scripts/check-imports, which has no suffix to be imported by."""
    loader = SourceFileLoader("check_imports", str(ROOT / "scripts/check-imports"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_design_shows_the_targets_and_floors_that_are_checked() -> None:
    checked = tables()
    page = (ROOT / "docs/design.md").read_text()
    picture = page.partition("```\n")[2].partition("```")[0]
    assert set(re.findall(r"^\S+|(?<=   )[A-Z]\w+(?=   )", picture, re.MULTILINE)) >= {
        target for target in checked.ALLOWED if not re.match("C[A-Z]", target)
    }
    floors = page.partition("| target | floors")[2].partition("\n\n")[0]
    shown = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", floors, re.MULTILINE))
    top = {".": "the files in no folder"}
    assert shown == {
        target: ", ".join(top.get(room, room) for room in rooms.split()) for target, rooms in checked.ORDER.items()
    }


def test_every_decision_is_in_the_index_and_has_its_parts() -> None:
    folder = ROOT / "docs/decisions"
    rows = re.findall(
        r"^\| (\d{4}-\d\d) \| .+ \| \[(.+)\]\((.+)\) \|$", (folder / "README.md").read_text(), re.MULTILINE
    )
    assert {file for _, _, file in rows} == {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert [date for date, _, _ in rows] == sorted((date for date, _, _ in rows), reverse=True)
    for date, title, file in rows:
        assert (folder / file).read_text().startswith(f"# {title}\n\n{date}\n\n**Decision.** "), file
        for part in ("**Why.** ", "**Price.** "):
            assert f"\n\n{part}" in (folder / file).read_text(), file
