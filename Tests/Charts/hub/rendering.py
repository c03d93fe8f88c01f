"""The stand-in for the JupyterHub chart alone, completed and rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from charts import ROOT, official_chart, program, run
from hub_pod import Manifest

PACKAGE = ROOT / "helm-charts/basehub/files/basehub"


def complete_chart(folder: Path) -> Path:
    """A copy of the stand-in with the values and the schema of the real chart."""
    return official_chart(folder)


def render(chart: Path, values: Path) -> list[Manifest]:
    """What Helm makes of it."""
    text = run(program("helm"), "template", "prod", chart, "--values", values)
    return [manifest for manifest in yaml.safe_load_all(text) if manifest]


def package_configmap(name: str) -> Manifest:
    """The ConfigMap that the chart `basehub` makes of the package."""
    data: dict[str, Any] = {file.name: file.read_text() for file in sorted(PACKAGE.glob("*.py"))}
    gateway = {"runs": True, "host": "traefik-prod-dask-gateway.default", "port": 80}
    data["parts.json"] = json.dumps({"dask-gateway": gateway})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
