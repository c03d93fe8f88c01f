"""The file with the two hashed passwords of a local hub."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from typing import Any

KINDS = ("administrators", "users")


def read_passwords(path: str) -> dict[str, str]:
    """The two hashed passwords of a password file, or a ValueError that says what is wrong with it.

    The file is a JSON object of "administrators" and "users", each in the form of `jupyter_server.auth.passwd`.
    """
    try:
        # O_NONBLOCK: opening a fifo must not hang the hub.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise ValueError(f"the password file {path} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"the password file {path} is not a file")
        if status.st_mode & 0o077:
            mode = stat.S_IMODE(status.st_mode)
            raise ValueError(f"the password file {path} is open to other users (mode {mode:04o}): make it 0600")
        if status.st_uid not in (0, os.geteuid()):
            raise ValueError(f"the password file {path} belongs to another user (uid {status.st_uid})")
        try:
            passwords = json.loads(file.read())
        except ValueError:
            raise ValueError(f"the password file {path} is not JSON") from None
    if not isinstance(passwords, dict) or set(passwords) != set(KINDS):
        raise ValueError(f'the password file {path} must be an object with "administrators" and "users"')
    for kind in KINDS:
        if not is_hashed(passwords[kind]):
            raise ValueError(f'"{kind}" in the password file {path} is not a hashed password (sha256:SALT:HEX)')
    if passwords["administrators"] == passwords["users"]:
        raise ValueError(f"the password file {path} gives administrators and users the same password")
    return passwords


def is_hashed(value: Any) -> bool:
    """Whether `passwd_check` can do something with this value; it answers "no" to what it does not understand."""
    if not isinstance(value, str):
        return False
    if re.fullmatch(r"argon2:\$argon2\S+", value):
        return True
    parts = re.fullmatch(r"([a-z0-9_-]+):([0-9A-Za-z]+):([0-9a-f]+)", value)
    if parts is None or parts[1] not in hashlib.algorithms_available:
        return False
    return len(parts[3]) == 2 * hashlib.new(parts[1]).digest_size > 0
