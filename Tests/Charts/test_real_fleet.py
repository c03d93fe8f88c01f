"""A real fleet on these charts: imported, its values unchanged but for the keys that have other names, and rendered."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from charts import FLEET, ROOT, Charts, Object, hub_values, missing, named, program, run


def hubs() -> Iterator[tuple[str, Object, Object]]:
    """Each hub of the fleet: its name, its cluster and its own entry."""
    for file in sorted(FLEET.glob("config/clusters/*/cluster.yaml")):
        cluster = yaml.safe_load(file.read_text())
        for hub in cluster["hubs"]:
            yield f"{file.parent.name}/{hub['name']}", cluster, hub


HUBS = {name: (cluster, hub) for name, cluster, hub in hubs()}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fleet as `hubfleet import` writes it."""
    if not HUBS:
        missing("HUBFLEET_REAL_FLEET")
    binary = Path(os.environ.get("HUBFLEET_PROGRAM") or ROOT / ".build/debug/hubfleet")
    if not binary.exists():
        missing("the program hubfleet (swift build)")
    target = tmp_path_factory.mktemp("imported") / "fleet"
    run(binary, "import", FLEET, "--to", target)
    return target


def test_there_is_a_fleet() -> None:
    if not FLEET.exists():
        missing("HUBFLEET_REAL_FLEET")
    assert len(HUBS) >= 39


@pytest.mark.parametrize("name", HUBS)
def test_a_real_hub_renders(charts: Charts, imported: Path, name: str, tmp_path: Path) -> None:
    cluster, hub = HUBS[name]
    folder = imported / "config/clusters" / name.partition("/")[0]
    files: list[Path | Object] = [computed(charts, cluster, hub, tmp_path)]
    files += [folder / file for file in hub["helm_chart_values_files"] if "secret" not in file]
    objects = charts.render(hub["helm_chart"], *files, release=hub["name"])
    assert {"hub", "proxy"} <= set(named(objects, "Deployment"))
    assert "binder" in hub["name"] or "user-sa" in named(objects, "ServiceAccount")
    custom = hub_values(objects)["custom"]
    assert "2i2c" not in custom
    page = custom["homepage"]["templateVars"]
    assert not page["enabled"] or page.get("redirect_to") or page.get("org", {}).get("name"), "a page without a name"


def computed(charts: Charts, cluster: Object, hub: Object, folder: Path) -> Path:
    """What values.jsonnet makes of the hub's facts."""
    facts = {
        "CLUSTER": cluster.get("aws", {}).get("clusterName") or cluster["name"],
        "HUB": hub["name"],
        "DOMAIN": hub["domain"],
        "PROVIDER": cluster["provider"],
        "ACCOUNT": str(cluster.get("aws", {}).get("account") or cluster.get("gcp", {}).get("project")),
    }
    arguments = [part for key, value in facts.items() for part in ("--ext-str", f"HUBFLEET_{key}={value}")]
    file = folder / "computed.json"
    text = run(program("jsonnet"), *arguments, charts.path(hub["helm_chart"]) / "values.jsonnet")
    file.write_text(text)
    return file


# GitHub and CILogon, hubs of the chart basehub and of daskhub, staging and production.
RUNNING = ["2i2c-aws-us/showcase", "leap/prod", "temple/prod", "ucmerced/prod", "nasa-cryo/staging"]


@pytest.mark.parametrize("name", RUNNING)
def test_a_real_hub_starts_and_gives_its_users_servers(
    charts: Charts, imported: Path, name: str, tmp_path: Path
) -> None:
    cluster, hub = HUBS[name]
    folder = imported / "config/clusters" / name.partition("/")[0]
    database: Object = {"jupyterhub": {"hub": {"db": {"type": "sqlite-memory"}}}}
    files: list[Path | Object] = [computed(charts, cluster, hub, tmp_path)]
    files += [folder / file for file in hub["helm_chart_values_files"] if "secret" not in file]
    files.append({"basehub": database} if hub["helm_chart"] == "daskhub" else database)
    manifests = tmp_path / "manifests.yaml"
    manifests.write_text(yaml.safe_dump_all(charts.render(hub["helm_chart"], *files, release=hub["name"])))
    (tmp_path / "users.yaml").write_text("- {name: ada}\n- {name: deployment-service-check, as: hub-health}\n")
    run(
        sys.executable,
        ROOT / "Tests/Charts/hub/record_pods.py",
        manifests,
        tmp_path / "users.yaml",
        tmp_path / "pods",
    )
    health = yaml.safe_load((tmp_path / "pods/deployment-service-check.yaml").read_text())
    assert health["pod"]["spec"]["serviceAccountName"] == "user-sa"
