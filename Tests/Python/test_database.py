"""A look at a hub's database, and the end of all sessions in it."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from jupyterhub import orm

PROGRAM = Path(__file__).resolve().parents[2] / "Sources/Engines/Local/Embedded/hubfleet_hub/database.py"
LAST = "4621fec11365"


def loaded() -> ModuleType:
    """The program as a module."""
    found = importlib.util.spec_from_file_location("database", PROGRAM)
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


class DatabaseTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="a?b %23 ")
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "jupyterhub.sqlite"

    def run_program(self, command: str, *more: str) -> tuple[int, Any]:
        call = [sys.executable, "-I", str(PROGRAM), command, str(self.file), *more]
        done = subprocess.run(call, capture_output=True, text=True, timeout=60)
        if done.returncode:
            self.assertEqual(done.stdout, "")
            self.assertNotIn("Traceback", done.stderr)
        return done.returncode, json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip()

    def sql(self, *statements: str) -> list[Any]:
        connection = sqlite3.connect(self.file)
        try:
            rows = [row for statement in statements for row in connection.execute(statement)]
            connection.commit()
        finally:
            connection.close()
        return rows

    def make_tables(self) -> None:
        self.sql(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, cookie_id TEXT NOT NULL UNIQUE)",
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            f"INSERT INTO alembic_version VALUES ('{LAST}')",
        )

    def test_states(self) -> None:
        self.file.touch()
        self.assertEqual(self.run_program("check"), (0, {"state": "new", "revision": None}))
        self.make_tables()
        self.assertEqual(self.run_program("check"), (0, {"state": "current", "revision": LAST}))
        for revision, state in [("3c2384c5aae1", "older"), ("19c0846f6344", "older"), ("ffffffffffff", "newer")]:
            self.sql(f"UPDATE alembic_version SET version_num = '{revision}'")
            self.assertEqual(self.run_program("check"), (0, {"state": state, "revision": revision}))
        self.sql("DROP TABLE alembic_version")
        self.assertEqual(self.run_program("check"), (0, {"state": "older", "revision": None}))

    def test_a_database_that_jupyterhub_made_is_current_and_forgets(self) -> None:
        # SQLAlchemy takes a question mark in the name of the folder for more than that.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        other = Path(folder.name) / "hub.sqlite"
        session = orm.new_session_factory(f"sqlite:///{other}")()
        users = [orm.User(name=name) for name in ("ada", "bob")]
        service = orm.Service(name="culler")
        session.add_all([*users, service])
        session.commit()
        cookies = [user.cookie_id for user in users]
        for number, owner in enumerate([{"user": users[0]}, {"user": users[1]}, {"service": service}]):
            session.add(orm.APIToken(hashed=f"h{number}", prefix=str(number), **owner))
        session.add(orm.OAuthCode(code="c", user=users[0], redirect_uri="", session_id=""))
        session.commit()
        session.close()
        other.rename(self.file)
        self.assertEqual(self.run_program("check"), (0, {"state": "current", "revision": LAST}))
        self.assertEqual(self.run_program("forget"), (0, {"users": 2, "tokens": 3}))
        self.assertEqual(self.sql("SELECT hashed FROM api_tokens"), [("h2",)])
        self.assertEqual(self.sql("SELECT count(*) FROM oauth_codes"), [(0,)])
        found = [cookie for (cookie,) in self.sql("SELECT cookie_id FROM users")]
        self.assertEqual((len(set(found)), set(found) & set(cookies)), (2, set()))
        self.assertEqual(self.sql("SELECT name FROM users ORDER BY id"), [("ada",), ("bob",)])

    def test_what_is_no_database_is_named(self) -> None:
        self.assertEqual(self.run_program("check"), (1, f"there is no database {self.file}"))
        self.assertFalse(self.file.exists())
        self.file.write_bytes(b"no database at all" * 100)
        code, said = self.run_program("check")
        self.assertEqual(code, 1)
        self.assertIn(f"the database {self.file} is damaged", said)
        self.assertEqual(self.run_program("forget")[0], 1)
        self.file.unlink()
        self.make_tables()
        self.sql("CREATE TABLE filler (text)", *[f"INSERT INTO filler VALUES ('{'x' * 3000}')"] * 20)
        whole = self.file.read_bytes()
        self.file.write_bytes(whole[: len(whole) // 2])
        self.assertRegex(self.run_program("check")[1], "is damaged")

    def test_a_database_in_use_is_left_alone(self) -> None:
        self.make_tables()
        connection = sqlite3.connect(self.file)
        connection.execute("BEGIN EXCLUSIVE")
        try:
            code, said = self.run_program("forget")
        finally:
            connection.close()
        self.assertEqual((code, "cannot be used now: database is locked" in said), (1, True))

    def test_a_copy_is_whole_while_others_write(self) -> None:
        self.make_tables()
        writer = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        writer.execute("PRAGMA journal_mode=WAL")
        for number in range(40):
            writer.execute("INSERT INTO users (name, cookie_id) VALUES (?, ?)", (f"u{number}", f"c{number}"))
        target = self.file.with_name("copy of it.sqlite")
        stop = threading.Event()

        def write() -> None:
            number = 40
            while not stop.is_set():
                writer.execute("INSERT INTO users (name, cookie_id) VALUES (?, ?)", (f"u{number}", f"c{number}"))
                number += 1

        thread = threading.Thread(target=write)
        thread.start()
        try:
            code, answer = self.run_program("copy", str(target))
        finally:
            stop.set()
            thread.join()
            writer.close()
        self.assertEqual((code, answer["state"], answer["revision"]), (0, "current", LAST), answer)
        self.assertGreaterEqual(answer["counts"]["users"], 40)
        self.assertEqual(target.stat().st_mode & 0o777, 0o600)
        self.assertEqual(target.stat().st_size, answer["bytes"])
        copied = sqlite3.connect(target)
        # What was written before is there in one piece, up to some moment.
        names = [name for (name,) in copied.execute("SELECT name FROM users ORDER BY id")]
        copied.close()
        self.assertEqual(names, [f"u{number}" for number in range(len(names))])
        self.assertEqual(len(names), answer["counts"]["users"])

    def test_a_copy_that_cannot_be_whole_is_none(self) -> None:
        target = self.file.with_name("copy.sqlite")
        self.file.write_bytes(b"no database at all" * 100)
        code, said = self.run_program("copy", str(target))
        self.assertEqual(code, 1, said)
        self.assertEqual([path.name for path in self.file.parent.iterdir()], [self.file.name])

    def test_a_disk_without_room_is_named_before(self) -> None:
        self.make_tables()
        target = self.file.with_name("copy.sqlite")
        with (
            mock.patch("shutil.disk_usage", return_value=mock.Mock(free=10_000)),
            self.assertRaisesRegex(ValueError, r"needs \d+ bytes, and 10000 are free"),
        ):
            loaded().copy(str(self.file), str(target))
        self.assertFalse(target.exists())

    def test_what_people_would_miss_is_counted(self) -> None:
        subprocess.run([sys.executable, Path(__file__).with_name("older_database.py"), "made.sqlite"],
                       cwd=self.file.parent, check=True, capture_output=True)  # fmt: skip
        made = self.file.with_name("made.sqlite")
        made.rename(self.file)
        wanted = {"users": 50, "groups": 5, "members of groups": 50, "tokens of users": 50, "running servers": 12,
                  "kept logins": 0, "roles": 5, "roles of users": 57, "shares": 4}  # fmt: skip
        self.assertEqual(self.run_program("count"), (0, wanted))
        self.sql("UPDATE api_tokens SET expires_at = '2020-01-01 00:00:00' WHERE user_id < 11")
        self.sql("DELETE FROM user_group_map WHERE user_id < 4")
        found = self.run_program("count")[1]
        self.assertEqual((found["tokens of users"], found["members of groups"]), (40, 47))

    def test_it_is_fast(self) -> None:
        self.make_tables()
        start = time.monotonic()
        self.run_program("check")
        # 0.05 s on an idle machine; JupyterHub itself needs a second to be imported.
        self.assertLess(time.monotonic() - start, 5)
