"""A real Kubernetes API server on this machine, without a cluster: for installing charts with the real helm.

    python kubernetes_server.py FOLDER [--parent PID]

starts etcd, kube-apiserver and kube-controller-manager of .tools/kubernetes on free ports of the loopback interface,
writes FOLDER/kubeconfig, says "ready", and then plays the one node: pods that are waiting become ready, those of jobs
succeed, claims get volumes, load balancers an address. It ends on SIGTERM, and when the parent process is gone.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).resolve().parents[2] / ".tools/kubernetes"
NODE = "node"
Object = dict[str, Any]


class API:
    """Requests to the server, as its administrator."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token
        # The server makes a certificate for itself at each start.
        self.tls = ssl._create_unverified_context()

    def request(self, method: str, path: str, body: Object | None = None, kind: str = "application/json") -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(request, context=self.tls, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith(b"{") else text.decode()

    def change(self, method: str, path: str, body: Object | None = None, kind: str = "application/json") -> None:
        """A request that may come too late: the object is gone, or changed since it was looked at."""
        try:
            self.request(method, path, body, kind)
        except urllib.error.HTTPError as error:
            if error.code not in (404, 409):
                print(f"{method} {path}: {error.code} {error.read().decode()[:300]}", file=sys.stderr)

    def status(self, path: str, status: Object) -> None:
        self.change("PATCH", path + "/status", {"status": status}, "application/merge-patch+json")

    def items(self, path: str) -> list[Object]:
        return list(self.request("GET", path)["items"])


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def register_node(api: API) -> None:
    api.request("POST", "/api/v1/nodes", {"metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}}})
    capacity = {"cpu": "64", "memory": "256Gi", "pods": "500"}
    ready = {"type": "Ready", "status": "True", "lastHeartbeatTime": now(), "lastTransitionTime": now()}
    # The server makes each new node one that takes no pods, until the node's own programs say otherwise.
    api.change("PATCH", f"/api/v1/nodes/{NODE}", {"spec": {"taints": None}}, "application/merge-patch+json")
    api.status(f"/api/v1/nodes/{NODE}", {"capacity": capacity, "allocatable": capacity, "conditions": [ready]})


def play_node(api: API) -> None:
    """One look at everything that a node and a cloud would do."""
    for pod in api.items("/api/v1/pods"):
        name = pod["metadata"]["name"]
        path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{name}"
        if pod["metadata"].get("deletionTimestamp"):
            api.change("DELETE", path, {"gracePeriodSeconds": 0})
        elif not pod["spec"].get("nodeName"):
            binding = {"metadata": {"name": name}, "target": {"kind": "Node", "name": NODE}}
            api.change("POST", path + "/binding", binding)
        elif pod.get("status", {}).get("phase") == "Pending":
            api.status(path, running(pod))
    for claim in api.items("/api/v1/persistentvolumeclaims"):
        if claim["status"].get("phase") == "Pending" and not claim["spec"].get("volumeName"):
            api.change("POST", "/api/v1/persistentvolumes", volume_for(claim))
    for service in api.items("/api/v1/services"):
        if service["spec"].get("type") == "LoadBalancer" and not service["status"].get("loadBalancer"):
            place = service["metadata"]
            path = f"/api/v1/namespaces/{place['namespace']}/services/{place['name']}"
            api.status(path, {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}})


def running(pod: Object) -> Object:
    """The status of a pod whose containers run, or have succeeded where a job owns it."""
    ends = any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences", []))
    ended = {"terminated": {"exitCode": 0, "startedAt": now(), "finishedAt": now()}}
    containers = [
        {
            "name": container["name"],
            "image": container["image"],
            "imageID": "",
            "ready": not ends,
            "restartCount": 0,
            "state": ended if ends else {"running": {"startedAt": now()}},
        }
        for container in pod["spec"]["containers"]
    ]
    conditions = [
        {"type": kind, "status": "False" if ends and kind.endswith("eady") else "True", "lastTransitionTime": now()}
        for kind in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
    ]
    return {
        "phase": "Succeeded" if ends else "Running",
        "podIP": "10.244.0.9",
        "startTime": now(),
        "containerStatuses": containers,
        "conditions": conditions,
    }


def volume_for(claim: Object) -> Object:
    place, spec = claim["metadata"], claim["spec"]
    return {
        "metadata": {"name": f"made-{place['uid']}"},
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "storageClassName": spec.get("storageClassName", ""),
            "hostPath": {"path": "/nowhere"},
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {"namespace": place["namespace"], "name": place["name"], "uid": place["uid"]},
        },
    }


def end_with_parent() -> None:
    """Lets the kernel kill a child when this program is killed (prctl's PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Server:
    """The programs, started in a folder that is theirs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.children: list[subprocess.Popen[bytes]] = []
        port, store, peers, manager = free_ports(4)
        self.store, self.peers, self.port, self.manager = store, peers, port, manager
        self.api = API(f"https://127.0.0.1:{port}", secrets.token_hex(16))

    def start(self) -> None:
        (self.folder / "tokens.csv").write_text(f'{self.api.token},admin,admin,"system:masters"\n')
        subprocess.run(
            ["openssl", "genrsa", "-out", self.folder / "accounts.key", "2048"], check=True, capture_output=True
        )
        self.write_kubeconfig()
        store, peers = f"http://127.0.0.1:{self.store}", f"http://127.0.0.1:{self.peers}"
        self.run(
            "etcd",
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={store}",
            f"--advertise-client-urls={store}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=default={peers}",
            # Nothing here outlives the test.
            "--unsafe-no-fsync",
        )
        self.run(
            "kube-apiserver",
            f"--etcd-servers={store}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--cert-dir={self.folder}/certificates",
            "--authorization-mode=RBAC",
            f"--token-auth-file={self.folder}/tokens.csv",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-signing-key-file={self.folder}/accounts.key",
            f"--service-account-key-file={self.folder}/accounts.key",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--endpoint-reconciler-type=none",
            "--allow-privileged=true",
            "--disable-admission-plugins=ServiceAccount",
        )
        self.wait_until_ready()
        self.run(
            "kube-controller-manager",
            f"--kubeconfig={self.folder}/kubeconfig",
            "--controllers=*,-nodelifecycle",
            "--pvclaimbinder-sync-period=1s",
            "--leader-elect=false",
            f"--secure-port={self.manager}",
            "--port=0",
            "--bind-address=127.0.0.1",
            f"--cert-dir={self.folder}/certificates-of-manager",
            f"--service-account-private-key-file={self.folder}/accounts.key",
        )
        register_node(self.api)

    def run(self, program: str, *arguments: str) -> None:
        log = (self.folder / f"{program}.log").open("wb")
        self.children.append(
            subprocess.Popen(
                [PROGRAMS / program, *arguments],
                preexec_fn=end_with_parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        )

    def write_kubeconfig(self) -> None:
        file = self.folder / "kubeconfig"
        file.touch(0o600)
        # JSON is YAML.
        file.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "test",
                    "clusters": [
                        {"name": "test", "cluster": {"server": self.api.address, "insecure-skip-tls-verify": True}}
                    ],
                    "users": [{"name": "admin", "user": {"token": self.api.token}}],
                    "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
                }
            )
        )

    def wait_until_ready(self) -> None:
        for _ in range(600):
            if any(child.poll() is not None for child in self.children):
                break
            try:
                if self.api.request("GET", "/readyz") == "ok":
                    return
            except OSError:
                pass
            time.sleep(0.1)
        log = (self.folder / "kube-apiserver.log").read_text(errors="replace")
        raise SystemExit("the API server did not start:\n" + log[-2000:])

    def stop(self) -> None:
        for child in reversed(self.children):
            child.kill()
            child.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parent", type=int, help="ends when this process is gone")
    arguments = parser.parse_args()
    server = Server(arguments.folder.resolve())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        server.start()
        print("ready", flush=True)
        while arguments.parent is None or os.path.exists(f"/proc/{arguments.parent}"):
            try:
                play_node(server.api)
            except (OSError, KeyError) as error:
                print(error, file=sys.stderr)
            time.sleep(0.25)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
