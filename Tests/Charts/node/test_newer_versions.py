"""APIs that the node's API server is too old for: the same objects, with the same rights."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from charts import Object, program, run
from kubernetes_node import Node
from onenode.newer import LISTENS, told, translated

BUDGETS = "namespaces/default/poddisruptionbudgets"
BUDGET: Object = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "some"},
    "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}},
}


@pytest.fixture(scope="module")
def budget(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Node:
    """The node with an object that was made in the newer version."""
    file: Path = tmp_path_factory.mktemp("newer") / "budget.json"
    file.write_text(json.dumps(BUDGET))
    run(program("kubectl"), "apply", "--filename", file, env=node.env)
    return node


def raw(node: Node, path: str) -> Any:
    return json.loads(node.kubectl("get", "--raw", f"/apis/{path}"))


def test_both_versions_have_the_same_object(budget: Node) -> None:
    newer, older = (raw(budget, f"policy/{version}/{BUDGETS}/some") for version in ("v1", "v1beta1"))
    assert newer["apiVersion"] == "policy/v1" and older["apiVersion"] == "policy/v1beta1"
    assert newer["spec"] == older["spec"] == BUDGET["spec"]
    listed = raw(budget, f"policy/v1/{BUDGETS}")
    assert listed["apiVersion"] == "policy/v1" and [item["metadata"]["name"] for item in listed["items"]] == ["some"]


def test_it_is_changed_in_the_newer_version(budget: Node) -> None:
    change = ["--type=merge", "--patch", json.dumps({"apiVersion": "policy/v1", "spec": {"minAvailable": 2}})]
    budget.kubectl("patch", "poddisruptionbudgets.v1.policy/some", *change)
    assert raw(budget, f"policy/v1beta1/{BUDGETS}/some")["spec"]["minAvailable"] == 2


def test_who_watches_is_told(budget: Node) -> None:
    command = [program("kubectl"), "get", "--raw", "/apis/discovery.k8s.io/v1/endpointslices?watch=true"]
    process = subprocess.Popen(command, env=budget.env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        event = json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
    assert (event["type"], event["object"]["apiVersion"]) == ("ADDED", "discovery.k8s.io/v1")


def test_rights_are_those_of_who_asks(budget: Node) -> None:
    account = "--as=system:serviceaccount:default:default"
    refused = run(program("kubectl"), "get", "--raw", f"/apis/policy/v1/{BUDGETS}", account, env=budget.env, fails=True)
    assert "forbidden" in refused.lower()


def test_nobody_asks_it_but_the_api_server(node: Node) -> None:
    node.enter(
        "curl", "--silent", "--insecure",
        "--header", "X-Remote-User: admin", "--header", "X-Remote-Group: system:masters",
        f"https://127.0.0.1:{LISTENS}/apis/policy/v1/{BUDGETS}", fails=True,
    )  # fmt: skip


def test_parts_that_are_called_otherwise() -> None:
    older: Object = {
        "items": [{"endpoints": [{"topology": {"zone": "a"}}, {}]}, {"endpoints": None}],
        "apiVersion": "discovery.k8s.io/v1beta1",
    }
    newer = told(json.loads(json.dumps(older)), "discovery.k8s.io/v1", "discovery.k8s.io/v1beta1")
    assert newer["items"][0]["endpoints"] == [{"deprecatedTopology": {"zone": "a"}}, {}]
    assert told(newer, "discovery.k8s.io/v1beta1", "discovery.k8s.io/v1") == older


def test_what_is_not_json_is_translated_too() -> None:
    text = b"apiVersion: policy/v1\nkind: PodDisruptionBudget\n"
    assert translated(text, "policy/v1beta1", "policy/v1") == text.replace(b"policy/v1", b"policy/v1beta1")
