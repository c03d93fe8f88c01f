"""The links to shared folders in a user's home.

Run as a program it takes one JSON argument and works as whoever runs it: a hub that is root runs it as the user, so
that a link which the user puts in the way leads only where the user may go. It needs nothing but Python itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def set_links(home: str, wanted: dict[str, str], unwanted: dict[str, str]) -> list[str]:
    """Makes the wanted links and removes the unwanted ones; answers warnings about what is in the way.

    Both are {path below the home: name of the folder beside the home}. What the user has there stays.
    """
    warnings = []
    for path, folder in unwanted.items():
        try:
            _remove_link(home, path, folder)
        except OSError as error:
            warnings.append(f"~/{path} stays: {error.strerror}")
    for path, folder in wanted.items():
        try:
            _make_link(home, path, folder)
        except OSError as error:
            warnings.append(f"~/{path} does not lead to the shared folder {folder}: {error.strerror}")
    return warnings


def link_target(path: str, folder: str) -> str:
    """What a link holds: relative, so that homes and shared folders can be moved together."""
    return "../" * (path.count("/") + 1) + folder


def _make_link(home: str, path: str, folder: str) -> None:
    descriptor, name = _open_parent(home, path, make=True)
    try:
        target = link_target(path, folder)
        try:
            os.symlink(target, name, dir_fd=descriptor)
        except FileExistsError:
            if not _is_link(descriptor, name, target):
                raise OSError(0, "the user has something else of that name") from None
    finally:
        os.close(descriptor)


def _remove_link(home: str, path: str, folder: str) -> None:
    try:
        descriptor, name = _open_parent(home, path, make=False)
    except OSError:
        return
    try:
        if _is_link(descriptor, name, link_target(path, folder)):
            os.unlink(name, dir_fd=descriptor)
    finally:
        os.close(descriptor)


def _is_link(descriptor: int, name: str, target: str) -> bool:
    try:
        status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        return stat.S_ISLNK(status.st_mode) and os.readlink(name, dir_fd=descriptor) == target
    except OSError:
        return False


def _open_parent(home: str, path: str, *, make: bool) -> tuple[int, str]:
    """The folder that holds the link, reached without following any link, and the link's name in it."""
    *parents, name = path.split("/")
    descriptor = os.open(home, FOLDER)
    for parent in parents:
        try:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(parent, 0o755, dir_fd=descriptor)
            child = os.open(parent, FOLDER, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = child
    return descriptor, name


if __name__ == "__main__":
    print(json.dumps(set_links(**json.loads(sys.argv[1]))))
