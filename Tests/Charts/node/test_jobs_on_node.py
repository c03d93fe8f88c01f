"""The jobs of our charts on a node whose pods run, as far as the node has what they need."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from charts import PRESETS, Charts, Object, find, program, run
from kubernetes_node import Node

NAMESPACE = "jobs"
SNAPSHOTS: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {
        "name": "volumesnapshots.snapshot.storage.k8s.io",
        # Groups of Kubernetes ask for it.
        "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"},
    },
    "spec": {
        "group": "snapshot.storage.k8s.io",
        "names": {
            "kind": "VolumeSnapshot",
            "listKind": "VolumeSnapshotList",
            "plural": "volumesnapshots",
            "singular": "volumesnapshot",
        },
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}
"""The kind that drivers for snapshots bring."""


@pytest.fixture(scope="module")
def jobs(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes objects in a namespace of their own."""
    folder: Path = tmp_path_factory.mktemp("jobs")
    node.kubectl("create", "namespace", NAMESPACE)

    def make(*items: Object) -> None:
        file = folder / "objects.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        run(program("kubectl"), "apply", "--namespace", NAMESPACE, "--filename", file, env=node.env)

    yield make
    node.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def ended(node: Node, job: str) -> str:
    """What a job's pod says in the end."""
    for _ in range(240):
        status = json.loads(node.kubectl("get", "job", job, "--namespace", NAMESPACE, "--output", "json"))["status"]
        if status.get("succeeded"):
            return node.kubectl("logs", f"job/{job}", "--namespace", NAMESPACE)
        assert not status.get("failed"), node.kubectl("logs", f"job/{job}", "--namespace", NAMESPACE)
        time.sleep(0.5)
    pytest.fail(node.kubectl("describe", "pods", "--namespace", NAMESPACE))


def test_the_folder_of_a_hub_is_made_and_given_to_its_users(node: Node, charts: Charts, jobs: Any) -> None:
    own = [item for _, item in charts.own("basehub", *PRESETS["essential"][1])]
    [job] = [item for item in own if item["kind"] == "Job"]
    # The node has no NFS; a disk is root's, as the folder of an NFS server is.
    [volume] = job["spec"]["template"]["spec"]["volumes"]
    assert volume.pop("nfs")
    volume["persistentVolumeClaim"] = {"claimName": "share"}
    spec: Object = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    jobs({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "share"}, "spec": spec}, job)
    ended(node, job["metadata"]["name"])
    claims = node.objects("persistentvolumeclaims", NAMESPACE)
    folder = f"/node/state/volumes/{claims[0]['metadata']['uid']}"
    assert node.enter("stat", "--format", "%n %u:%g", f"{folder}/prod").strip() == f"{folder}/prod 1000:1000"


def test_snapshots_of_volumes_are_asked_for(node: Node, charts: Charts, jobs: Any) -> None:
    backups: Object = {"enabled": True, "volumes": [{"namespace": NAMESPACE, "claim": "share"}]}
    objects = charts.render("support", {"backups": backups}, release=NAMESPACE)
    mine = [item for item in objects if item["metadata"]["name"].startswith("volume-snapshots")]
    assert {item["kind"] for item in mine} >= {"ServiceAccount", "Role", "RoleBinding", "ConfigMap", "CronJob"}
    # The API is too old for CronJobs of batch/v1: what the clock would start.
    cron = find(mine, "CronJob", "volume-snapshots")
    spec = cron["spec"]["jobTemplate"]["spec"]
    [container] = spec["template"]["spec"]["containers"]
    container["image"] = "quay.io/jupyterhub/k8s-hub:4.3.3"
    job: Object = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "volume-snapshots"}, "spec": spec}
    jobs(SNAPSHOTS)
    node.kubectl("wait", "--for=condition=Established", "crd/volumesnapshots.snapshot.storage.k8s.io")
    jobs(*(item for item in mine if item["kind"] != "CronJob"), job)
    assert ": made share-" in ended(node, "volume-snapshots")
    [snapshot] = node.objects("volumesnapshots", NAMESPACE)
    assert snapshot["spec"] == {"source": {"persistentVolumeClaimName": "share"}}
