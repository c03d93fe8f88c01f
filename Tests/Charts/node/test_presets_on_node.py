"""Two presets that start more than servers, on a node whose pods run. `scripts/check-long pods` has all of them."""

from __future__ import annotations

import time

from binder_on_node import BinderOnNode
from charts import Charts, preset
from hub_on_node import CLUSTER, DASK, ONE_NODE, HubOnNode, values_of_page
from kubernetes_node import Node


def test_a_cluster_of_dask_computes_and_goes(node: Node, charts: Charts) -> None:
    hub = HubOnNode(node, "clusters")
    hub.install(charts, preset("essential"), preset("dask"), values_of_page(), ONE_NODE, DASK)
    assert hub.lines("bob", CLUSTER, "--profile", "custom") == ["42", "True", "[]"]
    for _ in range(120):
        left = [pod["metadata"]["name"] for pod in hub.objects("pods") if pod["metadata"]["name"].startswith("dask-")]
        if not left:
            break
        time.sleep(0.5)
    assert left == []


def test_a_reader_gets_a_server_by_binderhub_alone(node: Node, charts: Charts) -> None:
    hub = BinderOnNode(node, "reader", "binderhub")
    hub.install_all(charts, preset("binder-anonymous"))
    found = hub.reader("somebody", "--code", "import os; print(sorted(name for name in os.environ if 'TOKEN' in name))")
    assert found["outputs"] == ["[]\n"]
    assert found["stranger"] == 403, "who has no token reads"
    assert "tini version" in hub.build()
