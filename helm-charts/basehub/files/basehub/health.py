"""The user as whom health checks start servers, through the hub's API and without ever logging in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jupyterhub.utils import maybe_future
from traitlets.config import Config

from .settings import add, configured, sections, setting

ROLE = "hub-health"
"""The name of the role and of the service that has it."""


def username() -> str:
    """The user's name, which no person may have."""
    return str(setting("healthCheck.username", "deployment-service-check"))


def configure(c: Config) -> None:
    """Keeps people from logging in under that name, the hub from asking a login provider about it, and the health check
    from all other users.
    """
    # JupyterHub does not start with a role for a service that there is not.
    if any(service["name"] == ROLE for service in configured(c.JupyterHub, "services") or []):
        c.JupyterHub.load_roles = with_role(configured(c.JupyterHub, "load_roles") or [], username())
    add(c, "Authenticator", "blocked_users", [username()])
    for key in sections(c, "OAuthenticator", "refresh_user_hook"):
        c[key].refresh_user_hook = _refreshing(username(), configured(c[key], "refresh_user_hook"))


def with_role(roles: list[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """The roles with that of the health check, which is for that one user; what the hub says of it itself stays."""
    scopes = [f"admin:users!user={name}", f"admin:servers!user={name}", f"access:servers!user={name}"]
    own = next((role for role in roles if role["name"] == ROLE), {})
    role = {"name": ROLE, "scopes": scopes, "services": [ROLE], **own}
    return [*(other for other in roles if other["name"] != ROLE), role]


def _refreshing(name: str, before: Callable[..., Any] | None) -> Callable[..., Any]:
    async def refresh(authenticator: Any, user: Any, auth_state: Any) -> Any:
        if user.name == name:
            # It never logged in, so there is nothing that could get stale.
            return True
        return await maybe_future(before(authenticator, user, auth_state)) if before else None

    return refresh
