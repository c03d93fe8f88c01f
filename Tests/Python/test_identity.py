"""Names of accounts that the system does not know."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from hubfleet_hub import LocalSpawner, identity
from hubfleet_hub.accounts import Account
from hubfleet_hub.child import Child
from hubfleet_hub.naming import NamedAccounts

ACCOUNT = Account(700_001, 700_001, [709_999])
ASK = "whoami; id -un; id -gn; id -Gn; python3 -c 'import os, pwd; print(pwd.getpwuid(os.getuid()).pw_dir)'"


class LoginNameTests(unittest.TestCase):
    """What a name looks like in /etc/passwd."""

    def test_names_that_do_not_fit_are_those_of_folders(self) -> None:
        for name, wanted in [
            ("ada", "ada"),
            ("o'neil@uni.ie", "o'neil@uni.ie"),
            ("é", "é"),
            ("a:b", "escaped"),
            ("a\nb", "escaped"),
            ("x" * 101, "escaped"),
            ("root", "hub-root"),
            ("+a", "hub-+a"),
            ("#a", "hub-#a"),
        ]:
            self.assertEqual(identity.login_name(name, "escaped", {"root", "daemon"}), wanted)

    def test_lines_of_the_system_stay_but_for_the_number(self) -> None:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("root:x:0:0::/root:/bin/sh\nold:x:7:7::/:/bin/sh\n+\n\n")
            file.flush()
            text = identity.lines_with(file.name, ["ada:x:7:7::/home:/bin/sh"], 2)
        self.assertEqual(text, "ada:x:7:7::/home:/bin/sh\nroot:x:0:0::/root:/bin/sh\n+\n")
        self.assertEqual(identity.lines_with("/no/such", ["a:x:1:"], 2), "a:x:1:\n")
        self.assertEqual(identity.names_of("/no/such"), set())


@unittest.skipUnless(os.geteuid() == 0, "only root can mount")
class NameTests(unittest.TestCase):
    """What a server sees."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name)
        self.state.chmod(0o755)
        NamedAccounts.names_work = None
        self.addCleanup(setattr, NamedAccounts, "names_work", None)

    def mounts(self, name: str) -> identity.Mounts:
        self.spawner = LocalSpawner(
            user=None, orm_spawner=None, homes_folder=str(self.state / "homes"), _deprecated_db_session=None
        )
        self.spawner.user = mock.Mock()
        self.spawner.user.name = name
        Path(self.spawner.home).mkdir(parents=True, exist_ok=True)
        return self.spawner.prepare_names(ACCOUNT)

    def output(self, name: str, command: str = ASK) -> list[str]:
        mounts = self.mounts(name)
        home = Path(self.spawner.home)
        os.chown(home, ACCOUNT.uid, ACCOUNT.gid)
        home.joinpath("log").unlink(missing_ok=True)
        child = Child(ACCOUNT, str(home), str(home / "log"), mounts)
        subprocess.run(["/bin/sh", "-c", command], preexec_fn=child, check=False)
        return home.joinpath("log").read_text().splitlines()

    def test_a_server_knows_the_name_of_its_account(self) -> None:
        before = Path("/proc/self/mounts").read_text()
        home = f"{self.state}/homes/o-27neil-40uni-2eie"
        wanted = ["o'neil@uni.ie", "o'neil@uni.ie", "o'neil@uni.ie", "o'neil@uni.ie hubfleet-users", home]
        self.assertEqual(self.output("o'neil@uni.ie"), wanted)
        self.assertEqual(self.output("root", "whoami; getent passwd 0 | cut -d: -f1"), ["hub-root", "root"])
        self.assertEqual(Path("/proc/self/mounts").read_text(), before)
        self.assertNotIn("o'neil", Path("/etc/passwd").read_text())
        with self.assertRaises(KeyError):
            pwd.getpwuid(ACCOUNT.uid)
        with self.assertRaises(KeyError):
            grp.getgrgid(ACCOUNT.gid)

    def test_the_user_cannot_write_the_files(self) -> None:
        said = self.output("ada", "echo x >>/etc/passwd; umount /etc/passwd; ls -l /etc/passwd | cut -c1-10")
        self.assertIn("-rw-r--r--", said[-1])
        self.assertRegex(said[0], "Permission denied|cannot create")
        self.assertEqual((self.state / "names").stat().st_mode & 0o777, 0o700)

    def test_programs_that_need_a_name_work(self) -> None:
        said = self.output("ada", "ssh-keygen -q -t ed25519 -N '' -f ./key && echo made && ssh -V; sudo -n true; :")
        self.assertIn("made", said if Path("/usr/bin/ssh-keygen").exists() else ["made"])

    def test_where_the_kernel_refuses_it_is_said_once(self) -> None:
        missing = mock.patch.object(identity, "mounts", return_value=((b"/no/such", b"/etc/passwd"),))
        with missing, mock.patch("hubfleet_hub.spawner.LocalSpawner.log", create=True) as log:
            self.assertEqual(self.mounts("ada"), ())
            self.assertEqual(self.mounts("bob"), ())
        self.assertEqual(log.warning.call_count, 1)
        self.assertIn("No such file", str(log.warning.call_args))

    def test_a_server_starts_even_if_it_fails_at_the_last_moment(self) -> None:
        child = Child(ACCOUNT, str(self.state), str(self.state / "log"), ((b"/no/such", b"/etc/passwd"),))
        self.assertEqual(subprocess.run(["/bin/true"], preexec_fn=child).returncode, 0)
