"""Who may log in, as what, and in which groups: staff, groups, the health check."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from oauthenticator.github import GitHubOAuthenticator
from oauthenticator.oauth2 import OAuthenticator
from traitlets.config import Config

from awaiting import run
from basehub import groups, health, staff
from basehub.settings import add

STAFF = {"enabled": True, "idType": "github", "ids": {"github": ["g1", "g2"], "google": ["s@x"]}, "githubTeam": "o:t"}


def test_names_are_added_wherever_they_are_configured(c: Config) -> None:
    c.Authenticator.admin_users = ["ada"]
    c.GitHubOAuthenticator.admin_users = {"bob"}
    c.GoogleOAuthenticator.client_id = "x"
    c.LocalAuthenticator.admin_users = None
    add(c, "Authenticator", "admin_users", ["me"])
    assert c.Authenticator.admin_users == ["ada", "me"]
    assert c.GitHubOAuthenticator.admin_users == ["bob", "me"]
    assert c.LocalAuthenticator.admin_users == ["me"]
    assert "admin_users" not in c.GoogleOAuthenticator


def test_names_are_added_where_nothing_is_configured(c: Config) -> None:
    c.Authenticator.admin_users.add("ada")
    add(c, "Authenticator", "admin_users", ["me"])
    add(c, "Authenticator", "blocked_users", ["me"])
    authenticator = OAuthenticator(config=c)
    assert authenticator.admin_users == {"ada", "me"}
    assert authenticator.blocked_users == {"me"}


def test_staff_are_administrators_of_their_kind(c: Config, values: dict[str, Any]) -> None:
    values["custom"]["staff"] = STAFF
    c.JupyterHub.authenticator_class = "cilogon"
    c.Authenticator.admin_users = ["ada"]
    staff.configure(c)
    assert c.Authenticator.admin_users == ["ada", "g1", "g2"]
    assert "allowed_organizations" not in c.GitHubOAuthenticator


@pytest.mark.parametrize("name", ["github", "oauthenticator.github.GitHubOAuthenticator", GitHubOAuthenticator])
def test_the_staffs_team_may_log_in_to_github_hubs(c: Config, values: dict[str, Any], name: Any) -> None:
    values["custom"]["staff"] = STAFF
    c.JupyterHub.authenticator_class = name
    c.GitHubOAuthenticator.allowed_organizations = ["other"]
    staff.configure(c)
    assert c.GitHubOAuthenticator.allowed_organizations == ["o:t", "other"]


def test_the_staffs_team_keeps_nobody_out_of_a_hub_that_names_no_organisation(
    c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    values["custom"]["staff"] = STAFF
    c.JupyterHub.authenticator_class = "github"
    model = {"name": "ada", "admin": None, "auth_state": {"token_response": {"access_token": "a", "token_type": "b"}}}

    async def is_member(self: Any, team: str, *_: Any) -> bool:
        return False

    monkeypatch.setattr(GitHubOAuthenticator, "_check_membership_allowed_organizations", is_member)
    for settings in ({"allowed_users": {"ada"}}, {"allow_all": True}, {}):
        config = Config(GitHubOAuthenticator=settings)
        config.JupyterHub.authenticator_class = "github"
        before = GitHubOAuthenticator(config=config.copy())
        staff.configure(config)
        after = GitHubOAuthenticator(config=config)
        assert after.allowed_organizations == {"o:t"}
        asked = [bool(a.allow_all or run(a.check_allowed("ada", model))) for a in (before, after)]
        assert asked[0] == asked[1] == bool(settings)


def test_staff_is_off_by_default_and_an_unknown_kind_adds_nobody(c: Config, values: dict[str, Any]) -> None:
    staff.configure(c)
    assert not c.Authenticator
    values["custom"]["staff"] = STAFF | {"idType": "orcid"}
    staff.configure(c)
    assert "admin_users" not in c.Authenticator


AUTH_STATE = {"teams": [{"organization": {"login": "Org"}, "slug": s} for s in ("one", "two")]}


def group_names(c: Config, auth_state: dict[str, Any]) -> set[str]:
    return run(GitHubOAuthenticator(config=c).get_user_groups(auth_state))


def test_allowed_teams_become_groups_as_the_hub_spells_them(c: Config) -> None:
    c.JupyterHub.authenticator_class = "github"
    c.OAuthenticator.manage_groups = True
    c.GitHubOAuthenticator.allowed_organizations = ["org:ONE", "Org:three", "Org"]
    groups.configure(c)
    assert group_names(c, AUTH_STATE) == {"org:ONE"}
    # What another piece of configuration adds later counts.
    c.GitHubOAuthenticator.allowed_organizations.append("Org:two")
    assert group_names(c, AUTH_STATE) == {"org:ONE", "Org:two"}
    assert group_names(c, {}) == set()


def test_a_hubs_own_way_of_groups_stays(c: Config) -> None:
    c.JupyterHub.authenticator_class = "github"
    groups.configure(c)
    assert "auth_state_groups_key" not in c.GitHubOAuthenticator
    c.GitHubOAuthenticator.update({"manage_groups": True, "auth_state_groups_key": "own"})
    groups.configure(c)
    assert c.GitHubOAuthenticator.auth_state_groups_key == "own"
    c.OAuthenticator.manage_groups = True
    c.GitHubOAuthenticator.manage_groups = False
    del c.GitHubOAuthenticator["auth_state_groups_key"]
    groups.configure(c)
    assert "auth_state_groups_key" not in c.GitHubOAuthenticator


def refreshed(authenticator: Any, name: str) -> Any:
    async def get_auth_state() -> dict[str, Any]:
        return {}

    return run(authenticator.refresh_user(SimpleNamespace(name=name, get_auth_state=get_auth_state)))


def test_the_health_check_never_logs_in_and_never_gets_stale(c: Config, values: dict[str, Any]) -> None:
    values["custom"]["healthCheck"] = {"username": "probe"}
    c.OAuthenticator.enable_auth_state = True
    c.Authenticator.blocked_users = ["mallory"]
    health.configure(c)
    authenticator = OAuthenticator(config=c)
    assert authenticator.blocked_users == {"mallory", "probe"}
    assert refreshed(authenticator, "probe") is True
    assert refreshed(authenticator, "ada") is False


def test_a_hubs_own_refreshing_stays(c: Config) -> None:
    async def own(authenticator: Any, user: Any, auth_state: Any) -> Any:
        return {"name": user.name}

    c.GitHubOAuthenticator.update({"enable_auth_state": True, "refresh_user_hook": own})
    health.configure(c)
    authenticator = GitHubOAuthenticator(config=c)
    assert refreshed(authenticator, "ada") == {"name": "ada"}
    assert refreshed(authenticator, "deployment-service-check") is True


def roles(c: Config) -> dict[str, Any]:
    return {role["name"]: role for role in c.JupyterHub.load_roles}


@pytest.mark.parametrize("name", ["deployment-service-check", "probe"])
def test_the_health_check_may_do_nothing_but_start_its_user(c: Config, values: dict[str, Any], name: str) -> None:
    values["custom"]["healthCheck"] = {"username": name}
    c.JupyterHub.services = [{"name": "hub-health"}]
    c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self"]}]
    health.configure(c)
    assert roles(c) == {
        "user": {"name": "user", "scopes": ["self"]},
        "hub-health": {
            "name": "hub-health",
            "scopes": [f"admin:users!user={name}", f"admin:servers!user={name}", f"access:servers!user={name}"],
            "services": ["hub-health"],
        },
    }


def test_a_hubs_own_role_of_the_health_check_stays(c: Config) -> None:
    c.JupyterHub.services = [{"name": "hub-health"}]
    c.JupyterHub.load_roles = [{"name": "hub-health", "scopes": ["admin:servers"]}]
    health.configure(c)
    assert roles(c)["hub-health"] == {"name": "hub-health", "scopes": ["admin:servers"], "services": ["hub-health"]}


def test_a_hub_without_health_checks_has_no_role_for_them(c: Config) -> None:
    c.JupyterHub.services = [{"name": "other"}]
    health.configure(c)
    assert "load_roles" not in c.JupyterHub
