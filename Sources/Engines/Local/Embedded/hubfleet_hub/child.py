"""What the process of a server does between its birth and its program: it becomes the user, for good."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from . import identity, logs
from .accounts import Account


@dataclass(frozen=True)
class Child:
    """All that is needed is known before: the child of a program with threads had better only make system calls."""

    account: Account | None
    home: str
    log: str
    mounts: identity.Mounts = ()

    def __call__(self) -> None:
        """Runs in the child."""
        if self.mounts:
            # A server without a name is better than none.
            with contextlib.suppress(OSError):
                identity.enter(self.mounts)
        if self.account is not None:
            os.setgroups(self.account.groups)
            os.setgid(self.account.gid)
            os.setuid(self.account.uid)
        # Each account's group is its own, so group write access opens nothing but shared folders to the group of
        # administrators, which they take over from the folder.
        os.umask(0o022 if self.account is None else 0o002)
        os.chdir(self.home)
        logs.take_over(self.log)
