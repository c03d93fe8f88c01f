"""Parts of the chart that can be off: a hub has no service, no role and no scope that points at one of those."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traitlets.config import Config

from .settings import configured

FILE = Path(__file__).with_name("parts.json")
"""Written by the chart, which alone sees its sub-charts: by the name of each service, whether it runs, and where."""
ALWAYS_THERE = ("user", "admin", "server", "token")
"""Roles that JupyterHub has in any case, so they stay when they name nobody."""


def part(name: str) -> Mapping[str, Any]:
    """What the chart says of the part: `runs`, and `host` and `port` of those that are reached through the hub."""
    said: dict[str, dict[str, Any]] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return said.get(name, {"runs": False})


def runs(name: str) -> bool:
    """Whether the chart runs the part."""
    return bool(part(name)["runs"])


def service_of(c: Config, name: str) -> dict[str, Any] | None:
    """The hub's service of that name, unless it is the hub's own: one with an address that the hub says itself."""
    services = configured(c.JupyterHub, "services") or []
    found = next((service for service in services if service["name"] == name), None)
    return None if found is None or found.get("url") or found.get("command") else found


def configure(c: Config) -> None:
    """Takes away the services of parts that are off. The hub would wait for them, and show links to nowhere."""
    said = json.loads(FILE.read_text()) if FILE.exists() else {}
    gone = [name for name in said if not said[name]["runs"] and service_of(c, name) is not None]
    if not gone:
        return
    c.JupyterHub.services = [service for service in c.JupyterHub.services if service["name"] not in gone]
    c.JupyterHub.load_roles = without(configured(c.JupyterHub, "load_roles") or [], gone)


def without(roles: list[Mapping[str, Any]], gone: list[str]) -> list[Mapping[str, Any]]:
    """The roles without those services, and without scopes that are about them alone."""
    found: list[Mapping[str, Any]] = []
    for role in roles:
        holders = [name for name in role.get("services", ()) if name not in gone]
        scopes = [scope for scope in role.get("scopes", ()) if scope.partition("!service=")[2] not in gone]
        is_for_nobody = role.get("services") and not (holders or role.get("users") or role.get("groups"))
        if is_for_nobody and role["name"] not in ALWAYS_THERE:
            continue
        kept = {"services": holders} if "services" in role else {}
        found.append({**role, **kept, **({"scopes": scopes} if "scopes" in role else {})})
    return found
