"""Single-user servers as processes of this machine, with a home and, for a hub that is root, an account each."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from traitlets import Bool, Dict, Integer, List, Unicode, default

from . import environment, folders, links, processes
from .accounts import Account, Accounts
from .choosing import ProfileChoosing
from .errors import refusal


class LocalSpawner(ProfileChoosing):
    """Runs servers where the hub runs, with what of the chart's storage and profiles can be had there.

    Memory and CPU limits are told to the server (MEM_LIMIT, CPU_LIMIT) and not enforced.
    """

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

    started_at = Unicode(help="When the server's process started, to tell it from another with its number.")
    server_mark = Unicode(help="What all processes of this server have in their environment.")

    @default("interrupt_timeout")
    def _interrupt_timeout_default(self) -> int:
        # With the next two well below 10 s, after which what ends a hub may lose patience.
        return 3

    @default("term_timeout")
    def _term_timeout_default(self) -> int:
        return 2

    @default("kill_timeout")
    def _kill_timeout_default(self) -> int:
        return 1

    # MARK: where the server lives

    @property
    def home(self) -> str:
        """The user's home."""
        return os.path.join(os.path.abspath(self.homes_folder), folders.escaped_name(self.user.name))

    @property
    def runtime_folder(self) -> str:
        """The user's private folder for sockets and secrets of running servers."""
        state = os.path.dirname(os.path.abspath(self.homes_folder))
        return os.path.join(state, "run", folders.escaped_name(self.user.name))

    def template_namespace(self) -> dict[str, str]:
        """What stands in braces in `default_url` and in the chart's environment values: KubeSpawner's names."""
        escaped = folders.escaped_name(self.user.name)
        return {
            **super().template_namespace(),
            "escaped_username": escaped,
            "unescaped_username": self.user.name,
            "user_server": f"{escaped}--{folders.escaped_name(self.name)}" if self.name else escaped,
            "servername": folders.escaped_name(self.name),
            "escaped_servername": folders.escaped_name(self.name),
            "unescaped_servername": self.name,
        }

    def prepare_folders(self) -> Account | None:
        """Makes the user's home, the run folder and the shared folders; answers the account that is to own them."""
        for entry in self.shared_folders:
            folders.check_shared_folder(entry)
        homes, state = os.path.split(os.path.abspath(self.homes_folder))[::-1]
        home_name = folders.escaped_name(self.user.name)
        if not folders.fits_a_folder(home_name):
            raise ValueError(f"the user name is too long for a folder: {self.user.name!r}")
        account = self._account_of_user()
        passable = 0o711 if account else 0o700
        homes_path = folders.make_folder(state, homes, mode=passable)
        run_path = folders.make_folder(state, "run", mode=passable)
        if account and (closed := folders.closed_ancestor(homes_path)):
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
                "separate_accounts needs a hub that runs as root" if self.separate_accounts
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
        return Account(number, number, [self.administrators_group] if self.user.admin else [])

    def set_links(self, account: Account | None) -> None:
        """Makes the links to shared folders in the home, as the user."""
        wanted = {entry["path"]: entry["folder"] for entry in self.shared_folders
                  if self.user.admin or not entry.get("administrators_only")}
        unwanted = {entry["path"]: entry["folder"] for entry in self.shared_folders if entry["path"] not in wanted}
        if account is None:
            warnings = links.set_links(self.home, wanted, unwanted)
        else:
            # The program goes in by its standard input: the user need not be able to read this package.
            arguments = json.dumps({"home": self.home, "wanted": wanted, "unwanted": unwanted})
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-", arguments], input=Path(links.__file__).read_bytes(),
                capture_output=True, cwd="/", env={}, timeout=30, start_new_session=True,
                user=account.uid, group=account.gid, extra_groups=account.groups,
            )
            if done.returncode:
                raise ValueError(f"cannot make the links to shared folders: {done.stderr.decode(errors='replace')}")
            warnings = json.loads(done.stdout)
        for warning in warnings:
            self.log.warning("Home of %s: %s", self.user.name, warning)

    # MARK: start

    async def start(self) -> tuple[str, int]:
        """Starts the server in the user's home."""
        if self.internal_ssl:
            raise refusal(500, "The local engine does not support JupyterHub.internal_ssl.")
        try:
            self._account = self.prepare_folders()
            await asyncio.to_thread(self.set_links, self._account)
        except (ValueError, OSError, subprocess.SubprocessError) as error:
            self.log.error("Cannot start %s: %s", self._log_name, error)
            raise refusal(500, f"The server cannot start: {error}") from error
        self.server_mark = secrets.token_hex(16)
        address = await super().start()
        self.started_at = processes.start_time(self.pid) or ""
        return address

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """What the child does before it becomes the server: it takes the user's account for good and goes home."""
        account, home = self._account, self.home

        def become_user() -> None:
            if account is not None:
                os.setgroups(account.groups)
                os.setgid(account.gid)
                os.setuid(account.uid)
            # Each account's group is its own, so group write access opens nothing but shared folders to the group of
            # administrators, which they take over from the folder.
            os.umask(0o022 if account is None else 0o002)
            os.chdir(home)

        return become_user

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Adds who the user is and where; the chart's values do not change these."""
        env.update(self._identity())
        return env

    def _identity(self) -> dict[str, str]:
        identity = {
            "HOME": self.home,
            "USER": self.user.name,
            "LOGNAME": self.user.name,
            "SHELL": "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh",
            "JUPYTER_RUNTIME_DIR": self.runtime_folder,
        }
        return {**identity, processes.MARK: self.server_mark} if self.server_mark else identity

    def get_env(self) -> dict[str, str]:
        """The server's whole environment, with the chart's values filled in as on Kubernetes."""
        env = super().get_env()
        names = self.template_namespace()
        chart = {name for name in self.environment if name not in self._identity()}
        for name in chart:
            if env[name] is None or isinstance(env[name], (dict, list)):
                self.log.warning("The environment variable %s is left out: it has no plain value", name)
                del env[name]
            else:
                env[name] = environment.fill_templates(str(env[name]), names)
        return environment.expand_references(env, chart & env.keys())

    # MARK: watch and stop

    def get_state(self) -> dict[str, Any]:
        """What the hub's database keeps, so that a hub that starts anew finds the server again."""
        return {**super().get_state(), "started_at": self.started_at, "server_mark": self.server_mark}

    def load_state(self, state: dict[str, Any]) -> None:
        """Takes up what the database kept."""
        super().load_state(state)
        self.started_at = state.get("started_at", "")
        self.server_mark = state.get("server_mark", "")

    def clear_state(self) -> None:
        """Forgets the server."""
        super().clear_state()
        self.started_at = self.server_mark = ""

    async def poll(self) -> int | None:
        """None while the server runs, else its exit code, as far as it is known.

        What a server that died leaves behind is ended.
        """
        mark = self.server_mark
        if self.proc is None and self.pid and processes.start_time(self.pid) != self.started_at:
            # The number is free, or another process has it.
            self.clear_state()
            status: int | None = 0
        else:
            status = await super().poll()
        if status is not None and mark:
            await self._end(mark, [])
        return status

    async def stop(self, now: bool = False) -> None:
        """Ends the server and all that it started: kernels, terminals, and what was started from these."""
        mark, pid = self.server_mark, self.pid
        if await self.poll() is not None:
            return
        # Taken down while the server lives: kernels are sessions of their own, and its children only until it ends.
        belonging = await asyncio.to_thread(processes.processes_of_server, mark, pid, self._own_uid())
        await super().stop(now)
        await self._end(mark, belonging)

    async def _end(self, mark: str, belonging: list[Any]) -> None:
        for patience in (1.0, 0.0, 0.0):
            # Again, for what was started in the meantime; the user may have started another server as well.
            found = await asyncio.to_thread(processes.processes_of_server, mark, None, self._own_uid())
            belonging = belonging + [process for process in found if process not in belonging]
            if not belonging:
                return
            belonging = await asyncio.to_thread(processes.end_processes, belonging, patience)
        if belonging:
            self.log.warning("Processes of %s do not end: %s", self._log_name, [process.pid for process in belonging])

    def _own_uid(self) -> int | None:
        """The user's uid if everything that runs as it belongs to this server; None if that is not known."""
        others = [spawner for spawner in self.user.spawners.values() if spawner is not self and spawner.active]
        if not self.separate_accounts or others:
            return None
        owner = folders.folder_owner(self.home)
        return owner if owner and owner > self.administrators_group else None
