"""Homes that go round: one of real packages, and one with a path of every length."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

# The longest name and the longest path that the system takes.
NAME = 255
PATH = 4095
# How many packages are taken, and the size from which on one makes a test slow, in bytes.
COUNT = 42
MOST = 300_000
WHEN = 1_400_000_000


def of_lengths(home: Path) -> None:
    """Makes one path of every length from one byte to 4,095, each with a mode and a time of its own."""
    home.mkdir()
    folder = os.open(home, os.O_RDONLY)
    try:
        for depth in range((PATH + 1) // (NAME + 1)):
            start = depth * (NAME + 1)
            for length in range(1, NAME + 1):
                put(folder, f"{'f' * length}", start + length)
            # A path that would end with the slash of this folder's name stands one folder deeper.
            os.mkdir("x", dir_fd=folder)
            put(folder, f"x/{'g' * (NAME - 1)}", start + NAME + 1)
            os.utime("x", (WHEN, WHEN), dir_fd=folder)
            name = "d" * NAME
            if start + 2 * (NAME + 1) > PATH + 1:
                break
            os.mkdir(name, dir_fd=folder)
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = below
    finally:
        os.close(folder)
    settle(home)


def put(folder: int, name: str, length: int) -> None:
    """A file, or a link now and then, at a path of this length; there is none behind the longest."""
    if length > PATH:
        return
    if length % 7 == 0:
        os.symlink("t" * min(length, PATH), name, dir_fd=folder)
    else:
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 | length % 2 * 0o44, dir_fd=folder)
        os.write(file, b"%d" % length)
        os.close(file)
    # ZIP's own dates are even.
    os.utime(name, (WHEN + 2 * length,) * 2, dir_fd=folder, follow_symlinks=False)


def settle(home: Path, *, has_new_links: bool = False) -> None:
    """Gives all folders dates that are not of today."""
    for path, folders, files, folder in os.fwalk(home, topdown=False):
        for name in [*folders, *files]:
            # The dates of links came with no copy.
            if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode) and has_new_links:
                os.utime(name, (WHEN, WHEN), dir_fd=folder, follow_symlinks=False)
        os.utime(folder, (WHEN + 2 * len(path),) * 2)


def of_packages(home: Path, environment: Path) -> None:
    """Makes a home of an environment's programs, links and packages, and of packages within packages."""
    (packages,) = environment.glob("lib/python3*/site-packages")
    inner = home / "project/.venv" / packages.relative_to(environment)
    inner.mkdir(parents=True)
    shutil.copy2(environment / "pyvenv.cfg", home / "project/.venv/pyvenv.cfg")
    os.utime(home / "project/.venv/pyvenv.cfg", (WHEN, WHEN))
    shutil.copytree(environment / "bin", home / "project/.venv/bin", symlinks=True)
    count = 0
    for record in sorted(packages.glob("*.dist-info/RECORD")):
        files = [packages / line.rsplit(",", 2)[0].strip('"') for line in record.read_text().splitlines()]
        files = [file for file in files if file.is_file() and packages in file.parents and ".." not in file.parts]
        if count == COUNT or sum(file.stat().st_size for file in files) > MOST:
            continue
        count += 1
        for file in files:
            target = inner / file.relative_to(packages)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target, follow_symlinks=False)
            os.utime(target, (WHEN + 2 * count,) * 2)
    if count < COUNT:
        raise ValueError(f"{environment} has {count} packages that are small, and {COUNT} are needed")
    deep = home / "deep"
    small = next(iter(sorted(packages.glob("*.dist-info"))))
    for depth in range(24):
        deep = deep / "node_modules" / f"package-{depth}"
        shutil.copytree(small, deep)
    (deep / "loop").symlink_to("../" * 6)
    settle(home, has_new_links=True)
