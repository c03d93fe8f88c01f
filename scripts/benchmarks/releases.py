"""What there is to validate in a fleet, for the programs that Hubfleet is compared with."""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import random
import sys
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML


@dataclasses.dataclass(frozen=True)
class Release:
    """One call of Helm: a chart with files of values."""

    name: str
    chart: str
    # The replacement for basehub's Chart.yaml.
    override: pathlib.Path | None
    # Weakest first. Without encrypted ones, and those that jsonnet computes: the fixture has none.
    files: tuple[pathlib.Path, ...]


def releases(fleet: pathlib.Path, file: pathlib.Path, cluster: Any) -> Iterator[Release]:
    """The hubs of a cluster, and its support chart."""

    def plain(names: list[str]) -> tuple[pathlib.Path, ...]:
        return tuple(file.parent / name for name in names if "secret" not in pathlib.PurePath(name).name)

    if "support" in cluster:
        yield Release("support", "support", None, plain(cluster["support"]["helm_chart_values_files"]))
    for hub in cluster.get("hubs", []):
        override = hub.get("chart_override")
        if override is not None:
            override = fleet / override if "/" in override else file.parent / override
        yield Release(hub["name"], hub["helm_chart"], override, plain(hub["helm_chart_values_files"]))


def load(file: pathlib.Path) -> Any:
    """With the loader that keeps comments, which is the one that the peer uses."""
    return YAML(typ="rt").load(file.read_text(encoding="utf-8")) or {}


class Sample:
    """Whole clusters, in a mixed order, until the time is over. The result is scaled to all releases of the fleet."""

    def __init__(self, fleet: pathlib.Path, limit: float) -> None:
        self.files = sorted((fleet / "config/clusters").glob("*/cluster.yaml"))
        if not self.files:
            sys.exit(f"{fleet} has no clusters below config/clusters")
        # Always the same order.
        random.Random(4).shuffle(self.files)
        self.total = sum(len(list(releases(fleet, file, YAML(typ="safe").load(file)))) for file in self.files)
        self.limit = limit
        self.done, self.seconds, self.processor = 0, 0.0, 0.0

    def clusters(self) -> Iterator[pathlib.Path]:
        for file in self.files:
            if self.seconds >= self.limit:
                return
            yield file

    def add(self, releases: int, seconds: float, processor: float) -> None:
        self.done += releases
        self.seconds += seconds
        self.processor += processor

    def result(self, **more: float) -> dict[str, float]:
        """What validate.py reads."""
        scale = self.total / self.done
        return {
            "done": self.done,
            "total": self.total,
            "seconds": self.seconds * scale,
            "processor": self.processor * scale,
            **more,
        }


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The arguments that both programs have."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fleet", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=120, help="stop then, and scale")
    parser.add_argument("--failures", action="store_true", help="show what does not match a schema")
    return parser
