"""A hub on a node whose pods run: installs it, and does what people do with it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from charts import ROOT, Charts, Object, program
from kubernetes_node import Node

PAGE = ROOT / "docs/charts/node.md"
HERE = Path(__file__).parent
PASSWORD = "choose one"
CELL = """
import os, pathlib
home = pathlib.Path.home()
(home / "notes").mkdir(exist_ok=True)
(home / "notes/a b.txt").write_text("written in a pod\\n")
print(os.getuid(), home, os.environ["JUPYTERHUB_SERVICE_PREFIX"])
for folder in FOLDERS:
    try:
        (home / folder / os.environ["JUPYTERHUB_USER"]).write_text("x")
        print(folder, "written")
    except OSError as error:
        print(folder, type(error).__name__)
"""
"""Writes a file, and says what may be written of the FOLDERS that people share."""

ONE_NODE: Object = {
    # What the kernel here has not.
    "nfs": {"pv": {"enabled": False}, "shareCreator": {"enabled": False}},
    "homeDownload": {"state": {"size": "1Gi"}, "exports": {"enabled": True, "size": "1Gi"}},
}
"""On top of a preset: homes of a storage class, and disks for downloads."""
DASK: Object = {
    # Each has nodes of its own in a cloud.
    "dask-gateway": {
        "gateway": {
            "backend": {kind: {"extraPodConfig": {"nodeSelector": None}} for kind in ("scheduler", "worker")},
        },
        "traefik": {"nodeSelector": None},
    },
    "daskWorkers": {"sizes": [{"name": "small", "cores": 0.2, "coresLimit": 1, "memory": "512M"}]},
}
CLUSTER = """
import socket, time
from dask_gateway import Gateway
gateway = Gateway()
cluster = gateway.new_cluster()
cluster.scale(1)
client = cluster.get_client()
client.wait_for_workers(1, timeout=90)
print(client.submit(sum, [40, 2]).result())
print(client.submit(socket.gethostname).result() != socket.gethostname())
client.close()
cluster.shutdown()
for _ in range(120):
    if not gateway.list_clusters():
        break
    time.sleep(0.5)
print(gateway.list_clusters())
"""
"""Makes a cluster of Dask, lets its worker compute, and takes the cluster away."""


def values_of_page() -> Object:
    """Those that docs/charts/node.md gives to a hub on a node."""
    return dict(yaml.safe_load(PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]))


def cell(readwrite: str = "shared-readwrite") -> str:
    return f"FOLDERS = ('shared', {readwrite!r})\n{CELL}"


def is_of_a_user(pod: Object) -> bool:
    return bool(pod["metadata"]["labels"].get("component") == "singleuser-server")


@dataclass(frozen=True)
class HubOnNode:
    """A release of a chart in a namespace of its own, called like it."""

    node: Node
    name: str
    chart: str = "basehub"

    def install(self, charts: Charts, *values: Path | Object, wait: bool = True, chart: Path | None = None) -> None:
        """Installs or upgrades the hub, and waits until it is ready."""
        options = ["--namespace", self.name, "--create-namespace", "--server-side=false"]
        if wait:
            options += ["--wait", "--timeout", "180s"]
        command = [program("helm"), "upgrade", "--install", self.name, str(chart or charts.path(self.chart)), *options]
        command += charts.arguments(*values)
        done = subprocess.run(command, env=self.node.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + self.state()
        if wait:
            self.wait_for_hub()

    def wait_for_hub(self) -> None:
        """Waits until the proxy reaches the hub: names and addresses of pods come a moment after the pods."""
        with self.node.forwarded(self.name, "proxy-public") as address:
            for _ in range(60):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/hub/health", timeout=10):
                    return
                time.sleep(0.5)
        raise AssertionError("the proxy does not reach the hub\n" + self.state())

    def remove(self) -> None:
        """Takes it away with all that it has, and waits for it."""
        subprocess.run(
            [program("helm"), "uninstall", self.name, "--namespace", self.name, "--wait"], env=self.node.env, check=True
        )
        self.node.kubectl("delete", "namespace", self.name, "--wait=true", "--timeout=150s")

    def objects(self, kind: str) -> list[Object]:
        return self.node.objects(kind, self.name)

    def kubectl(self, *arguments: str) -> str:
        return self.node.kubectl("--namespace", self.name, *arguments)

    def pods(self) -> list[Object]:
        """Its own, without those of users, which come and go, and those of before an upgrade, which go."""
        return [
            pod for pod in self.objects("pods") if not is_of_a_user(pod) and "deletionTimestamp" not in pod["metadata"]
        ]

    def servers(self) -> list[Object]:
        return [pod for pod in self.objects("pods") if is_of_a_user(pod)]

    def state(self) -> str:
        """What is not well in its namespace."""
        lines = [self.kubectl("get", "pods", "--output", "wide")]
        for pod in self.objects("pods"):
            name = pod["metadata"]["name"]
            statuses = pod["status"].get("initContainerStatuses", []) + pod["status"].get("containerStatuses", [])
            for container in statuses:
                if not container["ready"]:
                    lines.append(f"{name} {container['name']}: {json.dumps(container['state'])}")
                    lines.append(self.log(name, container["name"]))
        lines.append(self.kubectl("get", "events", "--field-selector", "type!=Normal"))
        return "\n".join(lines)

    def log(self, pod: str, container: str) -> str:
        command = [program("kubectl"), "logs", "--namespace", self.name, pod, "--container", container, "--tail=30"]
        return subprocess.run(command, env=self.node.env, capture_output=True, text=True).stdout

    def check_pods(self) -> None:
        """All pods are ready, and none had to be started twice."""
        for pod in self.pods():
            if any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences", [])):
                assert pod["status"]["phase"] == "Succeeded", self.state()
                continue
            assert pod["status"]["phase"] == "Running", pod["metadata"]["name"] + self.state()
            for container in pod["status"]["containerStatuses"]:
                assert container["ready"] and container["restartCount"] == 0, self.state()

    def person(self, user: str, *arguments: str | Path) -> dict[str, Any]:
        """What somebody finds who comes to the hub (pod_user.py)."""
        with self.node.forwarded(self.name, "proxy-public") as address:
            command = [ROOT / ".tools/hub/bin/python", HERE / "pod_user.py", address, "--user", user, *arguments]
            done = subprocess.run(command, input=PASSWORD, stdout=subprocess.PIPE, text=True)
        found = dict(json.loads(done.stdout))
        assert "error" not in found, f"{found}\n{self.state()}"
        return found

    def lines(self, user: str, code: str, *arguments: str | Path) -> list[str]:
        """What a cell prints that somebody runs."""
        return "".join(self.person(user, "--code", code, *arguments)["outputs"]).splitlines()

    def uid_of_server(self, user: str) -> str | None:
        """The identity of the pod of a user's server."""
        for pod in self.objects("pods"):
            if pod["metadata"].get("annotations", {}).get("hub.jupyter.org/username") == user:
                return str(pod["metadata"]["uid"])
        return None

    def wait_until_gone(self, user: str, seconds: float) -> bool:
        """Whether a user's server goes in time."""
        end = time.monotonic() + seconds
        while self.uid_of_server(user) is not None:
            if time.monotonic() > end:
                return False
            time.sleep(0.5)
        return True

    def export_all(self, user: str) -> str:
        """What an administrator is told who makes the archives of all homes, in a browser."""
        with self.node.forwarded(self.name, "proxy-public") as address:
            client = ROOT / "Tests/IntegrationTests/Clients/download_client.py"
            python = str(ROOT / ".tools/python/bin/python")
            # In a narrow window it goes to the service by its address: the menu has the service's own name here.
            command = [python, str(client), address, "--user", user, "--password-stdin", "--admin", "--width", "800"]
            found = json.loads(subprocess.run(command, input=PASSWORD, stdout=subprocess.PIPE, text=True).stdout)
        return str(found.get("text") or found)
