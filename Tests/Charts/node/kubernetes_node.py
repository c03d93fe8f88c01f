"""A node for tests: started by scripts/node, and gone when the tests are, however they end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from charts import ROOT, missing, program, run

PROGRAM = ROOT / ".build/debug/hubfleet"
SCRIPT = ROOT / "scripts/node"


@dataclass(frozen=True)
class Node:
    """A node that is ready."""

    name: str
    kubeconfig: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment in which helm and kubectl speak to it."""
        caches = {"HELM_CACHE_HOME": "helm", "KUBECACHEDIR": "kubectl"}
        folders = {name: str(self.kubeconfig.parent / folder) for name, folder in caches.items()}
        return {**os.environ, **folders, "KUBECONFIG": str(self.kubeconfig)}

    def kubectl(self, *arguments: str) -> str:
        return run(program("kubectl"), *arguments, env=self.env)

    def objects(self, kind: str, namespace: str) -> list[dict[str, Any]]:
        return list(json.loads(self.kubectl("get", kind, "--namespace", namespace, "--output", "json"))["items"])

    def enter(self, *command: str, fails: bool = False) -> str:
        """What a program says that runs in the node, with its network and files."""
        return run(sys.executable, SCRIPT, "enter", self.name, *command, fails=fails)

    @contextlib.contextmanager
    def forwarded(self, namespace: str, service: str) -> Iterator[str]:
        """The address at which this machine reaches a service, as docs/charts/node.md says to do it."""
        command = [program("kubectl"), "port-forward", "--namespace", namespace, f"service/{service}", ":http"]
        process = subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"127\.0\.0\.1:\d+", line)
            assert found, line
            yield f"http://{found[0]}"
        finally:
            process.terminate()
            process.wait()


def start(name: str, *, wanted_by: int, with_program: bool = False) -> Node:
    """Starts a node, or skips the test where there can be none."""
    if os.geteuid() != 0:
        pytest.skip("pods need root")
    if not (ROOT / ".tools/node/store").exists() or not (ROOT / ".tools/kubernetes/kubelet").exists():
        missing("a node for pods (scripts/tools node, as root)")
    more: list[str | Path] = []
    if with_program:
        if not PROGRAM.exists():
            missing("the program (swift build --product hubfleet)")
        more = ["--program", PROGRAM]
    said = run(sys.executable, SCRIPT, "up", name, "--for", str(wanted_by), *more)
    return Node(name, Path(said.strip().removeprefix("export KUBECONFIG=")))


def stop(node: Node) -> None:
    run(sys.executable, SCRIPT, "down", node.name)
