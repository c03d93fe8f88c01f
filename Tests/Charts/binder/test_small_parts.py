"""Settings, the new start when they change, and the sweep of forgotten servers."""

import asyncio
import threading
import types
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from binder import service, sweep
from binder.restart import on_change
from binder.settings import hub_settings, service_settings
from samples import HUB, SERVICE


def test_settings_of_both_programs(write: Any) -> None:
    service = service_settings(write(SERVICE))
    assert service.branding.name == "A & B"
    assert service.limits.bannedNetworks == ["192.0.2.0/24"]
    assert hub_settings(write(HUB, unknown="of a newer chart")).servers == 5


@pytest.mark.parametrize("base", ["/", "/reader/"])
def test_binderhub_finds_the_hub_below_its_path(write: Any, base: str) -> None:
    c = Config()
    service._addresses(c, service_settings(write(SERVICE, hubBase=base)))
    assert c.BinderHub.hub_url == f"https://hub.example.org{base}"
    assert c.BinderHub.hub_url_local == f"http://hub:8081{base}"


def test_a_change_is_noticed_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text("1")
    noticed = threading.Event()
    thread = on_change([file], noticed.set, 0.01)
    assert not noticed.wait(0.1)
    # While the kubelet changes files there may be none.
    file.unlink()
    assert not noticed.wait(0.1)
    file.write_text("1")
    assert not noticed.wait(0.1)
    file.write_text("2")
    assert noticed.wait(5)
    thread.join(5)
    assert not thread.is_alive()


class Kubernetes:
    """Answers as the interface of Kubernetes does, and remembers what is removed."""

    def __init__(self, names: list[str]):
        self.names, self.removed, self.selector = names, [], ""  # type: ignore[var-annotated]

    async def list_namespaced_pod(self, namespace: str, label_selector: str) -> Any:
        """All pods, whatever the selector."""
        self.selector = label_selector
        pods = [types.SimpleNamespace(metadata=types.SimpleNamespace(name=name)) for name in self.names]
        return types.SimpleNamespace(items=pods)

    async def delete_namespaced_pod(self, name: str, namespace: str, grace_period_seconds: int) -> None:
        """One pod less."""
        if name == "gone":
            raise RuntimeError("404")
        self.removed.append(name)


def test_sweep_removes_servers_of_this_release() -> None:
    api = Kubernetes(["jupyter-a", "gone", "jupyter-b"])
    assert asyncio.run(sweep.sweep(api, "reader", "reader")) == 3
    assert api.removed == ["jupyter-a", "jupyter-b"]
    assert api.selector == "component=singleuser-server,app.kubernetes.io/instance=reader"


def test_sweep_without_kubernetes_does_not_stop_the_hub() -> None:
    assert not sweep.start("reader", "reader").is_alive()
