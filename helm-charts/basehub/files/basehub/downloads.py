"""The service that lets users download their homes: where the hub finds it, who may use it, and what it may ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traitlets.config import Config

from .parts import runs, service_of
from .settings import base_url, configured

NAME = "home-download"
SCOPES = ("list:users", "read:users")
"""Who is an administrator, and who is there at all. It learns from a login who somebody is."""


def configure(c: Config) -> None:
    """Tells the hub where the service is, while the chart runs it and the hub has none of its own of that name."""
    service = service_of(c, NAME)
    if service is None or not runs(NAME):
        return
    for key, value in described(base_url(c)).items():
        service.setdefault(key, value)
    c.JupyterHub.load_roles = with_roles(configured(c.JupyterHub, "load_roles") or [])


def described(base: str) -> dict[str, Any]:
    """The service as JupyterHub must know it, in a hub with that base URL, which has a slash at both ends."""
    return {
        "url": f"http://{NAME}:8080",
        "display": True,
        "oauth_client_id": f"service-{NAME}",
        # It belongs to the hub, so nobody need allow it to know who they are.
        "oauth_no_confirm": True,
        "oauth_redirect_uri": f"{base}services/{NAME}/oauth_callback",
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
