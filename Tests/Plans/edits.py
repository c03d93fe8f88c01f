"""Random edits of a fleet as people make them, each with what it is called."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from small_fleet import Keys, encrypt

LEAF = re.compile(r"^(\s*(?:- )?[A-Za-z][\w-]*:\s+)([\w./:-]+)(\s*)$")


class NothingToDo(Exception):
    """The edit does not fit this fleet."""


@dataclass
class Edit:
    """What was done, as far as the files do not tell it."""

    what: str
    # Earlier names of releases, by their names now.
    names: dict[str, str] = field(default_factory=dict)
    # Hubs that must be refused, because they look like earlier ones.
    refused: set[str] = field(default_factory=set)
    # Encrypted files whose cipher text differs.
    sealed: set[str] = field(default_factory=set)


class Fleet:
    """A fleet on the disk, with what edits need."""

    def __init__(self, root: Path, dice: random.Random, keys: Keys | None) -> None:
        self.root = root
        self.dice = dice
        self.keys = keys
        self.count = 0

    def number(self) -> int:
        self.count += 1
        return self.count

    def pick(self, items: list[Any]) -> Any:
        if not items:
            raise NothingToDo
        return self.dice.choice(items)

    def clusters(self) -> list[Path]:
        return sorted(self.root.glob("config/clusters/*/cluster.yaml"))

    def plain(self) -> list[Path]:
        """Values files of clusters that anybody can read."""
        found = sorted(self.root.glob("config/clusters/*/*.values.yaml"))
        return [file for file in found if "secret" not in file.name and file.read_text().strip()]

    def read(self, file: Path) -> Any:
        return yaml.safe_load(file.read_text())

    def hubs(self, file: Path) -> list[Any]:
        return self.read(file).get("hubs") or []

    def overrides(self) -> list[Path]:
        """What replaces a Chart.yaml."""
        found = [
            (file, hub["chart_override"])
            for file in self.clusters()
            for hub in self.hubs(file)
            if "chart_override" in hub
        ]
        return sorted({(self.root if "/" in name else file.parent) / name for file, name in found})

    def name(self, file: Path) -> str:
        return str(file.relative_to(self.root))

    def replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text()
        if old not in text:
            raise NothingToDo
        file.write_text(text.replace(old, new, 1))

    def other(self, value: str) -> str:
        """Another value of the same type."""
        if value in ("true", "false"):
            return "false" if value == "true" else "true"
        if re.fullmatch(r"\d+", value):
            return str(int(value) + self.dice.randint(1, 9))
        return f"{value}-{self.number()}"

    def change_leaf(self, file: Path) -> str:
        """Changes one value of a file."""
        lines = file.read_text().splitlines(keepends=True)
        at = self.pick([at for at, line in enumerate(lines) if LEAF.match(line)])
        lines[at] = LEAF.sub(lambda match: f"{match[1]}{self.other(match[2])}{match[3]}", lines[at])
        file.write_text("".join(lines))
        return f"{self.name(file)}:{at + 1}"


# Values.


def value(fleet: Fleet) -> Edit:
    return Edit(f"value {fleet.change_leaf(fleet.pick(fleet.plain()))}")


def chart_value(fleet: Fleet) -> Edit:
    return Edit(f"value {fleet.change_leaf(fleet.pick(sorted(fleet.root.glob('helm-charts/*/values.yaml'))))}")


def comment(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.plain() + sorted(fleet.root.glob("helm-charts/*/values.yaml")) + fleet.clusters())
    file.write_text(f"# Remark {fleet.number()}\n" + file.read_text())
    return Edit(f"comment {fleet.name(file)}")


def order(fleet: Fleet) -> Edit:
    """The top-level keys of a file in another order, written anew: no comments, no anchors, other quotes."""
    file = fleet.pick(fleet.plain())
    tree = yaml.load(file.read_text(), yaml.BaseLoader)
    again = yaml.safe_load(file.read_text())
    if not isinstance(again, dict) or yaml.safe_load(yaml.safe_dump(again)) != again or len(tree) < 1:
        raise NothingToDo
    if re.search(r":\s+(0\d|\S*_\d|y|n|Y|N|\d{4}-\d\d|\d+:\d|[+-]?\d*\.?\d+e)", file.read_text()):
        raise NothingToDo  # Python reads these otherwise than helm.
    file.write_text(yaml.safe_dump(again, sort_keys=True))
    return Edit(f"order {fleet.name(file)}")


def anchor(fleet: Fleet) -> Edit:
    """A value said once, and again by its anchor."""
    file = fleet.pick([file for file in fleet.plain() if not file.read_text().startswith("{")])
    number = fleet.number()
    text = file.read_text().rstrip("\n")
    file.write_text(f"{text}\nanchored{number}: &anchor{number} {{a: 1}}\nagain{number}: *anchor{number}\n")
    return Edit(f"anchor {fleet.name(file)}")


def unfold_anchor(fleet: Fleet) -> Edit:
    files = [file for file in fleet.plain() if re.search(r"&anchor\d+ \{a: 1\}", file.read_text())]
    file = fleet.pick(files)
    text = re.sub(r"&anchor\d+ (\{a: 1\})", r"\1", file.read_text())
    file.write_text(re.sub(r"\*anchor\d+", "{a: 1}", text))
    return Edit(f"anchor taken out of {fleet.name(file)}")


def number_form(fleet: Fleet) -> Edit:
    """The same number in another form."""
    file = fleet.pick(fleet.plain())
    lines = file.read_text().splitlines(keepends=True)
    at = fleet.pick([at for at, line in enumerate(lines) if re.match(r"^\s*[\w-]+:\s+[1-9]\d*\s*$", line)])
    lines[at] = lines[at].rstrip("\n") + ".0\n"
    file.write_text("".join(lines))
    return Edit(f"form of a number {fleet.name(file)}:{at + 1}")


def null(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.plain())
    lines = file.read_text().splitlines(keepends=True)
    at = fleet.pick([at for at, line in enumerate(lines) if LEAF.match(line) and not line.lstrip().startswith("-")])
    lines[at] = LEAF.sub(r"\1null\3", lines[at])
    file.write_text("".join(lines))
    return Edit(f"null {fleet.name(file)}:{at + 1}")


def overridden(fleet: Fleet) -> Edit:
    """A value in the first file of a hub that its last one sets too."""
    file = fleet.pick(fleet.clusters())
    hub = fleet.pick([hub for hub in fleet.hubs(file) if len(hub["helm_chart_values_files"]) > 1])
    names = [name for name in hub["helm_chart_values_files"] if "secret" not in name]
    if len(names) < 2:
        raise NothingToDo
    if any((file.parent / name).read_text().startswith("{") for name in names):
        raise NothingToDo
    number = fleet.number()
    for name, said in ((names[0], "weak"), (names[-1], "strong")):
        path = file.parent / name
        path.write_text(path.read_text().rstrip("\n") + f"\nover{number}: {said}\n")
    return Edit(f"said twice, in {names[0]} and {names[-1]} of {file.parent.name}")


def weak(fleet: Fleet) -> Edit:
    """The weaker of two values changes."""
    files = [file for file in fleet.plain() if re.search(r"^over\d+: weak\w*$", file.read_text(), re.MULTILINE)]
    file = fleet.pick(files)
    file.write_text(re.sub(r"^(over\d+: weak)", r"\1er", file.read_text(), count=1, flags=re.MULTILINE))
    return Edit(f"weaker value {fleet.name(file)}")


# Files.


def listed(fleet: Fleet) -> tuple[Path, str]:
    """A plain file that some hub lists once in its cluster.yaml."""
    file = fleet.pick(fleet.clusters())
    names = [name for hub in fleet.hubs(file) for name in hub["helm_chart_values_files"] if "secret" not in name]
    return file, fleet.pick(sorted(set(names)))


def rename_file(fleet: Fleet) -> Edit:
    file, name = listed(fleet)
    new = f"renamed-{fleet.number()}.values.yaml"
    (file.parent / name).rename(file.parent / new)
    text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", new, file.read_text())
    file.write_text(text)
    return Edit(f"file {name} of {file.parent.name} renamed")


def drop_file(fleet: Fleet) -> Edit:
    """A file is deleted, and taken off all lists."""
    file, name = listed(fleet)
    tree = fleet.read(file)
    lists = [hub["helm_chart_values_files"] for hub in tree["hubs"]]
    if "support" in tree:
        lists.append(tree["support"]["helm_chart_values_files"])
    for files in lists:
        if name in files:
            files.remove(name)
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    (file.parent / name).unlink()
    return Edit(f"file {name} of {file.parent.name} deleted")


def add_file(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    tree = fleet.read(file)
    hub = fleet.pick(tree["hubs"])
    number = fleet.number()
    name = f"added-{number}.values.yaml"
    content = fleet.pick([f"added{number}: 1\n", "# Nothing yet.\n", "{}\n"])
    (file.parent / name).write_text(content)
    hub["helm_chart_values_files"].append(name)
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"file {name} added to {hub['name']} of {file.parent.name}: {content!r}")


def stray_file(fleet: Fleet) -> Edit:
    """A file that nobody lists."""
    file = fleet.pick(fleet.clusters())
    (file.parent / f"stray-{fleet.number()}.values.yaml").write_text("a: 1\n")
    return Edit(f"stray file in {file.parent.name}")


def order_of_files(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    tree = fleet.read(file)
    hub = fleet.pick([hub for hub in tree["hubs"] if len(hub["helm_chart_values_files"]) > 1])
    hub["helm_chart_values_files"].reverse()
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"files of {hub['name']} of {file.parent.name} in another order")


# Charts.


def templates(fleet: Fleet) -> list[Path]:
    return [file for file in sorted(fleet.root.glob("helm-charts/*/templates/**/*.yaml")) if file.is_file()]


def template(fleet: Fleet) -> Edit:
    """Another object in a chart."""
    chart = fleet.pick(sorted(fleet.root.glob("helm-charts/*/templates"))).parent
    number = fleet.number()
    (chart / f"templates/more-{number}.yaml").write_text(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: more-{number}}}\n"
    )
    return Edit(f"template added to {chart.name}")


def template_comment(fleet: Fleet) -> Edit:
    file = fleet.pick([file for file in templates(fleet) if file.read_text().startswith("{{- /*")])
    file.write_text(file.read_text().replace("{{- /*", f"{{{{- /* Remark {fleet.number()}.", 1))
    return Edit(f"template comment {fleet.name(file)}")


def notes(fleet: Fleet) -> Edit:
    file = fleet.pick(sorted(fleet.root.glob("helm-charts/*/templates/NOTES.txt")))
    file.write_text(file.read_text() + f"Remark {fleet.number()}.\n")
    return Edit(f"notes {fleet.name(file)}")


def chart_page(fleet: Fleet) -> Edit:
    """A file of a chart that no template reads."""
    chart = fleet.pick(sorted(fleet.root.glob("helm-charts/*/Chart.yaml"))).parent
    with (chart / "README.md").open("a") as file:
        file.write(f"Remark {fleet.number()}.\n")
    return Edit(f"page of {chart.name}")


def chart_file(fleet: Fleet) -> Edit:
    """A file of a chart that a template reads."""
    files = sorted(fleet.root.glob("helm-charts/hub/files/page.html"))
    files += sorted(fleet.root.glob("helm-charts/basehub/files/basehub/*.py"))
    file = fleet.pick(files)
    with file.open("a") as text:
        text.write(f"# {fleet.number()}\n")
    return Edit(f"file of a chart {fleet.name(file)}")


def chart_version(fleet: Fleet) -> Edit:
    file = fleet.pick(sorted(fleet.root.glob("helm-charts/*/Chart.yaml")))
    chart = file.parent.name
    # Others name its version.
    if any(f"file://../{chart}" in other.read_text() for other in fleet.root.glob("**/*hart.yaml")):
        raise NothingToDo
    text = re.sub(
        r"^version: (\d+)\.(\d+)\.(\d+)",
        lambda match: f"version: {match[1]}.{match[2]}.{int(match[3]) + 1}",
        file.read_text(),
        count=1,
        flags=re.MULTILINE,
    )
    file.write_text(text)
    return Edit(f"version of {chart}")


def chart_description(fleet: Fleet) -> Edit:
    file = fleet.pick(sorted(fleet.root.glob("helm-charts/*/Chart.yaml")))
    text = re.sub(r"^description:.*\n", "", file.read_text(), flags=re.MULTILINE)
    file.write_text(text + f"description: Remark {fleet.number()}\n")
    return Edit(f"description of {file.parent.name}")


def dependency(fleet: Fleet) -> Edit:
    """Another version of a chart from elsewhere."""
    file = fleet.pick(sorted(fleet.root.glob("helm-charts/*/Chart.yaml")) + fleet.overrides())
    tree = fleet.read(file)
    entries = [entry for entry in tree.get("dependencies") or [] if not entry["repository"].startswith("file:")]
    # One that is at hand has to be there in its version.
    entries = [entry for entry in entries if not list(fleet.root.glob(f"upstream/{entry['name']}-*"))]
    entry = fleet.pick(entries)
    entry["version"] = f"9.{fleet.number()}.0"
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"{entry['name']} in {fleet.name(file)} is {entry['version']} now")


def vendored(fleet: Fleet) -> Edit:
    """A chart from elsewhere that is kept here."""
    file = fleet.pick(sorted(fleet.root.glob("upstream/*/templates/*.yaml")))
    file.write_text(file.read_text().rstrip("\n") + f"\n# {fleet.number()}\n")
    return Edit(f"chart kept here {fleet.name(file)}")


def schema(fleet: Fleet) -> Edit:
    file = fleet.pick(sorted(fleet.root.glob("helm-charts/*/values.schema.json")))
    tree = yaml.safe_load(file.read_text())
    tree["$comment"] = f"Remark {fleet.number()}"
    file.write_text(json.dumps(tree))
    return Edit(f"schema {fleet.name(file)}")


def library(fleet: Fleet) -> Edit:
    """What a jsonnet file imports."""
    file = fleet.pick(sorted(fleet.root.glob("helm-charts/*/lib/*")))
    if file.suffix == ".txt":
        file.write_text(f"welcome {fleet.number()}\n")
        return Edit(f"imported text {fleet.name(file)}")
    if fleet.dice.random() < 0.5:
        file.write_text(f"// Remark {fleet.number()}\n" + file.read_text())
        return Edit(f"comment in imported {fleet.name(file)}")
    file.write_text(re.sub(r"else \d+", f"else {20 + fleet.number()}", file.read_text()))
    return Edit(f"imported code {fleet.name(file)}")


def override(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.overrides())
    text = re.sub(r"^version: .*", f"version: 7.{fleet.number()}.0", file.read_text(), count=1, flags=re.MULTILINE)
    file.write_text(text)
    return Edit(f"replaced Chart.yaml {fleet.name(file)}")


# Encrypted files.


def secret_files(fleet: Fleet) -> list[Path]:
    found = [*fleet.root.glob("config/clusters/*/enc-*.secret.*"), *fleet.root.glob("helm-charts/*/enc-*")]
    return sorted(file for file in found if fleet.keys and "canary" not in file.read_text())


def sops(fleet: Fleet, *arguments: str | Path) -> str:
    assert fleet.keys is not None
    call = ["sops", "--disable-version-check", *map(str, arguments)]
    return subprocess.run(call, check=True, capture_output=True, text=True, env=fleet.keys.environment).stdout


def secret_value(fleet: Fleet) -> Edit:
    file = fleet.pick(secret_files(fleet))
    sops(fleet, "set", file, f'["more{fleet.number()}"]', f'"canary-{2000 + fleet.number()}-secret"')
    return Edit(f"secret {fleet.name(file)}", sealed={fleet.name(file)})


def encrypt_anew(fleet: Fleet) -> Edit:
    """The same values in another cipher text."""
    file = fleet.pick(secret_files(fleet))
    sops(fleet, "--decrypt", "--in-place", file)
    assert fleet.keys is not None
    encrypt(file, fleet.keys.recipient)
    return Edit(f"encrypted anew {fleet.name(file)}", sealed={fleet.name(file)})


def rename_secret(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    names = [name for hub in fleet.hubs(file) for name in hub["helm_chart_values_files"] if "secret" in name]
    name = fleet.pick(sorted(set(names)))
    new = f"enc-renamed-{fleet.number()}.secret.values.yaml"
    (file.parent / name).rename(file.parent / new)
    file.write_text(file.read_text().replace(name, new))
    return Edit(f"encrypted file {name} of {file.parent.name} renamed")


# Clusters and hubs.


def region(fleet: Fleet) -> Edit:
    file = fleet.pick([file for file in fleet.clusters() if re.search(r"region:|zone:", file.read_text())])
    file.write_text(re.sub(r"(region|zone): (\S+)", rf"\1: place-{fleet.number()}", file.read_text(), count=1))
    return Edit(f"place of {file.parent.name}")


def remark_of_cluster(fleet: Fleet) -> Edit:
    """What `cluster.yaml` says without an effect on what is deployed."""
    file = fleet.pick(fleet.clusters())
    tree = fleet.read(file)
    tree["provider_url"] = f"https://console.example.org/{fleet.number()}"
    fleet.pick(tree["hubs"])["display_name"] = f"Name {fleet.number()}"
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"names of {file.parent.name}")


def domain(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    tree = fleet.read(file)
    hub = fleet.pick(tree["hubs"])
    hub["domain"] = f"d{fleet.number()}.example.org"
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"domain of {file.parent.name}/{hub['name']}")


def add_hub(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    tree = fleet.read(file)
    hub = dict(fleet.pick(tree["hubs"]))
    hub |= {"name": f"hub{fleet.number()}", "domain": f"h{fleet.number()}.example.org"}
    hub.pop("domain_override_file", None)
    tree["hubs"].append(hub)
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"hub {hub['name']} of {file.parent.name} is new")


def forget(fleet: Fleet, hubs: list[str]) -> None:
    """Takes what fleet.yaml says of hubs out, as whoever removes them must."""
    policy = fleet.root / "fleet.yaml"
    facts = yaml.safe_load(policy.read_text()) or {} if policy.exists() else {}
    if any(facts.get("hubs", {}).pop(hub, None) for hub in hubs):
        policy.write_text(yaml.safe_dump(facts))


def drop_hub(fleet: Fleet) -> Edit:
    file = fleet.pick([file for file in fleet.clusters() if len(fleet.hubs(file)) > 1])
    tree = fleet.read(file)
    hub = fleet.pick(tree["hubs"])
    tree["hubs"].remove(hub)
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    forget(fleet, [f"{tree['name']}/{hub['name']}"])
    return Edit(f"hub {hub['name']} of {file.parent.name} is gone")


def rename_hub(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    tree = fleet.read(file)
    hub = fleet.pick(tree["hubs"])
    old, new = hub["name"], f"name{fleet.number()}"
    hub["name"] = new
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    now, earlier = f"{tree['name']}/{new}", f"{tree['name']}/{old}"
    if fleet.dice.random() < 0.5:
        return Edit(f"{earlier} is {now}, unsaid", refused={now})
    policy = fleet.root / "fleet.yaml"
    facts = yaml.safe_load(policy.read_text()) or {}
    facts.setdefault("hubs", {})[now] = {"moved_from": earlier}
    facts["hubs"].pop(earlier, None)
    policy.write_text(yaml.safe_dump(facts))
    return Edit(f"{earlier} moved to {now}", names={now: earlier})


def rename_cluster(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    old, new = file.parent.name, f"cluster{fleet.number()}"
    if (fleet.root / "fleet.yaml").exists() and f"{old}/" in (fleet.root / "fleet.yaml").read_text():
        raise NothingToDo
    file.parent.rename(file.parent.with_name(new))
    file = file.parent.with_name(new) / "cluster.yaml"
    file.write_text(
        re.sub(rf"^name: [\"']?{re.escape(old)}[\"']?$", f"name: {new}", file.read_text(), flags=re.MULTILINE)
    )
    names = [f"/{hub['name']}" for hub in fleet.hubs(file)] + [" (support)"]
    return Edit(f"cluster {old} is {new}", names={new + name: old + name for name in names})


def add_cluster(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters())
    old, new = file.parent.name, f"cluster{fleet.number()}"
    shutil.copytree(file.parent, file.parent.with_name(new))
    file = file.parent.with_name(new) / "cluster.yaml"
    tree = fleet.read(file)
    tree["name"] = new
    for hub in tree["hubs"]:
        hub["domain"] = f"{hub['name']}.{new}.example.org"
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    return Edit(f"cluster {new} is new, like {old}")


def drop_cluster(fleet: Fleet) -> Edit:
    file = fleet.pick(fleet.clusters() if len(fleet.clusters()) > 2 else [])
    hubs = [f"{file.parent.name}/{hub['name']}" for hub in fleet.hubs(file)]
    shutil.rmtree(file.parent)
    forget(fleet, hubs)
    return Edit(f"cluster {file.parent.name} is gone")


def ignored(fleet: Fleet) -> Edit:
    """Something that git ignores."""
    file = fleet.pick(fleet.clusters())
    (file.parent / f"mine{fleet.number()}.local").write_text("a: 1\n")
    return Edit("ignored file")


COMMON: list[tuple[int, Callable[[Fleet], Edit]]] = [
    (6, value),
    (2, chart_value),
    (2, comment),
    (2, order),
    (2, anchor),
    (1, unfold_anchor),
    (2, number_form),
    (2, null),
    (2, overridden),
    (2, weak),
    (2, rename_file),
    (2, drop_file),
    (2, add_file),
    (1, stray_file),
    (1, order_of_files),
    (2, template),
    (1, template_comment),
    (1, notes),
    (1, chart_page),
    (2, chart_file),
    (1, chart_version),
    (1, chart_description),
    (2, dependency),
    (1, vendored),
    (1, schema),
    (2, library),
    (1, override),
    (3, secret_value),
    (2, encrypt_anew),
    (1, rename_secret),
    (2, region),
    (2, remark_of_cluster),
    (2, domain),
    (2, add_hub),
    (1, drop_hub),
    (2, rename_hub),
    (1, rename_cluster),
    (1, add_cluster),
    (1, drop_cluster),
    (1, ignored),
]
"""Each edit with how often it is tried."""


def make(fleet: Fleet) -> Edit:
    """Makes one that fits."""
    while True:
        edit = fleet.dice.choices([edit for _, edit in COMMON], [weight for weight, _ in COMMON])[0]
        try:
            return edit(fleet)
        except NothingToDo:
            continue
