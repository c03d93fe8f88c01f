"""Hubfleet as a reader of archives."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

from listing import list_tree
from processes import run
from readers import Outcome


def unpack(program: Path, archive: Path, target: Path, *options: str) -> Outcome:
    """Lets the built program import an archive into a new folder, and lists what it made."""
    target.mkdir()
    since = time.time() - 1
    command: list[str | bytes | Path] = [
        program,
        "home",
        "import",
        archive,
        "--to",
        target,
        "--format",
        "json",
        *options,
    ]
    ended = run([*command, *options], target.parent, XDG_CONFIG_HOME=os.fspath(target.parent.parent / "config"))
    message = " ".join(ended.message.replace(os.fspath(target.parent), "").split())
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
