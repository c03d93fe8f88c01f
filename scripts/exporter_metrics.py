"""Reads from the Python of programs which metrics they export: from calls of prometheus_client's classes.

    python scripts/exporter_metrics.py FOLDER      FOLDER has the sources of exporters, each in a folder of its name

It needs a Python that is as new as theirs, 3.12, and writes Tests/Charts/support/exporters.yaml. A test compares what
alerts and dashboards read with it; the programs themselves are not ours to keep.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "Tests/Charts/support/exporters.yaml"
KINDS = {"Gauge": "gauge", "Counter": "counter", "Histogram": "histogram", "Summary": "summary"}


def metrics(source: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The metrics of a file: name, type and labels. In a name, * is what the program puts in while it runs."""
    tree = ast.parse(source)
    known = {
        target.id: text(node.value, {})
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in KINDS:
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        name = text(node.args[0], known) if node.args else None
        if name is None:
            continue
        prefix = (text(given["namespace"], known) or "*") if "namespace" in given else None
        labels = given.get("labelnames", node.args[2] if len(node.args) > 2 else None)
        listed = [text(item, known) or "?" for item in getattr(labels, "elts", ())]
        kind = KINDS[node.func.id]
        yield (f"{prefix}_{name}" if prefix else name), {"type": kind, "labels": listed}


def text(node: ast.expr, known: dict[str, str | None]) -> str | None:
    """A text that the source says: itself, by a name, or as the default of an environment variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        return "".join(text(part, known) or "*" for part in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "getenv"):
        return text(node.args[1], known) if len(node.args) > 1 else None
    return None


def main(folder: Path) -> int:
    """Reads each exporter, and writes the table."""
    table = {
        exporter.name: dict(sorted(item for file in exporter.rglob("*.py") for item in metrics(file.read_text())))
        for exporter in sorted(folder.iterdir())
        if exporter.is_dir()
    }
    TABLE.write_text(
        "# What exporters export, by their own code. Written by scripts/exporter_metrics.py; compared by tests.\n"
        + yaml.safe_dump(table, width=120, sort_keys=True)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
