"""What dask-gateway's own pod runs: labels of pods, as KubeSpawner gives them to servers."""

from __future__ import annotations

import importlib.util
import random
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from kubespawner.slugs import is_valid_label, safe_slug

from charts import ROOT

FILE = ROOT / "helm-charts/basehub/files/dask_gateway/options.py"
LETTERS = "abcXYZ019.-_@+ /éß字"


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file as a module; dask-gateway's library is not here."""
    library: Any = ModuleType("dask_gateway_server.options")
    for name in ("Integer", "Mapping", "Options", "Select", "String"):
        setattr(library, name, object)
    monkeypatch.setitem(sys.modules, "dask_gateway_server", ModuleType("dask_gateway_server"))
    monkeypatch.setitem(sys.modules, "dask_gateway_server.options", library)
    spec = importlib.util.spec_from_file_location("dask_options", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kubespawners(name: str) -> str:
    """The label of a server, by KubeSpawner's own code."""
    return str(safe_slug(name, is_valid=is_valid_label))


@pytest.mark.parametrize(
    "name",
    [
        "ada",
        "Ada",
        "odd.name@example.org",
        "a--b",
        "-a",
        "a-",
        "9",
        "9@x",
        "@",
        "é",
        "x" * 63,
        "x" * 64,
        "a_b.c",
        "A.B-" * 20,
    ],
)
def test_both_pods_of_a_user_have_one_label(options: Any, name: str) -> None:
    assert options.label(name) == kubespawners(name)


def test_so_they_do_with_any_name(options: Any) -> None:
    chance = random.Random(16)
    for _ in range(3000):
        name = "".join(chance.choices(LETTERS, k=chance.randint(1, 80)))
        assert options.label(name) == kubespawners(name), name
        assert is_valid_label(options.label(name))


def test_workers_and_schedulers_carry_it(options: Any) -> None:
    chosen = SimpleNamespace(image="a:1", environment={}, idle_timeout_minutes=1, worker_resource_allocation="small")
    found = options.cluster_config(SimpleNamespace(name="a@b"), chosen, {"small": {"cores": 1, "memory": "1G"}})
    for kind in ("worker", "scheduler"):
        assert found[f"{kind}_extra_pod_labels"] == {"hub.jupyter.org/username": kubespawners("a@b")}
        assert found[f"{kind}_extra_pod_annotations"]["hub.jupyter.org/username"] == "a@b"


def test_clusters_run_what_old_and_new_images_have(options: Any) -> None:
    options.Options = lambda *fields, handler: handler
    options.Select = options.String = options.Mapping = options.Integer = lambda *_, **__: None
    c = SimpleNamespace(Backend=SimpleNamespace(), KubeClusterConfig=SimpleNamespace())
    options.configure(c, '{"sizes": [{"name": "small", "cores": 1, "memory": "1G"}], "idleTimeoutMinutes": 5}')
    assert c.KubeClusterConfig.scheduler_cmd == ["dask", "scheduler"]
    assert c.KubeClusterConfig.worker_cmd == ["dask", "worker"]
    assert c.KubeClusterConfig.idle_timeout == 300
