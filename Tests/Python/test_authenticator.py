"""Who may log in."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import unittest
from pathlib import Path

from jupyter_server.auth import passwd
from tornado import web

from hubfleet_hub.authenticator import LocalAuthenticator
from hubfleet_hub.passwords import read_passwords


class LocalAuthenticatorTests(unittest.TestCase):
    """The two passwords, and the file they come from."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "passwords.json"
        self.write(passwd("of-admins", "sha256"), passwd("of-users", "sha256"))

    def write(self, administrators: str, users: str) -> None:
        self.file.write_text(json.dumps({"administrators": administrators, "users": users}))
        self.file.chmod(0o600)

    def log_in(self, name: str, password: str) -> tuple[str, bool] | None:
        authenticator = LocalAuthenticator(password_file=str(self.file), admin_users={"ada@x.org"}, allow_all=True)
        data = {"username": name, "password": password}
        user = asyncio.run(authenticator.get_authenticated_user(None, data))
        return user and (user["name"], user["admin"])

    def assert_refused(self, name: str, password: str, reason: str) -> None:
        """JupyterHub shows such a text above the form."""
        with self.assertRaises(web.HTTPError) as caught:
            self.log_in(name, password)
        self.assertEqual(caught.exception.status_code, 403)
        self.assertRegex(getattr(caught.exception, "jupyterhub_message", ""), reason)

    def test_each_kind_has_its_password(self) -> None:
        self.assertEqual(self.log_in("ada@x.org", "of-admins"), ("ada@x.org", True))
        self.assertEqual(self.log_in("bob", "of-users"), ("bob", False))

    def test_no_kind_has_the_password_of_the_other(self) -> None:
        self.assert_refused("ada@x.org", "of-users", "ada@x.org is an administrator")
        self.assert_refused("ADA@X.org", "of-users", "ada@x.org is an administrator")
        self.assert_refused("bob", "of-admins", "bob is no administrator")
        self.assertIsNone(self.log_in("bob", ""))

    def test_a_name_that_is_mapped_to_an_administrator_needs_that_password(self) -> None:
        authenticator = LocalAuthenticator(
            password_file=str(self.file), admin_users={"ada"}, allow_all=True, username_map={"a": "b", "b": "ada"}
        )
        for password, expected in [("of-users", None), ("of-admins", "ada")]:
            data = {"username": "a", "password": password}
            try:
                user = asyncio.run(authenticator.get_authenticated_user(None, data))
            except web.HTTPError:
                user = None
            self.assertEqual(user and user["name"], expected)

    def test_names_are_compared_in_lower_case(self) -> None:
        self.assertEqual(self.log_in("ADA@X.org", "of-admins"), ("ada@x.org", True))

    def test_one_password_for_both_logs_nobody_in(self) -> None:
        self.write(passwd("same", "sha256"), passwd("same", "sha256"))
        self.assertIsNone(self.log_in("bob", "same"))
        self.assertIsNone(self.log_in("ada@x.org", "same"))

    def test_names_that_cannot_work_are_refused_with_the_reason(self) -> None:
        for name, reason in [
            *((name, "does not fit") for name in ["..", ".", "/", "../x", "a/b", "%2e%2e"]),
            *((name, "too long") for name in ["x" * 300, "é" * 100]),
            *((name, "cannot be shown") for name in ["a\0b", "a\nb", "a\u200bb"]),
            *((name, "give a name") for name in ["", " ", " a"]),
        ]:
            with self.subTest(name):
                self.assert_refused(name, "of-users", reason)
                # Who has no password is told nothing.
                self.assertIsNone(self.log_in(name, "wrong"))

    def test_who_is_not_on_the_list_is_told_so(self) -> None:
        authenticator = LocalAuthenticator(password_file=str(self.file), allowed_users={"bob"})
        for name, expected in [("bob", "bob"), ("eve", None)]:
            data = {"username": name, "password": "of-users"}
            if expected:
                self.assertEqual(asyncio.run(authenticator.get_authenticated_user(None, data))["name"], expected)
            else:
                with self.assertRaisesRegex(web.HTTPError, "eve is not on the list"):
                    asyncio.run(authenticator.get_authenticated_user(None, data))

    def test_a_form_without_its_fields_is_refused(self) -> None:
        authenticator = LocalAuthenticator(password_file=str(self.file))
        for data in [{}, {"username": "bob"}, {"password": "of-users"}]:
            self.assertIsNone(asyncio.run(authenticator.authenticate(None, data)))

    def test_the_file_is_read_at_each_login(self) -> None:
        authenticator = LocalAuthenticator(password_file=str(self.file), admin_users={"ada"})
        data = {"username": "bob", "password": "new"}
        self.assertIsNone(asyncio.run(authenticator.authenticate(None, data)))
        self.write(passwd("of-admins", "sha256"), passwd("new", "sha256"))
        self.assertEqual(asyncio.run(authenticator.authenticate(None, data)), {"name": "bob", "admin": False})
        self.file.unlink()
        self.assertIsNone(asyncio.run(authenticator.authenticate(None, data)))

    def test_a_hub_does_not_start_with_a_bad_file(self) -> None:
        good = passwd("a", "sha256")
        for text, reason in [
            ("not json", "not JSON"),
            ("[]", "must be an object"),
            (json.dumps({"users": good}), "must be an object"),
            (json.dumps({"administrators": good, "users": "secret"}), "not a hashed password"),
            (json.dumps({"administrators": good, "users": "sha256:ab:cd"}), "not a hashed password"),
            (json.dumps({"administrators": good, "users": "nothing:ab:cd"}), "not a hashed password"),
            (json.dumps({"administrators": None, "users": good}), "not a hashed password"),
            (json.dumps({"administrators": good, "users": good}), "the same password"),
        ]:
            with self.subTest(text):
                self.file.write_text(text)
                with self.assertRaisesRegex(ValueError, reason):
                    LocalAuthenticator(password_file=str(self.file))

    def test_a_file_that_others_can_read_is_refused(self) -> None:
        for mode in (0o640, 0o604, 0o620, 0o666):
            self.file.chmod(mode)
            with self.subTest(oct(mode)), self.assertRaisesRegex(ValueError, "open to other users"):
                read_passwords(str(self.file))

    def test_what_is_no_file_is_refused(self) -> None:
        self.file.unlink()
        with self.assertRaisesRegex(ValueError, "cannot be read: No such file"):
            read_passwords(str(self.file))
        os.mkfifo(self.file, 0o600)
        with self.assertRaisesRegex(ValueError, "is not a file"):
            read_passwords(str(self.file))
