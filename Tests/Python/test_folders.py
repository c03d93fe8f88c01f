"""Links and folders, and users who put something in their way."""

from __future__ import annotations

import os
import stat
import tempfile
import unittest
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from hubfleet_hub import LocalSpawner, folders, links
from hubfleet_hub.accounts import Account

NEEDS_ROOT = unittest.skipUnless(os.geteuid() == 0, "only root can give files to other accounts")
SHARED = [
    {"path": "shared", "folder": "_shared", "access": "read"},
    {"path": "shared-readwrite", "folder": "_shared", "access": "write", "administrators_only": True},
    {"path": "deep/er/public", "folder": "_public", "access": "write"},
]


class FolderCase(unittest.TestCase):
    """A folder of homes that other accounts can reach."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.state = Path(folder.name)
        self.homes = self.state / "homes"
        self.home = self.homes / "ada"


class LinkTests(FolderCase):
    """The links in a home, made by whoever runs the tests."""

    def setUp(self) -> None:
        super().setUp()
        self.home.mkdir(parents=True)
        (self.homes / "_shared").mkdir()

    def test_links_are_made_once_and_removed(self) -> None:
        for _ in range(2):
            self.assertEqual(links.set_links(str(self.home), {"shared": "_shared", "a/b/s": "_shared"}, {}), [])
        self.assertTrue((self.home / "a/b/s").samefile(self.homes / "_shared"))
        self.assertEqual(os.readlink(self.home / "shared"), "../_shared")
        self.assertEqual(links.set_links(str(self.home), {}, {"shared": "_shared", "no/such": "_shared"}), [])
        self.assertFalse(os.path.lexists(self.home / "shared"))

    def test_what_the_user_has_there_stays(self) -> None:
        (self.home / "file").write_text("mine")
        (self.home / "folder").mkdir()
        (self.home / "link").symlink_to("/etc")
        names = ("file", "folder", "link")
        warnings = links.set_links(str(self.home), dict.fromkeys(names, "_shared"), {})
        self.assertEqual(len(warnings), 3)
        self.assertEqual(links.set_links(str(self.home), {}, dict.fromkeys(names, "_shared")), [])
        self.assertEqual((self.home / "file").read_text(), "mine")
        self.assertEqual(os.readlink(self.home / "link"), "/etc")

    def test_links_on_the_way_are_not_followed(self) -> None:
        outside = self.state / "outside"
        outside.mkdir()
        (self.home / "deep").symlink_to(outside)
        warnings = links.set_links(str(self.home), {"deep/er/public": "_shared"}, {"deep/x": "_shared"})
        self.assertEqual(len(warnings), 1)
        self.assertEqual(os.listdir(outside), [])

    def test_a_link_outside_is_not_removed_through_a_link(self) -> None:
        outside = self.state / "outside"
        outside.mkdir()
        (outside / "x").symlink_to(links.link_target("deep/x", "_shared"))
        (self.home / "deep").symlink_to(outside)
        links.set_links(str(self.home), {}, {"deep/x": "_shared"})
        self.assertTrue((outside / "x").is_symlink())


class MakeFolderTests(FolderCase):
    """Folders that root makes."""

    def test_a_link_in_place_of_a_folder_is_refused(self) -> None:
        outside = self.state / "outside"
        outside.mkdir(mode=0o755)
        (self.state / "homes").symlink_to(outside)
        with self.assertRaisesRegex(ValueError, "is not a folder"):
            folders.make_folder(str(self.state), "homes", mode=0o777)
        self.assertEqual(stat.S_IMODE(outside.stat().st_mode), 0o755)

    def test_the_first_closed_folder_is_named(self) -> None:
        self.homes.mkdir()
        self.assertIsNone(folders.closed_ancestor(str(self.homes)))
        self.state.chmod(0o700)
        self.assertEqual(folders.closed_ancestor(str(self.homes / "ada")), str(self.state))
        self.state.chmod(0o755)


@NEEDS_ROOT
class SeparateAccountTests(FolderCase):
    """Homes of users with accounts of their own, made by root."""

    def spawner(self, name: str, admin: bool = False) -> LocalSpawner:
        user = SimpleNamespace(name=name, admin=admin, groups=[], spawners={}, escaped_name=name, url="/user/x")
        spawner = LocalSpawner(
            user=None,
            orm_spawner=None,
            homes_folder=str(self.homes),
            shared_folders=SHARED,
            separate_accounts=True,
            _deprecated_db_session=None,
        )
        spawner.user = user
        return spawner

    def prepare(self, name: str, admin: bool = False) -> Account:
        spawner = self.spawner(name, admin)
        account = spawner.prepare_folders()
        spawner.set_links(account)
        assert account is not None
        return account

    def as_account(self, account: Account, action: Callable[[], object]) -> bool:
        """Whether an action succeeds for an account, in a process of its own."""
        child = os.fork()
        if child == 0:
            try:
                os.setgroups(account.groups)
                os.setgid(account.gid)
                os.setuid(account.uid)
                action()
                os._exit(0)
            except OSError:
                os._exit(1)
            finally:
                os._exit(2)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def test_users_are_kept_apart(self) -> None:
        ada, bob = self.prepare("ada"), self.prepare("bob")
        self.assertEqual((ada, bob), ((700_001, 700_001, [709_999]), (700_002, 700_002, [709_999])))
        self.assertEqual(stat.S_IMODE(self.home.stat().st_mode), 0o700)
        self.assertTrue(self.as_account(ada, lambda: os.listdir(self.home)))
        self.assertFalse(self.as_account(bob, lambda: os.listdir(self.home)))
        self.assertFalse(self.as_account(bob, lambda: os.listdir(self.homes)))
        self.assertFalse(self.as_account(bob, lambda: os.listdir(self.state / "run/ada")))
        self.assertFalse(self.as_account(bob, lambda: (self.state / "accounts.json").read_text()))
        self.assertEqual(os.lstat(self.home / "shared").st_uid, ada.uid)

    def test_administrators_write_where_others_read(self) -> None:
        ada, boss = self.prepare("ada"), self.prepare("boss", admin=True)
        self.assertTrue(self.as_account(boss, lambda: (self.homes / "boss/shared-readwrite/a").write_text("a")))
        self.assertTrue(self.as_account(ada, lambda: (self.home / "shared/a").read_text()))
        self.assertFalse(self.as_account(ada, lambda: (self.home / "shared/b").write_text("b")))
        self.assertFalse(os.path.lexists(self.home / "shared-readwrite"))
        self.assertTrue(self.as_account(ada, lambda: (self.home / "deep/er/public/p").write_text("p")))
        self.assertFalse(self.as_account(self.prepare("bob"), lambda: (self.homes / "_public/p").unlink()))

    def test_accounts_that_are_not_of_this_hub_do_not_get_in(self) -> None:
        ada = self.prepare("ada")
        stranger = ada._replace(uid=999_999, gid=999_999, groups=[])
        self.assertTrue(self.as_account(ada, lambda: os.listdir(self.homes / "_public")))
        for folder in ["_public", "_shared", "ada"]:
            self.assertFalse(self.as_account(stranger, partial(os.listdir, self.homes / folder)))

    def test_who_is_no_administrator_any_more_loses_the_link(self) -> None:
        self.prepare("boss", admin=True)
        self.assertTrue((self.homes / "boss/shared-readwrite").is_symlink())
        self.assertEqual(self.prepare("boss").groups, [709_999])
        self.assertFalse(os.path.lexists(self.homes / "boss/shared-readwrite"))

    def test_a_link_that_a_user_puts_in_the_way_leads_root_nowhere(self) -> None:
        ada = self.prepare("ada")
        secret = self.state / "secret"
        secret.mkdir(mode=0o700)
        os.unlink(self.home / "deep/er/public")
        os.rmdir(self.home / "deep/er")
        os.symlink(secret, self.home / "deep/er")
        os.lchown(self.home / "deep/er", ada.uid, ada.gid)
        spawner = self.spawner("ada")
        with self.assertLogs(spawner.log, "WARNING") as logs:
            spawner.set_links(spawner.prepare_folders())
        self.assertIn("deep/er/public", logs.output[0])
        self.assertEqual(os.listdir(secret), [])
        self.assertEqual(secret.stat().st_uid, 0)

    def test_the_links_are_made_as_the_user(self) -> None:
        """A folder of the home that only root may write shows who made the link."""
        self.prepare("ada")
        os.unlink(self.home / "deep/er/public")
        os.chown(self.home / "deep/er", 0, 0)
        os.chmod(self.home / "deep/er", 0o755)
        spawner = self.spawner("ada")
        with self.assertLogs(spawner.log, "WARNING"):
            spawner.set_links(spawner.prepare_folders())
        self.assertEqual(os.listdir(self.home / "deep/er"), [])

    def test_a_home_of_somebody_else_is_refused(self) -> None:
        ada = self.prepare("ada")
        os.chown(self.home, ada.uid + 5, 0)
        with self.assertRaisesRegex(ValueError, "belongs to uid"):
            self.spawner("ada").prepare_folders()

    def test_a_home_that_is_a_link_is_refused(self) -> None:
        self.prepare("bob")
        os.symlink("bob", self.home)
        with self.assertRaisesRegex(ValueError, "is not a folder"):
            self.spawner("ada").prepare_folders()

    def test_homes_that_cannot_be_reached_are_refused(self) -> None:
        self.state.chmod(0o700)
        with self.assertRaisesRegex(ValueError, "cannot pass through"):
            self.spawner("ada").prepare_folders()

    def test_root_without_separate_accounts_is_refused(self) -> None:
        spawner = self.spawner("ada")
        spawner.separate_accounts = False
        with self.assertRaisesRegex(ValueError, "every user would be root"):
            spawner.prepare_folders()
