"""The table of settings of hubs against the packages that it was taken from."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import hub_settings
import pytest
from traitlets import HasTraits, TraitError
from traitlets.config import Config

from charts import ROOT

TABLE = (ROOT / "Sources/FleetModel/Embedded/settings/hub-settings.txt").read_text()
SAMPLES: list[Any] = [
    *("text", "", "true", "3600", True, False, 3600, 0, 1, 1.5, ["a", "b"], [], [1, 2], ["a", 2], [{"a": "b"}]),
    *({"a": "b"}, {}, {"a": 1}, {"a": ["b"]}, {"a": [1]}, {"a": {"b": "c"}}, "1G", "1Gi", "safe"),
]


LOOSER = {
    *("authenticator_class", "proxy_class", "spawner_class"),  # whatever can be imported
    *("log_level", "uri_scheme"),  # one of a few words, in small or capital letters
    *("cmd", "command", "proxy_cmd", "add_user_cmd", "extra_log_handlers", "poll_jitter"),  # not empty, in a range
}
"""Settings of which the table takes more than the package: of their words, lengths and ranges it says nothing."""


def words() -> Iterator[tuple[str, str, str]]:
    """Each setting with its class and what it may hold."""
    owner = ""
    for line in TABLE.splitlines():
        if line.startswith("class "):
            owner = line.split()[1]
        elif line.startswith("  "):
            name, word = line.split()[:2]
            yield owner, name, word


def parts(word: str) -> list[str]:
    """The alternatives of a word, without those inside of brackets."""
    return re.findall(r"(?:[^|(]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+", word)


def takes(word: str, value: Any) -> bool:
    """Whether a word of the table takes a value."""
    if len(alternatives := parts(word.rstrip("?"))) > 1:
        return any(takes(each, value) for each in alternatives)
    name, _, inner = word.rstrip("?").partition("(")
    inner = inner[:-1] or "any"
    if name == "list":
        return isinstance(value, list) and all(takes(inner, each) for each in value)
    if name == "map":
        return isinstance(value, dict) and all(takes(inner, each) for each in value.values())
    if name == "one":
        return value in inner.split(",")
    if name == "bytes":
        return isinstance(value, int | float) or bool(re.fullmatch(r"[\d.]+[KMGT]", str(value)))
    if name == "scalar":
        return not isinstance(value, list | dict)
    if name == "bool":
        return value in (0, 1) if isinstance(value, int) else False
    kinds: dict[str, Any] = {"text": str, "int": int, "float": (int, float), "code": (), "any": object}
    return isinstance(value, kinds[name])


def accepts(trait: Any, value: Any) -> bool:
    """Whether the package takes a value."""
    try:
        trait.validate(HasTraits(), value)
    except (TraitError, ValueError, TypeError, IndexError):
        return False
    return True


def test_is_what_the_packages_say() -> None:
    result = subprocess.run([ROOT / "scripts/hub-settings", "--check"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_takes_what_the_package_takes() -> None:
    known = hub_settings.classes()
    compared, looser = 0, set()
    for owner, name, word in (each for each in words() if each[2] != "any"):
        trait = known[owner].class_traits()[name]
        is_closer = f"{owner}.{name}" in hub_settings.ELEMENTS
        for value in SAMPLES:
            ours, theirs = takes(word, value), accepts(trait, value)
            # Where we know more than the trait does, we refuse more; tests below show why.
            assert ours or not theirs or is_closer, (owner, name, word, value)
            looser |= {name} if ours and not theirs else set()
            compared += 1
    assert looser == LOOSER
    assert compared > 10_000


@pytest.mark.parametrize("name", ["admin_users", "allowed_users", "blocked_users"])
def test_names_of_users_that_are_numbers_stop_the_hub(name: str) -> None:
    from jupyterhub.auth import DummyAuthenticator

    def names(values: list[Any]) -> list[str]:
        authenticator = DummyAuthenticator(config=Config({"DummyAuthenticator": {name: values}}))
        return [authenticator.normalize_username(each) for each in getattr(authenticator, name)]

    assert names(["20261234"]) == ["20261234"]
    with pytest.raises((TypeError, AttributeError)):
        names([20261234])


def test_a_mapped_name_that_is_a_number_logs_nobody_in() -> None:
    from jupyterhub.auth import DummyAuthenticator

    def login(name: Any) -> Any:
        config = Config({"DummyAuthenticator": {"username_map": {"ada": name}, "allow_all": True}})
        return asyncio.run(DummyAuthenticator(config=config).get_authenticated_user(None, {"username": "ada"}))

    assert login("grace")["name"] == "grace"
    with pytest.raises((TypeError, AttributeError)):
        login(7)


def test_a_variable_that_is_a_number_starts_no_server() -> None:
    from kubespawner.objects import make_pod

    def pod(value: Any) -> Any:
        return make_pod(name="x", image="x", cmd=["x"], port=1, env={"THREADS": value})

    assert pod("4").spec.containers[0].env[0].value == "4"
    with pytest.raises(TypeError):
        pod(4)


def test_partners_are_asked_for() -> None:
    lines = TABLE.splitlines()
    assert "  allowed_groups list(text) needs manage_groups" in lines
    assert sum(" needs " in line for line in lines) >= 4


def test_old_names_are_refused() -> None:
    from oauthenticator.cilogon import CILogonOAuthenticator

    with pytest.raises(ValueError, match="deprecated"):
        CILogonOAuthenticator(config=Config({"CILogonOAuthenticator": {"username_claim": "email"}}))
    assert "  username_claim text removed idps" in TABLE.splitlines()
