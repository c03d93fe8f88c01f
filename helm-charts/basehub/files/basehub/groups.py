"""GitHub teams as groups: what `auth_state` knows about teams, and which of them become JupyterHub's groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue
from traitlets.log import get_logger

from .settings import authenticator_is, configured


def teams(auth_state: Mapping[str, Any] | None) -> set[str]:
    """The teams that GitHub said the user is in, as `organisation:team`."""
    found = (auth_state or {}).get("teams") or []
    return {f"{team['organization']['login']}:{team['slug']}" for team in found}


def allowed_teams(auth_state: Mapping[str, Any] | None, organizations: Iterable[str]) -> set[str]:
    """Those of the user's teams that the hub names, spelled as the hub does: GitHub does not tell case apart."""
    spelling = {name.casefold(): name for name in organizations}
    return {spelling[team.casefold()] for team in teams(auth_state) if team.casefold() in spelling}


def configure(c: Config) -> None:
    """Makes groups of teams, unless the hub manages no groups or has its own way of doing so."""
    if not authenticator_is(c, "github") or configured(c.GitHubOAuthenticator, "auth_state_groups_key"):
        return
    says = (configured(c[key], "manage_groups") for key in ("GitHubOAuthenticator", "OAuthenticator", "Authenticator"))
    if next((value for value in says if value is not None), False):
        c.GitHubOAuthenticator.auth_state_groups_key = _group_names(c.GitHubOAuthenticator)
    else:
        get_logger().info("manage_groups is off: GitHub teams filter profiles, but become no groups of JupyterHub")


def _group_names(section: Config) -> Callable[[Mapping[str, Any]], set[str]]:
    def group_names(auth_state: Mapping[str, Any]) -> set[str]:
        # Looked up at each login, because configuration that is executed after ours may add to it.
        organizations = section.get("allowed_organizations") or ()
        if isinstance(organizations, LazyConfigValue):
            organizations = organizations.get_value(set())
        return allowed_teams(auth_state, organizations)

    return group_names
