"""Administrators whom others made on the admin page, in a real database."""

from __future__ import annotations

import asyncio
import json
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_server.auth import passwd
from jupyterhub import orm
from tornado import web

from hubfleet_hub.administrators import ListedNames
from hubfleet_hub.authenticator import LocalAuthenticator


class AdministratorTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "passwords.json"
        hashes = {"administrators": passwd("of-admins", "sha256"), "users": passwd("of-users", "sha256")}
        self.file.write_text(json.dumps(hashes))
        self.file.chmod(0o600)
        self.db = orm.new_session_factory("sqlite:///:memory:")()
        self.addCleanup(self.db.close)
        self.authenticator = self.start({"ada"})

    def start(self, listed: set[str]) -> LocalAuthenticator:
        """A hub with these administrators in its values."""
        return LocalAuthenticator(password_file=str(self.file), admin_users=listed, allow_all=True)

    def user(self, name: str) -> orm.User:
        user = orm.User.find(self.db, name)
        if user is None:
            user = orm.User(name=name)
            self.db.add(user)
            self.db.commit()
        return user

    def log_in(self, name: str, password: str) -> bool | None:
        """Whether it works, as JupyterHub's handler does it; None if not, else whether as an administrator."""
        handler = SimpleNamespace(find_user=lambda name: orm.User.find(self.db, name))
        data = {"username": name, "password": password}
        try:
            model: dict[str, Any] | None = asyncio.run(self.authenticator.get_authenticated_user(handler, data))
        except web.HTTPError:
            return None
        if model is None:
            return None
        user = self.user(model["name"])
        if model["admin"] is not None and model["admin"] != user.admin:
            user.admin = model["admin"]
        self.db.commit()
        return bool(user.admin)

    def test_who_was_made_administrator_stays_one_with_that_password_only(self) -> None:
        self.assertIs(self.log_in("Bob", "of-users"), False)
        self.user("bob").admin = True
        self.db.commit()
        for _ in range(2):
            self.assertIsNone(self.log_in("bob", "of-users"))
            self.assertIsNone(self.log_in("BOB", "of-users"))
            self.assertIs(self.log_in("BOB", "of-admins"), True)
        self.authenticator = self.start({"ada"})
        self.assertIs(self.log_in("bob", "of-admins"), True)
        self.user("bob").admin = False
        self.db.commit()
        self.assertIsNone(self.log_in("bob", "of-admins"))
        self.assertIs(self.log_in("bob", "of-users"), False)

    def test_sessions_from_before_end(self) -> None:
        self.log_in("bob", "of-users")
        user = self.user("bob")
        cookie = user.cookie_id
        for note, scope in [("of a person", "inherit"), ("of a server", "access:servers!user=bob")]:
            self.db.add(orm.APIToken(user=user, note=note, scopes=[scope], hashed=f"hash {note}", prefix=note[:4]))
        self.db.commit()
        user.admin = True
        self.db.commit()
        self.assertNotEqual(user.cookie_id, cookie)
        self.assertEqual([token.note for token in user.api_tokens], ["of a server"])
        cookie = user.cookie_id
        user.admin = True
        self.log_in("bob", "of-admins")
        user.admin = False
        self.db.commit()
        self.assertEqual(user.cookie_id, cookie)

    def test_made_while_the_password_is_checked(self) -> None:
        self.log_in("bob", "of-users")

        async def slow(authenticator: Any, handler: Any, model: dict[str, Any]) -> dict[str, Any]:
            self.user("bob").admin = True
            self.db.commit()
            return model

        self.authenticator.post_auth_hook = slow
        self.assertIsNone(self.log_in("bob", "of-users"))
        self.assertIs(self.user("bob").admin, True)

    def test_taken_back_while_the_password_is_checked(self) -> None:
        self.user("bob").admin = True
        self.db.commit()

        async def slow(authenticator: Any, handler: Any, model: dict[str, Any]) -> dict[str, Any]:
            self.user("bob").admin = False
            self.db.commit()
            return model

        self.authenticator.post_auth_hook = slow
        self.assertIs(self.log_in("bob", "of-admins"), False)

    def test_who_leaves_the_list_is_no_administrator_any_more(self) -> None:
        self.assertIs(self.log_in("ada", "of-admins"), True)
        self.authenticator = self.start(set())
        self.authenticator = self.start(set())
        self.assertIsNone(self.log_in("ada", "of-admins"))
        self.assertIs(self.log_in("ada", "of-users"), False)
        self.user("ada").admin = True
        self.db.commit()
        self.assertIs(self.log_in("ada", "of-admins"), True)

    def test_the_list_is_the_hubs(self) -> None:
        listed = ListedNames(str(self.folder / "administrators.json"))
        self.assertEqual(listed.read(), {"ada"})
        self.assertEqual((self.folder / "administrators.json").stat().st_mode & 0o777, 0o600)
        (self.folder / "administrators.json").write_text("{}")
        with self.assertRaisesRegex(ValueError, "no list of names"):
            self.start({"ada"})
