"""Makes archive number N of a seed: the same each time."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import damage
import large_archives
import tar_bytes
import tar_writers
import zip_bytes
import zip_writers
from making import Archive, Case, Maker

TAR = tar_writers.CASES | tar_bytes.CASES
ZIP = zip_writers.CASES | zip_bytes.CASES
DAMAGED = {
    "damage: a tar archive with flipped bits": damage.flipped(TAR),
    "damage: a tar archive that is cut": damage.cut(TAR),
    "damage: a ZIP archive with flipped bits": damage.flipped(ZIP),
    "damage: a ZIP archive that is cut": damage.cut(ZIP),
}
COMMON: dict[str, Case] = TAR | ZIP
LARGE: dict[str, Case] = large_archives.CASES
# One in so many archives is a large one, in every twentieth run of 300; one is of another case, and damaged.
RARE = 100
RUN = 300
OFTEN = 25


def case_of(number: int) -> str:
    """The name of the case that an archive is of. All have their turn."""
    if number % RARE == RARE - 1 and number // RUN % 20 == 0:
        return sorted(LARGE)[number // RARE % len(LARGE)]
    if number % OFTEN == OFTEN - 1:
        return sorted(DAMAGED)[(number // OFTEN - number // RARE) % len(DAMAGED)]
    return sorted(COMMON)[(number - number // OFTEN) % len(COMMON)]


def is_zip(case: str) -> bool:
    return case in ZIP or ("ZIP" in case and case not in TAR)


def make(seed: int, number: int, folder: Path) -> Archive:
    """Makes an archive in a folder. A maker that finds nothing to pack tries again."""
    case = case_of(number)
    archive = folder / f"archive{'.zip' if is_zip(case) else '.tar'}"
    for attempt in range(5):
        room = folder / "room"
        room.mkdir()
        maker = Maker(random.Random(f"{seed} {number} {attempt}"), room, archive)
        try:
            (COMMON | DAMAGED | LARGE)[case](maker)
        except RuntimeError:
            if attempt == 4:
                raise
            continue
        finally:
            shutil.rmtree(room)
        return Archive(archive, case, maker.traits)
    raise AssertionError
