"""scripts/node itself: who reaches what of it, two side by side, and what is left."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from charts import program
from kubernetes_node import Node, start
from nodes import difference, leftovers, traces
from onenode.places import ADDRESS
from onenode.sandbox import TUNABLES

PORTS = {
    "10.244.0.1:53": "names",
    "10.244.0.1:6443": "the API server",
    "10.244.0.1:10250": "the kubelet",
}
"""What pods reach. All else that listens does so on loopback."""


def listeners(node: Node) -> set[str]:
    """The addresses at which programs of the node listen for TCP."""
    text = node.enter("cat", "/proc/net/tcp", "/proc/net/tcp6")
    found = set()
    for line in text.splitlines():
        fields = line.split()
        if len(fields) > 3 and fields[3] == "0A":
            address, _, port = fields[1].partition(":")
            parts = [str(int(address[at : at + 2], 16)) for at in (6, 4, 2, 0)] if len(address) == 8 else [address]
            found.add(f"{'.'.join(parts)}:{int(port, 16)}")
    return found


def test_it_listens_on_its_bridge_and_loopback_alone(node: Node) -> None:
    found = listeners(node)
    assert {address for address in found if not address.startswith("127.0.0.1:")} == set(PORTS)
    # What this machine reaches is one port of its own loopback, and no other network is there.
    links = node.enter("ip", "-oneline", "link")
    assert set(re.findall(r"^\d+: ([^:@]+)", links, re.MULTILINE)) >= {"lo", "cni0"}
    assert all(re.match(r"lo|cni0|veth", name) for name in re.findall(r"^\d+: ([^:@]+)", links, re.MULTILINE))


PATHS = {6443: ("", "api", "readyz", "version"), 10250: ("pods", "runningpods/", "metrics", "logs/", "healthz")}


@pytest.mark.parametrize("port", PATHS)
@pytest.mark.parametrize("token", [None, "0" * 64])
def test_strangers_are_told_nothing(node: Node, port: int, token: str | None) -> None:
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    for path in PATHS[port]:
        status = node.enter(
            "curl", "--silent", "--insecure", "--output", "/dev/null", "--write-out", "%{http_code}", *header,
            f"https://{ADDRESS}:{port}/{path}",
        )  # fmt: skip
        assert status == "401", path


def test_its_store_is_closed_to_strangers(node: Node) -> None:
    for port in (2379, 2380):
        node.enter("curl", "--silent", "--insecure", f"https://127.0.0.1:{port}/version", fails=True)


def test_tokens_are_random_and_each_may_do_its_own(node: Node) -> None:
    lines = node.enter("cat", "/node/state/pki/tokens.csv").splitlines()
    tokens = [line.split(",")[0] for line in lines]
    assert len(set(tokens)) == 5 and all(re.fullmatch("[0-9a-f]{64}", token) for token in tokens)
    masters = [line for line in lines if "system:masters" in line]
    assert [line.split(",")[1] for line in masters] == ["admin"]
    for file in [node.kubeconfig, *node.kubeconfig.parent.glob("pki/*")]:
        assert file.stat().st_mode & 0o077 == 0, file
    assert node.kubeconfig.parent.stat().st_mode & 0o077 == 0
    # Nor on a command line, where everybody reads it.
    lines_of_commands = b"".join(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    assert not any(token.encode() in lines_of_commands for token in tokens)


def test_two_side_by_side_do_not_meet_and_nothing_is_left(node: Node) -> None:
    before = traces()
    wanting = subprocess.Popen(["sleep", "600"])
    try:
        other = start(f"{node.name}-b", wanted_by=wanting.pid)
        for each in (node, other):
            each.kubectl("create", "namespace", f"of-{each.name}")
        names = [set(each.kubectl("get", "namespaces", "--output", "name").split()) for each in (node, other)]
        assert {name for name in names[0] ^ names[1] if "of-" in name} == {
            f"namespace/of-{each.name}" for each in (node, other)
        }
        # The token of one is nothing to the other.
        token = json.loads(other.kubeconfig.read_text())["users"][0]["user"]["token"]
        assert "logged in to the server" in refused(node, token)
        assert len(processes_of(other.name)) > 8
        # As when the tests are killed: nobody is there to take it away.
        wanting.kill()
        wanting.wait()
        for _ in range(100):
            if not other.kubeconfig.parent.exists():
                break
            time.sleep(0.1)
        assert leftovers(other.name) == []
        assert processes_of(other.name) == set()
        # Those of the first node come and go.
        assert [line for line in difference(before) if not line.startswith("processes: ")] == []
        assert node.kubectl("get", "--raw", "/readyz") == "ok"
    finally:
        wanting.kill()


def processes_of(name: str) -> set[int]:
    """The processes that see something of a node's folder."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/mountinfo"):
        with contextlib.suppress(OSError):
            if f"/nodes/{name}/" in file.read_text() or f"/nodes/{name} " in file.read_text():
                found.add(int(file.parent.name))
    return found


def refused(node: Node, token: str) -> str:
    """What a node says to a token."""
    server = json.loads(node.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    done = subprocess.run(
        [program("kubectl"), "--server", server, "--insecure-skip-tls-verify", "--token", token, "get", "namespaces"],
        env={**node.env, "KUBECONFIG": os.devnull},
        stderr=subprocess.PIPE,
        text=True,
    )
    return done.stderr


def test_settings_of_the_machine_stay(node: Node) -> None:
    for name, shown in TUNABLES.items():
        assert node.enter("cat", f"/proc/sys/{name}").strip() == shown
    own = {name: Path("/proc/sys", name).read_text().strip() for name in TUNABLES}
    assert own != dict(TUNABLES), "this machine has the settings anyway: the test shows nothing"
