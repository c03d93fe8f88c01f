"""What profiles mean, and what users may choose of them."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from copy import deepcopy

from tornado import web

from hubfleet_hub import profiles

PROFILES = [
    {
        "display_name": "NVIDIA Tesla T4, ~16 GB, ~4 CPUs",
        "allowed_groups": ["Org:Staff"],
        "kubespawner_override": {"default_url": "/gpu"},
    },
    {
        "display_name": "Small",
        "kubespawner_override": {"mem_limit": "1G", "environment": {"A": "profile", "B": "profile"}},
        "profile_options": {
            "image": {
                "display_name": "Image",
                "unlisted_choice": {
                    "enabled": True,
                    "allowed_groups": ["ORG:testers"],
                    "validation_regex": "^.+:.+$",
                    "validation_message": "Say name:tag.",
                    "kubespawner_override": {
                        "image": "{value}",
                        "environment": {"IMAGE": "{value}", "{value}": ["{value}"]},
                    },
                },
                "choices": {
                    "secret": {
                        "display_name": "Secret",
                        "default": True,
                        "allowed_groups": ["org:staff"],
                        "kubespawner_override": {"image": "secret:1"},
                    },
                    "open": {
                        "display_name": "Open",
                        "kubespawner_override": {"image": "open:1", "environment": {"A": "open"}},
                    },
                },
            },
            "size": {
                "choices": {
                    "one": {"kubespawner_override": {"mem_limit": 1}},
                    "two": {"default": True, "kubespawner_override": {"mem_limit": 2}},
                },
            },
        },
    },
]


class AllowedTests(unittest.TestCase):
    """Which profiles, choices and texts of one's own a user gets."""

    def test_slugs_are_those_of_kubespawner(self) -> None:
        for name, slug in [
            ("NVIDIA Tesla T4, ~16 GB, ~4 CPUs", "nvidia-tesla-t4-16-gb-4-cpus"),
            ("Shared Small: 1-4 CPU, 8-32 GB", "shared-small-1-4-cpu-8-32-gb"),
            ("Café & Crème", "cafe-creme"),
            ("1,000 things_here", "1000-things-here"),
            ("A &amp; B", "a-b"),
        ]:
            with self.subTest(name):
                self.assertEqual(profiles.slug_of(name), slug)

    def test_names_without_latin_letters_have_slugs_of_their_own(self) -> None:
        found = profiles.completed([{"display_name": name} for name in ["日本", "中国", "Lab", "lab"]])
        self.assertEqual([profile["slug"] for profile in found], ["profile-1", "profile-2", "lab", "lab-4"])

    def test_groups_are_compared_without_case(self) -> None:
        self.assertEqual(len(profiles.allowed(PROFILES, {"oRG:sTAFF"})), 2)
        self.assertEqual([profile["slug"] for profile in profiles.allowed(PROFILES, {"org:staffer"})], ["small"])

    def test_choices_and_unlisted_choices_are_filtered(self) -> None:
        [outsider] = profiles.allowed(PROFILES, set())
        self.assertEqual(list(outsider["profile_options"]["image"]["choices"]), ["open"])
        self.assertFalse(outsider["profile_options"]["image"]["unlisted_choice"]["enabled"])
        [tester] = profiles.allowed(PROFILES, {"org:TESTERS"})
        self.assertTrue(tester["profile_options"]["image"]["unlisted_choice"]["enabled"])

    def test_defaults_move_when_the_default_is_not_allowed(self) -> None:
        [outsider] = profiles.allowed(PROFILES, set())
        self.assertTrue(outsider["default"])
        self.assertEqual(profiles.overrides({}, [outsider])["image"], "open:1")

    def test_an_empty_list_of_groups_is_for_nobody(self) -> None:
        self.assertEqual(profiles.allowed([{"display_name": "X", "allowed_groups": []}], {"a"}), [])

    def test_arguments_stay_as_they_are(self) -> None:
        before = deepcopy(PROFILES)
        found = profiles.allowed(PROFILES, {"org:staff"})
        profiles.overrides({"profile": "small", "image": "open"}, found)
        self.assertEqual(PROFILES, before)

    def test_a_dictionary_of_profiles_is_sorted_by_key(self) -> None:
        found = profiles.allowed({"b": {"display_name": "First"}, "a": {"display_name": "Second"}}, set())
        self.assertEqual([profile["slug"] for profile in found], ["second", "first"])

    def test_need_of_a_form(self) -> None:
        self.assertFalse(profiles.need_a_form([]))
        self.assertFalse(profiles.need_a_form(profiles.allowed(PROFILES[:1], {"org:staff"})))
        self.assertTrue(profiles.need_a_form(profiles.allowed(PROFILES[1:], set())))


class OverridesTests(unittest.TestCase):
    """What a choice means, and which choices are refused."""

    def setUp(self) -> None:
        self.staff = profiles.allowed(PROFILES, {"org:staff"})
        self.tester = profiles.allowed(PROFILES, {"org:testers"})

    def assert_refused(self, text: str, call: Callable[..., object], *arguments: object) -> None:
        with self.assertRaises(web.HTTPError) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.status_code, 400)
        self.assertIn(text, getattr(caught.exception, "jupyterhub_message", ""))

    def test_options_come_after_the_profile_and_dictionaries_are_merged(self) -> None:
        merged = profiles.overrides({"profile": "small", "image": "open", "size": "one"}, self.staff)
        self.assertEqual(merged, {"mem_limit": 1, "image": "open:1", "environment": {"A": "open", "B": "profile"}})

    def test_without_a_choice_the_defaults_count(self) -> None:
        self.assertEqual(profiles.overrides({}, self.staff), {"default_url": "/gpu"})
        self.assertEqual(profiles.overrides({"profile": "small"}, self.staff)["image"], "secret:1")
        self.assertEqual(profiles.overrides({"profile": "small"}, self.staff)["mem_limit"], 2)

    def test_unknown_and_forbidden_choices_are_refused(self) -> None:
        self.assert_refused("no profile", profiles.overrides, {"profile": "nvidia-tesla-t4-16-gb-4-cpus"}, self.tester)
        self.assert_refused("no choice", profiles.overrides, {"profile": "small", "image": "secret"}, self.tester)
        self.assert_refused("no choice", profiles.overrides, {"profile": "small", "size": "huge"}, self.staff)
        self.assert_refused("no choice", profiles.overrides, {"profile": "small", "size": ["one"]}, self.staff)
        self.assert_refused(
            "no choice of your own",
            profiles.overrides,
            {"profile": "small", "image--unlisted-choice": "a:b"},
            self.staff,
        )
        self.assert_refused(
            "no choice of your own",
            profiles.overrides,
            {"profile": "small", "image--unlisted-choice": ["a:b"]},
            self.tester,
        )

    def test_an_unlisted_choice_fills_the_override_and_must_match(self) -> None:
        merged = profiles.overrides({"profile": "small", "image--unlisted-choice": "a:b"}, self.tester)
        self.assertEqual(merged["image"], "a:b")
        self.assertEqual(merged["environment"], {"A": "profile", "B": "profile", "IMAGE": "a:b", "a:b": ["a:b"]})
        self.assert_refused(
            "Say name:tag.", profiles.overrides, {"profile": "small", "image--unlisted-choice": "ab"}, self.tester
        )

    def test_fields_of_a_form(self) -> None:
        form = {
            "_xsrf": ["x"],
            "profile": ["small"],
            "profile-option-small--image": ["open"],
            "profile-option-small--image--unlisted-choice": ["left over"],
            "profile-option-other--image": ["no"],
        }
        self.assertEqual(profiles.options_from_form(form, self.tester), {"profile": "small", "image": "open"})
        form["profile-option-small--image"] = ["unlisted-choice"]
        self.assert_refused("Say name:tag.", profiles.options_from_form, form, self.tester)
        form["profile-option-small--image--unlisted-choice"] = ["a:b"]
        self.assertEqual(
            profiles.options_from_form(form, self.tester), {"profile": "small", "image--unlisted-choice": "a:b"}
        )
        form["profile-option-small--image--unlisted-choice"] = [" "]
        self.assert_refused("fill in", profiles.options_from_form, form, self.tester)
        self.assertEqual(profiles.options_from_form({}, self.tester), {})

    def test_a_form_that_asks_for_a_forbidden_profile_is_refused(self) -> None:
        self.assert_refused(
            "no profile", profiles.options_from_form, {"profile": ["nvidia-tesla-t4-16-gb-4-cpus"]}, self.tester
        )
