"""A stand-in for this module of the JupyterHub chart 4.3.3: the chart's values as the hub's pod has them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path("/usr/local/etc/jupyterhub")
SECRETS = ("existing-secret", "secret")
"""The operator's own Secret, if there is one, is stronger than the chart's."""


def _merged(weak: Mapping[str, Any], strong: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(weak)
    for key, value in strong.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


@cache
def _values() -> dict[str, Any]:
    values: dict[str, Any] = {}
    for secret in reversed(SECRETS):
        file = FOLDER / secret / "values.yaml"
        if file.exists():
            values = _merged(values, yaml.safe_load(file.read_text()) or {})
    return values


def get_config(key: str, default: Any = None) -> Any:
    """The chart's value at a path with dots; the default only where there is no such path (null is a value)."""
    value: Any = _values()
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            return default
        value = value[part]
    return value


def get_secret_value(key: str, default: Any = "never-explicitly-set") -> Any:
    """What a key of the hub's Secrets holds."""
    for secret in SECRETS:
        file = FOLDER / secret / key
        if file.exists():
            return file.read_text()
    if default == "never-explicitly-set":
        raise KeyError(f"{key} is in none of the hub's Secrets")
    return default


def get_name(name: str) -> str:
    """The name that one of the chart's objects has in this release."""
    return (FOLDER / "config" / name).read_text()


def get_name_env(name: str, suffix: str = "") -> str:
    """The variable that Kubernetes sets for the Service of that name."""
    return os.environ[(get_name(name) + suffix).upper().replace("-", "_")]


def set_config_if_not_none(section: Any, name: str, key: str) -> None:
    """Sets an item of the configuration to a value of the chart, if that is anything."""
    value = get_config(key)
    if value is not None:
        setattr(section, name, value)
