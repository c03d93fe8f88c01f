"""The staff of whoever operates the hub: administrators by name, and a GitHub team that may log in."""

from __future__ import annotations

from traitlets.config import Config
from traitlets.log import get_logger

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
        # A hub without its operator's staff is better than no hub.
        get_logger().warning("custom.staff.idType is %r, but custom.staff.ids has only: %s", kind, sorted(ids))
    if ids.get(kind):
        add(c, "Authenticator", "admin_users", ids[kind])
    team = setting("staff.githubTeam", "")
    if team and authenticator_is(c, "github"):
        add(c, "GitHubOAuthenticator", "allowed_organizations", [team])
