"""The values of this chart, as the ConfigMap `binder-settings` hands them over."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

SETTINGS = Path("/etc/binder/settings.json")

T = TypeVar("T")


@dataclass(frozen=True)
class Branding:
    """How the service presents itself."""

    name: str
    logoUrl: str
    about: str
    helpUrl: str


@dataclass(frozen=True)
class Limits:
    """What the service gives at most. 0 is no limit for launches and for servers of one repository."""

    launchesPerAddressPerHour: int
    servers: int
    serversPerRepository: int
    builds: int
    buildMinutes: int
    bannedRepositories: list[str]
    bannedNetworks: list[str]


@dataclass(frozen=True)
class HubSettings:
    """What the hub knows."""

    loginEnabled: bool
    servers: int
    allowOrigin: str
    binderAddress: str
    name: str
    logoUrl: str
    helpUrl: str


@dataclass(frozen=True)
class ServiceSettings:
    """What BinderHub knows."""

    loginEnabled: bool
    hubAddress: str
    hubBase: str
    binderAddress: str
    allowOrigin: str
    branding: Branding
    repositories: list[str]
    limits: Limits


def hub_settings(path: Path = SETTINGS) -> HubSettings:
    """The hub's settings from a file."""
    return _make(HubSettings, json.loads(path.read_text()))


def service_settings(path: Path = SETTINGS) -> ServiceSettings:
    """BinderHub's settings from a file."""
    values = json.loads(path.read_text())
    values["branding"] = _make(Branding, values["branding"])
    values["limits"] = _make(Limits, values["limits"])
    return _make(ServiceSettings, values)


def _make(kind: type[T], values: dict[str, Any]) -> T:
    """An object of the kind. Keys that it does not have are left out: a newer chart's settings with older Python."""
    return kind(**{field.name: values[field.name] for field in fields(kind)})  # type: ignore[arg-type]
