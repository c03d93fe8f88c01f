"""The folders of a local hub: homes, shared folders, run folders.

Everything here may run as root beside folders that users own. So nothing follows a symbolic link, and root makes
nothing inside a home: `links.py` does, as the user.
"""

from __future__ import annotations

import contextlib
import os
import stat
import string
from pathlib import Path
from typing import Any

import escapism

SAFE_CHARACTERS = frozenset(string.ascii_lowercase + string.digits)


def escaped_name(name: str) -> str:
    """The user's name as a folder's name, as KubeSpawner makes {escaped_username} for the homes on Kubernetes.

    Two names never become one: the escape character is escaped as well. The result has only a-z, 0-9 and "-", so no
    name leads out of the folder, and none is that of a shared folder, which starts with "_".
    """
    escaped: str = escapism.escape(name, safe=SAFE_CHARACTERS, escape_char="-")
    return escaped.lower()


def fits_a_folder(name: str) -> bool:
    """Whether the file system takes this name; 255 is the limit everywhere, some is left for suffixes."""
    return 0 < len(name) <= 240


def fault_of_server(name: str) -> str | None:
    """Why a named server cannot have this name, as a part of its address and of its log's name."""
    if not name.isprintable() or set(name) <= {"."} or "/" in name:
        return f"the name of the server cannot stand in an address: {name!r}"
    # 20 for what stands around it.
    return None if fits_a_folder(escaped_name(name) + "-" * 20) else f"the name of the server is too long: {name!r}"


def make_folder(parent: str, name: str, *, mode: int, uid: int = -1, gid: int = -1) -> str:
    """Makes the folder if it is missing and gives it its mode and owner; answers its path.

    A ValueError if something else has the name, a symbolic link included.
    """
    path = os.path.join(parent, name)
    parent_descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=parent_descriptor)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(name, flags, dir_fd=parent_descriptor)
        except OSError as error:
            raise ValueError(f"{path} is not a folder: {error.strerror}") from None
        try:
            if (uid, gid) != (-1, -1):
                os.fchown(descriptor, uid, gid)
            # After chown, which may take the setgid bit away.
            os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)
    finally:
        os.close(parent_descriptor)
    return path


def folder_owner(path: str) -> int | None:
    """The uid that owns a folder, None if there is none; a symbolic link counts as none."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    return status.st_uid if stat.S_ISDIR(status.st_mode) else None


def closed_ancestor(path: str) -> str | None:
    """The first folder on the way to `path` that other accounts may not pass through; None if all are open."""
    way = Path(os.path.abspath(path))
    for folder in [*reversed(way.parents), way]:
        if folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH:
            return str(folder)
    return None


def shared_mode(folder: str, shared_folders: list[dict[str, Any]]) -> int:
    """The mode of a shared folder, which several entries may offer under several names.

    The group is the administrators': they always write. Others write (and keep what is theirs, by the sticky bit) if
    an entry gives everybody write access, and read if one gives everybody anything.
    """
    open_to = [
        entry.get("access")
        for entry in shared_folders
        if entry["folder"] == folder and not entry.get("administrators_only")
    ]
    if "write" in open_to:
        return 0o3777
    return 0o2775 if open_to else 0o2770


def check_shared_folder(entry: dict[str, Any]) -> None:
    """A ValueError if an entry of `shared_folders` could name something that is not shared."""
    parts = str(entry.get("path", "")).split("/")
    if not all(parts) or {".", ".."} & set(parts):
        raise ValueError(f"the path of a shared folder must be relative, without '..': {entry}")
    folder = str(entry.get("folder", ""))
    if not folder.startswith("_") or "/" in folder:
        raise ValueError(f"the name of a shared folder must start with '_', or it could be a user's home: {entry}")
    if entry.get("access") not in ("read", "write"):
        raise ValueError(f"the access to a shared folder is 'read' or 'write': {entry}")
