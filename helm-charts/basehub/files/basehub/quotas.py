"""Limits on what users may use up in a while, by the package jupyterhub-usage-quotas."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from jupyterhub.utils import maybe_future
from prometheus_client import REGISTRY, Counter
from tornado import web
from traitlets.config import Config

from .settings import base_url, configured, setting

DENIED_STATUS = 422
"""With which the package refuses a start because a quota is used up."""


def configure(c: Config) -> None:
    """Sets the quotas up. A hub that should have them and cannot does not start: nobody would notice their absence."""
    if not setting("usageQuotas.enabled"):
        return
    try:
        from jupyterhub_usage_quotas import get_template_path, setup_usage_quotas
    except ImportError as error:
        raise RuntimeError(
            "custom.usageQuotas.enabled is true, but this hub's image has no package jupyterhub-usage-quotas."
        ) from error
    # The package keeps a hook of this section only, and sets its own in KubeSpawner's, which wins.
    hook = configured(c.KubeSpawner, "pre_spawn_hook")
    if hook:
        c.Spawner.pre_spawn_hook = hook
    if base_url(c) != "/" and not configured(c.UsageQuotaManager, "hub_url"):
        # Its own guess leaves the hub's path out.
        address = f"{os.environ.get('HUB_SERVICE_HOST', 'hub')}:{os.environ.get('HUB_SERVICE_PORT', '8081')}"
        c.UsageQuotaManager.hub_url = f"http://{address}{base_url(c).rstrip('/')}"
    setup_usage_quotas(c)
    hook = configured(c.KubeSpawner, "pre_spawn_hook")
    if hook:
        c.KubeSpawner.pre_spawn_hook = _counting(hook, denials())
    # The page that tells users why their server does not start.
    c.JupyterHub.template_paths.append(get_template_path())


@cache
def denials() -> Counter:
    """How many starts a quota has denied, on the hub's own page of metrics: JupyterHub counts them as failed starts."""
    return Counter(
        "basehub_usage_quota_denied_total", "Starts of servers that a used-up quota has denied.", registry=REGISTRY
    )


def _counting(hook: Callable[..., Any], denied: Counter) -> Callable[..., Any]:
    async def counted(spawner: Any) -> None:
        try:
            await maybe_future(hook(spawner))
        except web.HTTPError as error:
            if error.status_code == DENIED_STATUS:
                denied.inc()
                _forgive(spawner)
            raise

    return counted


def _forgive(spawner: Any) -> None:
    """Takes back the failure that JupyterHub is about to count. One user can make the few in a row at which it ends."""
    if spawner.handler is not None:
        counts = spawner.handler.settings
        counts["failure_count"] = counts.get("failure_count", 0) - 1
