"""Looks at a hub's database before the hub does. Run with the Python of the hub's environment, as a program:

`python -I database.py check DB` prints {"state": "new", "current", "older" or "newer", "revision": …}.
`python -I database.py forget DB` ends the sessions and tokens of all users; services keep theirs.

It needs nothing but Python itself, and takes no time.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import sqlite3
import sys
from collections.abc import Iterator
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


def main(arguments: list[str]) -> int:
    """Runs a command; a sentence and 1 where it fails."""
    commands = {"check": check, "forget": forget}
    if len(arguments) != 2 or arguments[0] not in commands:
        print("usage: database.py check|forget DB", file=sys.stderr)
        return 64
    try:
        print(json.dumps(commands[arguments[0]](arguments[1])))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
