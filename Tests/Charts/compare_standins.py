"""Compares the stand-ins of sub-charts with the real charts, where somebody has fetched those.

    python Tests/Charts/compare_standins.py FOLDER [--write]      FOLDER/NAME is the real chart NAME, as for
                                                                  HUBFLEET_UPSTREAM_CHARTS

Both are rendered with the values of each preset. It prints a table of what differs: objects, names, labels, ports,
variables, keys of Secrets, and whether values are random. With --write the table goes to standins/COMPARISON.md.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import charts
from charts import PRESETS, Charts, Object

TABLE = Path(__file__).parent / "standins/COMPARISON.md"
HEAD = """\
# What the stand-ins do not have of the real charts

Made by `Tests/Charts/compare_standins.py`, with {names}. Rendered with all presets; a line stands once.
Checksums, keys of Secrets' values and protocols that are TCP by default are not compared.

| chart | object | where | stand-in | real |
| --- | --- | --- | --- | --- |
"""
Fact = tuple[str, str, str]
"""The chart, the object, and a path in it."""


def facts(item: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All values of an object with their paths; entries of lists go by their names, or by what they are."""
    if isinstance(item, dict):
        for key, value in item.items():
            if (key, value) != ("protocol", "TCP"):
                yield from facts(value, f"{path}.{key}" if path else key)
    elif isinstance(item, list):
        for value in item:
            name = value.get("name") if isinstance(value, dict) else None
            short = json.dumps(plain(value), sort_keys=True)
            yield from facts(value, f"{path}[{name}]") if name else [(f"{path}[{short}]", "there")]
    else:
        yield path, item


def plain(value: Any) -> Any:
    """A value without what is so by default."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if (key, item) != ("protocol", "TCP")}
    return [plain(item) for item in value] if isinstance(value, list) else value


def described(item: Object) -> dict[str, str]:
    """What is compared of an object."""
    if item["kind"] in ("Secret", "ConfigMap"):
        texts = {**item.pop("data", {}), **item.pop("stringData", {})}
        item["keys"] = dict.fromkeys(texts, "there")
    found = {}
    for path, value in facts(item):
        is_sum = "checksum/" in path or path.startswith("metadata.annotations.meta.helm.sh")
        found[path] = "a checksum" if is_sum else cell(value)
    return found


def cell(value: Any) -> str:
    text = re.sub(r"\s+", " ", str(value)).replace("|", "\\|")
    return f"`{text if len(text) < 90 else text[:87] + '...'}`"


def rendered(upstream: str | None, names: list[str]) -> dict[Fact, str]:
    """All facts of the sub-charts of these names, by all presets; and which Secrets are random."""
    charts.UPSTREAM = upstream
    found: dict[Fact, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        made = Charts(Path(folder))
        for preset, (chart, values) in PRESETS.items():
            first, second = (made.sources(chart, *values) for _ in range(2))
            again = {(item["kind"], item["metadata"]["name"]): item.get("data") for _, item in second}
            for source, item in first:
                name = next((name for name in names if f"charts/{name}/templates/" in source), None)
                if name is None:
                    continue
                title = f"{item['kind']} {item['metadata']['name']}"
                if item["kind"] == "Secret" and item.get("data") != again[item["kind"], item["metadata"]["name"]]:
                    found[name, title, "values"] = "random each time"
                found[name, title, ""] = "there"
                found |= {(name, title, path): value for path, value in described(item).items()}
            print(preset, file=sys.stderr)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    names = [path.name for path in sorted((TABLE.parent).iterdir()) if (options.folder / path.name).is_dir()]
    ours, real = rendered(None, names), rendered(str(options.folder), names)
    lines = []
    lonely = {(name, title) for name, title, path in set(ours) ^ set(real) if path == ""}
    for fact in sorted(set(ours) | set(real)):
        name, title, path = fact
        if ours.get(fact) == real.get(fact) or ((name, title) in lonely and path):
            continue
        lines.append(f"| {name} | {title} | {path} | {ours.get(fact, '')} | {real.get(fact, '')} |")
    text = HEAD.format(names=", ".join(names)) + "\n".join(lines) + "\n"
    if options.write:
        TABLE.write_text(text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
