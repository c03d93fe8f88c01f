"""The images that users choose from: `images.choices` of the policy says them once, presets and pages repeat them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

SCHEMA = "Sources/FleetModel/Embedded/schemas/fleet.schema.yaml"
PRESET = "presets/essential.yaml"
PAGE = "docs/reference/fleet-yaml.md"
BASEHUB = "helm-charts/basehub/values.yaml"
MARK = "# Written by scripts/charts from images.choices of fleet.schema.yaml."
TABLE = "| `slug` | `title` | `image` | opens, home |"

Choice = dict[str, str]


def outputs(root: Path) -> dict[Path, str]:
    """The text that each file with one of these images should have."""
    choices = default_choices(root)
    made = {file: with_images(file.read_text(), choices) for file in sorted((root / "presets").glob("*.yaml"))}
    made[root / PRESET] = with_choices(made[root / PRESET], choices)
    made[root / PAGE] = with_table((root / PAGE).read_text(), choices)
    made[root / BASEHUB] = with_server_image((root / BASEHUB).read_text(), choices)
    return made


def default_choices(root: Path) -> list[Choice]:
    schema: Any = yaml.safe_load((root / SCHEMA).read_text())
    choices: list[Choice] = schema["properties"]["images"]["properties"]["choices"]["default"]
    return choices


def with_images(text: str, choices: list[Choice]) -> str:
    """The text with the tag that the policy gives to each image of its own, wherever else it is named."""
    for choice in choices:
        name = choice["image"].rpartition(":")[0]
        text = re.sub(rf"(?<=image: ){re.escape(name)}[:@][^\s\"]+", choice["image"], text)
    return text


def with_choices(text: str, choices: list[Choice]) -> str:
    """The preset with all choices below its mark, up to the next line that is indented less."""
    lines = text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.strip() == MARK) + 1
    indent = len(lines[start - 1]) - len(lines[start - 1].lstrip())
    end = start
    while end < len(lines) and lines[end].startswith(" " * indent):
        end += 1
    made = [" " * indent + line + "\n" for number, choice in enumerate(choices) for line in entry(choice, number == 0)]
    return "".join([*lines[:start], *made, *lines[end:]])


def entry(choice: Choice, is_default: bool) -> list[str]:
    """A choice as kubespawner reads it."""
    lines = [f"{choice['slug']}:", f"  display_name: {scalar(choice['title'])}"]
    if "description" in choice:
        lines.append(f"  description: {scalar(choice['description'])}")
    if is_default:
        lines.append("  default: true")
    lines += ["  kubespawner_override:", f"    image: {choice['image']}"]
    if "default_url" in choice:
        lines.append(f"    default_url: {choice['default_url']}")
    if "home_path" in choice:
        lines += [
            "    # The image's own home; the chart mounts the same files there.",
            f"    working_dir: {choice['home_path']}",
        ]
    return lines


def scalar(text: str) -> str:
    """Text as YAML reads it back."""
    return text if yaml.safe_load(text) == text else json.dumps(text)


def with_table(text: str, choices: list[Choice]) -> str:
    """The reference page with a row for each choice."""
    head, _, rest = text.partition(TABLE)
    rule, _, rest = rest.lstrip("\n").partition("\n")
    after = re.sub(r"\A(\|[^\n]*\n)*", "", rest)
    rows = []
    for choice in choices:
        special = ", ".join(f"`{choice[key]}`" for key in ("default_url", "home_path") if key in choice)
        rows.append(
            f"| `{choice['slug']}` | {choice['title']} | `{choice['image']}` | {special}{' ' if special else ''}|\n"
        )
    return f"{head}{TABLE}\n{rule}\n{''.join(rows)}{after}"


def with_server_image(text: str, choices: list[Choice]) -> str:
    """Basehub's values, whose servers run the first choice where a hub says nothing."""
    name, _, tag = choices[0]["image"].rpartition(":")
    return re.sub(r"(?m)^(    image:\n      name: ).*\n(      tag: ).*$", rf'\g<1>{name}\n\g<2>"{tag}"', text, count=1)
