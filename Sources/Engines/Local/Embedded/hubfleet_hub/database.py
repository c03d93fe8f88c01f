"""Looks at a hub's database before the hub does. Run with the Python of the hub's environment, as a program:

`python -I database.py check DB` prints {"state": "new", "current", "older" or "newer", "revision": …}.
`python -I database.py forget DB` ends the sessions and tokens of all users; services keep theirs.
`python -I database.py count DB` prints how many users, groups, tokens … are in it.
`python -I database.py copy DB FILE` makes a whole copy, also while a hub writes, and counts what is in it.

It needs nothing but Python itself, and takes no time.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ASSIGNMENT = re.compile(
    r"""^(revision|down_revision)\s*(?::[^=\n]*)?=\s*(?:None|\(?["']([0-9a-f]+)["'])""", re.MULTILINE
)


def known_revisions() -> tuple[set[str], str]:
    """All revisions of the schema that this environment's JupyterHub knows, and the last one."""
    # Found, not imported: that would take a second.
    found = importlib.util.find_spec("jupyterhub")
    if found is None or not found.submodule_search_locations:
        raise ValueError("this Python has no JupyterHub: install the hub's environment anew")
    folder = Path(found.submodule_search_locations[0], "alembic", "versions")
    pairs = [ASSIGNMENT.findall(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))]
    names = {
        kind: {revision for pair in pairs for key, revision in pair if key == kind}
        for kind in ("revision", "down_revision")
    }
    last = names["revision"] - names["down_revision"]
    if len(last) != 1:
        raise ValueError(f"{folder} has {len(last)} last revisions: install the hub's environment anew")
    return names["revision"], last.pop()


@contextmanager
def opened(path: str) -> Iterator[sqlite3.Connection]:
    """The database, whole, in a transaction of its own; a ValueError with a sentence if that cannot be."""
    if not os.path.isfile(path):
        raise ValueError(f"there is no database {path}")
    connection = None
    try:
        # Writable also for a look: what a killed hub left half done is undone first. Never made anew.
        connection = sqlite3.connect(
            f"file:{quote(os.path.abspath(path))}?mode=rw", uri=True, timeout=10, isolation_level=None
        )
        connection.execute("BEGIN IMMEDIATE")
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
        yield connection
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise ValueError(f"the database {path} cannot be used now: {error}") from None
    except sqlite3.DatabaseError as error:
        raise ValueError(f"the database {path} is damaged ({error}): put a copy of it back") from None
    finally:
        if connection is not None:
            connection.close()


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; none if there is no such table."""
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def check(path: str) -> dict[str, str | None]:
    """Whether the database is of this JupyterHub, of an older or of a newer one."""
    revisions, last = known_revisions()
    with opened(path) as connection:
        if not columns(connection, "users"):
            return {"state": "new", "revision": None}
        row = None
        if columns(connection, "alembic_version"):
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        # From before JupyterHub wrote it down.
        return {"state": "older", "revision": None}
    state = "current" if row[0] == last else "older" if row[0] in revisions else "newer"
    return {"state": state, "revision": row[0]}


def forget(path: str) -> dict[str, int]:
    """Ends all sessions and tokens of users. Their servers had better be stopped: they have such tokens as well."""
    tokens = 0
    with opened(path) as connection:
        for table in ("api_tokens", "oauth_access_tokens", "oauth_codes"):
            if "user_id" in columns(connection, table):
                tokens += connection.execute(f"DELETE FROM {table} WHERE user_id IS NOT NULL").rowcount
        users = []
        if "cookie_id" in columns(connection, "users"):
            users = connection.execute("SELECT id FROM users").fetchall()
        for (number,) in users:
            connection.execute("UPDATE users SET cookie_id = ? WHERE id = ?", (secrets.token_hex(16), number))
    return {"users": len(users), "tokens": tokens}


COUNTED = {
    "users": ("users", "1"),
    "groups": ("groups", "1"),
    "members of groups": ("user_group_map", "1"),
    "tokens of users": ("api_tokens", "user_id IS NOT NULL AND (expires_at IS NULL OR expires_at > :now)"),
    "running servers": ("spawners", "server_id IS NOT NULL"),
    "kept logins": ("users", "encrypted_auth_state IS NOT NULL"),
    "roles": ("roles", "1"),
    "roles of users": ("user_role_map", "1"),
    "shares": ("shares", "1"),
}
"""What people would miss: the table and the condition of each. JupyterHub drops tokens that are over by itself."""


def count(path: str) -> dict[str, int]:
    """How many there are of each; what a database of an older JupyterHub cannot have is not in it."""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    found = {}
    with opened(path) as connection:
        for name, (table, condition) in COUNTED.items():
            known = columns(connection, table)
            if not known or not all(word in known for word in re.findall(r"\b[a-z_]+_[a-z_]+\b", condition)):
                continue
            row = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}", {"now": now}).fetchone()
            found[name] = int(row[0])
    return found


def copy(path: str, target: str) -> dict[str, object]:
    """A whole copy under another name, down to the disk; nothing where it cannot be whole."""
    needed = os.path.getsize(path) + (os.path.getsize(path + "-wal") if os.path.exists(path + "-wal") else 0)
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(target))).free
    # A database that is brought up to date is copied once more by JupyterHub, and grows.
    if free < 3 * needed:
        raise ValueError(f"a copy of {path} needs {3 * needed} bytes, and {free} are free: make room first")
    part = target + ".part"
    Path(part).unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        # Its own connection, which waits for writers: `opened` would keep them out for as long.
        source = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=rw", uri=True, timeout=30)
        copied = sqlite3.connect(part)
        try:
            source.backup(copied, pages=1000, sleep=0.01)
        finally:
            copied.close()
            source.close()
        answer: dict[str, object] = {"bytes": os.path.getsize(part), "counts": count(part), **check(part)}
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.rename(part, target)
    except sqlite3.Error as error:
        raise ValueError(f"the database {path} cannot be copied: {error}") from None
    finally:
        Path(part).unlink(missing_ok=True)
    return answer


def main(arguments: list[str]) -> int:
    """Runs a command; a sentence and 1 where it fails."""
    commands: dict[str, tuple[Callable[..., object], int]] = {
        "check": (check, 1),
        "forget": (forget, 1),
        "count": (count, 1),
        "copy": (copy, 2),
    }
    command, given = commands.get(arguments[0] if arguments else "", (None, 0))
    if command is None or len(arguments) != given + 1:
        print("usage: database.py check|forget|count DB, or copy DB FILE", file=sys.stderr)
        return 64
    try:
        print(json.dumps(command(*arguments[1:])))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
