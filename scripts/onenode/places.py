"""Where things are: outside of a node, in the folder .tools of this checkout; inside, below /node."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onenode import cgroups

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
NODES = TOOLS / "nodes"
LOGS = NODES / ".logs"
"""Those of the last node that failed."""

ADDRESS = "10.244.0.1"
"""The node's address on its bridge. Each node has a network of its own, so that all have the same."""
PORT = 6443
KUBERNETES = "/node/kubernetes"
PROGRAMS = "/node/programs"
STATE = "/node/state"
CONTAINERD = "/run/containerd/containerd.sock"


class Failed(Exception):
    """Something that whoever runs scripts/node is told."""


class NodeFolder:
    """All that a node has on this machine. Who holds its lock keeps the node; without one it is left over."""

    def __init__(self, name: str) -> None:
        self.name, self.path = name, NODES / name
        self.kubeconfig = self.path / "kubeconfig"
        self.fault = self.path / "fault"

    def facts(self) -> dict[str, Any]:
        """What its keeper wrote down: its own `pid`, that of the node's first process (`init`), `since`, `cgroup`."""
        try:
            return dict(json.loads((self.path / "facts.json").read_text()))
        except (OSError, ValueError):
            return {}

    def write_facts(self, facts: dict[str, Any]) -> None:
        draft = self.path / "facts.new"
        draft.write_text(json.dumps(facts))
        draft.rename(self.path / "facts.json")

    def is_kept(self) -> bool:
        """Whether somebody holds its lock."""
        try:
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def remove(self) -> None:
        """Takes away what is left of it. Its mounts were in a namespace that is gone with its processes."""
        if group := self.facts().get("cgroup"):
            cgroups.remove(group)
        shutil.rmtree(self.path)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One at a time looks for leftovers, and takes or gives up names."""
    NODES.mkdir(parents=True, exist_ok=True)
    with (NODES / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def claim(name: str) -> tuple[NodeFolder, int]:
    """A new folder for a node, and its lock; what others left is removed before."""
    with alone():
        sweep()
        folder = NodeFolder(name)
        if folder.path.exists():
            raise Failed(f"the node {name} runs already; its kubeconfig is {folder.kubeconfig}")
        folder.path.mkdir(mode=0o700)
        lock = os.open(folder.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        group = f"hubfleet-node-{secrets.token_hex(4)}"
        folder.write_facts({"pid": os.getpid(), "cgroup": group, "since": time.time()})
        return folder, lock


def sweep() -> None:
    """Removes what nodes left whose keeper was killed."""
    for folder in all_nodes():
        if not folder.is_kept():
            folder.remove()


def all_nodes() -> list[NodeFolder]:
    paths = sorted(NODES.iterdir()) if NODES.exists() else []
    return [NodeFolder(path.name) for path in paths if path.is_dir() and not path.name.startswith(".")]
