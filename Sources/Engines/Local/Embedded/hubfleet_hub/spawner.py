"""Single-user servers as processes of this machine, with a home and, for a hub that is root, an account each."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
from collections.abc import Callable
from typing import Any

from traitlets import Unicode, default

from . import environment, folders, processes
from .errors import refusal
from .storage import HomeKeeping


class LocalSpawner(HomeKeeping):
    """Runs servers where the hub runs, with what of the chart's storage and profiles can be had there.

    Memory and CPU limits are told to the server (MEM_LIMIT, CPU_LIMIT) and not enforced.
    """

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

    # MARK: start

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
        address: tuple[str, int] = await super().start()
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
