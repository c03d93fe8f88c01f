"""Charts on a real API server: installed, upgraded, and taken away, by both helms."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
import yaml

from charts import HELMS, PRESETS, SITE, UPSTREAM, Charts, Object, program, run

LEFT_BY_KUBERNETES = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
# The server's API is that of Kubernetes 1.20: the real official chart would make a PodDisruptionBudget of policy/v1.
NO_PLACEHOLDERS: Object = {"jupyterhub": {"scheduling": {"userPlaceholder": {"enabled": False}}}}


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("name", PRESETS)
def test_is_installed_upgraded_and_taken_away(
    charts: Charts, cluster: dict[str, str], tmp_path: Path, name: str, helm: str
) -> None:
    chart, values = PRESETS[name]
    values = [*values, {"basehub": NO_PLACEHOLDERS, "daskhub": {"basehub": NO_PLACEHOLDERS}}.get(chart, {})]
    release = f"{name}-{helm}"
    wait = ["--namespace", release, "--wait", "--timeout", "120s", *way_of_applying(helm)]
    options = [*wait, *charts.arguments(*values)]
    before = volumes(cluster)
    run(
        program(helm),
        "install",
        release,
        earlier(charts.path(chart), tmp_path),
        *options,
        "--create-namespace",
        env=cluster,
    )
    assert revision(helm, release, cluster) == (1, "deployed")
    run(program(helm), "upgrade", release, charts.path(chart), *options, env=cluster)
    assert revision(helm, release, cluster) == (2, "deployed")
    run(program(helm), "rollback", release, "1", *wait, env=cluster)
    assert revision(helm, release, cluster) == (3, "deployed")
    run(program(helm), "uninstall", release, "--namespace", release, "--wait", env=cluster)
    # What holds homes is the NFS server's disk, outside of the release.
    homes: set[tuple[str, str]] = set()
    # What pods leave behind is collected soon after.
    for _ in range(60):
        if left(release, cluster) == homes:
            break
        time.sleep(0.5)
    assert left(release, cluster) == homes
    assert volumes(cluster) - before == set()
    run(program("kubectl"), "delete", "namespace", release, "--wait=false", env=cluster)


def way_of_applying(helm: str) -> list[str]:
    """Real sub-charts have Service ports without a protocol, which the old API refuses from Helm 4's usual way."""
    return ["--server-side=false"] if UPSTREAM and helm == "helm" else []


def earlier(chart: Path, folder: Path) -> Path:
    """The chart as it was before: another version, and other Python for the hub."""
    copy = folder / chart.name
    shutil.copytree(chart, copy)
    for file in [copy / "Chart.yaml", *copy.glob("charts/basehub/Chart.yaml")]:
        text = yaml.safe_load(file.read_text())
        if text["name"] == chart.name:
            file.write_text(yaml.safe_dump({**text, "version": "0.1.9"}))
    for file in copy.rglob("files/basehub/__init__.py"):
        file.write_text(file.read_text() + "# before\n")
    return copy


def revision(helm: str, release: str, cluster: dict[str, str]) -> tuple[int, str]:
    status = json.loads(run(program(helm), "status", release, "--namespace", release, "--output", "json", env=cluster))
    return status["version"], status["info"]["status"]


def left(namespace: str, cluster: dict[str, str]) -> set[tuple[str, str]]:
    """What is still in a namespace, but for what Kubernetes itself puts there, and events."""
    kinds = run(
        program("kubectl"), "api-resources", "--namespaced", "--verbs=list", "--output=name", env=cluster
    ).split()
    wanted = [kind for kind in kinds if not kind.startswith("events")]
    text = run(
        program("kubectl"),
        "get",
        ",".join(wanted),
        "--namespace",
        namespace,
        "--output=json",
        "--ignore-not-found",
        env=cluster,
    )
    items = json.loads(text)["items"] if text else []
    return {
        (item["kind"], item["metadata"]["name"])
        for item in items
        if (item["kind"], item["metadata"]["name"]) not in LEFT_BY_KUBERNETES
        and item.get("type") != "kubernetes.io/service-account-token"
        and not item["metadata"].get("deletionTimestamp")
    }


def volumes(cluster: dict[str, str]) -> set[str]:
    """Volumes that charts made; those that the node made for claims are the test's own."""
    text = run(program("kubectl"), "get", "persistentvolumes", "--output=json", env=cluster)
    return {
        item["metadata"]["name"]
        for item in json.loads(text)["items"]
        if not item["metadata"]["name"].startswith("made-")
    }


@pytest.mark.parametrize("helm", HELMS)
def test_homes_of_a_storage_class_stay_and_are_found_again(charts: Charts, cluster: dict[str, str], helm: str) -> None:
    release = f"kept-{helm}"
    values: Object = {
        "jupyterhub-home-nfs": {"enabled": False},
        "homeStorageClass": {"enabled": True, "size": "1Gi"},
        "jupyterhub": SITE["jupyterhub"] | NO_PLACEHOLDERS["jupyterhub"],
    }
    options = ["--namespace", release, *way_of_applying(helm), *charts.arguments(values)]
    for _ in range(2):
        run(program(helm), "install", release, charts.path("basehub"), *options, "--create-namespace", env=cluster)
        run(program(helm), "uninstall", release, "--namespace", release, "--wait", env=cluster)
        assert ("PersistentVolumeClaim", "home-nfs") in left(release, cluster)


def test_homes_on_nfs_are_found_again_after_everything_was_removed(charts: Charts, cluster: dict[str, str]) -> None:
    release = "again"
    options = ["--namespace", release, *charts.arguments(*PRESETS["essential"][1], NO_PLACEHOLDERS)]
    options += ["--create-namespace"]
    for _ in range(2):
        run(program("helm3"), "install", release, charts.path("basehub"), *options, env=cluster)
        claim = [
            "get",
            "persistentvolumeclaim",
            "home-nfs",
            "--namespace",
            release,
            "--output",
            "jsonpath={.status.phase}",
        ]
        for _ in range(40):
            if run(program("kubectl"), *claim, env=cluster) == "Bound":
                break
            time.sleep(0.5)
        assert run(program("kubectl"), *claim, env=cluster) == "Bound"
        run(program("helm3"), "uninstall", release, "--namespace", release, "--wait", env=cluster)
        run(program("kubectl"), "delete", "namespace", release, "--wait=true", env=cluster)
