"""Login to a local hub: one password for its administrators, one for everybody else."""

from __future__ import annotations

import os
from typing import Any

from jupyter_server.auth import passwd_check
from jupyterhub.auth import Authenticator
from traitlets import Unicode

from . import administrators
from .errors import refusal
from .folders import escaped_name, fits_a_folder
from .passwords import read_passwords


class LocalAuthenticator(Authenticator):
    """Two shared passwords, by the rules of JupyterHub's SharedPasswordAuthenticator, but stored hashed in a file.

    An administrator needs the administrators' password: a name in `admin_users`, or of somebody whom an administrator
    made one on the admin page. That password never logs in any other name.
    """

    password_file = Unicode(
        help="The file with the hashed passwords (mode 0600). Read at each login, so that it can be changed.",
    ).tag(config=True)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        # A hub that nobody can log in to, or whose passwords are open to all, had better not start.
        read_passwords(self.password_file)
        administrators.end_sessions_of_new_administrators()
        folder = os.path.dirname(os.path.abspath(self.password_file))
        self._listed = administrators.ListedNames(os.path.join(folder, "administrators.json"))
        self._unlisted = self._listed.read() - self._current()
        self._listed.write(self._current() | self._unlisted)

    def _current(self) -> set[str]:
        return {self.normalize_username(name) for name in self.admin_users}

    # MARK: names

    def validate_username(self, username: str) -> bool:
        """JupyterHub's own rules, and: a name that can be printed, and whose home's name the file system takes."""
        return self._fault(username) is None

    def _fault(self, username: str) -> str | None:
        if not username or username != username.strip():
            return "Please give a name, without spaces around it."
        if not username.isprintable():
            return "This name has characters that cannot be shown. Please choose another one."
        if not fits_a_folder(escaped_name(username)):
            return "This name is too long for the folder of its home. Please choose a shorter one."
        if not super().validate_username(username):
            rule = f", which must match {self.username_pattern}" if self.username_pattern else ""
            return f"This name does not fit this hub{rule}. Please choose another one."
        return None

    def check_allowed(self, username: str, authentication: dict[str, Any] | None = None) -> bool:
        """Says why somebody with the right password may not log in."""
        if super().check_allowed(username, authentication):
            return True
        raise refusal(403, f"The password is right, but {username} is not on the list of those who may log in.")

    # MARK: passwords

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        """The user who logs in, or None. Both passwords are checked each time, whoever asks."""
        name, password = data.get("username"), data.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            return None
        kind = self._kind_of(password)
        if kind is None:
            return None
        # Normalized before it is compared: JupyterHub's admin_users are lower case as well.
        name = self.normalize_username(name)
        # JupyterHub normalizes what comes back once more, and a username_map may change it again.
        final = self.normalize_username(name)
        if fault := self._fault(final):
            raise refusal(403, fault)
        made_on_page = self._is_made_on_page(handler, final)
        self._check_kind(final, kind, final in self.admin_users or made_on_page)
        # What the page said is left as it is: it may be taken back in this very moment.
        return {"name": name, "admin": None if made_on_page else final in self.admin_users}

    async def run_post_auth_hook(self, handler: Any, auth_model: dict[str, Any]) -> dict[str, Any] | None:
        """The last look at who is administrator before the login counts; nothing happens in between."""
        model: dict[str, Any] | None = await super().run_post_auth_hook(handler, auth_model)
        if model and model["admin"] is False:
            if self._is_made_on_page(handler, model["name"]):
                # Made one while the users' password was being checked.
                return None
            if model["name"] in self._unlisted:
                # From now on only the page makes this name an administrator's again.
                self._unlisted.discard(model["name"])
                self._listed.write(self._current() | self._unlisted)
        return model

    def _is_made_on_page(self, handler: Any, name: str) -> bool:
        if name in self.admin_users or name in self._unlisted:
            return False
        return administrators.is_administrator_in_database(handler, name)

    def _kind_of(self, password: str) -> str | None:
        try:
            passwords = read_passwords(self.password_file)
        except ValueError as error:
            self.log.error("Nobody can log in: %s", error)
            return None
        fitting = [kind for kind in passwords if passwd_check(passwords[kind], password)]
        if len(fitting) > 1:
            self.log.error("Nobody can log in: administrators and users have the same password")
        return fitting[0] if len(fitting) == 1 else None

    @staticmethod
    def _check_kind(name: str, kind: str, is_administrator: bool) -> None:
        if is_administrator and kind == "users":
            raise refusal(403, f"{name} is an administrator, who logs in with the administrators' password.")
        if not is_administrator and kind == "administrators":
            raise refusal(403, f"{name} is no administrator. Please use the password for users.")
