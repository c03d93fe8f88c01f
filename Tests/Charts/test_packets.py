"""What init containers close, tried with packets: by the rules of rendered charts, in network namespaces."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import networks
from charts import ROOT, Charts, find, hub_values, missing

Probe = tuple[str, int, str]
NFS: list[Probe] = [("10.20.0.5", port, protocol) for port in (111, 2049, 20048) for protocol in ("tcp", "udp")]
METADATA: list[Probe] = [
    ("169.254.169.254", 80, "tcp"),
    ("169.254.169.254", 8080, "tcp"),
    ("169.254.170.2", 80, "tcp"),
    ("169.254.170.23", 80, "tcp"),
    ("169.254.169.252", 988, "tcp"),
    ("100.100.100.200", 80, "tcp"),
]
OPEN: list[Probe] = [
    ("203.0.113.5", 80, "tcp"),
    ("203.0.113.5", 443, "tcp"),
    ("203.0.113.5", 443, "udp"),
    ("10.20.0.5", 443, "tcp"),
    # Name servers on nodes, and the one of Google Cloud.
    ("169.254.20.10", 53, "udp"),
    ("169.254.20.10", 53, "tcp"),
    ("169.254.169.254", 53, "udp"),
]
EVERYTHING = [*NFS, *METADATA, *OPEN]


def answered(rules: str, bridge: bool = False) -> dict[str, set[Probe]]:
    """Which probes were answered, from the pod and from a container in it."""
    if os.geteuid() != 0:
        missing("the right to make network namespaces")
    if not shutil.which("iptables"):
        missing("the program iptables (scripts/tools charts)")
    program = str(Path(__file__).with_name("packets.py"))
    command = ["unshare", "--net", sys.executable, program, rules, *(["bridge"] if bridge else [])]
    done = subprocess.run(command, input=json.dumps(EVERYTHING), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, list[bool]] = json.loads(done.stdout)
    return {who: {EVERYTHING[n] for n, is_answered in enumerate(said) if is_answered} for who, said in found.items()}


def test_without_rules_everything_is_reached() -> None:
    assert answered("-", bridge=True) == {"pod": set(EVERYTHING), "container": set(EVERYTHING)}


def test_rules_for_what_goes_out_miss_a_container_behind_a_bridge() -> None:
    """Why the daemon's rules stand where they do."""
    rule = "iptables --append OUTPUT --protocol tcp --destination-port 2049 --jump DROP"
    found = answered(rule, bridge=True)
    assert ("10.20.0.5", 2049, "tcp") not in found["pod"]
    assert ("10.20.0.5", 2049, "tcp") in found["container"]


@pytest.mark.parametrize("case", ["basehub", "binderhub"])
def test_builds_reach_neither_nfs_nor_metadata(charts: Charts, case: str) -> None:
    chart, values = networks.CASES[case]
    [container] = find(charts.render(chart, *values), "DaemonSet", "docker-api")["spec"]["template"]["spec"][
        "initContainers"
    ]
    shell, option, script = container["command"]
    assert (shell, option) == ("/bin/sh", "-ec")
    assert answered(script, bridge=True) == {"pod": set(OPEN), "container": set(OPEN)}


def test_servers_of_binder_hubs_reach_neither_nfs_nor_metadata(charts: Charts) -> None:
    chart, values = networks.CASES["binderhub"]
    server = hub_values(charts.render(chart, *values))["singleuser"]
    [container] = server["initContainers"]
    assert answered(container["command"][2]) == {"pod": set(OPEN)}
    assert server["cloudMetadata"]["blockWithIptables"]


def server_rules(record: str) -> dict[str, str]:
    """The scripts of a server's init containers by their names."""
    pod: dict[str, Any] = yaml.safe_load((ROOT / f"Tests/Charts/hub/{record}").read_text())["pod"]
    commands = {item["name"]: item["command"] for item in pod["spec"]["initContainers"]}
    return {
        name: command[2] if command[:2] == ["/bin/sh", "-c"] else " ".join(command)
        for name, command in commands.items()
    }


def test_servers_reach_neither_nfs_nor_metadata() -> None:
    rules = server_rules("presets/essential/plain.yaml")
    assert set(rules) == {"block-cloud-metadata", "block-nfs-access"}
    assert answered(" && ".join(rules.values())) == {"pod": set(OPEN)}
    # The official chart's own rule closes one port of one address.
    official = answered(rules["block-cloud-metadata"])["pod"]
    assert set(EVERYTHING) - official == {("169.254.169.254", 80, "tcp")}
