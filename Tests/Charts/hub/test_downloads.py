"""The service that lets users download their homes, as hubs know it: configured, and asked while they run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from basehub import downloads, parts
from charts import LOGIN, PRESETS, Charts, Object

ACCESS = "access:services!service=home-download"
Ask = Callable[..., Any]


@pytest.fixture
def hub(c: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Config:
    """A hub whose chart runs the service."""
    file = tmp_path / "parts.json"
    file.write_text('{"home-download": {"runs": true}}')
    monkeypatch.setattr(parts, "FILE", file)
    c.JupyterHub.services = [{"name": "other", "url": "http://other"}, {"name": "home-download", "api_token": "t"}]
    c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", "shares!user"]}, {"name": "server", "scopes": []}]
    return c


def roles(c: Config) -> dict[str, Any]:
    return {role["name"]: role for role in c.JupyterHub.load_roles}


@pytest.mark.parametrize(
    ("base", "prefix"), [(None, "/"), ("/", "/"), ("", "/"), ("/hub-a/", "/hub-a/"), ("hub-a", "/hub-a/")]
)
def test_the_hub_knows_where_it_is(hub: Config, base: str | None, prefix: str) -> None:
    if base is not None:
        hub.JupyterHub.base_url = base
    downloads.configure(hub)
    assert hub.JupyterHub.services == [
        {"name": "other", "url": "http://other"},
        {
            "name": "home-download",
            "api_token": "t",
            "url": "http://home-download:8080",
            "display": True,
            "oauth_client_id": "service-home-download",
            "oauth_no_confirm": True,
            "oauth_redirect_uri": f"{prefix}services/home-download/oauth_callback",
        },
    ]


def test_users_may_open_it_beside_what_they_may_already(hub: Config) -> None:
    downloads.configure(hub)
    assert roles(hub) == {
        "user": {"name": "user", "scopes": ["self", "shares!user", ACCESS]},
        "server": {"name": "server", "scopes": []},
        "home-download": {
            "name": "home-download",
            "scopes": ["list:users", "read:users"],
            "services": ["home-download"],
        },
    }


def test_a_hub_without_roles_gets_them(hub: Config) -> None:
    del hub.JupyterHub["load_roles"]
    downloads.configure(hub)
    assert roles(hub)["user"]["scopes"] == ["self", ACCESS]
    assert roles(hub)["home-download"]["services"] == ["home-download"]


def test_a_hub_can_say_itself_who_downloads(hub: Config) -> None:
    leavers = {"name": "leavers", "scopes": [ACCESS], "groups": ["leavers"]}
    own = {
        "name": "home-download",
        "scopes": ["read:users", "list:users", "read:groups"],
        "services": ["home-download"],
    }
    before = [*hub.JupyterHub.load_roles, leavers, own]
    hub.JupyterHub.load_roles = list(before)
    downloads.configure(hub)
    assert hub.JupyterHub.load_roles == before


def test_what_the_hub_says_of_it_stays(hub: Config) -> None:
    said = {"display": False, "oauth_no_confirm": False, "oauth_client_id": "service-x", "oauth_redirect_uri": "/x"}
    hub.JupyterHub.services[1].update(said)
    downloads.configure(hub)
    assert hub.JupyterHub.services[1] == {
        "name": "home-download",
        "api_token": "t",
        "url": "http://home-download:8080",
        **said,
    }


@pytest.mark.parametrize("said", [{"url": "http://own:9000"}, {"command": ["own"]}])
def test_a_service_of_the_hubs_own_is_left_alone(hub: Config, said: dict[str, Any]) -> None:
    own = {"name": "home-download", **said}
    hub.JupyterHub.services[1] = dict(own)
    before = list(hub.JupyterHub.load_roles)
    downloads.configure(hub)
    assert hub.JupyterHub.services[1] == own
    assert hub.JupyterHub.load_roles == before


@pytest.mark.parametrize("said", ['{"home-download": {"runs": false}}', "{}", None])
def test_nothing_is_added_where_it_does_not_run(hub: Config, said: str | None) -> None:
    if said is None:
        parts.FILE.unlink()
    else:
        parts.FILE.write_text(said)
    services, roles = list(hub.JupyterHub.services), list(hub.JupyterHub.load_roles)
    downloads.configure(hub)
    assert (hub.JupyterHub.services, hub.JupyterHub.load_roles) == (services, roles)


# Hubs that run.


@pytest.fixture(scope="module")
def ask(charts: Charts, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Runs a hub of the preset with more values in a process of its own, and answers what it says of the service."""

    def asked(*more: Object) -> Any:
        manifests = tmp_path_factory.mktemp("asked") / "manifests.yaml"
        chart, values = PRESETS["essential"]
        manifests.write_text(yaml.safe_dump_all(charts.render(chart, *values, LOGIN, *more)))
        command = [sys.executable, str(Path(__file__).parent / "ask_hub.py"), str(manifests), "home-download", "ada"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]
        return json.loads(answer.stdout)

    return asked


@pytest.mark.parametrize("base", ["/", "/hub-a/"])
def test_a_user_of_a_running_hub_finds_it_and_logs_in(ask: Ask, base: str) -> None:
    login = {"OAuthenticator": {"oauth_callback_url": f"https://hub.example.org{base}hub/oauth_callback"}}
    found = ask({"jupyterhub": {"hub": {"baseUrl": base, "config": login}}})
    prefix = f"{base}services/home-download/"
    assert found["menu"] == [prefix]
    # Without a question in between, and the service learns who it is and that they may use it.
    assert (found["login"]["back_at"], found["login"]["name"]) == (f"{prefix}oauth_callback", "ada")
    assert ACCESS in found["login"]["scopes"]
    assert ACCESS in found["user_scopes"]
    # Its own token tells it who there is and who is an administrator, and changes nothing.
    assert found["users"] == {"ada": False, "octocat": True}
    assert set(found["service_scopes"]) == {
        "list:users",
        "read:users",
        # What JupyterHub counts as parts of read:users.
        "read:users:activity",
        "read:users:groups",
        "read:users:name",
    }


def test_a_user_whom_the_hub_does_not_let_in_stays_outside(ask: Ask) -> None:
    leavers = {"leavers": {"scopes": [ACCESS], "groups": ["leavers"]}}
    groups = {"JupyterHub": {"load_groups": {"leavers": {"users": ["grace"]}}}}
    found = ask({"jupyterhub": {"hub": {"loadRoles": leavers, "config": groups}}})
    assert ACCESS not in found["user_scopes"]
    assert found["menu"] == []
    assert "name" not in found["login"]


def test_a_running_hub_has_no_trace_of_it_when_it_is_off(ask: Ask) -> None:
    found = ask({"homeDownload": {"enabled": False}})
    assert found["service"] is None
    assert found["menu"] == []
    assert "home-download" not in found["roles"]
    assert not [scope for scope in found["user_scopes"] if scope.startswith("access:services")]
