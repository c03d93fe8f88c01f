"""What all tests of charts share: charts with their sub-charts, and a Kubernetes API server for those that install."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from charts import Charts, missing
from kubernetes_node import Node, start, stop

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Charts:
    """All charts of the project, each with its sub-charts beside it."""
    return Charts(tmp_path_factory.mktemp("charts"))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which helm and kubectl speak to a fresh API server."""
    if not (HERE.parents[1] / ".tools/kubernetes/kube-apiserver").exists():
        missing("a Kubernetes API server (scripts/tools kubernetes)")
    folder = tmp_path_factory.mktemp("kubernetes")
    command = [sys.executable, str(HERE / "kubernetes_server.py"), str(folder), "--parent", str(os.getpid())]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None and server.stderr is not None
    try:
        if server.stdout.readline().strip() != "ready":
            pytest.fail(server.stderr.read())
        yield {**os.environ, "KUBECONFIG": str(folder / "kubeconfig"), "HELM_CACHE_HOME": str(folder / "helm")}
    finally:
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """A node whose pods run, with the image of the program that was built last."""
    found = start(f"test-{os.getpid()}", wanted_by=os.getpid(), with_program=True)
    yield found
    stop(found)
