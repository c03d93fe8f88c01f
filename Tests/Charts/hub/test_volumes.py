"""Users' own volume claims."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock

import pytest
from kubernetes_asyncio.client import ApiException
from traitlets.config import Config

from awaiting import run
from basehub import volumes


@pytest.fixture
def spawner(c: Config, values: dict[str, Any], make_spawner: Callable[..., Any]) -> Any:
    """A spawner of a hub with one claim per user."""
    values["custom"]["singleuser"] = {"extraPVCs": [{"name": "db-{username}", "class": "standard", "capacity": "1G"}]}
    volumes.configure(c)
    c.KubeSpawner.namespace = "hub"
    c.KubeSpawner.common_labels = {"app": "jupyterhub"}
    spawner = make_spawner(c, name="Ada@x", k8s_api_request_retry_timeout=5)
    spawner.api.create_namespaced_persistent_volume_claim = AsyncMock()
    return spawner


def test_each_user_has_a_claim_after_the_hubs_own_hook(spawner: Any) -> None:
    calls: list[int] = []
    create = spawner.api.create_namespaced_persistent_volume_claim
    spawner.pre_spawn_hook = lambda _: calls.append(create.await_count)
    run(spawner.run_pre_spawn_hook())
    assert calls == [0]
    claim = create.await_args.kwargs["body"]
    assert create.await_args.kwargs["namespace"] == "hub"
    assert claim.metadata.name.startswith("db-ada-x---")
    assert claim.metadata.labels["app"] == "jupyterhub"
    assert claim.metadata.annotations["hub.jupyter.org/username"] == "Ada@x"
    assert claim.spec.storage_class_name == "standard"
    assert claim.spec.resources.requests == {"storage": "1G"}


def test_a_hook_that_refuses_creates_nothing(spawner: Any) -> None:
    def refuse(_: Any) -> None:
        raise PermissionError

    spawner.pre_spawn_hook = refuse
    with pytest.raises(PermissionError):
        run(spawner.run_pre_spawn_hook())
    assert spawner.api.create_namespaced_persistent_volume_claim.await_count == 0


def test_it_tries_again_and_is_content_with_a_claim_that_exists(spawner: Any) -> None:
    create = spawner.api.create_namespaced_persistent_volume_claim
    create.side_effect = [asyncio.TimeoutError, ApiException(status=409)]
    run(spawner.run_pre_spawn_hook())
    assert create.await_count == 2


def test_what_kubernetes_refuses_fails_the_start(spawner: Any) -> None:
    spawner.api.create_namespaced_persistent_volume_claim.side_effect = ApiException(status=422)
    with pytest.raises(ApiException):
        run(spawner.run_pre_spawn_hook())
