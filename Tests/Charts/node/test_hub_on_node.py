"""A hub of the chart basehub on a node whose pods run: with the stand-in of the official chart, and all else real."""

from __future__ import annotations

import base64
import re
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from charts import PRESETS, Charts, pod_template, preset, run
from hub_on_node import PAGE, HubOnNode, cell, values_of_page
from kubernetes_node import PROGRAM, Node
from onenode.names import STANDS_FOR


@pytest.fixture(scope="module")
def hub(node: Node, charts: Charts) -> HubOnNode:
    """A hub that is ready."""
    found = HubOnNode(node, "trial")
    found.install(charts, values_of_page())
    return found


def test_all_of_its_pods_are_ready(hub: HubOnNode) -> None:
    hub.check_pods()
    wanted = {item["metadata"]["name"] for item in hub.objects("deployments")}
    assert wanted >= {"hub", "proxy", "home-download", "home-sizes-exporter"}


def test_a_user_works_in_a_pod_and_takes_the_home_along(hub: HubOnNode, tmp_path: Path) -> None:
    archive = tmp_path / "bob.zip"
    found = hub.person("bob", "--code", cell(), "--save", archive)
    lines = "".join(found["outputs"]).splitlines()
    assert lines == ["1000 /home/jovyan /user/bob/", "shared OSError", "shared-readwrite FileNotFoundError"]
    print(f"a server in a pod is there after {found['seconds']} s")
    [pod] = hub.servers()
    assert pod["spec"]["serviceAccountName"] == "user-sa"
    # What was downloaded is what was written, by the program's own judgement and by another reader's.
    run(PROGRAM, "home", "verify", archive)
    with zipfile.ZipFile(archive) as members:
        [name] = [name for name in members.namelist() if name.endswith("notes/a b.txt")]
        assert members.read(name) == b"written in a pod\n"


def test_administrators_write_where_all_can_read(hub: HubOnNode) -> None:
    found = hub.person("ada", "--code", cell(), "--stop")
    assert found["admin"]
    assert "".join(found["outputs"]).splitlines()[1:] == ["shared OSError", "shared-readwrite written"]
    assert hub.lines("bob", "print(open('shared/ada').read())") == ["x"]


def test_a_server_outlives_the_hubs_pod(hub: HubOnNode) -> None:
    hub.person("bob", "--code", "1")
    before = hub.uid_of_server("bob")
    hub.kubectl("rollout", "restart", "deployment/hub")
    hub.kubectl("rollout", "status", "deployment/hub", "--timeout=120s")
    assert before is not None and hub.uid_of_server("bob") == before
    assert hub.lines("bob", "print(open('notes/a b.txt').read(), end='')", "--stop") == ["written in a pod"]
    assert hub.wait_until_gone("bob", 30), "the server's pod is there still"


def test_prometheus_alone_reads_metrics_of_the_hub(hub: HubOnNode) -> None:
    [secret] = [item for item in hub.objects("secrets") if item["metadata"]["name"] == "hub"]
    token = base64.b64decode(secret["data"]["hub.services.prometheus.apiToken"]).decode()
    with hub.node.forwarded(hub.name, "proxy-public") as address:
        metrics = urllib.request.Request(f"{address}/hub/metrics", headers={"Authorization": f"token {token}"})
        with urllib.request.urlopen(metrics, timeout=30) as answer:
            assert b"jupyterhub_total_users" in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}/hub/metrics", timeout=30)


def test_the_page_names_the_images_that_there_are() -> None:
    text = PAGE.read_text()
    for image in (name for names in STANDS_FOR.values() for name in names):
        assert re.sub(r":.*", "", image).rpartition("/")[2] in text, image


LATER: dict[str, Any] = {
    "homeDownload": {"state": {"size": "1Gi"}, "exports": {"enabled": True, "size": "1Gi"}},
    "nfs": {"pv": {"enabled": False}, "shareCreator": {"enabled": False}, "volumeReporter": {"enabled": True}},
}
"""Disks for downloads and for archives of all homes, and one more exporter."""
CULLED: dict[str, Any] = {"jupyterhub": {"cull": {"timeout": 5, "every": 5}}}


def test_after_an_upgrade_to_presets_homes_are_archived_and_idle_servers_culled(hub: HubOnNode, charts: Charts) -> None:
    hub.person("bob", "--code", "1")
    before = hub.uid_of_server("bob")
    values: list[Path | dict[str, Any]] = [preset("essential"), preset("teaching"), values_of_page(), LATER]
    hub.install(charts, *values)
    assert hub.uid_of_server("bob") == before, "a user's server must outlive an upgrade"
    hub.check_pods()
    assert "2 of 2 done, 0 failed" in hub.export_all("ada")
    hub.person("carl", "--code", "1")
    [pod] = [item for item in hub.servers() if "carl" in item["metadata"]["name"]]
    [server] = [item for item in pod["spec"]["containers"] if item["name"] == "notebook"]
    assert server["image"] == "quay.io/jupyter/datascience-notebook:2025-07-28"
    # In an upgrade of its own: with the first, a server could be culled before somebody looks.
    hub.install(charts, *values, CULLED)
    assert hub.wait_until_gone("bob", 120), "the server's pod is there still"


def test_pods_of_our_charts_have_an_image_here(charts: Charts) -> None:
    known = {name for names in STANDS_FOR.values() for name in names}
    for chart, given in PRESETS.values():
        for _, item in charts.own(chart, *given):
            spec = (pod_template(item) or {"spec": {}})["spec"]
            for container in [*spec.get("initContainers", []), *spec.get("containers", [])]:
                image = container["image"]
                assert image in known or image.startswith("ghcr.io/hubfleet/hubfleet:"), image
