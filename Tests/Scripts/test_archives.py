"""Tests/Archives: what counts as agreed, how trees are listed, that a seed makes the same again, the page of tables."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

import generator
import page
import tar_bytes
from agreement import common, compare
from listing import Digest, Thing, Tree, list_tree
from making import Maker
from readers import Outcome


def outcome(reader: str, tree: Tree, status: str = "read") -> Outcome:
    return Outcome(reader, status, "", tree)


def differences(ours: Outcome, *theirs: Outcome) -> list[tuple[str, bytes]]:
    return [(one.what, one.path) for one in compare(ours, theirs, is_damaged=False)]


def file(text: str, mode: int | None = None, mtime: int | None = None) -> Thing:
    return Thing("file", mode, mtime, len(text), text)


@pytest.mark.parametrize(
    ("values", "agreed"),
    [("a", None), ("aa", ("a",)), ("ab", None), ("aab", ("a",)), ("abc", None), ("aabb", None), ("aaab", ("a",))],
)
def test_one_of_three_may_be_alone(values: str, agreed: tuple[str] | None) -> None:
    assert common(dict(enumerate(values, start=1))) == agreed  # type: ignore[arg-type]


def test_each_thing_that_differs_is_named() -> None:
    tree: Tree = {
        b"a": file("x", mode=0o644, mtime=1),
        b"b": Thing("link", target=b"a"),
        b"c": Thing("folder"),
        b"d": file("d"),
    }
    theirs = [outcome("GNU tar", tree), outcome("bsdtar", tree)]
    assert differences(outcome("hubfleet", tree), *theirs) == []
    own: Tree = {
        b"a": file("yy", mode=0o600, mtime=2),
        b"b": Thing("link", target=b"z"),
        b"c": file("c"),
        b"e": file("e"),
    }
    assert differences(outcome("hubfleet", own), *theirs) == [
        ("mode", b"a"),
        ("date", b"a"),
        ("contents", b"a"),
        ("target", b"b"),
        ("kind", b"c"),
        ("missing", b"d"),
        ("more", b"e"),
    ]


def test_what_nobody_set_is_not_compared() -> None:
    tree: Tree = {b"a": file("x")}
    own: Tree = {b"a": file("x", mode=0o600, mtime=2)}
    assert differences(outcome("hubfleet", own), outcome("GNU tar", tree), outcome("bsdtar", tree)) == []


def test_a_damaged_archive_that_is_taken_is_a_difference() -> None:
    failed = [outcome(reader, {}, "failed") for reader in ("GNU tar", "bsdtar", "7z")]
    assert differences(outcome("hubfleet", {}), *failed) == [("taken", b"")]
    assert differences(outcome("hubfleet", {}, "failed"), *failed) == []


def test_a_good_archive_that_is_refused_is_a_difference() -> None:
    read = [outcome(reader, {b"a": file("x")}) for reader in ("GNU tar", "bsdtar", "7z")]
    assert differences(outcome("hubfleet", {}, "failed"), *read) == [("refused", b"")]


def test_holes_have_the_digest_of_zeros(tmp_path: Path) -> None:
    data = b"begin" + bytes(3 << 20) + b"end" + bytes(70_000)
    (tmp_path / "full").write_bytes(data)
    with open(tmp_path / "holes", "wb") as holes:
        holes.write(b"begin")
        holes.seek(len(data) - 70_003)
        holes.write(b"end")
        holes.truncate(len(data))
    tree = list_tree(tmp_path, 1 << 40)
    assert tree[b"full"].digest == tree[b"holes"].digest
    assert tree[b"full"].size == len(data)
    other = Digest()
    other.add(data[:-80_000])
    assert tree[b"full"].digest != other.text()


def test_second_names_and_links_are_listed(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("x")
    os.link(tmp_path / "b", tmp_path / "a")
    (tmp_path / "link").symlink_to("nowhere")
    os.utime(tmp_path / "b", (5, 5))
    tree = list_tree(tmp_path, 1 << 40)
    assert tree[b"a"].first == tree[b"b"].first == b"a"
    assert tree[b"a"].mtime == 5
    assert tree[b"link"].target == b"nowhere"


def test_a_seed_makes_the_same_archive_again(tmp_path: Path) -> None:
    number = next(n for n in range(300) if generator.case_of(n) == "tar: names of all long lengths")
    made = []
    for name in ["one", "two"]:
        (tmp_path / name).mkdir()
        made.append(generator.make(3, number, tmp_path / name).path.read_bytes())
    assert made[0] == made[1]


def test_each_run_of_300_has_all_cases() -> None:
    cases = {generator.case_of(number) for number in range(300)}
    assert cases == {*generator.COMMON, *generator.DAMAGED, *generator.LARGE}


@pytest.mark.parametrize("length", [1, 2, 99, 100, 101, 255, 256, 257, 258, 512, 4095])
def test_paths_have_the_length_that_was_asked_for(length: int, tmp_path: Path) -> None:
    for seed in range(50):
        path = Maker(random.Random(seed), tmp_path, tmp_path / "archive").path(length)
        assert len(path) == length
        assert all(0 < len(name) <= 255 for name in path.split(b"/")), path


def test_numbers_in_base_256_are_as_gnu_tar_writes_them() -> None:
    assert tar_bytes.binary(-1, 12) == b"\xff" * 12
    assert tar_bytes.binary(2**33, 12) == b"\x80" + (2**33).to_bytes(11, "big")


def test_the_page_has_all_that_the_tables_have() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page()
    for row in page.rows("differences.json"):
        re.compile(row["what"])
        assert row["why"].endswith("."), row
