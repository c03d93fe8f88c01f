"""`profile_list` for each user: what of it the user's groups may choose (the rules are in profiles.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyterhub.utils import maybe_future
from kubespawner import KubeSpawner
from oauthenticator.github import GitHubOAuthenticator
from traitlets.config import Config

from . import health, profiles
from .errors import refusal
from .groups import teams
from .settings import configured


async def groups_of(spawner: KubeSpawner) -> set[str]:
    """The groups of a server's user: JupyterHub's, and the GitHub teams that the user logged in with."""
    groups = {group.name for group in spawner.user.groups}
    # What other authenticators call "teams" may be something that users choose themselves.
    if isinstance(spawner.authenticator, GitHubOAuthenticator):
        groups |= teams(await spawner.user.get_auth_state())
    return groups


async def offer(profile_list: Any, health_user: str, spawner: KubeSpawner) -> list[profiles.Profile]:
    """What of `profile_list` the user may choose; an HTTP error 403 if that is nothing.

    An empty list would mean a server with no profile at all, which nobody has allowed.
    """
    if callable(profile_list):
        profile_list = await maybe_future(profile_list(spawner))
    every = profiles.with_image_rule(profile_list)
    # The health check has no groups, and has to be able to start each profile.
    if not every or spawner.user.name == health_user:
        return every
    groups = await groups_of(spawner)
    found = profiles.allowed(every, groups)
    if not found:
        memberships = f"You are a member of: {', '.join(sorted(groups))}." if groups else "You are in no group."
        raise refusal(
            403,
            f"None of this hub's server profiles is for your groups. {memberships} "
            "If you have joined another one, log out and log in again.",
        )
    return found


def configure(c: Config) -> None:
    """Filters when the list is asked for and not only when it is shown: the hub's API does not look at the form."""
    profile_list = configured(c.KubeSpawner, "profile_list")
    if profile_list:
        c.KubeSpawner.profile_list = _offering(profile_list, health.username())


def _offering(profile_list: Any, health_user: str) -> Callable[[KubeSpawner], Awaitable[list[profiles.Profile]]]:
    # A closure and no partial: traitlets copies the values of its configuration, and functions as they are.
    return lambda spawner: offer(profile_list, health_user, spawner)
