"""Who may choose what of `profile_list`. It imports nothing but the standard library, so that other engines can too.

All functions are pure: they answer new values and change no argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

Profile = dict[str, Any]

_NAME = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
IMAGE_PATTERN = (
    r"^(?=.{1,400}$)"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?(?::[0-9]{1,5})?\/)?"
    rf"{_NAME}(?:\/{_NAME})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}(?:@sha256:[a-f0-9]{64})?|@sha256:[a-f0-9]{64})$(?!\n)"
)
"""A whole image reference with a tag or a digest, as a regular expression for Python and for a browser alike.

Without a tag it would mean `latest` without saying so. `latest` itself is possible: any tag may move, so refusing that
one word would protect nobody. Python's `$` also matches before a last newline, hence what follows it.
"""
IMAGE_MESSAGE = (
    "Must be a container image with a tag or a digest, for example quay.io/jupyter/scipy-notebook:2025-03-10"
)


def allowed(profile_list: list[Profile] | Mapping[str, Profile], groups: Iterable[str]) -> list[Profile]:
    """The profiles, with the choices, that a member of `groups` may use.

    Profiles, choices and unlisted choices may have `allowed_groups`; whatever has none is for everybody. Upper and
    lower case do not matter. An option of which nothing is left is left out, and the first of what is left becomes
    the default where the default is gone.
    """
    names = {group.casefold() for group in groups}

    def is_allowed(item: Mapping[str, Any]) -> bool:
        wanted = item.get("allowed_groups")
        return wanted is None or not names.isdisjoint(group.casefold() for group in wanted)

    profiles = [profile for profile in as_list(profile_list) if is_allowed(profile)]
    for profile in profiles:
        options = profile["profile_options"]
        for option in options.values():
            option["choices"] = {key: choice for key, choice in option["choices"].items() if is_allowed(choice)}
            _ensure_default(list(option["choices"].values()))
            if not is_allowed(option.get("unlisted_choice") or {}):
                del option["unlisted_choice"]
        profile["profile_options"] = {key: option for key, option in options.items() if _has_choice(option)}
    _ensure_default(profiles)
    return profiles


def with_image_rule(profile_list: list[Profile] | Mapping[str, Profile]) -> list[Profile]:
    """The profiles, where an image of the user's own must be one. Options that check it somehow stay as they are."""
    profiles = as_list(profile_list)
    for profile in profiles:
        for option in profile["profile_options"].values():
            unlisted = option.get("unlisted_choice") or {}
            is_image = (unlisted.get("kubespawner_override") or {}).get("image") == "{value}"
            if is_image and not unlisted.get("validation_regex"):
                unlisted["validation_regex"] = IMAGE_PATTERN
                unlisted["validation_message"] = unlisted.get("validation_message") or IMAGE_MESSAGE
    return profiles


def as_list(profile_list: list[Profile] | Mapping[str, Profile]) -> list[Profile]:
    """A copy as a list, without what is null: a dictionary, which values files can merge, in the order of its keys.

    Each profile has `profile_options`, and each of those has `choices`.
    """
    if isinstance(profile_list, Mapping):
        profile_list = [profile for _, profile in sorted(profile_list.items())]
    profiles = [deepcopy(profile) for profile in profile_list if profile]
    for profile in profiles:
        options = profile.get("profile_options") or {}
        profile["profile_options"] = {key: option for key, option in options.items() if option}
        for option in profile["profile_options"].values():
            option["choices"] = {key: choice for key, choice in (option.get("choices") or {}).items() if choice}
    return profiles


def _has_choice(option: Mapping[str, Any]) -> bool:
    return bool(option["choices"]) or bool((option.get("unlisted_choice") or {}).get("enabled"))


def _ensure_default(items: list[dict[str, Any]]) -> None:
    if items and not any(item.get("default") for item in items):
        items[0]["default"] = True
