"""The list of profiles that KubeSpawner asks for when a user looks at the form or starts a server."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from oauthenticator.github import GitHubOAuthenticator
from test_profiles import BAD_IMAGES, DIGEST, GOOD_IMAGES
from tornado.web import HTTPError
from traitlets.config import Config

from awaiting import run
from basehub import choosing
from basehub.profiles import IMAGE_PATTERN

PROFILES = [
    {"display_name": "Team", "allowed_groups": ["Org:Team"]},
    {
        "display_name": "Own image",
        "allowed_groups": ["byo", "Org:Team"],
        "profile_options": {
            "image": {
                "choices": {"a": {"kubespawner_override": {"image": "a:1"}}},
                "unlisted_choice": {"enabled": True, "kubespawner_override": {"image": "{value}"}},
            }
        },
    },
]


@pytest.fixture
def make(c: Config, make_spawner: Callable[..., Any]) -> Callable[..., Any]:
    """Makes spawners that are configured with the profiles above."""
    c.KubeSpawner.profile_list = PROFILES
    choosing.configure(c)
    return lambda **arguments: make_spawner(c, **arguments)


def offered(spawner: Any) -> list[str]:
    return [profile["display_name"] for profile in run(spawner.profile_list(spawner))]


def github(spawner: Any, auth_state: Any) -> Any:
    async def get_auth_state() -> Any:
        return auth_state

    spawner.authenticator, spawner.user.get_auth_state = GitHubOAuthenticator(), get_auth_state
    return spawner


TEAM = {"teams": [{"organization": {"login": "ORG"}, "slug": "team"}]}


def test_groups_are_those_of_jupyterhub_and_github_teams(make: Callable[..., Any]) -> None:
    assert offered(make(groups=("BYO",))) == ["Own image"]
    assert offered(github(make(), TEAM)) == ["Team", "Own image"]


def test_what_other_authenticators_call_teams_does_not_count(make: Callable[..., Any]) -> None:
    spawner = github(make(groups=("byo",)), TEAM)
    spawner.authenticator = SimpleNamespace()
    assert offered(spawner) == ["Own image"]


@pytest.mark.parametrize("auth_state", [None, {}, {"teams": None}])
def test_nothing_left_is_an_error_that_says_why(make: Callable[..., Any], auth_state: Any) -> None:
    with pytest.raises(HTTPError) as error:
        offered(github(make(groups=("z", "other")), auth_state))
    assert error.value.status_code == 403
    message = error.value.jupyterhub_message  # type: ignore[attr-defined]
    assert "for your groups. You are a member of: other, z." in message


def test_the_health_check_may_start_everything(make: Callable[..., Any]) -> None:
    assert offered(make(name="deployment-service-check")) == ["Team", "Own image"]


def test_a_list_that_is_a_function_is_filtered_too(c: Config, make_spawner: Callable[..., Any]) -> None:
    async def profile_list(_: Any) -> Any:
        return PROFILES

    c.KubeSpawner.profile_list = profile_list
    choosing.configure(c)
    assert offered(make_spawner(c, groups=("byo",))) == ["Own image"]


def test_without_profiles_there_is_no_form(c: Config, make_spawner: Callable[..., Any]) -> None:
    c.KubeSpawner.profile_list = []
    choosing.configure(c)
    assert make_spawner(c).options_form == ""


def start_with(spawner: Any, **options: str) -> str:
    spawner.user_options = options
    run(spawner.load_user_options())
    return str(spawner.image)


def test_users_may_bring_images_that_are_images(make: Callable[..., Any]) -> None:
    spawner = make(groups=("byo",))
    own: dict[str, str] = {"profile": "own-image"}
    assert start_with(spawner, **own) == "a:1"
    assert start_with(spawner, **own, **{"image--unlisted-choice": "b:2"}) == "b:2"
    with pytest.raises(ValueError, match="regex"):
        start_with(spawner, **own, **{"image--unlisted-choice": "b:2\n"})


def test_an_image_without_its_profile_is_refused(make: Callable[..., Any]) -> None:
    """KubeSpawner alone would take it unchecked."""
    with pytest.raises(HTTPError) as error:
        start_with(make(groups=("byo",)), **{"image--unlisted-choice": "b 2"})
    assert error.value.status_code == 400


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_browsers_read_the_pattern_as_python_does() -> None:
    """As attribute `pattern` (with flag v) in KubeSpawner's form, and as an expression in that of fancy profiles."""
    code = """
        const [pattern, texts] = JSON.parse(require("fs").readFileSync(0));
        const attribute = new RegExp("^(?:" + pattern + ")$", "v"), expression = new RegExp(pattern, "g");
        console.log(JSON.stringify(texts.map(text => [attribute.test(text), text.search(expression) == 0])));
    """
    texts = GOOD_IMAGES + BAD_IMAGES
    answer = subprocess.run(
        ["node", "-e", code], input=json.dumps([IMAGE_PATTERN, texts]), capture_output=True, text=True, check=True
    )
    expected = [[True, True]] * len(GOOD_IMAGES) + [[False, False]] * len(BAD_IMAGES)
    assert json.loads(answer.stdout) == expected, DIGEST
