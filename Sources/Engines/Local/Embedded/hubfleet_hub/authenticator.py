"""Login to a local hub: one password for its administrators, one for everybody else."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from typing import Any

from jupyter_server.auth import passwd_check
from jupyterhub.auth import Authenticator
from traitlets import Unicode

from .folders import escaped_name, fits_a_folder

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


class LocalAuthenticator(Authenticator):
    """Two shared passwords, by the rules of JupyterHub's SharedPasswordAuthenticator, but stored hashed in a file.

    A name in `admin_users` needs the administrators' password. That password never logs in any other name, and
    everybody who logs in with the users' password is no administrator, whatever the database says.
    """

    password_file = Unicode(
        help="The file with the hashed passwords (mode 0600). Read at each login, so that it can be changed.",
    ).tag(config=True)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        # A hub that nobody can log in to, or whose passwords are open to all, had better not start.
        read_passwords(self.password_file)

    def validate_username(self, username: str) -> bool:
        """JupyterHub's own rules, and: a name that can be printed, and whose home's name the file system takes."""
        return username.isprintable() and fits_a_folder(escaped_name(username)) and super().validate_username(username)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        """The user who logs in, or None. Both passwords are checked each time, whoever asks."""
        name, password = data.get("username"), data.get("password")
        if not isinstance(name, str) or not isinstance(password, str):
            return None
        try:
            passwords = read_passwords(self.password_file)
        except ValueError as error:
            self.log.error("Nobody can log in: %s", error)
            return None
        is_administrators = passwd_check(passwords["administrators"], password)
        is_users = passwd_check(passwords["users"], password)
        if is_administrators and is_users:
            self.log.error("Nobody can log in: administrators and users have the same password")
            return None
        # Normalized before it is compared: JupyterHub's admin_users are lower case as well.
        name = self.normalize_username(name)
        # JupyterHub normalizes what comes back once more, and a username_map may change it again.
        administrator = self.normalize_username(name) in self.admin_users
        if is_administrators if administrator else is_users:
            return {"name": name, "admin": administrator}
        return None
