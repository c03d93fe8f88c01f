"""The page of server options: what `profile_list` offers a user, and what the answer changes at a spawner."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Dict, List, Union, default

from . import profiles
from .errors import refusal

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class ProfileChoosing(LocalProcessSpawner):
    """A spawner whose users choose among profiles, as with KubeSpawner."""

    profile_list = Union(
        [List(Dict()), Dict()],
        help="The profiles to choose from, in the form of KubeSpawner.profile_list; none means that nobody is asked.",
    ).tag(config=True)

    @default("options_form")
    def _options_form_default(self) -> Any:
        # JupyterHub asks only whether this is empty, and `get_options_form` for the form itself.
        return type(self).rendered_form if self.profile_list else ""

    @default("options_from_form")
    def _options_from_form_default(self) -> Any:
        return self._read_form

    @default("apply_user_options")
    def _apply_user_options_default(self) -> Any:
        return type(self).apply_profile

    def allowed_profiles(self) -> list[profiles.Profile]:
        """The profiles for this user; an HTTP error 403 if there are some, but none for this user."""
        groups = {group.name for group in self.user.groups}
        found = profiles.allowed(self.profile_list, groups)
        if self.profile_list and not found:
            memberships = f"You are a member of: {', '.join(sorted(groups))}." if groups else "You are in no group."
            raise refusal(403, f"None of this hub's server profiles is for your groups. {memberships}")
        return found

    def rendered_form(self) -> str:
        """The fields of the form, or "" if there is nothing to choose: then the server starts at once."""
        found = self.allowed_profiles()
        if not profiles.need_a_form(found):
            return ""
        chosen = self.user_options if isinstance(self.user_options, dict) else {}
        try:
            profiles.overrides(chosen, found)
        except Exception:
            # Remembered from the last start, but the profiles have changed since.
            chosen = {}
        page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("options_form.html")
        return page.render(profiles=found, chosen=chosen, unlisted=profiles.UNLISTED)

    def _read_form(self, form: dict[str, list[str]]) -> dict[str, str]:
        return profiles.options_from_form(form, self.allowed_profiles())

    def apply_profile(self, user_options: dict[str, Any]) -> None:
        """Sets what the chosen profile changes, after undoing what an earlier choice changed at this spawner."""
        found = self.allowed_profiles()
        if not profiles.need_a_form(found):
            # Nobody was asked: what is remembered from when there was a choice must not stop the start.
            user_options = {}
        self._unchanged = getattr(self, "_unchanged", None) or {
            name: deepcopy(getattr(self, name)) for name in profiles.APPLIED
        }
        values = dict(self._unchanged)
        for name, value in profiles.overrides(user_options, found).items():
            if name not in profiles.APPLIED:
                self.log.debug("Profile of %s: %s=%r means nothing on this machine", self._log_name, name, value)
            elif isinstance(value, dict) and isinstance(values[name], dict):
                values[name] = {**values[name], **value}
            else:
                values[name] = value
        for name, value in values.items():
            setattr(self, name, value)
