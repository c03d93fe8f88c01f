"""What a cluster has beside its programs, and a cloud would give: names of services, and volumes for claims."""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from onenode import newer
from onenode.api import API, Object
from onenode.places import STATE

CLASS = "standard"
MAKER = "hubfleet/node"
"""Who makes the volumes of the class."""
SUFFIX = "cluster.local"
HEADLESS = "service.kubernetes.io/headless"
"""What Kubernetes calls the endpoints of a service without an address."""


class Cluster:
    """What is done for the objects of a cluster; `tell_names` makes the program of names read them anew."""

    def __init__(self, api: API, state: Path, tell_names: Callable[[], None]) -> None:
        self.api, self.state, self.tell_names = api, state, tell_names
        self.names = ""
        self.made: set[str] = set()

    def prepare(self) -> None:
        """Makes the objects that every cluster has."""
        self.api.change(
            "POST",
            "/apis/storage.k8s.io/v1/storageclasses",
            {
                "metadata": {
                    "name": CLASS,
                    "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
                },
                "provisioner": MAKER,
            },
        )
        for path, item in newer.services(base64.b64encode((self.state / "pki/ca.crt").read_bytes())):
            self.api.change("POST", path, item)
        # The API server speaks to the kubelet: logs, commands in pods, ports.
        self.api.change(
            "POST",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            {
                "metadata": {"name": "kube-apiserver"},
                "roleRef": {
                    "apiGroup": "rbac.authorization.k8s.io",
                    "kind": "ClusterRole",
                    "name": "system:kubelet-api-admin",
                },
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "kube-apiserver"}],
            },
        )

    def is_ready(self) -> bool:
        """Whether the node takes pods."""
        try:
            nodes = self.api.items("/api/v1/nodes")
            accounts = self.api.items("/api/v1/namespaces/default/serviceaccounts")
        except OSError:
            return False
        return bool(accounts) and any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for node in nodes
            if not node["spec"].get("taints")
            for condition in node["status"].get("conditions", [])
        )

    def look(self) -> None:
        """One look at everything that there is to do."""
        try:
            self.write_names()
            self.make_volumes()
            self.remove_volumes()
        except OSError as error:
            # The API server is busy; there is another look soon.
            print(error, file=sys.stderr, flush=True)

    def write_names(self) -> None:
        lines = [line for service in self.api.items("/api/v1/services") for line in lines_of(service)]
        lines += [line for item in self.api.items("/api/v1/endpoints") for line in lines_of_pods(item)]
        text = "".join(sorted(lines))
        if text != self.names:
            # The same file: the program of names holds no other.
            (self.state / "hosts").write_text(text)
            self.names = text
            self.tell_names()

    def make_volumes(self) -> None:
        for claim in self.api.items("/api/v1/persistentvolumeclaims"):
            place, spec = claim["metadata"], claim["spec"]
            wants = spec.get("storageClassName") == CLASS and not spec.get("volumeName")
            if not wants or place["uid"] in self.made or "deletionTimestamp" in place:
                continue
            folder = self.state / "volumes" / place["uid"]
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o777 if is_shared(spec["accessModes"]) else 0o755)
            if self.api.change("POST", "/api/v1/persistentvolumes", volume(claim)):
                self.made.add(place["uid"])

    def remove_volumes(self) -> None:
        for item in self.api.items("/api/v1/persistentvolumes"):
            annotations = item["metadata"].get("annotations") or {}
            released = item["status"].get("phase") == "Released"
            deletes = item["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
            if released and deletes and annotations.get("pv.kubernetes.io/provisioned-by") == MAKER:
                self.api.change("DELETE", f"/api/v1/persistentvolumes/{item['metadata']['name']}")
                shutil.rmtree(self.state / "volumes" / item["spec"]["claimRef"]["uid"], ignore_errors=True)


def lines_of(service: Object) -> list[str]:
    """The names of a service, as its pods' own and other namespaces say them."""
    address, place = service["spec"].get("clusterIP"), service["metadata"]
    if not address or address == "None":
        return []
    name = f"{place['name']}.{place['namespace']}"
    return [f"{address} {name}.svc.{SUFFIX} {name}.svc {name}\n"]


def lines_of_pods(endpoints: Object) -> list[str]:
    """The names of a service without an address of its own: those of the pods behind it, and of each that has one."""
    place = endpoints["metadata"]
    if HEADLESS not in (place.get("labels") or {}):
        return []
    name = f"{place['name']}.{place['namespace']}"
    found = []
    for address in (address for subset in endpoints.get("subsets") or () for address in subset.get("addresses") or ()):
        names = [name, *([f"{address['hostname']}.{name}"] if "hostname" in address else [])]
        said = " ".join(f"{each}.svc.{SUFFIX} {each}.svc {each}" for each in names)
        found.append(f"{address['ip']} {said}\n")
    return found


def is_shared(modes: list[str]) -> bool:
    return "ReadWriteMany" in modes


def volume(claim: Object) -> Object:
    """The volume for a claim: a folder of the node.

    One for a single pod is as a disk: it is root's, and the kubelet gives it to the pod's group. One for many pods is
    as a network file system: everybody may write, and the kubelet leaves it as it is.
    """
    place, spec = claim["metadata"], claim["spec"]
    path = f"{STATE}/volumes/{place['uid']}"
    on_this_node = {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node"]}
    local = {
        "local": {"path": path},
        "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [on_this_node]}]}},
    }
    return {
        "metadata": {"name": f"pvc-{place['uid']}", "annotations": {"pv.kubernetes.io/provisioned-by": MAKER}},
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "storageClassName": CLASS,
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {"namespace": place["namespace"], "name": place["name"], "uid": place["uid"]},
            **({"hostPath": {"path": path}} if is_shared(spec["accessModes"]) else local),
        },
    }
