"""The chart's `profileList` without Kubernetes: who may choose what, what a choice means, what it changes here.

Profiles have KubeSpawner's form and its meaning. All functions are pure: they answer new values and change no
argument.
"""

from __future__ import annotations

import html
import re
import unicodedata
from copy import deepcopy
from typing import Any

from basehub import profiles as chart_profiles

from .errors import refusal

Profile = dict[str, Any]

APPLIED = frozenset(
    {
        "cpu_guarantee",
        "cpu_limit",
        "default_url",
        "environment",
        "http_timeout",
        "mem_guarantee",
        "mem_limit",
        "start_timeout",
    }
)
"""What of a `kubespawner_override` means something on one machine. Images, nodes and volumes do not."""

UNLISTED = "unlisted-choice"
"""The value of a form's field that says: what counts is the text beside it."""


def slug_of(display_name: str) -> str:
    """The slug of a profile that declares none, as python-slugify makes it for KubeSpawner.

    Letters that have no Latin base are left out here, where python-slugify transcribes them.
    """
    text = unicodedata.normalize("NFKD", html.unescape(display_name)).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"(?<=\d),(?=\d)", "", text)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def completed(profile_list: list[Profile] | dict[str, Profile]) -> list[Profile]:
    """The profiles with what KubeSpawner adds: slugs, one default profile, one default choice of each option."""
    profiles = chart_profiles.as_list(profile_list)
    for number, profile in enumerate(profiles, start=1):
        taken = {other.get("slug") for other in profiles}
        slug = slug_of(profile["display_name"])
        # A name without Latin letters has no slug of its own.
        profile.setdefault("slug", slug if slug and slug not in taken else f"{slug or 'profile'}-{number}")
        for option in profile["profile_options"].values():
            choices = list(option["choices"].values())
            if choices and not any(choice.get("default") for choice in choices):
                choices[0]["default"] = True
            option["unlisted_choice"] = {"enabled": False, **(option.get("unlisted_choice") or {})}
    if profiles and not any(profile.get("default") for profile in profiles):
        profiles[0]["default"] = True
    return profiles


def allowed(profile_list: list[Profile] | dict[str, Profile], groups: set[str]) -> list[Profile]:
    """The completed profiles that a member of these groups may use, by the chart's own rules."""
    return completed(chart_profiles.allowed(chart_profiles.with_image_rule(profile_list), groups))


def need_a_form(profiles: list[Profile]) -> bool:
    """Whether there is anything to choose."""
    return len(profiles) > 1 or any(profile["profile_options"] for profile in profiles)


def options_from_form(form: dict[str, list[str]], profiles: list[Profile]) -> dict[str, str]:
    """The user options that a form's fields mean, in the form of KubeSpawner's: {"profile": slug, option: choice}.

    The fields have KubeSpawner's names, so that links with a query for its forms work here as well.
    """
    slug = (form.get("profile") or [""])[0]
    if not slug:
        return {}
    options = {"profile": slug}
    prefix = f"profile-option-{slug}--"
    options.update(
        (name[len(prefix) :], values[0]) for name, values in form.items() if name.startswith(prefix) and values
    )
    # A form without JavaScript sends the text field whatever is chosen beside it.
    for name in [name for name in options if name != "profile" and not name.endswith(f"--{UNLISTED}")]:
        text = f"{name}--{UNLISTED}"
        if options[name] == UNLISTED:
            del options[name]
            if not options.get(text, "").strip():
                raise refusal(400, f"Please fill in your own choice of {_title(options, name, profiles)}.")
        else:
            options.pop(text, None)
    overrides(options, profiles)
    return options


def overrides(user_options: dict[str, Any], profiles: list[Profile]) -> dict[str, Any]:
    """The merged `kubespawner_override` of what the user chose; an HTTP error 400 if it is not to be had.

    The profile's comes first, then that of each option in their order. Dictionaries are merged, other values replaced.
    """
    if not profiles:
        return {}
    slug = user_options.get("profile")
    if slug:
        profile = next((profile for profile in profiles if profile["slug"] == slug), None)
        if profile is None:
            slugs = ", ".join(profile["slug"] for profile in profiles)
            raise refusal(400, f"There is no profile {slug!r} for you here. There are: {slugs}.")
    else:
        profile = next(profile for profile in profiles if profile.get("default"))
    merged: dict[str, Any] = {}
    _merge(merged, profile.get("kubespawner_override") or {})
    for name, option in profile["profile_options"].items():
        _merge(merged, _override_of_option(name, option, user_options))
    return merged


def _override_of_option(name: str, option: dict[str, Any], user_options: dict[str, Any]) -> dict[str, Any]:
    title = option.get("display_name") or name
    choice, text = user_options.get(name), user_options.get(f"{name}--{UNLISTED}")
    if text:
        unlisted = option["unlisted_choice"]
        if not unlisted["enabled"] or not isinstance(text, str):
            raise refusal(400, f"{title} takes no choice of your own.")
        pattern = unlisted.get("validation_regex")
        if pattern and not re.match(pattern, text):
            reason = unlisted.get("validation_message") or f"it must match {pattern}"
            raise refusal(400, f"{title}: {text!r} is not possible. {reason}")
        override: dict[str, Any] = _filled(unlisted.get("kubespawner_override") or {}, text)
        return override
    if choice:
        if not isinstance(choice, str) or choice not in option["choices"]:
            raise refusal(400, f"{title} has no choice {choice!r} for you. There are: {', '.join(option['choices'])}.")
        return option["choices"][choice].get("kubespawner_override") or {}
    chosen = next((choice for choice in option["choices"].values() if choice.get("default")), None)
    if chosen is None:
        raise refusal(400, f"Please fill in your own choice of {title}.")
    return chosen.get("kubespawner_override") or {}


def _title(options: dict[str, str], name: str, profiles: list[Profile]) -> str:
    for profile in profiles:
        if profile["slug"] == options["profile"] and name in profile["profile_options"]:
            return str(profile["profile_options"][name].get("display_name") or name)
    return name


def _merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = deepcopy(value)


def _filled(value: Any, text: str) -> Any:
    """The override of an unlisted choice, with the user's text for {value}."""
    if isinstance(value, dict):
        return {_filled(key, text): _filled(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, text) for item in value]
    return value.replace("{value}", text) if isinstance(value, str) else value
