"""Dask Gateway for the hub's users: what their servers must know to reach it, and where the hub finds it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from traitlets.config import Config
from z2jh import get_name

from .parts import part
from .settings import base_url, configured, setting

PASSED_ON = ("SCRATCH_BUCKET", "PANGEO_SCRATCH")
"""Variables that a user's workers get too, where the user's server has them."""


def environment(gateway: str, proxy: str, path: str, present: Mapping[str, Any]) -> dict[str, str]:
    """The variables that tell dask-gateway's client where its gateway is and what clusters are like.

    Doubled braces are for dask, or are JSON's own: KubeSpawner fills in single ones. $(...) is for Kubernetes.
    """
    passed_on = {name: f"$({name})" for name in PASSED_ON if present.get(name)}
    return {
        "DASK_GATEWAY__ADDRESS": gateway,
        "DASK_GATEWAY__PROXY_ADDRESS": proxy,
        "DASK_GATEWAY__PUBLIC_ADDRESS": path,
        "DASK_GATEWAY__AUTH__TYPE": "jupyterhub",
        "DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE": "{{JUPYTER_IMAGE_SPEC}}",
        "DASK_GATEWAY__CLUSTER__OPTIONS__ENVIRONMENT": "{" + json.dumps(passed_on) + "}",
        "DASK_DISTRIBUTED__DASHBOARD__LINK": "{{JUPYTERHUB_SERVICE_PREFIX}}proxy/{{port}}/status",
    }


def configure(c: Config) -> None:
    """Adds the gateway; what the hub says itself about any of this stays."""
    gateway = part("dask-gateway")
    if not setting("daskhubSetup.enabled") or not gateway["runs"]:
        return
    # "/tree" is the chart's default; a hub that wants just that says so in hub.config.KubeSpawner.default_url.
    if configured(c.Spawner, "default_url") in (None, "", "/tree"):
        c.Spawner.default_url = "/lab"
    # Network policies let pods with this label reach the proxy, and through it the gateway.
    c.KubeSpawner.extra_labels = {
        **(configured(c.KubeSpawner, "extra_labels") or {}),
        "hub.jupyter.org/network-access-proxy-http": "true",
    }
    path = f"{base_url(c)}services/dask-gateway/"
    traefik = f"{gateway['host']}:{gateway['port']}"
    own = configured(c.KubeSpawner, "environment") or {}
    ours = environment(f"http://{_proxy()}{path}", f"gateway://{traefik}", path, own)
    c.KubeSpawner.environment = {**ours, **own}
    services = [service for service in configured(c.JupyterHub, "services") or [] if service["name"] == "dask-gateway"]
    if not services:
        raise ValueError("custom.daskhubSetup needs hub.services.dask-gateway: without it the gateway has no token.")
    services[0].setdefault("url", f"http://{traefik}")


def _proxy() -> str:
    """The proxy inside the cluster: where autohttps terminates TLS, the service behind it."""
    behind = get_name("proxy-http").upper().replace("-", "_")
    if f"{behind}_SERVICE_HOST" in os.environ:
        return f"{os.environ[f'{behind}_SERVICE_HOST']}:{os.environ[f'{behind}_SERVICE_PORT']}"
    return str(get_name("proxy-public"))
