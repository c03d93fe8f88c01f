"""The stand-ins are called as the real charts are, by the table that scripts/compare_charts.py keeps."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

import compare_charts
from charts import EVERY_PART, ROOT, UPSTREAM, Charts

TABLE: dict[str, Any] = yaml.safe_load(compare_charts.TABLE.read_text())
NOT_COMPARED = {"cluster-autoscaler"}
"""Its repository is too large to be fetched for this; nothing relies on its names."""


@pytest.fixture(scope="module")
def standins(charts: Charts) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for chart, values in EVERY_PART:
        rendered = charts.sources(chart, *values, release="support" if chart == "support" else "prod")
        for name, objects in compare_charts.described(rendered).items():
            found.setdefault(name, {}).update(objects)
    return found


def test_every_sub_chart_is_compared_in_its_version(standins: dict[str, Any]) -> None:
    listed = {
        entry["name"]: str(entry["version"])
        for file in (ROOT / "helm-charts").glob("*/Chart.yaml")
        for entry in yaml.safe_load(file.read_text()).get("dependencies", [])
        if "file:" not in entry["repository"]
    }
    assert set(listed) - set(TABLE["charts"]) == NOT_COMPARED
    assert set(standins) == set(listed)
    # Two charts say no version in their sources.
    told = {name: version for name, version in TABLE["versions"].items() if name not in ("cryptnono", "reflector")}
    assert told == {name: listed[name] for name in told}


def test_stand_ins_are_called_as_the_real_charts_are(standins: dict[str, Any]) -> None:
    if UPSTREAM:
        standins = {name: objects for name, objects in standins.items() if name in TABLE["charts"]}
    assert list(compare_charts.differences(standins, TABLE["charts"])) == []


def test_tests_of_alerts_name_pods_that_there_are() -> None:
    """A pod whose restart an alert is to see is one of a real Deployment."""
    deployments = {
        name.partition("/")[2]
        for objects in TABLE["charts"].values()
        for name in objects
        if name.startswith("Deployment/")
    }
    file = ROOT / "Tests/Charts/support/alerts/pods.test.yaml"
    fired = {
        (check["alertname"], alert["exp_labels"]["pod"])
        for test in yaml.safe_load(file.read_text())["tests"]
        for check in test["alert_rule_test"]
        for alert in check["exp_alerts"]
        if check["alertname"].endswith("Restarting")
    }
    assert len({name for name, _ in fired}) >= 7
    for alert, pod in fired:
        name = re.fullmatch(r"(.+)-[0-9a-z]+-[0-9a-z]{5}", pod)
        assert name and name[1] in deployments, f"{alert}: no Deployment has pods called {pod}"
