"""The program in pods that are not as one would like them: nothing that a cluster does to a pod may break it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from charts import Object, program, run
from kubernetes_node import Node
from onenode.program import version

NAMESPACE = "odd"
SCRIPT = (Path(__file__).parent / "pod_homes.py").read_text()
RESTRICTED: Object = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
}
HOME = "export HOME=/work; "
PLACES = f"{HOME}export TMPDIR=/work; "
"""Where its key is and where it can write, as whoever runs it in such a pod must say."""
WITHOUT_PROC = f"{PLACES}umount -l /proc && [ ! -e /proc/self ] && "
FULL = f"{HOME}mount -t tmpfs -o size=4k tmpfs /tmp && ! cp /bin/sh /tmp/full 2>/dev/null && "
BARE = "exec env -i HOME=/work TMPDIR=/work PATH=/usr/local/bin:/usr/bin:/bin LD_LIBRARY_PATH=$LD_LIBRARY_PATH "
NOBODY = {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.244.0.250"]}}
ODDITIES: dict[str, tuple[Object, Object, str]] = {
    # As the chart's own pods.
    "a read-only root": ({}, RESTRICTED, PLACES),
    # As OpenShift does it: a user that no file knows, in the group of root.
    "an arbitrary user": ({}, {**RESTRICTED, "runAsUser": 1234567890, "runAsGroup": 0}, PLACES),
    "root without its rights": ({}, {**RESTRICTED, "runAsNonRoot": False, "runAsUser": 0, "runAsGroup": 0}, PLACES),
    "names that nobody answers": (NOBODY, RESTRICTED, PLACES),
    "no variables": ({}, RESTRICTED, BARE),
    "no /proc": ({}, {"privileged": True, "runAsUser": 0}, WITHOUT_PROC),
    "no home": ({}, RESTRICTED, "unset HOME; "),
    "no place to write": ({}, RESTRICTED, HOME),
    "a full /tmp": ({}, {"privileged": True, "runAsUser": 0}, FULL),
}
"""What is odd: of the pod, of its container, and what is done before."""
REFUSED = {
    "no /proc": "/proc is not there, so hubfleet cannot know what it was asked for; mount it",
    "no home": "/.config/hubfleet cannot be written: Read-only file system",
    "no place to write": "cannot be written: Read-only file system",
    "a full /tmp": "/tmp/ cannot be written: No space left on device",
}
"""What the program says where it cannot go on."""


def pod(name: str, spec: Object, security: Object, before: str) -> Object:
    container = {
        "name": "main",
        "image": f"ghcr.io/hubfleet/hubfleet:{version()}",
        "command": ["/bin/sh", "-c", f'{before}python3 -c "$0"', SCRIPT],
        "securityContext": security,
        # As that of the service in the chart.
        "resources": {"limits": {"cpu": "1", "memory": "256Mi"}, "requests": {"cpu": "10m", "memory": "64Mi"}},
        "volumeMounts": [{"name": "work", "mountPath": "/work"}],
    }
    volumes = [{"name": "work", "emptyDir": {}}]
    shared = {"restartPolicy": "Never", "automountServiceAccountToken": False, "volumes": volumes}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {**shared, "containers": [container], **spec},
    }


@pytest.fixture(scope="module")
def logs(node: Node, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the pods say in the end, all of which run at the same time."""
    names = {f"odd-{number}": oddity for number, oddity in enumerate(ODDITIES)}
    file = tmp_path_factory.mktemp("odd") / "pods.json"
    items: list[Any] = [pod(name, *ODDITIES[oddity]) for name, oddity in names.items()]
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    node.kubectl("create", "namespace", NAMESPACE)
    run(program("kubectl"), "create", "--namespace", NAMESPACE, "--filename", file, env=node.env)
    # Nine at once, on a machine that may be busy.
    end = time.monotonic() + 400
    while any(item["status"]["phase"] in ("Pending", "Running") for item in node.objects("pods", NAMESPACE)):
        assert time.monotonic() < end, node.kubectl("describe", "pods", "--namespace", NAMESPACE)
        time.sleep(0.5)
    found = {oddity: node.kubectl("logs", "--namespace", NAMESPACE, name) for name, oddity in names.items()}
    node.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
    return found


@pytest.mark.parametrize("oddity", ODDITIES)
def test_homes_are_packed_and_served_or_it_is_said_why_not_with(logs: dict[str, str], oddity: str) -> None:
    if oddity in REFUSED:
        assert REFUSED[oddity] in logs[oddity]
    else:
        assert logs[oddity] == "done\n"
