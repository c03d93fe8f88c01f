"""Single-user servers as processes of this machine, with a home and, for a hub that is root, an account each."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import time
from collections.abc import Callable

from traitlets import default

from . import environment, folders, processes
from .child import Child
from .errors import refusal
from .naming import NamedAccounts


class LocalSpawner(NamedAccounts):
    """Runs servers where the hub runs, with what of the chart's storage and profiles can be had there.

    Memory and CPU limits are told to the server (MEM_LIMIT, CPU_LIMIT) and not enforced.
    """

    @default("env_keep")
    def _env_keep_default(self) -> list[str]:
        return environment.kept(os.environ)

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
            await asyncio.to_thread(self.prepare_software, self._account)
            self._mounts = await asyncio.to_thread(self.prepare_names, self._account)
        except (ValueError, OSError, subprocess.SubprocessError) as error:
            self.log.error("Cannot start %s: %s", self._log_name, error)
            raise refusal(500, f"The server cannot start: {error}") from error
        self.server_mark = secrets.token_hex(16)
        # Nothing of the hub goes on in the server: its log would be the user's to empty.
        self.popen_kwargs = {
            **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL),
            "close_fds": True,
        }
        address: tuple[str, int] = await super().start()
        self.started_at = processes.start_time(self.pid) or ""
        await self._wait_until_it_listens(address)
        return address

    async def _wait_until_it_listens(self, address: tuple[str, int]) -> None:
        """Waits for the server's first sign of life; JupyterHub asks less often, and does not see that it died."""
        deadline = time.monotonic() + self.http_timeout
        while time.monotonic() < deadline:
            if self.proc is not None and self.proc.poll() is not None:
                raise refusal(500, f"The server ended with status {self.proc.returncode} before it was ready.")
            try:
                _, writer = await asyncio.open_connection(*address)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """What the child does before it becomes the server."""
        return Child(self._account, self.home, self.log_path, self._mounts)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Adds who the user is and where; the chart's values do not change these."""
        env.update(self._identity())
        return env

    def _identity(self) -> dict[str, str]:
        identity = {
            "HOME": self.home,
            "USER": self.user.name,
            "LOGNAME": self.user.name,
            "SHELL": self.shell,
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
        env = environment.expand_references(env, chart & env.keys())
        return self.with_software(environment.without_proxy_for_this_machine(env))
