"""Anonymous names, which must never change."""

from __future__ import annotations

from typing import Any

import pytest
from oauthenticator.cilogon import CILogonOAuthenticator
from tornado.web import HTTPError
from traitlets.config import Config

from awaiting import run
from basehub import usernames
from basehub.usernames import anonymous_name, read_pepper

PEPPER = "00112233445566778899aabbccddeeff" * 2
USER = {
    "sub": "http://cilogon.org/serverE/users/1",
    "idp": "http://github.com/login/oauth/authorize",
    "oidc": "1234",
    "email": "not@used",
}


def test_names_are_those_that_homes_have_today() -> None:
    """Recorded from the code that made the homes of today's hubs."""
    pepper = bytes.fromhex(PEPPER)
    assert anonymous_name(USER, pepper) == "fu3ufv474j3nh23oja3kuuneijt6vfj2lv7vvwz6truxkox2yxrq"
    other = {"sub": 'é"', "idp": "", "oidc": None}
    assert anonymous_name(other, pepper) == "pd43bnmjhj24fnezu6d55jjm4kbwvsf3qcqcsbx3sfjq6iffr4fq"


@pytest.mark.parametrize("value", ["", "no hex", "0", "00" * 65])
def test_a_pepper_is_up_to_64_bytes_in_hex_and_is_not_told(value: str) -> None:
    with pytest.raises(ValueError, match=r"needs 1 to 64 bytes in hexadecimal digits in USERNAME_DERIVATION_PEPPER\.$"):
        read_pepper({"USERNAME_DERIVATION_PEPPER": value})
    with pytest.raises(ValueError, match="PEPPER"):
        read_pepper({})


@pytest.fixture
def hub(c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Config:
    """A hub that wants anonymous names."""
    values["custom"]["auth"] = {"anonymizeUsername": True}
    monkeypatch.setenv("USERNAME_DERIVATION_PEPPER", f"{PEPPER}\n")
    c.JupyterHub.authenticator_class = "cilogon"
    return c


def log_in(c: Config, user: dict[str, Any]) -> Any:
    # Without its own settings, CILogon's class refuses to be made.
    authenticator = object.__new__(CILogonOAuthenticator)
    hook = c.CILogonOAuthenticator.get("post_auth_hook") or c.Authenticator.post_auth_hook
    return run(hook(authenticator, None, {"name": "ada", "admin": True, "auth_state": {"cilogon_user": user}}))


def test_users_are_renamed(hub: Config) -> None:
    usernames.configure(hub)
    model = log_in(hub, USER)
    assert model["name"] == anonymous_name(USER, bytes.fromhex(PEPPER))
    assert model["admin"] is True


def test_a_hubs_own_hook_comes_first(hub: Config) -> None:
    async def own(authenticator: Any, handler: Any, model: dict[str, Any]) -> dict[str, Any]:
        return {**model, "groups": ["mine"]}

    hub.CILogonOAuthenticator.post_auth_hook = own
    usernames.configure(hub)
    model = log_in(hub, USER)
    assert model["groups"] == ["mine"]
    assert model["name"] != "ada"


def test_a_provider_that_says_too_little_is_an_error_that_says_so(hub: Config) -> None:
    usernames.configure(hub)
    with pytest.raises(HTTPError) as error:
        log_in(hub, {"sub": "1"})
    assert error.value.status_code == 403
    assert "did not tell this hub idp, oidc," in error.value.jupyterhub_message  # type: ignore[attr-defined]


def test_other_authenticators_and_a_missing_pepper_stop_the_hub(hub: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USERNAME_DERIVATION_PEPPER")
    with pytest.raises(ValueError, match="PEPPER"):
        usernames.configure(hub)
    hub.JupyterHub.authenticator_class = "github"
    with pytest.raises(ValueError, match="only for hubs whose authenticator is CILogon's"):
        usernames.configure(hub)


def test_names_are_not_changed_unless_asked_for(c: Config) -> None:
    usernames.configure(c)
    assert "post_auth_hook" not in c.Authenticator
