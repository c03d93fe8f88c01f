"""Where servers live: homes, accounts, shared folders. What the chart's storage means on one machine."""

from __future__ import annotations

import os

from traitlets import Bool, Dict, Integer, List, Unicode

from . import folders, links, logs
from .accounts import Account, Accounts
from .choosing import ProfileChoosing
from .running import run_as


class HomeKeeping(ProfileChoosing):
    """A spawner whose users have homes, accounts of their own if the hub is root, and links to shared folders."""

    homes_folder = Unicode(
        help="The folder with the users' homes and the shared folders. accounts.json and run/ come beside it.",
    ).tag(config=True)

    shared_folders = List(
        Dict(),
        help="""Folders that users share: {"path": link below the home, "folder": name below homes_folder (with a
        leading "_"), "access": "read" or "write", "administrators_only": true or false}. Administrators may write to
        every shared folder, by their group.""",
    ).tag(config=True)

    separate_accounts = Bool(
        False,
        help="Give each user an own uid and gid. The hub must be root. Without it all servers run as the hub's user.",
    ).tag(config=True)

    administrators_group = Integer(
        700_000,
        help="The group of administrators. Users' accounts are numbered from the next number on.",
    ).tag(config=True)

    @property
    def users_group(self) -> int:
        """The group of all users of this hub: the last number of its range."""
        return self.administrators_group + 9_999

    @property
    def home(self) -> str:
        """The user's home."""
        return os.path.join(os.path.abspath(self.homes_folder), folders.escaped_name(self.user.name))

    @property
    def runtime_folder(self) -> str:
        """The user's private folder for sockets and secrets of running servers."""
        state = os.path.dirname(os.path.abspath(self.homes_folder))
        return os.path.join(state, "run", folders.escaped_name(self.user.name))

    @property
    def log_path(self) -> str:
        """The log of this server, in the user's run folder."""
        return os.path.join(self.runtime_folder, logs.log_name(folders.escaped_name(self.name)))

    def prepare_folders(self) -> Account | None:
        """Makes the user's home, the run folder and the shared folders; answers the account that is to own them."""
        for entry in self.shared_folders:
            folders.check_shared_folder(entry)
        homes, state = os.path.split(os.path.abspath(self.homes_folder))[::-1]
        home_name = folders.escaped_name(self.user.name)
        if not folders.fits_a_folder(home_name):
            raise ValueError(f"the user name is too long for a folder: {self.user.name!r}")
        if self.name and (fault := folders.fault_of_server(self.name)):
            raise ValueError(fault)
        account = self._account_of_user()
        # Only users of this hub pass through its homes: another hub's users and other accounts stay out of what it
        # shares.
        pass_through = {"mode": 0o710, "uid": 0, "gid": self.users_group} if account else {"mode": 0o700}
        homes_path = folders.make_folder(state, homes, **pass_through)
        run_path = folders.make_folder(state, "run", **pass_through)
        if account and (closed := folders.closed_ancestor(state)):
            raise ValueError(f"other accounts cannot pass through {closed}, so they cannot reach their homes")
        for folder in {entry["folder"] for entry in self.shared_folders}:
            mode = folders.shared_mode(folder, self.shared_folders)
            owner = {"uid": 0, "gid": self.administrators_group} if account else {}
            folders.make_folder(homes_path, folder, mode=mode, **owner)
        owner = {"uid": account.uid, "gid": account.gid} if account else {}
        folders.make_folder(homes_path, home_name, mode=0o700, **owner)
        folders.make_folder(run_path, home_name, mode=0o700, **owner)
        return account

    def _account_of_user(self) -> Account | None:
        root = os.geteuid() == 0
        if self.separate_accounts != root:
            raise ValueError(
                "separate_accounts needs a hub that runs as root"
                if self.separate_accounts
                else "a hub that runs as root needs separate_accounts, or every user would be root"
            )
        if not root:
            return None
        owner = folders.folder_owner(self.home)
        state = os.path.dirname(os.path.dirname(self.home))
        register = Accounts(os.path.join(state, "accounts.json"), self.administrators_group + 1)
        number = register.number(self.user.name, owner)
        if owner is not None and owner != number:
            raise ValueError(f"{self.home} belongs to uid {owner}, but {self.user.name} has number {number}")
        return Account(number, number, [self.users_group, *([self.administrators_group] if self.user.admin else [])])

    def set_links(self, account: Account | None) -> None:
        """Makes the links to shared folders in the home, as the user."""
        wanted = {
            entry["path"]: entry["folder"]
            for entry in self.shared_folders
            if self.user.admin or not entry.get("administrators_only")
        }
        unwanted = {entry["path"]: entry["folder"] for entry in self.shared_folders if entry["path"] not in wanted}
        warnings = run_as(account, links, links.set_links, home=self.home, wanted=wanted, unwanted=unwanted)
        for warning in warnings:
            self.log.warning("Home of %s: %s", self.user.name, warning)
