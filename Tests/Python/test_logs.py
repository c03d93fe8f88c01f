"""Logs of servers, and users who put something in their place."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from hubfleet_hub import logs

TAKE_OVER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from hubfleet_hub import logs
logs.take_over(sys.argv[2])
print("out", flush=True)
os.write(2, b"err")
"""


class LogTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.log = self.folder / "server.log"
        self.secret = self.folder / "secret"
        self.secret.write_text("secret" * 100)
        self.uid = os.geteuid()

    def take_over(self) -> None:
        package = str(Path(logs.__file__).parents[1])
        # Whoever reads its output gets nothing of it.
        done = subprocess.run(
            [sys.executable, "-c", TAKE_OVER, package, str(self.log)], capture_output=True, timeout=60, check=True
        )
        self.assertEqual((done.stdout, done.stderr), (b"", b""))

    def test_a_server_goes_on_in_its_log(self) -> None:
        self.take_over()
        self.take_over()
        self.assertEqual(self.log.read_text(), "out\nerrout\nerr")
        self.assertEqual(self.log.stat().st_mode & 0o777, 0o600)

    def test_what_is_in_the_way_is_replaced_and_what_it_leads_to_is_not(self) -> None:
        for put in (os.symlink, os.link, lambda _, log: os.mkfifo(log)):
            self.log.unlink(missing_ok=True)
            put(self.secret, self.log)
            self.take_over()
            self.assertEqual(self.log.read_text(), "out\nerr")
            self.assertEqual(self.secret.read_text(), "secret" * 100)

    def test_a_folder_in_the_way_costs_the_log_and_not_the_server(self) -> None:
        (self.log / "x").mkdir(parents=True)
        self.take_over()
        self.assertEqual(os.listdir(self.log), ["x"])

    def test_one_older_log_is_kept(self) -> None:
        self.log.write_bytes(b"x" * (logs.KEPT + 1))
        self.take_over()
        self.assertEqual(self.log.read_text(), "out\nerr")
        self.assertEqual((self.folder / "server.log.1").stat().st_size, logs.KEPT + 1)

    def test_a_long_log_is_emptied_while_its_server_writes(self) -> None:
        with open(self.log, "ab", buffering=0) as server:
            server.write(b"x" * 100)
            self.assertFalse(logs.bound(str(self.log), self.uid, 100))
            server.write(b"x")
            self.assertTrue(logs.bound(str(self.log), self.uid, 100))
            server.write(b"more")
        self.assertEqual(self.log.read_bytes(), b"more")

    def test_only_a_file_of_the_user_is_emptied_or_read(self) -> None:
        for put in (os.symlink, os.link, lambda _, log: os.mkfifo(log), lambda _, log: os.mkdir(log)):
            put(self.secret, self.log)
            self.assertFalse(logs.bound(str(self.log), self.uid, 0))
            self.assertEqual(logs.last_lines(str(self.log), self.uid), [])
            self.log.rmdir() if self.log.is_dir() else self.log.unlink()
        self.log.write_text("mine")
        self.assertFalse(logs.bound(str(self.log), self.uid + 1, 0))
        self.assertEqual(logs.last_lines(str(self.log), self.uid + 1), [])
        self.folder.joinpath("way").symlink_to(self.folder)
        self.assertFalse(logs.bound(str(self.folder / "way/server.log"), self.uid, 0))
        self.assertEqual(self.secret.read_text(), "secret" * 100)

    def test_the_last_lines_are_few_short_and_printable(self) -> None:
        self.log.write_bytes(b"first\n" + b"y" * 900_000 + b"\n\n" + b"\x1b[31mred\xff\n" * 30)
        lines = logs.last_lines(str(self.log), self.uid, 3)
        self.assertEqual(lines, ["\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"] * 3)
        self.log.write_bytes(b"y" * 900_000)
        self.assertEqual(logs.last_lines(str(self.log), self.uid), ["y" * 300])
        self.assertEqual(logs.last_lines(str(self.folder / "none"), self.uid), [])

    def test_names(self) -> None:
        self.assertEqual(logs.log_name(""), "server.log")
        self.assertEqual(logs.log_name("a-2eb"), "server-a-2eb.log")
