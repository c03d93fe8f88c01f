"""Which APIs each version of Kubernetes serves, from the schemas of all versions that `kubernetes-validate` carries.

`scripts/kubernetes-apis` runs this in the environment of the charts' tests. A line is an API: its group (`-` for the
core one), its version, its kind, and the first and the last minor version of Kubernetes 1 with it, as far as known.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import kubernetes_validate

Api = tuple[str, str, str]
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
# What is sent to a server, and is no object of its own.
NO_OBJECTS = {"DeleteOptions", "WatchEvent", "Status"}


def versions() -> Iterator[tuple[int, Path]]:
    """The minor versions, each with its folder."""
    for folder in SCHEMAS.iterdir():
        match = re.fullmatch(r"v1\.(\d+)\.\d+-local", folder.name)
        if match:
            yield int(match[1]), folder


def apis(folder: Path) -> Iterator[Api]:
    """The APIs of a version."""
    for schema in json.loads((folder / "_definitions.json").read_text())["$defs"].values():
        for name in schema.get("x-kubernetes-group-version-kind", []):
            kind = name["kind"]
            if "metadata" in schema.get("properties", {}) and not kind.endswith("List") and kind not in NO_OBJECTS:
                yield name["group"], name["version"], kind


def table() -> str:
    """The text of the table."""
    known: dict[Api, set[int]] = {}
    minors = []
    for minor, folder in sorted(versions()):
        minors.append(minor)
        for api in apis(folder):
            known.setdefault(api, set()).add(minor)
    source = f"kubernetes-validate {importlib.metadata.version('kubernetes-validate')}"
    lines = [
        "# The APIs of Kubernetes, with the first and the last of its minor versions that are known to serve them.",
        f"# Written by scripts/kubernetes-apis from the schemas of {source}: remake it, do not edit it.",
        f"known {min(minors)} {max(minors)}",
    ]
    for (group, version, kind), found in sorted(known.items()):
        lines.append(f"{group or '-'} {version} {kind} {min(found)} {max(found)}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes the table, or compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    text = table()
    if not arguments.check:
        arguments.file.write_text(text)
        return 0
    if arguments.file.read_text() == text:
        return 0
    print(f"{arguments.file} is stale; `scripts/kubernetes-apis` remakes it", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
