"""The staff of whoever operates the hub: administrators by name, and a GitHub team that may log in."""

from __future__ import annotations

from traitlets.config import Config

from .settings import add, authenticator_is, setting


def configure(c: Config) -> None:
    """Lets the staff in.

    The team is added even if the hub names no organisation yet: with OAuthenticator each `allowed_...` setting lets
    more people in and none keeps anybody out, so this changes nothing for anybody else.
    """
    if not setting("staff.enabled"):
        return
    kind, ids = setting("staff.idType", ""), setting("staff.ids", {})
    if kind and kind not in ids:
        raise ValueError(f"custom.staff.idType is {kind!r}, but custom.staff.ids has only: {', '.join(sorted(ids))}.")
    add(c, "Authenticator", "admin_users", ids.get(kind) or [])
    team = setting("staff.githubTeam", "")
    if team and authenticator_is(c, "github"):
        add(c, "GitHubOAuthenticator", "allowed_organizations", [team])
