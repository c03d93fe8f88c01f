"""Hubfleet as a reader of archives."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

from listing import list_tree
from processes import Ended, run
from readers import Outcome

# A build for tests takes its time for long names.
LIMIT = 300


def unpack(program: Path, archive: Path, target: Path, *options: str, keys: Path) -> Outcome:
    """Lets the built program import an archive into a new folder, and lists what it made.

    The folder of keys is one for all archives, or each would need a new key.
    """
    target.mkdir()
    since = time.time() - 1
    command: list[str | bytes | Path] = [program, "home", "import", archive, "--to", target, "--format", "json"]
    ended = run([*command, *options], target.parent, limit=LIMIT, variables=variables(keys))
    message = " ".join(ended.message.replace(os.fspath(archive), "ARCHIVE").split())
    tree = list_tree(target, since)
    if ended.status == -1:
        return Outcome("hubfleet", "late", message, tree)
    if ended.status not in (0, 1):
        return Outcome("hubfleet", "crashed", f"{ended.status}: {message}"[:2000], tree)
    try:
        result = json.loads(ended.output)
    except ValueError:
        return Outcome("hubfleet", "failed", message, tree)
    exceptions = (result[0] if isinstance(result, list) else result).get("exceptions", [])
    left = {named(one["path"]): one["reason"] for one in exceptions}
    return Outcome("hubfleet", "read" if ended.status == 0 else "warned", message, tree, left)


def named(text: str) -> bytes:
    """The path that is shown so."""
    return re.sub(rb"%([0-9A-F]{2})", lambda match: bytes([int(match[1], 16)]), text.encode())


def make_key(program: Path, folder: Path, keys: Path) -> None:
    """Lets the program make its key for receipts, which several at once must not do."""
    (folder / "empty").mkdir()
    run(
        [program, "home", "export", "--from", folder / "empty", "--to", folder / "empty.zip"],
        folder,
        variables=variables(keys),
    )
    if not any(keys.rglob("*.pem")):
        raise OSError(f"{program} made no key")


def variables(keys: Path) -> dict[str, str]:
    """Where the program may write what is no home: in a sandbox it is this folder alone."""
    return {"XDG_CONFIG_HOME": os.fspath(keys), "TMPDIR": os.fspath(keys.parent)}


def export(program: Path, home: Path, archive: Path, *options: str, keys: Path) -> Ended:
    """Lets the built program archive a home."""
    command: list[str | bytes | Path] = [program, "home", "export", "--from", home, "--to", archive]
    return run([*command, *options], archive.parent, limit=LIMIT, variables=variables(keys))
