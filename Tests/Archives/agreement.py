"""Finds what all readers of an archive agree on, and where Hubfleet does something else."""

from __future__ import annotations

from collections.abc import Sequence
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
    refusals = [one for one in theirs if one.reader not in CHECKS and not one.has_read]
    says = "; ".join(f"{one.reader} {one.message}" for one in theirs if not one.has_read)
    is_refused_by_check = bool(checks) and all(not check.has_read for check in checks)
    if ours.has_read:
        judges = [one for one in theirs if one.reader in JUDGES - CHECKS]
        if all(not one.has_read for one in judges) or is_refused_by_check:
            return [Difference("taken", theirs=says, ours=ours.message)]
        return differences(ours, unpacked)
    if is_refused_by_check or len(unpacked) < 2 or len(refusals) > 1:
        return []
    # A bit that flipped may be one that only we look at.
    what = "refused though damaged" if is_damaged and refusals else "refused"
    return [Difference(what, theirs=says, ours=ours.message)]


def differences(ours: Outcome, theirs: Sequence[Outcome]) -> list[Difference]:
    """What stands in another way in our tree than in all of theirs."""
    if len(theirs) < 2:
        return []
    found = []
    for path in sorted(set.intersection(*[set(one.tree) for one in theirs])):
        seen = [one.tree[path] for one in theirs]
        kinds = {thing.kind for thing in seen}
        if len(kinds) > 1:
            continue
        own = ours.tree.get(path)
        if own is None:
            reason = ours.left.get(path)
            what = "missing" if reason is None else "left out"
            found.append(Difference(what, path, theirs=kinds.pop(), ours=reason or ""))
        elif own.kind not in kinds:
            found.append(Difference("kind", path, theirs=kinds.pop(), ours=own.kind))
        else:
            found += thing_differences(path, own, seen)
    extra = set(ours.tree) - set.union(*[set(one.tree) for one in theirs])
    return found + [Difference("more", path, ours=ours.tree[path].kind) for path in sorted(extra)]


def thing_differences(path: bytes, own: Thing, seen: Sequence[Thing]) -> list[Difference]:
    found = []
    for what, fields in FIELDS.items():
        values = {tuple(getattr(thing, field) for field in fields) for thing in seen}
        # A program that does not set it has nothing to say.
        values.discard((None,))
        mine = tuple(getattr(own, field) for field in fields)
        if len(values) == 1 and mine not in values:
            found.append(Difference(what, path, shown(what, values.pop()), shown(what, mine)))
    return found


def shown(what: str, values: tuple[object, ...]) -> str:
    return ", ".join(oct(value) if what == "mode" and isinstance(value, int) else str(value) for value in values)


def disagreements(theirs: Sequence[Outcome]) -> set[str]:
    """In what the others differ among themselves."""
    unpacked = [one for one in theirs if one.has_read and one.reader not in CHECKS]
    found = set()
    if any(not one.has_read for one in theirs) and unpacked:
        found.add("whether it can be read")
    if len({frozenset(one.tree) for one in unpacked}) > 1:
        found.add("paths")
    for path in {path for one in unpacked for path in one.tree}:
        seen = [one.tree[path] for one in unpacked if path in one.tree]
        if len({thing.kind for thing in seen}) > 1:
            found.add("kind")
        for what, fields in FIELDS.items():
            values = {tuple(getattr(thing, field) for field in fields) for thing in seen} - {(None,)}
            if len(values) > 1:
                found.add(what)
    return found
