"""What the tests of the hub's package share: the chart's values without a pod, and spawners without Kubernetes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "standins/jupyterhub/files/hub"))

import kubespawner.spawner
import z2jh
from traitlets.config import Config

from basehub.spawner import BasehubSpawner


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The chart's values; tests fill in `custom` and what else they need."""
    values: dict[str, Any] = {"custom": {}}
    monkeypatch.setattr(z2jh, "_values", lambda: values)
    return values


@pytest.fixture
def c(values: dict[str, Any]) -> Config:
    """The hub's configuration as it is before the package gets it."""
    return Config()


@pytest.fixture
def make_spawner(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Makes a spawner for a user, of any class."""
    monkeypatch.setattr(kubespawner.spawner, "load_config", lambda **_: None)
    monkeypatch.setattr(kubespawner.spawner, "shared_client", lambda _: Mock())

    def make(
        config: Config | None = None,
        name: str = "ada",
        admin: bool = False,
        groups: tuple[str, ...] = (),
        cls: type[Any] = BasehubSpawner,
        **traits: Any,
    ) -> Any:
        async def get_auth_state() -> None:
            return None

        members = [SimpleNamespace(name=group) for group in groups]
        user = SimpleNamespace(
            name=name, id=1, url="/user/ada/", admin=admin, groups=members, get_auth_state=get_auth_state
        )
        return cls(config=config, _mock=True, user=user, api_token="token", **traits)

    return make
