"""The user as whom health checks start servers, through the hub's API and without ever logging in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyterhub.utils import maybe_future
from traitlets.config import Config

from .settings import add, configured, sections, setting


def username() -> str:
    """The user's name, which no person may have."""
    return str(setting("healthCheck.username", "deployment-service-check"))


def configure(c: Config) -> None:
    """Keeps people from logging in under that name, and the hub from asking a login provider about it."""
    add(c, "Authenticator", "blocked_users", [username()])
    for key in sections(c, "OAuthenticator", "refresh_user_hook"):
        c[key].refresh_user_hook = _refreshing(username(), configured(c[key], "refresh_user_hook"))


def _refreshing(name: str, before: Callable[..., Any] | None) -> Callable[..., Any]:
    async def refresh(authenticator: Any, user: Any, auth_state: Any) -> Any:
        if user.name == name:
            # It never logged in, so there is nothing that could get stale.
            return True
        return await maybe_future(before(authenticator, user, auth_state)) if before else None

    return refresh
