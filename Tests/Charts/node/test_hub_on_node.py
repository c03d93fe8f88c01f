"""A hub of the chart basehub on a node whose pods run: with the stand-in of the official chart, and all else real."""

from __future__ import annotations

import json
import re
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from charts import PRESETS, ROOT, Charts, pod_template, preset, program, run
from kubernetes_node import PROGRAM, Node
from onenode.names import STANDS_FOR

HUB = "trial"
PAGE = ROOT / "docs/charts/node.md"
HERE = Path(__file__).parent
PASSWORD = "choose one"


def values() -> dict[str, Any]:
    """Those of the page."""
    return dict(yaml.safe_load(PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]))


@pytest.fixture(scope="module")
def hub(node: Node, charts: Charts) -> Node:
    """The node with a hub on it, which is ready."""
    install(node, charts, values())
    return node


def install(node: Node, charts: Charts, *all_values: Path | dict[str, Any]) -> None:
    """Installs or upgrades the hub, and waits until it is ready."""
    options = ["--namespace", HUB, "--create-namespace", "--wait", "--timeout", "150s", "--server-side=false"]
    command = [program("helm"), "upgrade", "--install", HUB, str(charts.path("basehub")), *options]
    command += charts.arguments(*all_values)
    done = subprocess.run(command, env=node.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + state_of_pods(node)


def state_of_pods(node: Node) -> str:
    """What is not well in the namespace of the hub."""
    lines = [node.kubectl("get", "pods", "--namespace", HUB, "--output", "wide")]
    for pod in node.objects("pods", HUB):
        name = pod["metadata"]["name"]
        statuses = pod["status"].get("initContainerStatuses", []) + pod["status"].get("containerStatuses", [])
        for container in statuses:
            if not container["ready"]:
                lines.append(f"{name} {container['name']}: {json.dumps(container['state'])}")
                log = [
                    program("kubectl"),
                    "logs",
                    "--namespace",
                    HUB,
                    name,
                    "--container",
                    container["name"],
                    "--tail=30",
                ]
                lines.append(subprocess.run(log, env=node.env, capture_output=True, text=True).stdout)
    lines.append(node.kubectl("get", "events", "--namespace", HUB, "--field-selector", "type!=Normal"))
    return "\n".join(lines)


def is_of_a_user(pod: dict[str, Any]) -> bool:
    return bool(pod["metadata"]["labels"].get("component") == "singleuser-server")


def person(hub: Node, user: str, *arguments: str | Path) -> dict[str, Any]:
    """What somebody finds who comes to the hub."""
    with hub.forwarded(HUB, "proxy-public") as address:
        command = [ROOT / ".tools/hub/bin/python", HERE / "pod_user.py", address, "--user", user, *arguments]
        done = subprocess.run(command, input=PASSWORD, stdout=subprocess.PIPE, text=True)
    found = dict(json.loads(done.stdout))
    assert "error" not in found, f"{found}\n{state_of_pods(hub)}"
    return found


def test_all_of_its_pods_are_ready(hub: Node) -> None:
    for pod in hub.objects("pods", HUB):
        # Those of users come and go, and those of before an upgrade go.
        if is_of_a_user(pod) or "deletionTimestamp" in pod["metadata"]:
            continue
        assert pod["status"]["phase"] == "Running", pod["metadata"]["name"]
        assert all(container["ready"] for container in pod["status"]["containerStatuses"]), state_of_pods(hub)
        # None of them had to be started twice.
        assert all(container["restartCount"] == 0 for container in pod["status"]["containerStatuses"]), state_of_pods(
            hub
        )
    wanted = {item["metadata"]["name"] for item in hub.objects("deployments", HUB)}
    assert wanted >= {"hub", "proxy", "home-download", "home-sizes-exporter"}


CELL = """
import os, pathlib
home = pathlib.Path.home()
(home / "notes").mkdir(exist_ok=True)
(home / "notes/a b.txt").write_text("written in a pod\\n")
print(os.getuid(), home, os.environ["JUPYTERHUB_SERVICE_PREFIX"])
for folder in ("shared", "shared-readwrite"):
    try:
        (home / folder / os.environ["JUPYTERHUB_USER"]).write_text("x")
        print(folder, "written")
    except OSError as error:
        print(folder, type(error).__name__)
"""


def test_a_user_works_in_a_pod_and_takes_the_home_along(hub: Node, tmp_path: Path) -> None:
    archive = tmp_path / "bob.zip"
    found = person(hub, "bob", "--code", CELL, "--save", archive)
    lines = "".join(found["outputs"]).splitlines()
    assert lines == ["1000 /home/jovyan /user/bob/", "shared OSError", "shared-readwrite FileNotFoundError"]
    print(f"a server in a pod is there after {found['seconds']} s")
    [pod] = filter(is_of_a_user, hub.objects("pods", HUB))
    assert pod["spec"]["serviceAccountName"] == "user-sa"
    # What was downloaded is what was written, by the program's own judgement and by another reader's.
    run(PROGRAM, "home", "verify", archive)
    with zipfile.ZipFile(archive) as members:
        [name] = [name for name in members.namelist() if name.endswith("notes/a b.txt")]
        assert members.read(name) == b"written in a pod\n"


def test_administrators_write_where_all_can_read(hub: Node) -> None:
    found = person(hub, "ada", "--code", CELL, "--stop")
    assert found["admin"]
    assert "".join(found["outputs"]).splitlines()[1:] == ["shared OSError", "shared-readwrite written"]
    again = person(hub, "bob", "--code", "print(open('shared/ada').read())")
    assert again["outputs"] == ["x\n"]


def test_a_server_outlives_the_hubs_pod(hub: Node) -> None:
    person(hub, "bob", "--code", "1")
    before = uid_of_server(hub, "bob")
    hub.kubectl("rollout", "restart", "--namespace", HUB, "deployment/hub")
    hub.kubectl("rollout", "status", "--namespace", HUB, "deployment/hub", "--timeout=120s")
    assert before is not None and uid_of_server(hub, "bob") == before
    found = person(hub, "bob", "--code", "print(open('notes/a b.txt').read(), end='')", "--stop")
    assert found["outputs"] == ["written in a pod\n"]
    for _ in range(60):
        if uid_of_server(hub, "bob") is None:
            return
        time.sleep(0.5)
    pytest.fail("the server's pod is there still")


def uid_of_server(hub: Node, user: str) -> str | None:
    """The identity of the pod of a user's server."""
    for pod in hub.objects("pods", HUB):
        if pod["metadata"].get("annotations", {}).get("hub.jupyter.org/username") == user:
            return str(pod["metadata"]["uid"])
    return None


def test_the_page_names_the_images_that_there_are() -> None:
    text = PAGE.read_text()
    for image in (name for names in STANDS_FOR.values() for name in names):
        assert re.sub(r":.*", "", image).rpartition("/")[2] in text, image


LATER: dict[str, Any] = {
    "homeDownload": {"state": {"size": "1Gi"}, "exports": {"enabled": True, "size": "1Gi"}},
    "nfs": {"pv": {"enabled": False}, "shareCreator": {"enabled": False}, "volumeReporter": {"enabled": True}},
    "jupyterhub": {"cull": {"timeout": 5, "every": 5}},
}
"""Disks for downloads and for archives of all homes, one more exporter, and servers that stop soon."""


def test_after_an_upgrade_to_presets_homes_are_archived_and_idle_servers_culled(hub: Node, charts: Charts) -> None:
    person(hub, "bob", "--code", "1")
    before = uid_of_server(hub, "bob")
    install(hub, charts, preset("essential"), preset("teaching"), values(), LATER)
    assert uid_of_server(hub, "bob") == before, "a user's server must outlive an upgrade"
    test_all_of_its_pods_are_ready(hub)
    with hub.forwarded(HUB, "proxy-public") as address:
        client = ROOT / "Tests/IntegrationTests/Clients/download_client.py"
        python = str(ROOT / ".tools/python/bin/python")
        # In a narrow window it goes to the service by its address: the menu has the service's own name here.
        command = [python, str(client), address, "--user", "ada", "--password-stdin", "--admin", "--width", "800"]
        found = json.loads(subprocess.run(command, input=PASSWORD, stdout=subprocess.PIPE, text=True).stdout)
    assert "2 of 2 done, 0 failed" in found.get("text", ""), found
    person(hub, "carl", "--code", "1")
    [pod] = [item for item in hub.objects("pods", HUB) if is_of_a_user(item) and "carl" in item["metadata"]["name"]]
    [server] = [item for item in pod["spec"]["containers"] if item["name"] == "notebook"]
    assert server["image"] == "quay.io/jupyter/datascience-notebook:2025-07-28"
    for _ in range(240):
        if uid_of_server(hub, "bob") is None:
            return
        time.sleep(0.5)
    pytest.fail("the server's pod is there still")


def test_pods_of_our_charts_have_an_image_here(charts: Charts) -> None:
    known = {name for names in STANDS_FOR.values() for name in names}
    for chart, given in PRESETS.values():
        for _, item in charts.own(chart, *given):
            spec = (pod_template(item) or {"spec": {}})["spec"]
            for container in [*spec.get("initContainers", []), *spec.get("containers", [])]:
                image = container["image"]
                assert image in known or image.startswith("ghcr.io/hubfleet/hubfleet:"), image
