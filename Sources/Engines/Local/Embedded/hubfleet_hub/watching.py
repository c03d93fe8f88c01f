"""The life of a server after its start: whether it runs, what its log says, and how it and its children end."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from traitlets import Unicode, default

from . import folders, logs, processes
from .storage import HomeKeeping


class ServerWatch(HomeKeeping):
    """A spawner that knows its server's process from every other, and leaves none behind."""

    started_at = Unicode(help="When the server's process started, to tell it from another with its number.")
    _is_stopping = False
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
            if not self._is_stopping:
                self._tell_end_of_log(f"ended with status {status}")
            await self._end(mark, [])
        elif mark and logs.bound(self.log_path, self._log_owner()):
            self.log.warning("The log of %s was too long and is empty now: %s", self._log_name, self.log_path)
        return status

    def _tell_end_of_log(self, what: str) -> None:
        lines = logs.last_lines(self.log_path, self._log_owner())
        said = "".join(f"\n    {line}" for line in lines) or " nothing"
        self.log.warning("The server %s %s. The end of %s says:%s", self._log_name, what, self.log_path, said)

    def _log_owner(self) -> int:
        owner = folders.folder_owner(self.runtime_folder)
        return os.geteuid() if owner is None else owner

    async def stop(self, now: bool = False) -> None:
        """Ends the server and all that it started: kernels, terminals, and what was started from these."""
        mark, pid = self.server_mark, self.pid
        if await self.poll() is not None:
            return
        if self._start_pending or self._waiting_for_response:
            self._tell_end_of_log("is stopped, because it did not come up")
        self._is_stopping = True
        try:
            await self._stop_all(mark, pid, now)
        finally:
            self._is_stopping = False

    async def _stop_all(self, mark: str, pid: int, now: bool) -> None:
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
