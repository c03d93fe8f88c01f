"""What users' servers learn about the Dask gateway."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import z2jh
from traitlets.config import Config

from basehub import dask, parts

GATEWAY = {"runs": True, "host": "traefik-prod-dask-gateway.ns", "port": 80}


@pytest.fixture
def hub(c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Config:
    """A hub with a gateway."""
    values["custom"]["daskhubSetup"] = {"enabled": True}
    (tmp_path / "config").mkdir()
    for name in ("proxy-http", "proxy-public"):
        (tmp_path / "config" / name).write_text(name)
    monkeypatch.setattr(z2jh, "FOLDER", tmp_path)
    (tmp_path / "parts.json").write_text(json.dumps({"dask-gateway": GATEWAY}))
    monkeypatch.setattr(parts, "FILE", tmp_path / "parts.json")
    c.KubeSpawner.environment = {}
    c.JupyterHub.services = [{"name": "other"}, {"name": "dask-gateway"}]
    return c


def test_servers_know_their_gateway(hub: Config) -> None:
    dask.configure(hub)
    assert hub.KubeSpawner.environment == {
        "DASK_GATEWAY__ADDRESS": "http://proxy-public/services/dask-gateway/",
        "DASK_GATEWAY__PROXY_ADDRESS": "gateway://traefik-prod-dask-gateway.ns:80",
        "DASK_GATEWAY__PUBLIC_ADDRESS": "/services/dask-gateway/",
        "DASK_GATEWAY__AUTH__TYPE": "jupyterhub",
        "DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE": "{{JUPYTER_IMAGE_SPEC}}",
        "DASK_GATEWAY__CLUSTER__OPTIONS__ENVIRONMENT": "{{}}",
        "DASK_DISTRIBUTED__DASHBOARD__LINK": "{{JUPYTERHUB_SERVICE_PREFIX}}proxy/{{port}}/status",
    }
    assert hub.JupyterHub.services[1]["url"] == "http://traefik-prod-dask-gateway.ns:80"
    assert hub.KubeSpawner.extra_labels == {"hub.jupyter.org/network-access-proxy-http": "true"}
    assert hub.Spawner.default_url == "/lab"


def test_a_scratch_bucket_is_passed_on_if_there_is_one(hub: Config) -> None:
    hub.KubeSpawner.environment = {"SCRATCH_BUCKET": "s3://b/$(JUPYTERHUB_USER)"}
    dask.configure(hub)
    text = hub.KubeSpawner.environment["DASK_GATEWAY__CLUSTER__OPTIONS__ENVIRONMENT"]
    # What KubeSpawner makes of it, and dask of that.
    assert json.loads(text.format()) == {"SCRATCH_BUCKET": "$(SCRATCH_BUCKET)"}


def test_what_the_hub_says_itself_stays(hub: Config) -> None:
    hub.Spawner.default_url = "/rstudio"
    hub.KubeSpawner.environment = {"DASK_GATEWAY__ADDRESS": "own"}
    hub.KubeSpawner.extra_labels = {"a": "b"}
    hub.JupyterHub.services[1]["url"] = "own"
    dask.configure(hub)
    assert hub.Spawner.default_url == "/rstudio"
    assert hub.KubeSpawner.environment["DASK_GATEWAY__ADDRESS"] == "own"
    assert hub.KubeSpawner.extra_labels["a"] == "b"
    assert hub.JupyterHub.services[1]["url"] == "own"


def test_the_charts_own_default_page_gives_way(hub: Config) -> None:
    hub.Spawner.default_url = "/tree"
    dask.configure(hub)
    assert hub.Spawner.default_url == "/lab"


def test_the_address_follows_tls_and_the_hubs_path(hub: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_HTTP_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("PROXY_HTTP_SERVICE_PORT", "8000")
    hub.JupyterHub.base_url = "/jupyter/"
    dask.configure(hub)
    assert hub.KubeSpawner.environment["DASK_GATEWAY__ADDRESS"] == "http://10.0.0.1:8000/jupyter/services/dask-gateway/"


def test_a_missing_service_is_an_error(hub: Config) -> None:
    hub.JupyterHub.services = []
    with pytest.raises(ValueError, match=r"needs hub\.services\.dask-gateway"):
        dask.configure(hub)


@pytest.mark.parametrize("off", ["the setup", "the gateway"])
def test_a_hub_has_no_gateway_unless_asked_for(hub: Config, values: dict[str, Any], off: str) -> None:
    if off == "the setup":
        values["custom"] = {}
    else:
        parts.FILE.write_text('{"dask-gateway": {"runs": false}}')
    dask.configure(hub)
    assert hub.KubeSpawner.environment == {}
