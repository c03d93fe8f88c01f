"""What alerts and dashboards read is what exporters export: by their running code, or by a table of it."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

import jupyterhub.metrics  # noqa: F401  Its metrics are in the registry then.
import pytest
import yaml
from prometheus_client import REGISTRY

from basehub import quotas
from charts import ROOT

HERE = ROOT / "Tests/Charts/support"
LISTED: dict[str, Any] = yaml.safe_load((HERE / "metrics.yaml").read_text())["exporters"]
BY_CODE: dict[str, Any] = yaml.safe_load((HERE / "exporters.yaml").read_text())
# Prometheus adds it to what it reads.
ADDED = {"namespace"}


def running() -> dict[str, str]:
    """What this process exports, by its names without suffixes."""
    quotas.denials()
    return {family.name: family.type for family in REGISTRY.collect()}


@pytest.mark.parametrize("exporter", ["jupyterhub", "basehub"])
def test_a_running_hub_exports_what_is_read(exporter: str) -> None:
    exported = running()
    for name, facts in LISTED[exporter]["metrics"].items():
        assert exported.get(name.removesuffix("_total")) == facts["type"] or exported.get(name) == facts["type"], name


@pytest.mark.parametrize("exporter", sorted(BY_CODE))
def test_code_of_an_exporter_has_what_is_read(exporter: str) -> None:
    code = BY_CODE[exporter]
    for name, facts in LISTED[exporter]["metrics"].items():
        found = [said for pattern, said in code.items() if fnmatch(name, pattern)]
        assert found, f"{exporter} exports no {name}, but {', '.join(code)}"
        assert any(
            said["type"] == facts["type"] and set(facts["labels"]) - ADDED <= set(said["labels"]) for said in found
        ), f"{exporter}: {name} is {found}"


def test_two_exporters_have_one_name_for_two_things() -> None:
    """So an alert that compares sizes with limits takes both from one of them."""
    both = [name for name, code in BY_CODE.items() if "dirsize_total_size_bytes" in code]
    assert both == ["jupyterhub-home-nfs", "prometheus-dirsize-exporter"]
    assert [name for name in both if "dirsize_hard_limit_bytes" in BY_CODE[name]] == ["jupyterhub-home-nfs"]
