"""Lists what is in a folder, so that what two programs unpacked can be compared byte for byte."""

from __future__ import annotations

import hashlib
import os
import resource
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20
ZEROS = bytes(PIECE)


@dataclass(frozen=True)
class Thing:
    """What stands at one path. What a program did not set is None."""

    kind: str
    mode: int | None = None
    mtime: int | None = None
    size: int = 0
    digest: str = ""
    target: bytes = b""
    # The first of all names of the same file; empty where it has one.
    first: bytes = b""


Tree = dict[bytes, Thing]


class Digest:
    """A digest of contents of which zeros cost next to nothing: equal where contents are equal."""

    def __init__(self) -> None:
        self.size = 0
        self.hash = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Takes the next piece. Every piece begins at a multiple of its size."""
        if piece != ZEROS[: len(piece)]:
            self.hash.update(self.size.to_bytes(8, "little"))
            # Zeros at the end of a piece may be a hole, or the end of the file.
            self.hash.update(piece.rstrip(b"\0"))
        self.size += len(piece)

    def text(self) -> str:
        return f"{self.hash.hexdigest()[:32]}"


def digest_of(read: Callable[[int], bytes]) -> Digest:
    """The digest of a stream whose reads give as much as they are asked for, but for the last."""
    digest = Digest()
    while piece := read(PIECE):
        digest.add(piece)
    return digest


def digest_of_file(file: int) -> Digest:
    """The digest of an open file, whose holes are passed over."""
    digest = Digest()
    length = os.fstat(file).st_size
    while digest.size < length:
        try:
            start = os.lseek(file, digest.size, os.SEEK_DATA)
        except OSError:
            digest.size = length
            break
        digest.size = max(digest.size, start - start % PIECE)
        digest.add(os.pread(file, PIECE, digest.size))
    return digest


def list_tree(root: Path, since: float) -> Tree:
    """All that is below a folder, and the folder itself as `.`.

    What changed after `since` has a time that nobody gave to it. A folder with such a time is one that no member of
    the archive stands for, so nobody gave it its mode either.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    names: dict[tuple[int, int], list[bytes]] = {}
    tree: Tree = {}
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        tree[b"."] = thing(folder, b".", since)
    finally:
        os.close(folder)
    # Folders that are still to be read, each by the steps to it: a path may be longer than the system takes.
    waiting: list[list[bytes]] = [[]]
    while waiting:
        steps = waiting.pop()
        folder = walk(root, steps)
        try:
            for name in os.listdir(folder):
                raw = os.fsencode(name)
                path = b"/".join([*steps, raw])
                status = os.stat(raw, dir_fd=folder, follow_symlinks=False)
                tree[path] = thing(folder, raw, since)
                if stat.S_ISDIR(status.st_mode):
                    waiting.append([*steps, raw])
                elif status.st_nlink > 1:
                    names.setdefault((status.st_dev, status.st_ino), []).append(path)
        finally:
            os.close(folder)
    for paths in names.values():
        for path in paths if len(paths) > 1 else []:
            old = tree[path]
            tree[path] = Thing(old.kind, old.mode, old.mtime, old.size, old.digest, old.target, min(paths))
    return tree


def walk(root: Path, steps: list[bytes]) -> int:
    """An open folder, reached step by step."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    # As much as one call takes: a path of many names of one byte has thousands of steps.
    for start in range(0, len(steps), 15):
        try:
            path = b"/".join(steps[start : start + 15])
            below = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        finally:
            os.close(folder)
        folder = below
    return folder


def thing(folder: int, name: bytes, since: float) -> Thing:
    """What stands at a name in an open folder."""
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    mode: int | None = stat.S_IMODE(status.st_mode) & 0o777
    mtime = status.st_mtime_ns // 1_000_000_000
    fresh = since <= status.st_mtime_ns / 1e9 <= time.time() + 1
    if stat.S_ISDIR(status.st_mode):
        return Thing("folder", None if fresh else mode, None if fresh else mtime)
    when = None if fresh else mtime
    if stat.S_ISLNK(status.st_mode):
        return Thing("link", None, when, target=os.readlink(name, dir_fd=folder))
    if not stat.S_ISREG(status.st_mode):
        return Thing("other", mode, when)
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        digest = digest_of_file(file)
    finally:
        os.close(file)
    return Thing("file", mode, when, status.st_size, digest.text())
