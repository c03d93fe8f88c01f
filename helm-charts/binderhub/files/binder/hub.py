"""JupyterHub's part of a binder hub."""

from pathlib import Path
from typing import Any

from binder import restart, sweep
from binder.settings import SETTINGS, HubSettings, hub_settings
from binder.spawner import ANONYMOUS_COMMAND, BinderSpawnerMixin

PAGES = "/usr/local/share/binder/hub-pages"
# Seconds. The hub stops servers at the age of cull.maxAge; Kubernetes does so later, should the hub be unable to.
DEADLINE_MARGIN = 600


def configure(c: Any, settings_file: Path = SETTINGS) -> None:
    """Sets up the hub. `c` is what the official chart's configuration calls so."""
    from z2jh import get_config

    settings = hub_settings(settings_file)
    c.JupyterHub.spawner_class = BinderSpawnerMixin
    c.JupyterHub.active_server_limit = settings.servers
    _spawner(c, settings, get_config)
    _rights(c, settings)
    _pages(c, settings)
    restart.on_change([settings_file, *sorted(Path(__file__).parent.glob("*.py"))])
    if get_config("hub.db.type") == "sqlite-memory":
        sweep.start(c.KubeSpawner.namespace, get_config("Release.Name"))


def _spawner(c: Any, settings: HubSettings, get_config: Any) -> None:
    c.BinderSpawnerMixin.auth_enabled = settings.loginEnabled
    c.BinderSpawnerMixin.cors_allow_origin = settings.allowOrigin
    if not settings.loginEnabled:
        c.Spawner.cmd = ANONYMOUS_COMMAND
    if max_age := get_config("cull.maxAge"):
        deadline = {"activeDeadlineSeconds": int(max_age) + DEADLINE_MARGIN}
        c.KubeSpawner.extra_pod_config = deadline | (get_config("singleuser.extraPodConfig") or {})


def _rights(c: Any, settings: HubSettings) -> None:
    """BinderHub starts servers for others. Users use and stop theirs, and start none: they open links."""
    roles = [{"name": "binder", "services": ["binder"], "scopes": binder_scopes(settings.loginEnabled)}]
    if settings.loginEnabled:
        roles.append({"name": "user", "scopes": USER_SCOPES})
        for service in c.JupyterHub.services:
            if service["name"] == "binder":
                service.update(
                    oauth_client_id="service-binder",
                    oauth_redirect_uri=f"{settings.binderAddress}/oauth_callback",
                    # BinderHub is a part of this hub, not a guest: users are not asked.
                    oauth_no_confirm=True,
                )
    # A hub that has roles of these names in its values wins.
    named = {role["name"] for role in c.JupyterHub.load_roles}
    c.JupyterHub.load_roles.extend(role for role in roles if role["name"] not in named)


# Without `servers!user`, which is part of `self`: nobody starts a server beside BinderHub, which keeps to the limits.
USER_SCOPES = [
    "read:users!user",
    "read:servers!user",
    "delete:servers!user",
    "users:activity!user",
    "access:servers!user",
    "access:services!service=binder",
]


def binder_scopes(login_enabled: bool) -> list[str]:
    """Without login BinderHub also makes an account for each reader; with it, it looks whether they have a server."""
    return ["servers", "read:users"] if login_enabled else ["servers", "admin:users"]


def _pages(c: Any, settings: HubSettings) -> None:
    c.JupyterHub.template_paths = [PAGES, *(c.JupyterHub.get("template_paths") or [])]
    c.JupyterHub.template_vars = {
        **(c.JupyterHub.get("template_vars") or {}),
        "binder_name": settings.name,
        "binder_logo_url": settings.logoUrl,
        "binder_help_url": settings.helpUrl,
        "binder_address": settings.binderAddress,
    }
    if settings.binderAddress:
        # Whoever comes to the hub itself is sent to where links are made.
        c.JupyterHub.default_url = f"{settings.binderAddress}/"
