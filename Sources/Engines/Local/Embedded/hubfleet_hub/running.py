"""Work in a user's home, done as the user: whatever the user put there leads only where the user may go."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from .accounts import Account


def run_as(account: Account | None, module: ModuleType, function: Callable[..., Any], **arguments: Any) -> Any:
    """What a function of a module answers that can be run as a program; without an account, what it answers here.

    The program goes in by its standard input: the user need not be able to read this package.
    """
    if account is None:
        return function(**arguments)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-", json.dumps(arguments)],
        input=Path(str(module.__file__)).read_bytes(),
        capture_output=True,
        cwd="/",
        env={},
        timeout=30,
        start_new_session=True,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups,
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(f"the home cannot be prepared: {lines[-1] if lines else done.returncode}")
    return json.loads(done.stdout)
