"""Servers whose account has the user's name, where the hub is root and the kernel lets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import ClassVar

from . import folders, identity
from .accounts import Account
from .software import OwnSoftware


class NamedAccounts(OwnSoftware):
    """A spawner that knows a name for each account; no account is made in the system."""

    names_work: ClassVar[bool | None] = None

    @property
    def shell(self) -> str:
        """The user's shell."""
        return "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh"

    def prepare_names(self, account: Account | None) -> identity.Mounts:
        """Writes the files with the user's name; answers what is to be mounted, nothing where that does not work."""
        if account is None or NamedAccounts.names_work is False or any(c in self.home for c in ":\n"):
            return ()
        state = os.path.dirname(os.path.dirname(self.home))
        try:
            found = self._write_names(folders.make_folder(state, "names", mode=0o700), account)
        except (OSError, ValueError) as error:
            self.log.warning("%s has no name in the server: %s", self.user.name, error)
            return ()
        if NamedAccounts.names_work is None:
            NamedAccounts.names_work = self._try(found, account)
        return found if NamedAccounts.names_work else ()

    def _write_names(self, folder: str, account: Account) -> identity.Mounts:
        escaped = folders.escaped_name(self.user.name)
        taken = identity.names_of("/etc/passwd") | identity.names_of("/etc/group")
        name = identity.login_name(self.user.name, escaped, taken)
        user = f"{name}:x:{account.uid}:{account.gid}::{self.home}:{self.shell}"
        groups = [
            f"{name}:x:{account.gid}:",
            f"hubfleet-users:x:{self.users_group}:",
            f"hubfleet-administrators:x:{self.administrators_group}:",
        ]
        return identity.mounts(
            identity.write(folder, f"{escaped}.passwd", identity.lines_with("/etc/passwd", [user], 2)),
            identity.write(folder, f"{escaped}.group", identity.lines_with("/etc/group", groups, 2)),
        )

    def _try(self, mounts: identity.Mounts, account: Account) -> bool:
        pairs = json.dumps([[os.fsdecode(path) for path in pair] for pair in mounts])
        done = subprocess.run(
            [sys.executable, "-I", "-S", identity.__file__, pairs, str(account.uid)],
            capture_output=True,
            cwd="/",
            timeout=30,
        )
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else f"status {done.returncode}"
            self.log.warning("Users have no name in their servers (whoami, ssh): %s", reason)
        return done.returncode == 0
