"""The parts of a server's start and end that need no hub: names, accounts, variables, processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from hubfleet_hub import environment, folders, processes
from hubfleet_hub.accounts import Accounts


class NameTests(unittest.TestCase):
    """A user's name as a folder's name."""

    def test_names_are_those_of_kubespawner(self) -> None:
        self.assertEqual(folders.escaped_name("jmsmith1@temple.edu"), "jmsmith1-40temple-2eedu")
        self.assertEqual(folders.escaped_name("é"), "-c3-a9")
        self.assertEqual(folders.escaped_name("_shared"), "-5fshared")

    def test_no_name_leads_elsewhere_and_no_two_meet(self) -> None:
        names = ["..", "../x", "/", "a/b", "a\0b", "A", "a", "-41", "a-", "a--", "_shared", "a b", "-2e-2e"]
        escaped = [folders.escaped_name(name) for name in names]
        self.assertEqual(len(set(escaped)), len(names))
        for name in escaped:
            self.assertRegex(name, r"\A[a-z0-9-]+\Z")

    def test_names_of_servers_fit_into_addresses_and_files(self) -> None:
        for name in ["a", "o'neil 1", "é", "a.b", "...a"]:
            self.assertIsNone(folders.fault_of_server(name))
        for name in [".", "..", "...", "a\nb", "a\u200b", "a/b", "x" * 230, "é" * 40]:
            self.assertIsNotNone(folders.fault_of_server(name), name)

    def test_shared_folders_cannot_be_homes_or_lead_elsewhere(self) -> None:
        good = {"path": "a/shared", "folder": "_shared", "access": "read"}
        folders.check_shared_folder(good)
        for change in [
            {"path": "../x"},
            {"path": "/x"},
            {"path": ""},
            {"path": "a//b"},
            {"path": "a/."},
            {"folder": "shared"},
            {"folder": "_a/b"},
            {"folder": ""},
            {"access": "own"},
        ]:
            with self.subTest(change), self.assertRaises(ValueError):
                folders.check_shared_folder({**good, **change})

    def test_modes_of_shared_folders(self) -> None:
        def mode(*entries: dict[str, Any]) -> int:
            return folders.shared_mode("_s", [{"path": "p", "folder": "_s", **entry} for entry in entries])

        administrators = {"access": "write", "administrators_only": True}
        self.assertEqual(mode({"access": "read"}, administrators), 0o2775)
        self.assertEqual(mode({"access": "write"}), 0o3777)
        self.assertEqual(mode(administrators), 0o2770)


class AccountsTests(unittest.TestCase):
    """The register of numbers."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "accounts.json"
        self.accounts = Accounts(str(self.file), 700_001)

    def test_numbers_are_kept_and_never_given_again(self) -> None:
        self.assertEqual([self.accounts.number(name) for name in ("a", "b", "a")], [700_001, 700_002, 700_001])
        register = json.loads(self.file.read_text())
        del register["numbers"]["b"]
        self.file.write_text(json.dumps(register))
        self.assertEqual(self.accounts.number("c"), 700_003)
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(os.listdir(self.file.parent), ["accounts.json"])

    def test_a_lost_register_comes_back_from_the_homes(self) -> None:
        self.assertEqual(self.accounts.number("b", home_owner=700_002), 700_002)
        self.assertEqual(self.accounts.number("a", home_owner=700_001), 700_001)
        self.assertEqual(self.accounts.number("c"), 700_003)

    def test_the_owner_of_another_home_or_of_the_system_is_not_taken(self) -> None:
        self.accounts.number("a")
        self.assertEqual(self.accounts.number("b", home_owner=700_001), 700_002)
        self.assertEqual(self.accounts.number("c", home_owner=0), 700_003)

    def test_a_damaged_register_is_not_replaced(self) -> None:
        for text in ["", "{}", "[]", '{"next": 700001, "numbers": {"a": 700001}}', '{"next": 9, "numbers": {"a": 0}}']:
            self.file.write_text(text)
            with self.subTest(text), self.assertRaisesRegex(ValueError, "damaged"):
                self.accounts.number("b")
            self.assertEqual(self.file.read_text(), text)


class EnvironmentTests(unittest.TestCase):
    """The values of the chart's environment variables."""

    def test_templates_leave_other_braces_alone(self) -> None:
        names = {"username": "a@b", "escaped_username": "a-40b"}
        value = "{username}/{escaped_username}/{other}"
        self.assertEqual(environment.fill_templates(value, names), "a@b/a-40b/{other}")
        self.assertEqual(environment.fill_templates('{"a": {"b": 1}}', names), '{"a": {"b": 1}}')

    def test_references_are_expanded_as_kubernetes_does(self) -> None:
        given = {
            "JUPYTERHUB_USER": "ada",
            "HUBS_OWN": "$(JUPYTERHUB_USER)",
            "A": "s3://x/$(JUPYTERHUB_USER)",
            "B": "$(C)!",
            "C": "$(A)",
            "UNKNOWN": "$(NOPE)/x",
            "ESCAPED": "$$(A) $$ $",
            "TWICE": "$$$(JUPYTERHUB_USER)",
            "SHELL_LIKE": "${A} $A $(echo hi)",
            "LOOP": "$(LOOP)",
            "X": "$(Y)",
            "Y": "$(X)",
        }
        found = environment.expand_references(given, set(given) - {"JUPYTERHUB_USER", "HUBS_OWN"})
        self.assertEqual(found["HUBS_OWN"], "$(JUPYTERHUB_USER)")
        self.assertEqual(found["A"], "s3://x/ada")
        self.assertEqual(found["B"], "s3://x/ada!")
        self.assertEqual(found["UNKNOWN"], "$(NOPE)/x")
        self.assertEqual(found["ESCAPED"], "$(A) $ $")
        self.assertEqual(found["TWICE"], "$ada")
        self.assertEqual(found["SHELL_LIKE"], "${A} $A $(echo hi)")
        self.assertEqual(found["LOOP"], "$(LOOP)")
        self.assertIn(found["X"], ("$(X)", "$(Y)"))

    def test_servers_inherit_only_what_is_listed(self) -> None:
        inherited = ["PATH", "LANG", "LC_ALL", "LC_PAPER", "TZ", "TERM", "https_proxy", "NO_PROXY", "SSL_CERT_FILE"]
        others = ["AWS_PROFILE", "HOME", "LD_PRELOAD", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "LC", "PROXY"]
        self.assertEqual(environment.kept([*inherited, *others]), sorted(inherited))

    def test_with_a_proxy_this_machine_is_asked_directly(self) -> None:
        self.assertEqual(environment.without_proxy_for_this_machine({"A": "b"}), {"A": "b"})
        for given, wanted in [
            ({}, "127.0.0.1,localhost,::1"),
            ({"NO_PROXY": "a.b, localhost"}, "a.b,localhost,127.0.0.1,::1"),
            ({"no_proxy": "x", "NO_PROXY": "y"}, "x,127.0.0.1,localhost,::1"),
        ]:
            for proxy in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
                found = environment.without_proxy_for_this_machine({proxy: "http://p", **given})
                self.assertEqual(found, {proxy: "http://p", "NO_PROXY": wanted, "no_proxy": wanted})


class ProcessTests(unittest.TestCase):
    """Which processes belong to a server, and whether it is still the one that was started."""

    def start(self, code: str, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, **variables},
            start_new_session=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        process.stdout.readline()
        return process

    def test_start_times_tell_processes_apart(self) -> None:
        first = self.start("print(flush=True); import time; time.sleep(60)")
        known = processes.start_time(first.pid)
        self.assertEqual(processes.start_time(first.pid), known)
        time.sleep(0.05)
        second = self.start("print(flush=True); import time; time.sleep(60)")
        self.assertNotEqual(processes.start_time(second.pid), known)

    def test_the_dead_have_no_start_time_even_before_their_parent_looks(self) -> None:
        process = self.start("print(flush=True)")
        deadline = time.monotonic() + 10
        while processes.start_time(process.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertIsNone(processes.start_time(process.pid))

    def test_a_server_ends_with_all_that_it_started(self) -> None:
        server = self.start(
            "import subprocess, time, os\n"
            "children = [subprocess.Popen(['sleep', '61'], start_new_session=True),\n"
            "            subprocess.Popen(['sleep', '62'], env={})]\n"
            "subprocess.run('trap \"\" TERM; setsid sleep 63 &', shell=True)\n"
            "time.sleep(0.2); print(flush=True); time.sleep(60)",
            **{processes.MARK: "mark-of-this-test"},
        )
        other = self.start("print(flush=True); import time; time.sleep(60)", **{processes.MARK: "another-mark"})
        found = processes.processes_of_server("mark-of-this-test", server.pid)
        seconds = sorted(process.cmdline()[1] for process in found if process.name() == "sleep")
        self.assertEqual(seconds, ["61", "62", "63"])
        self.assertEqual(processes.end_processes(found, 0.3), [])
        self.assertEqual(processes.processes_of_server("mark-of-this-test"), [])
        self.assertIsNone(other.poll())
