"""Compares the stand-ins of sub-charts with the real charts, where somebody has these.

    python scripts/compare_charts.py FOLDER      FOLDER has the real charts, each in a folder of its name

It writes Tests/Charts/upstream.yaml: the names of the objects that the real charts make of our values, with the labels
and ports of their pods, and the ports of their Services. Tests compare the stand-ins with it, and take from it what
alerts rely on. The charts themselves are not ours to keep.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "Tests/Charts/upstream.yaml"
KINDS = ("Deployment", "DaemonSet", "StatefulSet", "Service", "Ingress", "NetworkPolicy", "PersistentVolumeClaim")
# They change with each version.
LEFT_OUT = ("helm.sh/chart", "chart", "app.kubernetes.io/version")
# Nothing selects by these.
UNUSED = ("app.kubernetes.io/managed-by", "app.kubernetes.io/part-of")


def described(rendered: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """By the name of each sub-chart: what its objects are called, and what selects and reaches them."""
    found: dict[str, Any] = {}
    for source, item in rendered:
        chart = subchart(source)
        if chart and item["kind"] in KINDS:
            objects = found.setdefault(chart, {})
            objects[f"{item['kind']}/{item['metadata']['name']}"] = facts(item)
    return {chart: dict(sorted(objects.items())) for chart, objects in sorted(found.items())}


def subchart(source: str) -> str:
    """The sub-chart of ours that a template belongs to, such as prometheus in support/charts/prometheus/charts/…."""
    ours = {path.parent.name for path in ROOT.glob("helm-charts/*/Chart.yaml")}
    return next((part for part in source.split("/charts/")[1:] if part.partition("/")[0] not in ours), "").partition(
        "/"
    )[0]


def facts(item: dict[str, Any]) -> dict[str, Any]:
    """What others rely on of an object."""
    spec = item.get("spec", {})
    if item["kind"] == "Service":
        return {"ports": ports(spec.get("ports", ()))}
    if item["kind"] not in ("Deployment", "DaemonSet", "StatefulSet"):
        return {}
    pod = spec["template"]
    labels = pod["metadata"].get("labels", {})
    named = [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]
    return {
        "labels": {key: str(labels[key]) for key in sorted(labels) if key not in LEFT_OUT},
        "ports": ports(named),
    }


def ports(listed: Any) -> dict[str, int]:
    """Ports by their names."""
    return {str(port.get("name", "")): port.get("containerPort") or port["port"] for port in listed}


def differences(standins: dict[str, Any], real: dict[str, Any]) -> Iterator[str]:
    """What a stand-in says and the real chart does not."""
    for chart, objects in standins.items():
        for name, said in objects.items() if chart in real else ():
            true = real[chart].get(name)
            if true is None:
                yield f"{chart}: there is no {name}, but {', '.join(real[chart])}"
                continue
            for key, values in said.items():
                # Of ports a stand-in has those that matter; labels select, so all of them do.
                fields = {*values, *(true[key] if key == "labels" else ())} - set(UNUSED)
                for field in sorted(fields):
                    if true[key].get(field) != values.get(field):
                        yield f"{chart}: {name}: {key}.{field} is {true[key].get(field)!r}, not {values.get(field)!r}"


def main(folder: Path) -> int:
    """Renders both, writes the table, says the differences."""
    sys.path.insert(0, str(ROOT / "Tests/Charts"))
    import charts

    tables = []
    for upstream in (None, str(folder)):
        charts.UPSTREAM = upstream
        with tempfile.TemporaryDirectory() as target:
            made = charts.Charts(Path(target))
            table: dict[str, Any] = {}
            for chart, values in charts.EVERY_PART:
                release = "support" if chart == "support" else "prod"
                for name, objects in described(made.sources(chart, *values, release=release)).items():
                    table.setdefault(name, {}).update(objects)
            tables.append(table)
    standins, real = tables
    real = {name: objects for name, objects in real.items() if (folder / name).exists()}
    versions = {name: yaml.safe_load((folder / name / "Chart.yaml").read_text())["version"] for name in real}
    text = "# What the real sub-charts make of our values. Written by scripts/compare_charts.py; compared by tests.\n"
    text += yaml.safe_dump({"versions": versions, "charts": real}, width=120, sort_keys=True)
    TABLE.write_text(text)
    found = list(differences(standins, real))
    for line in [*found, *(f"not compared: {name}" for name in standins if name not in real)]:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("HUBFLEET_REQUIRE_TOOLS", "1")
    sys.exit(main(Path(sys.argv[1]).resolve()))
