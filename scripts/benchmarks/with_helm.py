"""Validates a fleet as the peer does: one `helm template` per release, one after the other.

    .tools/bench/bin/python scripts/benchmarks/with_helm.py FLEET [--helm PROGRAM] [--seconds 120] [--failures]

The charts of the fixture have neither templates nor the charts that they depend on. Each gets its schema as JSON, and
empty charts to depend on; the official JupyterHub chart has its true values and schema. So helm has less to do here
than it has with the true charts, also because it stops at a schema that is not met: without the chart's values.jsonnet
that is so for all hubs. What the peer does besides is left out: `helm dependency update`, copying a chart for
chart_override (each is made once, outside the time), and rendering values.jsonnet.
"""
import argparse
import json
import pathlib
import shutil
import tempfile

from ruamel.yaml import YAML

import measure
import releases


def read(file):
    return YAML(typ="safe").load(file)


def write(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML as well.
    file.write_text(json.dumps(content, default=str))


class Charts:
    def __init__(self, fleet, folder):
        self.fleet, self.folder, self.made = fleet, folder, {}
        [self.jupyterhub] = (fleet / "upstream").glob("jupyterhub-*")

    def path(self, name, override):
        key = (name, override and override.read_bytes())
        if key not in self.made:
            self.made[key] = self.folder / str(len(self.made)) / name
            self.make(name, override, self.made[key])
        return self.made[key]

    def make(self, name, override, target):
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

    def copy(self, source, chart, target):
        write(target / "Chart.yaml", chart)
        if source and (source / "values.yaml").exists():
            shutil.copyfile(source / "values.yaml", target / "values.yaml")
        if source and (source / "values.schema.yaml").exists():
            write(target / "values.schema.json", read(source / "values.schema.yaml"))


def validate(fleet, helm, seconds, show_failures):
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fleet", type=pathlib.Path)
    parser.add_argument("--helm", default="helm", help="the program, version 3 or 4")
    parser.add_argument("--seconds", type=float, default=120, help="stop then, and scale")
    parser.add_argument("--failures", action="store_true", help="show what helm refuses")
    options = parser.parse_args()
    print(json.dumps(validate(options.fleet, options.helm, options.seconds, options.failures)))


if __name__ == "__main__":
    main()
