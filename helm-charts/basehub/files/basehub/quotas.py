"""Limits on what users may use up in a while, by the package jupyterhub-usage-quotas."""

from __future__ import annotations

from traitlets.config import Config

from .settings import configured, setting


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
    setup_usage_quotas(c)
    # The page that tells users why their server does not start.
    c.JupyterHub.template_paths.append(get_template_path())
