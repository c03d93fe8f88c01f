"""The rooms of a target, which are its folders, and the arrows between them.

A room uses another one where it names a type or a function that the other declares. At each level of folders no circle
may be closed, and where the design gives an order, a room uses only those below it.

Names are resolved as far as tokens allow: first in the types around them, then in the target. A name that several rooms
declare is left out, and so is a member of a type, unless it is the only one of its name in the target.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from .swift_names import SwiftFile, Use, read

# The files that lie in no folder of their own are a room too.
TOP = "."


class Arrow(NamedTuple):
    """The first place where one room names something of another."""

    file: str
    line: int
    name: str


Arrows = dict[str, dict[str, Arrow]]


class Target:
    """All that the files of a target declare. Paths are those below its folder; the code is blanked."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        self.files = {path: read(code) for path, code in sorted(codes.items())}
        self.rooms: dict[str, set[str]] = defaultdict(set)
        self.nested: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.members: dict[str, set[str]] = defaultdict(set)
        counts: dict[str, int] = defaultdict(int)
        for path, file in self.files.items():
            for name in file.declared:
                self.rooms[name].add(room_of(path))
            for pair in file.nested:
                self.nested[pair].add(room_of(path))
            for name in file.members:
                counts[name] += 1
        for path, file in self.files.items():
            for type_name, member in file.extended:
                if counts[member] == 1 and self.rooms.get(type_name, set()) - {room_of(path)}:
                    self.members[member].add(room_of(path))

    def uses(self) -> Iterable[tuple[str, str, Use, str]]:
        """Each file, its room, a name in it and the other room that declares the name."""
        for path, file in self.files.items():
            for use in file.uses:
                room = self._room_of_use(file, use)
                if room is not None and room != room_of(path):
                    yield path, room_of(path), use, room

    def _room_of_use(self, file: SwiftFile, use: Use) -> str | None:
        if use.owner is not None:
            rooms = self.nested.get((use.owner, use.name)) or self.members.get(use.name, set())
        elif use.name in file.own:
            return None
        else:
            around = [self.nested[pair] for owner in reversed(use.scope) if (pair := (owner, use.name)) in self.nested]
            rooms = around[0] if around else self.rooms.get(use.name, set())
            if not use.name[0].isupper() and not use.is_called:
                return None
        return next(iter(rooms)) if len(rooms) == 1 else None


def room_of(path: str) -> str:
    return str(PurePosixPath(path).parent)


def arrows_at_each_level(target: Target) -> dict[str, Arrows]:
    """For each folder that holds folders, the arrows between these; its own files are the room TOP."""
    levels: dict[str, Arrows] = defaultdict(lambda: defaultdict(dict))
    for path, room, use, other in target.uses():
        parent, here, there = part(room, other)
        levels[parent][here].setdefault(there, Arrow(path, use.line, use.name))
    return levels


def part(room: str, other: str) -> tuple[str, str, str]:
    """The folder where the ways to two rooms part, and the room that each way leads to there."""
    ways = [PurePosixPath(path).parts for path in (room, other)]
    common = 0
    while all(len(way) > common for way in ways) and ways[0][common] == ways[1][common]:
        common += 1
    here, there = (way[common] if len(way) > common else TOP for way in ways)
    return "/".join(ways[0][:common]), here, there


def circle(arrows: Arrows) -> list[str]:
    """The rooms of a shortest circle, in order; empty without one."""
    best: list[str] = []
    for start in sorted(arrows):
        ways = [[start]]
        seen = set()
        while ways:
            way = ways.pop(0)
            for room in sorted(arrows.get(way[-1], {})):
                if room == start:
                    if not best or len(way) < len(best):
                        best = way
                elif room not in seen:
                    seen.add(room)
                    ways.append([*way, room])
    return best


def findings(name: str, codes: Mapping[str, str], order: Sequence[str]) -> list[str]:
    """What is wrong between the rooms of a target: circles, and arrows that go up from the ground, first in `order`."""
    target = Target(codes)
    rooms = {part("", room_of(path))[2] for path in target.files}
    missing = [f"{name}/{room}: not in the order of floors" for room in sorted(rooms - set(order))]
    gone = [f"{name}: there is no room {room}; take it out of the order" for room in order if room not in rooms]
    found = missing + gone if order else []
    for parent, arrows in arrows_at_each_level(target).items():
        if not parent and order and not found:
            found += upward(name, arrows, order)
        found += circles(name, parent, arrows)
    return found


def circles(name: str, parent: str, arrows: Arrows) -> list[str]:
    found = []
    while rooms := circle(arrows):
        steps = list(zip(rooms, [*rooms[1:], rooms[0]], strict=True))
        found.append(f"{name}/{parent}".rstrip("/") + f": a circle: {' → '.join(map(shown, [*rooms, rooms[0]]))}")
        found += [f"  {described(name, here, there, arrows[here][there])}" for here, there in steps]
        # Another circle may be closed elsewhere; this one is opened here to see it.
        del arrows[rooms[-1]][rooms[0]]
    return found


def upward(name: str, arrows: Arrows, order: Sequence[str]) -> list[str]:
    floor = {room: number for number, room in enumerate(order)}
    return [
        f"{described(name, here, there, arrow)}, which lies above it"
        for here, others in arrows.items()
        for there, arrow in others.items()
        if floor[there] > floor[here]
    ]


def described(name: str, here: str, there: str, arrow: Arrow) -> str:
    return f"{name}/{arrow.file}:{arrow.line}: {shown(here)} uses {arrow.name} of {shown(there)}"


def shown(room: str) -> str:
    return "the top folder" if room == TOP else room
