"""Validates a fleet in Python: the same layers, merged as Helm does, against the same schemas.

    .tools/bench/bin/python scripts/benchmarks/with_ruamel.py FLEET [--way once|peer] [--seconds 120] [--failures]

Both ways use the YAML loader of the peer, which keeps comments.

    once   A program as one would write it in Python today: it reads each file once, merges, and validates with
           jsonschema; schemas and the values of charts are prepared once, outside the time.
    peer   What the peer itself does beside helm, and no more: it reads cluster.yaml and all plain files of all hubs of
           a cluster to make its objects, and does so 2 N + 1 times to validate a cluster of N hubs.
"""

from __future__ import annotations

import json
import pathlib
import time
from typing import Any

from jsonschema import Draft7Validator, ValidationError

import measure
import releases

Values = dict[str, Any]


def merge(weak: Values, strong: Values) -> Values:
    """As Helm does: maps are merged, all else is replaced, null removes a key."""
    merged = dict(weak)
    for key, value in strong.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            old = merged.get(key)
            merged[key] = merge(old if isinstance(old, dict) else {}, value)
        else:
            merged[key] = value
    return merged


class Charts:
    """The values and schemas of the charts that have any."""

    def __init__(self, fleet: pathlib.Path) -> None:
        [jupyterhub] = (fleet / "upstream").glob("jupyterhub-*")
        folders = {"jupyterhub": jupyterhub, **{name: fleet / "helm-charts" / name for name in ("basehub", "support")}}
        self.values = {name: releases.load(folder / "values.yaml") for name, folder in folders.items()}
        self.schemas = {
            name: Draft7Validator(releases.load(folder / "values.schema.yaml")) for name, folder in folders.items()
        }
        self.values["basehub"] = merge({"jupyterhub": self.values["jupyterhub"]}, self.values["basehub"])

    def errors(self, release: releases.Release, layers: list[Values]) -> list[ValidationError]:
        values = self.values["support" if release.chart == "support" else "basehub"]
        for layer in layers:
            # All values of the legacy chart are those of the chart below it.
            values = merge(values, layer.get("basehub") or {} if release.chart == "daskhub" else layer)
        if release.chart == "support":
            return list(self.schemas["support"].iter_errors(values))
        below = self.schemas["jupyterhub"].iter_errors({**values["jupyterhub"], "global": values.get("global", {})})
        return [*self.schemas["basehub"].iter_errors(values), *below]


def once(fleet: pathlib.Path, file: pathlib.Path, charts: Charts, show_failures: bool) -> tuple[int, int]:
    """Returns how many releases there are, and how many have errors."""
    contents, done, failed = {}, 0, 0
    for release in releases.releases(fleet, file, releases.load(file)):
        for path in release.files:
            if path not in contents:
                contents[path] = releases.load(path)
        errors = charts.errors(release, [contents[path] for path in release.files])
        done += 1
        failed += bool(errors)
        for error in errors if show_failures else []:
            measure.say(f"{file.parent.name}/{release.name}: {error.json_path}: {error.message[:200]}")
    return done, failed


def peer(fleet: pathlib.Path, file: pathlib.Path) -> tuple[int, int]:
    def make() -> tuple[int, int]:
        made = list(releases.releases(fleet, file, releases.load(file)))
        hubs = [release for release in made if release.chart != "support"]
        for path in [path for hub in hubs for path in hub.files]:
            releases.load(path)
        return len(made), len(hubs)

    done, hubs = make()
    for _ in range(2 * hubs):
        make()
    return done, 0


def validate(fleet: pathlib.Path, way: str, seconds: float, show_failures: bool) -> dict[str, float]:
    sample, failed = releases.Sample(fleet, seconds), 0
    charts = Charts(fleet) if way == "once" else None
    for file in sample.clusters():
        start, processor = time.perf_counter(), time.process_time()
        if charts is not None:
            done, wrong = once(fleet, file, charts, show_failures)
        else:
            done, wrong = peer(fleet, file)
        sample.add(done, time.perf_counter() - start, time.process_time() - processor)
        failed += wrong
    return sample.result(failed=failed)


def main() -> None:
    parser = releases.arguments(__doc__)
    parser.add_argument("--way", choices=["once", "peer"], default="once")
    options = parser.parse_args()
    print(json.dumps(validate(options.fleet, options.way, options.seconds, options.failures)))


if __name__ == "__main__":
    main()
