"""Validates a fleet as the peer does: one `helm template` per release, one after the other.

    .tools/bench/bin/python scripts/benchmarks/with_helm.py FLEET [--helm PROGRAM] [--seconds 120] [--failures]

The charts of the fixture have neither templates nor the charts that they depend on. Each gets its schema as JSON, and
empty charts to depend on; the official JupyterHub chart has its true values and schema. So helm has less to do here
than it has with the true charts, also because it stops at a schema that is not met: without the chart's values.jsonnet
that is so for all hubs. What the peer does besides is left out: `helm dependency update`, copying a chart for
chart_override (each is made once, outside the time), and rendering values.jsonnet.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import tempfile
from typing import Any

from ruamel.yaml import YAML

import measure
import releases


def read(file: pathlib.Path) -> Any:
    return YAML(typ="safe").load(file)


def write(file: pathlib.Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML as well.
    file.write_text(json.dumps(content, default=str))


class Charts:
    """The charts as Helm can render them, each made once in a folder."""

    def __init__(self, fleet: pathlib.Path, folder: pathlib.Path) -> None:
        self.fleet, self.folder = fleet, folder
        self.made: dict[tuple[str, bytes | None], pathlib.Path] = {}
        [self.jupyterhub] = (fleet / "upstream").glob("jupyterhub-*")

    def path(self, name: str, override: pathlib.Path | None) -> pathlib.Path:
        key = (name, override.read_bytes() if override else None)
        if key not in self.made:
            self.made[key] = self.folder / str(len(self.made)) / name
            self.make(name, override, self.made[key])
        return self.made[key]

    def make(self, name: str, override: pathlib.Path | None, target: pathlib.Path) -> None:
        source = self.fleet / "helm-charts" / name
        chart = read(override if override and name == "basehub" else source / "Chart.yaml")
        self.copy(source, chart, target)
        for dependency in chart.get("dependencies", []):
            below = target / "charts" / dependency["name"]
            if dependency["repository"].startswith("file://"):
                self.make(dependency["name"], override, below)
            else:
                stub = {"apiVersion": "v2", "name": dependency["name"], "version": dependency["version"]}
                self.copy(self.jupyterhub if dependency["name"] == "jupyterhub" else None, stub, below)

    def copy(self, source: pathlib.Path | None, chart: Any, target: pathlib.Path) -> None:
        write(target / "Chart.yaml", chart)
        if source and (source / "values.yaml").exists():
            shutil.copyfile(source / "values.yaml", target / "values.yaml")
        if source and (source / "values.schema.yaml").exists():
            write(target / "values.schema.json", read(source / "values.schema.yaml"))


def validate(fleet: pathlib.Path, helm: str, seconds: float, show_failures: bool) -> dict[str, float]:
    sample, largest, failed = releases.Sample(fleet, seconds), 0.0, 0
    with tempfile.TemporaryDirectory(prefix="hubfleet-bench-") as folder:
        charts = Charts(fleet, pathlib.Path(folder))
        for file in sample.clusters():
            for release in releases.releases(fleet, file, read(file)):
                chart = charts.path(release.chart, release.override)
                values = [f"--values={path}" for path in release.files]
                cost = measure.run([helm, "template", release.name, str(chart), *values], accepted=None)
                sample.add(1, cost.seconds, cost.processor)
                largest = max(largest, cost.mebibytes)
                failed += cost.status != 0
                if cost.status != 0 and show_failures:
                    measure.say(f"{file.parent.name}/{release.name}: {cost.errors}")
    return sample.result(mebibytes=largest, failed=failed)


def main() -> None:
    parser = releases.arguments(__doc__)
    parser.add_argument("--helm", default="helm", help="the program, version 3 or 4")
    options = parser.parse_args()
    print(json.dumps(validate(options.fleet, options.helm, options.seconds, options.failures)))


if __name__ == "__main__":
    main()
