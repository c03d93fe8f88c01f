"""Archives of other cases, with bits that flipped and ends that are cut."""

from __future__ import annotations

from making import Case, Maker


def flipped(of: dict[str, Case]) -> Case:
    def make(maker: Maker) -> None:
        original(maker, of)
        data = bytearray(maker.archive.read_bytes())
        for _ in range(maker.pick([1, 1, 1, 3])):
            # Much of an archive is padding: half of the bits are among the bytes that say something.
            place = maker.random.randrange(len(data))
            for _ in range(50 if maker.chance(2) else 0):
                if data[place]:
                    break
                place = maker.random.randrange(len(data))
            data[place] ^= 1 << maker.random.randrange(8)
        maker.archive.write_bytes(data)
        maker.traits |= {"damaged", "flipped"}

    return make


def cut(of: dict[str, Case]) -> Case:
    def make(maker: Maker) -> None:
        original(maker, of)
        data = maker.archive.read_bytes()
        maker.archive.write_bytes(data[: maker.random.randrange(len(data))])
        maker.traits |= {"damaged", "cut"}

    return make


def original(maker: Maker, of: dict[str, Case]) -> None:
    name = maker.pick(sorted(of))
    maker.traits.add(f"of {name}")
    of[name](maker)
