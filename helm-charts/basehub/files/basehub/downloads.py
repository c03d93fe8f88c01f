"""The service that lets users download their homes: where the hub finds it, who may use it, and what it may ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traitlets.config import Config

from .settings import configured

NAME = "home-download"
SCOPES = ("list:users", "read:users")
"""Who is an administrator, and who is there at all. It learns from a login who somebody is."""
SWITCH = Path(__file__).with_name(NAME)
"""Written by the chart, which alone sees whether the hub has homes, and whether the service runs."""


def configure(c: Config) -> None:
    """Adds the service while the chart runs it. Else it goes: the hub would wait for it and show a link to nowhere."""
    services = configured(c.JupyterHub, "services") or []
    service = next((service for service in services if service["name"] == NAME), None)
    if service is None or service.get("url") or service.get("command"):
        # A service of the hub's own, with its own roles; or one that an earlier snippet took away.
        return
    if not SWITCH.exists() or SWITCH.read_text().strip() != "true":
        c.JupyterHub.services = [other for other in services if other is not service]
        return
    for key, value in described(str(c.JupyterHub.get("base_url", "/"))).items():
        service.setdefault(key, value)
    c.JupyterHub.load_roles = with_roles(configured(c.JupyterHub, "load_roles") or [])


def described(base: str) -> dict[str, Any]:
    """The service as JupyterHub must know it, in a hub with that base URL."""
    path = "/".join(["", *filter(None, base.split("/")), "services", NAME, "oauth_callback"])
    return {
        "url": f"http://{NAME}:8080",
        "display": True,
        "oauth_client_id": f"service-{NAME}",
        # It belongs to the hub, so nobody need allow it to know who they are.
        "oauth_no_confirm": True,
        "oauth_redirect_uri": path,
    }


def with_roles(roles: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The hub's roles with those of the service, unless the hub has its own idea of either."""
    access = f"access:services!service={NAME}"
    found = list(roles)
    if not any(role["name"] == NAME for role in roles):
        found.append({"name": NAME, "scopes": list(SCOPES), "services": [NAME]})
    if any(access in role.get("scopes", ()) for role in roles):
        # The hub says itself who may download, for example one group.
        return found
    user = next((role for role in roles if role["name"] == "user"), {"name": "user", "scopes": ["self"]})
    widened = {**user, "scopes": [*user.get("scopes", ["self"]), access]}
    return [*(role for role in found if role["name"] != "user"), widened]
