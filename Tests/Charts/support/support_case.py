"""What the tests of the chart `support` share.

HUBFLEET_UPSTREAM_CHARTS names a folder with the real sub-charts (prometheus, grafana, ...), if somebody has them;
MUTATIONS=1 also tries whether the tests of alerts notice broken alerts (two minutes).
"""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Iterable
from typing import Any

import yaml

import charts

ROOT = charts.ROOT
HERE = pathlib.Path(__file__).resolve().parent
HELM, HELM3 = charts.program("helm"), charts.program("helm3")
PROMTOOL, AMTOOL = charts.program("promtool"), charts.program("amtool")
CHART = ROOT / "helm-charts/support"
RUNBOOKS = ROOT / "docs/runbooks.md"
STANDINS = ROOT / "Tests/Charts/standins"
REAL = pathlib.Path(charts.UPSTREAM or "/nonexistent")
FLEET = charts.FLEET / "config/clusters"
# Values that switch everything on.
EVERYTHING: charts.Object = {
    "clusterName": "earth",
    "clusterIssuer": {"email": "operations@example.org"},
    "clusterEntrypoint": {"loadBalancerIP": "203.0.113.7", "annotations": {"example.org/a": "b"}},
    "prometheusAuthSecret": {"username": "metrics", "password": "secret: \"'#"},
    "hubMetrics": {"tokens": {"prod": "token-of-prod", "staging": "token-of-staging"}},
    "credentials": [{"name": "login of prod", "expires": "2027-06-30"}, {"name": 'a: "b"', "expires": "2027-01-01"}],
    "nvidiaDevicePlugin": {"aws": {"enabled": True}, "azure": {"enabled": True, "nodeLabels": []}},
    "copyfail": {"enabled": True, "image": {"repository": "registry.example.org/copyfail", "tag": "v1"}},
    "dirtyfrag": {"enabled": True, "image": {"repository": "registry.example.org/dirtyfrag", "tag": "v1"}},
    "calico": {"enabled": True},
    "prometheusStorageClass": {"gke": {"enabled": True}},
    "backups": {
        "enabled": True,
        "snapshotClassName": "snapshots",
        "volumes": [
            {"namespace": "prod", "claim": "home-nfs"},
            {"namespace": "prod", "claim": "hub-db-dir"},
            {"namespace": "support", "claim": "support-grafana"},
        ],
    },
    "cluster-autoscaler": {"enabled": True, "autoDiscovery": {"clusterName": "earth"}, "awsRegion": "us-west-2"},
    "jupyterhub-cost-monitoring": {"enabled": True},
    "fluent-bit": {"enabled": True},
    "prometheus": {"alertmanager": {"enabled": True}},
}


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)


def dependencies() -> list[charts.Object]:
    found: list[charts.Object] = yaml.safe_load((CHART / "Chart.yaml").read_text())["dependencies"]
    return found


def build(target: pathlib.Path, real: bool = False) -> None:
    """A copy of the chart with its schema as JSON, and with the charts that it depends on."""
    shutil.copytree(CHART, target)
    schema = yaml.safe_load((CHART / "values.schema.yaml").read_text())
    (target / "values.schema.json").write_text(json.dumps(schema))
    shutil.rmtree(target / "charts", ignore_errors=True)
    for name in (dependency["name"] for dependency in dependencies()):
        source = REAL / name if real and (REAL / name).exists() else STANDINS / name
        shutil.copytree(source, target / "charts" / name)


def template(
    chart: pathlib.Path,
    values: charts.Object | None = None,
    files: Iterable[pathlib.Path] = (),
    helm: str | None = None,
) -> str:
    """All that helm renders, as text. Raises with what helm says."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(values or {}, file)
        file.flush()
        options = [part for name in [*files, file.name] for part in ("--values", name)]
        result = run(helm or HELM, "template", "support", chart, "--namespace", "support", *options)
    if result.returncode:
        raise AssertionError(result.stderr)
    return result.stdout


def split(text: str) -> list[tuple[str, Any]]:
    """Rendered objects, each with the file that it comes from."""
    found = []
    for part in re.split(r"^---$", text, flags=re.MULTILINE):
        source = re.search(r"^# Source: (\S+)$", part, re.MULTILINE)
        value = yaml.safe_load(part)
        if value:
            found.append((source.group(1) if source else "", value))
    return found


def own(text: str) -> list[Any]:
    """The objects that are not of another chart."""
    return [value for source, value in split(text) if source.startswith("support/templates/")]


def one(objects: list[Any], kind: str, name: str) -> Any:
    return next((item for item in objects if item["kind"] == kind and item["metadata"]["name"] == name), None)


def pod_template(item: Any) -> Any:
    """The part of an object that pods are made from, or None."""
    spec = item.get("spec", {})
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    return (
        spec.get("template") if item["kind"] in {"DaemonSet", "Deployment", "StatefulSet", "Job", "CronJob"} else None
    )


def without_cluster(part: Any) -> Any:
    """Settings of Prometheus that a promtool without Kubernetes can check: no targets to look up, no files to open."""
    if isinstance(part, list):
        return [without_cluster(item) for item in part]
    if isinstance(part, dict):
        left_out = {"tls_config", "bearer_token_file", "authorization", "scrape_config_files"}
        kept = {key: without_cluster(value) for key, value in part.items() if key not in left_out}
        if kept.pop("kubernetes_sd_configs", None):
            kept["static_configs"] = [{"targets": ["localhost:80"]}]
        return kept
    return part


class ChartCase(unittest.TestCase):
    """Has a copy of the chart that can be rendered."""

    scratch: pathlib.Path
    chart: pathlib.Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.chart = cls.scratch / "support"
        build(cls.chart)


class AlertCase(ChartCase):
    """Has the rule files as the cluster gets them."""

    rules: pathlib.Path
    alerts: dict[str, charts.Object]
    records: dict[str, str]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.rules = cls.scratch / "rules"
        cls.write(cls.rules, {})
        rules = [
            rule
            for file in sorted(cls.rules.glob("*.rules.yaml"))
            for group in yaml.safe_load(file.read_text())["groups"]
            for rule in group["rules"]
        ]
        cls.alerts = {rule["alert"]: rule for rule in rules if "alert" in rule}
        cls.records = {rule["record"]: rule["expr"] for rule in rules if "record" in rule}
        # Rendered for each credential, and there is none by default.
        cls.records["hubfleet:credential:expiry_timestamp_seconds"] = "vector(0)"

    @classmethod
    def write(cls, target: pathlib.Path, values: charts.Object | None) -> None:
        target.mkdir(exist_ok=True)
        data = one(own(template(cls.chart, values)), "ConfigMap", "prometheus-alert-rules")["data"]
        for name, text in data.items():
            (target / name).write_text(text)
