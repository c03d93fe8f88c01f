"""Finds what all readers of an archive agree on, and where Hubfleet does something else."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from listing import Thing
from readers import GZIP, TAR, ZIP, Outcome

# What is compared of a thing, by the word that a difference is called with.
FIELDS = {
    "mode": ["mode"],
    "date": ["mtime"],
    "contents": ["size", "digest"],
    "target": ["target"],
    "names": ["first"],
}
JUDGES = {reader.name for reader in [*TAR, *GZIP, *ZIP] if reader.judges}
CHECKS = {reader.name for reader in GZIP}


@dataclass(frozen=True)
class Difference:
    """One thing in which Hubfleet is not like the others."""

    what: str
    path: bytes = b""
    theirs: str = ""
    ours: str = ""


def compare(ours: Outcome, theirs: Sequence[Outcome], *, is_damaged: bool) -> list[Difference]:
    """All differences of one archive."""
    if ours.status in ("late", "crashed"):
        return [Difference(ours.status, ours=ours.message)]
    unpacked = [one for one in theirs if one.has_read and one.reader not in CHECKS]
    checks = [one for one in theirs if one.reader in CHECKS]
    says = "; ".join(f"{one.reader} {one.message}" for one in theirs if not one.has_read)
    is_refused_by_check = bool(checks) and all(not check.has_read for check in checks)
    if ours.has_read:
        judges = {one.reader: one.has_read for one in theirs if one.reader in JUDGES - CHECKS}
        if ours.status == "read" and (common(judges) == (False,) or is_refused_by_check):
            return [Difference("taken", theirs=says, ours=ours.message)]
        return differences(ours, unpacked)
    votes = {one.reader: one.has_read for one in theirs if one.reader not in CHECKS}
    if is_refused_by_check or common(votes) != (True,):
        return []
    # A bit that flipped may be one that only we look at.
    what = "refused though damaged" if is_damaged and not all(votes.values()) else "refused"
    return [Difference(what, theirs=says, ours=ours.message)]


def common(values: Mapping[str, object]) -> tuple[object] | None:
    """What programs agree on: all of them, or all but one of three and more. None where they do not."""
    if len(values) < 2:
        return None
    (value, count), *_ = collections.Counter(values.values()).most_common()
    return (value,) if count >= max(2, len(values) - 1) else None


def differences(ours: Outcome, theirs: Sequence[Outcome]) -> list[Difference]:
    """What stands in another way in our tree than in theirs."""
    found = []
    paths = set(ours.tree).union(*[one.tree for one in theirs]) if len(theirs) > 1 else set()
    for path in sorted(paths):
        kinds = {one.reader: one.tree[path].kind if path in one.tree else "nothing" for one in theirs}
        agreed = common(kinds)
        own = ours.tree.get(path)
        kind = own.kind if own else "nothing"
        if agreed is None:
            continue
        if agreed != (kind,):
            reason = ours.left.get(path)
            what = {"nothing": "missing" if reason is None else "left out"}.get(kind, "kind")
            what = "more" if agreed == ("nothing",) else what
            if what == "missing" and agreed == ("folder",) and holds_nothing(path, ours, theirs):
                kind = "nothing: only what is left out is in it"
            found.append(Difference(what, path, with_odd_one(kinds, agreed), reason or kind))
        elif own:
            seen = {one.reader: one.tree[path] for one in theirs if kinds[one.reader] == kind}
            found += thing_differences(path, own, seen)
    return found


def holds_nothing(folder: bytes, ours: Outcome, theirs: Sequence[Outcome]) -> bool:
    """Whether all that the others have in a folder, but for more folders, is named by us as left out."""
    things = {
        path
        for one in theirs
        for path, thing in one.tree.items()
        if path.startswith(folder + b"/") and thing.kind != "folder"
    }
    return bool(things) and things <= ours.left.keys()


def thing_differences(path: bytes, own: Thing, seen: Mapping[str, Thing]) -> list[Difference]:
    found = []
    for what, fields in FIELDS.items():
        values = {reader: tuple(getattr(thing, field) for field in fields) for reader, thing in seen.items()}
        # A program that does not set it has nothing to say.
        values = {reader: value for reader, value in values.items() if value != (None,)}
        mine = tuple(getattr(own, field) for field in fields)
        agreed = common(values)
        if agreed and agreed != (mine,):
            texts = {reader: shown(what, value) for reader, value in values.items()}
            found.append(Difference(what, path, with_odd_one(texts, common(texts) or ("",)), shown(what, mine)))
    return found


def with_odd_one(values: Mapping[str, str], agreed: tuple[object]) -> str:
    """What is agreed on, and who alone has something else."""
    odd = [f" (but {reader}: {value})" for reader, value in values.items() if (value,) != agreed]
    return f"{agreed[0]}{''.join(odd)}"


def shown(what: str, values: tuple[object, ...]) -> str:
    return ", ".join(oct(value) if what == "mode" and isinstance(value, int) else str(value) for value in values)


def disagreements(theirs: Sequence[Outcome]) -> set[str]:
    """In what the others differ among themselves, and who it is where one is alone."""
    unpacked = [one for one in theirs if one.has_read and one.reader not in CHECKS]
    found = set()
    if any(not one.has_read for one in theirs) and unpacked:
        found.add(f"can it be read: {alone({one.reader: one.has_read for one in theirs})}")
    if len({frozenset(one.tree) for one in unpacked}) > 1:
        found.add(f"paths: {alone({one.reader: frozenset(one.tree) for one in unpacked})}")
    for path in {path for one in unpacked for path in one.tree}:
        seen = {one.reader: one.tree[path] for one in unpacked if path in one.tree}
        if len({thing.kind for thing in seen.values()}) > 1:
            found.add(f"kind: {alone({reader: thing.kind for reader, thing in seen.items()})}")
            continue
        for what, fields in FIELDS.items():
            values = {reader: tuple(getattr(thing, field) for field in fields) for reader, thing in seen.items()}
            values = {reader: value for reader, value in values.items() if value != (None,)}
            if len(set(values.values())) > 1:
                found.add(f"{what}: {alone(values)}")
    return found


def alone(values: Mapping[str, object]) -> str:
    """The one program that has another value than all others."""
    counts = collections.Counter(values.values())
    single = [reader for reader, value in values.items() if counts[value] == 1]
    return f"{single[0]} alone" if len(single) == 1 and len(counts) == 2 else "several"
