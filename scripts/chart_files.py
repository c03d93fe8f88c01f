"""What scripts/charts runs: JSON schemas, reference tables, checksums and images, made from where each is said once."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import chart_images
import yaml

START = "<!-- Below this line: written by scripts/charts -->\n"
CHECKSUM = "basehub/files"


def main(root: Path, check: bool) -> int:
    stale = []
    charts = sorted(path.parent for path in root.glob("helm-charts/*/Chart.yaml"))
    # The images first: they stand in files that others are made from.
    for made in [partial(chart_images.outputs, root), *(partial(outputs, root, chart) for chart in charts)]:
        for file, text in made().items():
            if (file.read_text() if file.exists() else None) == text:
                continue
            stale.append(str(file.relative_to(root)))
            if not check:
                file.write_text(text)
    for name in stale:
        print(f"charts: {name} {'is stale; run scripts/charts' if check else 'written'}", file=sys.stderr)
    return 1 if check and stale else 0


def outputs(root: Path, chart: Path) -> dict[Path, str]:
    """The text that each made file of a chart should have."""
    made: dict[Path, str] = {}
    values_file = chart / "values.yaml"
    if not values_file.exists():
        return made
    text = with_checksum(chart, values_file.read_text())
    made[values_file] = text
    schema_file = chart / "values.schema.yaml"
    if not schema_file.exists():
        return made
    schema = yaml.safe_load(schema_file.read_text())
    schema.pop("definitions", None)
    made[chart / "values.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    page = root / f"docs/charts/{chart.name}.md"
    if page.exists():
        head = page.read_text().partition(START)[0]
        made[page] = head + START + "\n" + reference(schema, text)
    return made


def with_checksum(chart: Path, text: str) -> str:
    """values.yaml with the checksum of all that the hub's pod mounts from files/."""
    digest = hashlib.sha256()
    for file in sorted(
        path for path in (chart / "files").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ):
        digest.update(f"{file.relative_to(chart)}\0".encode() + file.read_bytes() + b"\0")
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip().startswith(f"{CHECKSUM}:"):
            lines[number] = f'{line[: len(line) - len(line.lstrip())]}{CHECKSUM}: "{digest.hexdigest()[:16]}"\n'
    return "".join(lines)


# The reference tables.


def reference(schema: dict[str, Any], text: str) -> str:
    """Two tables: the chart's own keys, from the schema; and what it sets of its sub-charts, from the comments."""
    values = yaml.safe_load(text)
    own = {path: part for path, part in described(schema) if path}
    lines = [
        "## Values of this chart",
        "",
        "| key | type | default | what it does | for example |",
        "| --- | --- | --- | --- | --- |",
    ]
    for path, part in own.items():
        if "properties" in part and not part.get("examples"):
            lines.append(f"| **`{path}`** | | | {cell(part['description'])} | |")
            continue
        shown = cell_of_code(default_at(values, path))
        example = cell_of_code(part["examples"][0]) if part.get("examples") else ""
        lines.append(f"| `{path}` | {type_of(part)} | {shown} | {cell(part.get('description', ''))} | {example} |")
    lines += ["", "## What it sets of its sub-charts", "", "| key | value | why |", "| --- | --- | --- |"]
    for path, value, comment in commented(text):
        if path not in own and comment:
            lines.append(f"| `{path}` | {cell_of_code(value)} | {cell(comment)} |")
    return "\n".join(lines) + "\n"


def described(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that the schema knows, with its part of the schema; list items as KEY[]."""
    yield path, schema
    for key, part in schema.get("properties", {}).items():
        yield from described(part, f"{path}.{key}" if path else key)
    items = schema.get("items")
    if isinstance(items, dict) and "properties" in items:
        for key, part in items["properties"].items():
            yield from described(part, f"{path}[].{key}")


def default_at(values: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(values, dict) or key not in values:
            return None
        values = values[key]
    return values


def commented(text: str) -> Iterator[tuple[str, Any, str]]:
    """The keys of values.yaml with a comment of their own, and those below whose comment is on the way."""
    lines = text.splitlines()

    def walk(node: yaml.Node, path: str) -> Iterator[tuple[str, Any, str]]:
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            here = f"{path}.{key.value}" if path else key.value
            comment = comment_above(lines, key.start_mark.line)
            if comment:
                plain = yaml.SafeLoader("").construct_object(value, deep=True)
                yield here, None if isinstance(plain, dict) else plain, comment
            yield from walk(value, here)

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None:
        yield from walk(root, "")


def comment_above(lines: list[str], number: int) -> str:
    found: list[str] = []
    indent = len(lines[number]) - len(lines[number].lstrip())
    while number > 0 and lines[number - 1].startswith(" " * indent + "#"):
        number -= 1
        found.insert(0, lines[number].strip().lstrip("# "))
    return " ".join(found)


def type_of(part: dict[str, Any]) -> str:
    kind = part.get("type", "")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def cell_of_code(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value or '""'
    text = " ".join(text.split()).replace("|", "\\|").replace("`", "'")
    return f"`{text if len(text) <= 90 else text[:87] + '...'}`"


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), "--check" in sys.argv[2:]))
    except yaml.YAMLError as error:
        sys.exit(f"charts: {error}")
