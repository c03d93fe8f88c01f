"""Servers that BinderHub starts, and servers that somebody else starts as if they were BinderHub."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub.orm import Service, User
from kubespawner import KubeSpawner
from tornado.web import HTTPError
from traitlets.config import Config

from awaiting import run
from basehub.launched import HUB_TOKENS
from basehub.spawner import BinderBasehubSpawner

OPTIONS = {"image": "built:1", "token": "secret", "repo_url": "https://example.org/r", "binder_request": "v2/gh/r"}
PROFILES = [{"display_name": "Only", "kubespawner_override": {"image": "default:1", "mem_limit": "1G"}}]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, make_spawner: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a spawner that somebody starts, up to where KubeSpawner would ask Kubernetes."""
    monkeypatch.setattr(KubeSpawner, "start", lambda self: self.load_user_options())

    def make(requester: Any, options: dict[str, Any], state: Any = None, auth: bool = True, **traits: Any) -> Any:
        config = Config({"BinderSpawnerMixin": {"auth_enabled": auth}})
        spawner = make_spawner(config, cls=BinderBasehubSpawner, image="hub:1", profile_list=PROFILES, **traits)
        spawner.server = SimpleNamespace(base_url="/user/ada/")
        spawner.load_state(state or {})
        spawner.handler = requester and SimpleNamespace(current_user=requester)
        spawner.user_options = options
        spawner.clear_state()
        run(spawner.start())
        return spawner

    return make


BINDER, OTHER = Service(name="binder"), Service(name="other")


def test_binderhub_says_which_image(make: Callable[..., Any]) -> None:
    spawner = make(BINDER, OPTIONS)
    assert (spawner.image, spawner.mem_limit) == ("built:1", 2**30)
    env = spawner.get_env()
    assert (env["BINDER_REPO_URL"], env["BINDER_REQUEST"]) == ("https://example.org/r", "v2/gh/r")
    assert "BINDER_REF_URL" not in env
    assert spawner.user_options == OPTIONS


@pytest.mark.parametrize("requester", [None, OTHER, User(name="ada"), User(name="binder")])
def test_nobody_else_does(make: Callable[..., Any], requester: Any) -> None:
    spawner = make(requester, OPTIONS)
    assert spawner.image == "default:1"
    assert "BINDER_REPO_URL" not in spawner.get_env()


def test_a_user_may_restart_what_binderhub_started_and_nothing_else(make: Callable[..., Any]) -> None:
    state = make(BINDER, OPTIONS).get_state()
    assert make(User(name="ada"), dict(OPTIONS), state).image == "built:1"
    assert make(User(name="ada"), OPTIONS | {"image": "evil:1"}, state).image == "default:1"
    forgotten = make(User(name="ada"), {}, state).get_state()
    assert make(User(name="ada"), OPTIONS, forgotten).image == "default:1"


def test_without_login_only_binderhub_starts_servers(make: Callable[..., Any]) -> None:
    for requester, options in ((User(name="ada"), OPTIONS), (BINDER, {"image": "a:1"}), (BINDER, {"token": "a"})):
        with pytest.raises(HTTPError) as error:
            make(requester, options, auth=False)
        assert error.value.status_code == 400


def test_without_login_servers_ask_for_binderhubs_token(make: Callable[..., Any]) -> None:
    spawner = make(BINDER, OPTIONS, auth=False, cors_allow_origin="*", args=["--NotebookApp.a=b"], default_url="/lab")
    args = spawner.get_args()
    assert args[:2] == ["--ip=0.0.0.0", "--port=8888"]
    for app in ("NotebookApp", "ServerApp"):
        assert [arg.partition(".")[2] for arg in args if arg.startswith(f"--{app}.")] == [
            "base_url=/user/ada/",
            "token=secret",
            "trust_xheaders=True",
            "default_url=/lab",
            "allow_origin=*",
            "allow_origin_pat=.*",
            "a=b",
        ]


@pytest.mark.parametrize("login", [False, True])
def test_without_login_servers_have_no_token_of_the_hub(make: Callable[..., Any], login: bool) -> None:
    env = make(BINDER, OPTIONS, auth=login).get_env()
    assert env["BINDER_REPO_URL"] == OPTIONS["repo_url"]
    assert {name for name in env if "TOKEN" in name} == (set(HUB_TOKENS) if login else set())


@pytest.mark.parametrize("instead", [None, "", ["x"], {"a": 1}])
@pytest.mark.parametrize("missing", ["image", "token"])
def test_without_login_incomplete_orders_are_refused(make: Callable[..., Any], missing: str, instead: Any) -> None:
    with pytest.raises(HTTPError) as error:
        make(BINDER, OPTIONS | {missing: instead}, auth=False)
    assert error.value.status_code == 400


def test_with_login_servers_are_ordinary(make: Callable[..., Any]) -> None:
    assert not any("token" in arg for arg in make(BINDER, OPTIONS).get_args())
