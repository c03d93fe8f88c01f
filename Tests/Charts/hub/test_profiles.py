"""Who may choose what of the profiles, and which images users may bring."""

from __future__ import annotations

import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import basehub
from basehub.profiles import IMAGE_MESSAGE, IMAGE_PATTERN, allowed, with_image_rule

CHOICES = {
    "gpu": {"display_name": "GPU", "default": True, "allowed_groups": ["Org:GPU"]},
    "cpu": {"display_name": "CPU"},
    "gone": None,
}
PROFILES: list[dict[str, Any]] = [
    {"display_name": "Large", "default": True, "allowed_groups": ["org:Staff", "admins"]},
    {
        "display_name": "Small",
        "profile_options": {
            "size": {"choices": CHOICES},
            "secret": {"choices": {"one": {"allowed_groups": ["org:staff"]}}},
            "image": {
                "unlisted_choice": {
                    "enabled": True,
                    "allowed_groups": ["ORG:testers"],
                    "kubespawner_override": {"image": "{value}"},
                },
            },
            "removed": None,
        },
    },
]


def names(profiles: list[dict[str, Any]]) -> list[str]:
    return [profile["display_name"] for profile in profiles]


def test_profiles_with_groups_are_for_these_groups_in_any_case() -> None:
    assert names(allowed(PROFILES, [])) == ["Small"]
    assert names(allowed(PROFILES, ["ORG:staff"])) == ["Large", "Small"]
    assert names(allowed(PROFILES, ["Admins"])) == ["Large", "Small"]


def test_choices_and_texts_with_groups_are_for_these_groups_in_any_case() -> None:
    options = allowed(PROFILES, [])[0]["profile_options"]
    assert {name: list(option["choices"]) for name, option in options.items()} == {"size": ["cpu"]}
    options = allowed(PROFILES, ["org:TESTERS", "org:gpu", "org:staff"])[-1]["profile_options"]
    assert {name: list(option["choices"]) for name, option in options.items()} == {
        "size": ["gpu", "cpu"],
        "secret": ["one"],
        "image": [],
    }
    assert options["image"]["unlisted_choice"]["enabled"]


def test_the_first_takes_the_place_of_a_default_that_is_gone() -> None:
    small = allowed(PROFILES, [])[0]
    assert small["default"] is True
    assert small["profile_options"]["size"]["choices"]["cpu"]["default"] is True
    small = allowed(PROFILES, ["org:staff", "org:gpu"])[1]
    assert "default" not in small
    assert "default" not in small["profile_options"]["size"]["choices"]["cpu"]


def test_an_empty_list_of_groups_is_for_nobody_and_null_for_everybody() -> None:
    profiles: list[dict[str, Any]] = [
        {"display_name": "A", "allowed_groups": []},
        {"display_name": "B", "allowed_groups": None},
    ]
    assert names(allowed(profiles, ["x"])) == ["B"]
    assert allowed(profiles[:1], ["x"]) == []


def test_a_dictionary_is_a_list_in_the_order_of_its_keys_without_nulls() -> None:
    assert names(allowed({"2": {"display_name": "B"}, "1": {"display_name": "A"}, "0": None}, [])) == ["A", "B"]  # type: ignore[dict-item]


def test_no_argument_is_changed() -> None:
    before = deepcopy(PROFILES)
    allowed(PROFILES, [])
    with_image_rule(PROFILES)
    assert before == PROFILES


def test_a_free_image_gets_a_rule_and_a_stated_rule_stays() -> None:
    unlisted = with_image_rule(PROFILES)[1]["profile_options"]["image"]["unlisted_choice"]
    assert (unlisted["validation_regex"], unlisted["validation_message"]) == (IMAGE_PATTERN, IMAGE_MESSAGE)
    profiles = deepcopy(PROFILES)
    own = profiles[1]["profile_options"]["image"]["unlisted_choice"]
    own |= {"validation_regex": "^own:.*$"}
    assert with_image_rule(profiles)[1]["profile_options"]["image"]["unlisted_choice"] == own
    own |= {"validation_regex": None, "kubespawner_override": {"environment": {"A": "{value}"}}}
    assert with_image_rule(profiles)[1]["profile_options"]["image"]["unlisted_choice"] == own


DIGEST = "@sha256:" + "0123456789abcdef" * 4
GOOD_IMAGES = [
    "python:3.12",
    "python:latest",
    "pangeo/pangeo-notebook:2026.04.29",
    "quay.io/jupyter/scipy-notebook:2025-03-10",
    "localhost:5000/a/b__c/d--e.f:v1_2",
    "US-central1.pkg.dev/p/r/i:x",
    f"quay.io/a/b{DIGEST}",
    f"quay.io/a/b:tag{DIGEST}",
    "a:" + "b" * 128,
]
BAD_IMAGES = [
    "",
    "python",
    "quay.io/a/b",
    "quay.io:443/a/b",
    "python:",
    ":tag",
    " python:3",
    "python:3 ",
    "python:3\n",
    "python:3\n--privileged",
    "\npython:3",
    "python:\t3",
    "python:3\u00a0",
    "pyth\u00f6n:3",
    "python:\u0663",
    "python:3@",
    "python@3",
    "user@python:3",
    "python@sha256:0123",
    f"python{DIGEST}\n",
    f"python{DIGEST}0",
    f"python{DIGEST}{DIGEST}",
    f"python{DIGEST}:3",
    "Python:3",
    "quay.io/A/b:3",
    "quay.io//b:3",
    "/a:3",
    "a/:3",
    "../a:3",
    "a/../b:3",
    "a___b:3",
    "https://quay.io/a:3",
    "a:3/b",
    "a:.3",
    "a:{value}",
    "{value}:1",
    "a:$(HOME)",
    "a:3;id",
    "a:3,b:4",
    "a:" + "b" * 129,
    "a/" * 300 + "a:1",
]


@pytest.mark.parametrize("image", GOOD_IMAGES)
def test_images_with_a_tag_or_a_digest_are_possible(image: str) -> None:
    assert re.match(IMAGE_PATTERN, image)


@pytest.mark.parametrize("image", BAD_IMAGES)
def test_nothing_else_is(image: str) -> None:
    assert not re.match(IMAGE_PATTERN, image)


def test_no_image_takes_long_to_refuse() -> None:
    for text in ("a" * 399, "a-" * 199, "a." * 199 + "!", "a/" * 199, "a:" * 199):
        assert not re.match(IMAGE_PATTERN, text)


def test_the_profiles_need_nothing_but_the_standard_library() -> None:
    """Another engine imports them, where there is neither JupyterHub nor the chart's loader."""
    package = Path(basehub.__file__).parent.parent
    code = "import sys; sys.path.insert(0, sys.argv[1]); from basehub.profiles import allowed; print(allowed([], []))"
    command = [sys.executable, "-S", "-I", "-c", code, str(package)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
