"""Plants mistakes in the hubs of a real fleet, one at a time: what `scripts/check-long mistakes` runs.

Each mistake is one that people make by hand. It is found when `hubfleet validate` says an error or a warning that it
does not say of the same fleet without it, and its place is exact when that is said of the line that was spoilt. The
same seed plants the same mistakes.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

Steps = tuple[Any, ...]


def say(text: str) -> None:
    print(f"mistakes: {text}", file=sys.stderr, flush=True)


class Text:
    """A YAML file that can be changed, and that tells on which line something stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.yaml = YAML()
        self.yaml.width = 4096
        self.yaml.preserve_quotes = True
        self.root: Any = self.yaml.load(path.read_text()) or CommentedMap()

    def text(self) -> str:
        stream = io.StringIO()
        self.yaml.dump(self.root, stream)
        return stream.getvalue()

    def put(self, steps: Steps, value: Any) -> None:
        place = self.root
        for step in steps[:-1]:
            if not isinstance(
                place.get(step) if isinstance(place, CommentedMap) else place[step], CommentedMap | CommentedSeq
            ):
                place[step] = CommentedMap()
            place = place[step]
        place[steps[-1]] = value

    def lines(self, steps: Steps) -> set[int]:
        """The lines of a key and of its value, counted from 1, as the file is written now."""
        written = YAML().load(self.text())
        place = written
        for step in steps[:-1]:
            place = place[step]
        last = steps[-1]
        if isinstance(place, CommentedSeq):
            return {place.lc.item(last)[0] + 1}
        lines = {place.lc.key(last)[0] + 1, place.lc.value(last)[0] + 1}
        value = place[last]
        while isinstance(value, CommentedMap | CommentedSeq) and len(value) == 1:
            step = next(iter(value)) if isinstance(value, CommentedMap) else 0
            spot = value.lc.key(step) if isinstance(value, CommentedMap) else value.lc.item(step)
            lines.add(spot[0] + 1)
            value = value[step]
        return lines


@dataclass(frozen=True)
class Hub:
    """A hub of the fleet, with its own values file in the clear."""

    cluster: str
    name: str
    index: int
    folder: Path
    file: Path
    prefix: Steps
    """The keys that lead to the values of JupyterHub's chart."""

    @property
    def id(self) -> str:
        return f"{self.cluster}/{self.name}"


@dataclass
class Planted:
    """A mistake: the files that it changes, and the lines where it stands."""

    files: dict[Path, str]
    file: Path
    lines: set[int]


Maker = Callable[[Hub, random.Random], Planted | None]
KINDS: dict[str, Maker] = {}


def kind(name: str) -> Callable[[Maker], Maker]:
    def keep(make: Maker) -> Maker:
        KINDS[name] = make
        return make

    return keep


def values(hub: Hub, steps: Steps, value: Any, *, at: Steps | None = None, below: bool = True) -> Planted:
    """A value in the hub's own file; the mistake stands at `at`, or at the value itself."""
    text = Text(hub.file)
    full = (*hub.prefix, *steps) if below else steps
    text.put(full, value)
    place = ((*hub.prefix, *at) if below else at) if at is not None else full
    return Planted({hub.file: text.text()}, hub.file, text.lines(place))


def simple(name: str, steps: Steps, *choices: Any, at: Steps | None = None, below: bool = True) -> None:
    """A kind that sets a key to one of some values."""

    def make(hub: Hub, numbers: random.Random) -> Planted | None:
        return values(hub, steps, numbers.choice(choices), at=at, below=below)

    KINDS[name] = make


def cluster(hub: Hub, change: Callable[[CommentedMap, CommentedMap], Steps]) -> Planted:
    """A change of the hub's entry in `cluster.yaml`; `change` says where it is, from the entry on."""
    text = Text(hub.folder / "cluster.yaml")
    entry = text.root["hubs"][hub.index]
    steps = change(text.root, entry)
    place = steps[1:] if steps and steps[0] == "" else ("hubs", hub.index, *steps)
    return Planted({text.path: text.text()}, text.path, text.lines(place))


def raw(hub: Hub, numbers: random.Random, change: Callable[[list[str], int], int]) -> Planted | None:
    """A change of a line of the hub's own file; `change` gets the lines and the number of one, and says which it is."""
    lines = hub.file.read_text().splitlines()
    usable = [
        i for i, line in enumerate(lines) if line.startswith("  ") and line.rstrip().endswith(":") and "#" not in line
    ]
    if not usable:
        return None
    line = change(lines, numbers.choice(usable))
    return Planted({hub.file: "\n".join(lines) + "\n"}, hub.file, {line + 1})


CONFIG: Steps = ("hub", "config")
PROFILES: Steps = ("singleuser", "profileList")


def profile(**override: Any) -> list[Any]:
    return [
        {"display_name": "Small", "default": True, "kubespawner_override": {"mem_limit": "2G"}},
        {"display_name": "Large", "kubespawner_override": override},
    ]


# Logins
simple(
    "numbers among users",
    (*CONFIG, "Authenticator", "allowed_users"),
    [104729],
    [2026, 7],
    at=(*CONFIG, "Authenticator", "allowed_users", 0),
)
simple(
    "an administrator that is a number",
    (*CONFIG, "Authenticator", "admin_users"),
    [104729],
    at=(*CONFIG, "Authenticator", "admin_users", 0),
)
simple("a list of users that is text", (*CONFIG, "Authenticator", "admin_users"), "ada", "ada, grace")
simple("a switch that is text", (*CONFIG, "Authenticator", "allow_all"), "true", "yes please")
simple("a misspelt login", (*CONFIG, "JupyterHub", "authenticator_class"), "githb", "cilogn", "gogle")
simple("a class in other letters", (*CONFIG, "GithubOAuthenticator"), {"allowed_organizations": ["tides"]})
simple("a misspelt setting", (*CONFIG, "Authenticator", "alowed_users"), ["ada"])
simple("a setting in British", (*CONFIG, "GitHubOAuthenticator", "allowed_organisations"), ["tides"])
simple(
    "a pattern that refuses the administrator",
    (*CONFIG, "Authenticator"),
    {"admin_users": ["Ada"], "username_pattern": "^[0-9]+$"},
    at=(*CONFIG, "Authenticator", "admin_users", 0),
)
simple(
    "a user who is allowed and blocked",
    (*CONFIG, "Authenticator"),
    {"allowed_users": ["ada"], "blocked_users": ["ada"]},
    at=(*CONFIG, "Authenticator", "allowed_users", 0),
)
simple(
    "a login inside of JupyterHub",
    (*CONFIG, "JupyterHub", "GitHubOAuthenticator"),
    {"allowed_organizations": ["tides"]},
)
simple("a login beside hub.config", ("hub", "CILogonOAuthenticator"), {"skin": "x"})
simple("a login that is taken away", (*CONFIG, "JupyterHub", "authenticator_class"), None)
simple(
    "groups without manage_groups",
    (*CONFIG,),
    {
        "JupyterHub": {"authenticator_class": "generic-oauth"},
        "GenericOAuthenticator": {"allowed_groups": ["staff"], "manage_groups": False},
    },
    at=(*CONFIG, "GenericOAuthenticator", "allowed_groups"),
)
simple(
    "providers as a list",
    (*CONFIG,),
    {"JupyterHub": {"authenticator_class": "cilogon"}, "CILogonOAuthenticator": {"allowed_idps": ["example.org"]}},
    at=(*CONFIG, "CILogonOAuthenticator", "allowed_idps"),
)
simple(
    "a provider that is a domain",
    (*CONFIG,),
    {
        "JupyterHub": {"authenticator_class": "cilogon"},
        "CILogonOAuthenticator": {
            "allowed_idps": {"example.org": {"username_derivation": {"username_claim": "email"}}}
        },
    },
    at=(*CONFIG, "CILogonOAuthenticator", "allowed_idps", "example.org"),
)
simple(
    "a provider without a domain to strip",
    (*CONFIG,),
    {
        "JupyterHub": {"authenticator_class": "cilogon"},
        "CILogonOAuthenticator": {
            "allowed_idps": {
                "https://a.example.org": {
                    "username_derivation": {"username_claim": "email", "action": "strip_idp_domain"}
                }
            }
        },
    },
    at=(*CONFIG, "CILogonOAuthenticator", "allowed_idps", "https://a.example.org", "username_derivation"),
)
simple(
    "an old setting of CILogon",
    (*CONFIG,),
    {"JupyterHub": {"authenticator_class": "cilogon"}, "CILogonOAuthenticator": {"username_claim": "email"}},
    at=(*CONFIG, "CILogonOAuthenticator", "username_claim"),
)
simple(
    "a callback of another host",
    (*CONFIG, "OAuthenticator"),
    {"oauth_callback_url": "https://other.example.net/hub/oauth_callback"},
    at=(*CONFIG, "OAuthenticator", "oauth_callback_url"),
)
# Servers
simple(
    "a limit below the guarantee",
    ("singleuser", "memory"),
    {"limit": "1G", "guarantee": "4G"},
    at=("singleuser", "memory", "limit"),
)
simple("memory in Gi", ("singleuser", "memory", "limit"), "4Gi", "512Mi", "2 GB")
simple(
    "memory of a profile in Gi",
    PROFILES,
    profile(mem_limit="8Gi"),
    at=(*PROFILES, 1, "kubespawner_override", "mem_limit"),
)
simple("processors as text", PROFILES, profile(cpu_limit="2"), at=(*PROFILES, 1, "kubespawner_override", "cpu_limit"))
simple(
    "a misspelt override",
    PROFILES,
    profile(mem_limt="8G"),
    profile(node_selecter={"a": "b"}),
    at=(*PROFILES, 1, "kubespawner_override"),
)
simple(
    "the chart's name in a profile",
    PROFILES,
    profile(extraEnv={"A": "b"}),
    profile(storage={"capacity": "1Gi"}),
    at=(*PROFILES, 1, "kubespawner_override"),
)
simple(
    "an image as a map",
    PROFILES,
    profile(image={"name": "a", "tag": "b"}),
    at=(*PROFILES, 1, "kubespawner_override", "image"),
)
simple(
    "a variable of a profile that is a number",
    PROFILES,
    profile(environment={"THREADS": 4}),
    at=(*PROFILES, 1, "kubespawner_override", "environment", "THREADS"),
)
simple(
    "a default inside of the override",
    PROFILES,
    profile(default=True),
    at=(*PROFILES, 1, "kubespawner_override", "default"),
)
simple(
    "two defaults",
    PROFILES,
    [{"display_name": "A", "default": True}, {"display_name": "B", "default": True}],
    at=(*PROFILES, 1, "default"),
)
simple(
    "two profiles of one name",
    PROFILES,
    [{"display_name": "A", "default": True}, {"display_name": "A"}],
    at=(*PROFILES, 1, "display_name"),
)
simple(
    "groups of a profile as text",
    PROFILES,
    [{"display_name": "A", "default": True}, {"display_name": "B", "allowed_groups": "staff"}],
    at=(*PROFILES, 1, "allowed_groups"),
)
simple(
    "a restriction of another name",
    PROFILES,
    [{"display_name": "A", "default": True}, {"display_name": "B", "allowed_users": ["ada"]}],
    at=(*PROFILES, 1, "allowed_users"),
)
simple(
    "a misspelt key of a profile",
    PROFILES,
    [{"display_name": "A", "default": True}, {"display_name": "B", "kubespawner_overide": {"mem_limit": "4G"}}],
    at=(*PROFILES, 1, "kubespawner_overide"),
)
simple("a variable that is a number", ("singleuser", "extraEnv", "THREADS"), 4, 0.5)
simple("a variable that is a truth value", ("singleuser", "extraEnv", "DEBUG"), True)
simple(
    "an image without a tag",
    ("singleuser", "image"),
    {"name": "quay.io/example/tides", "tag": ""},
    at=("singleuser", "image", "tag"),
)
simple("the image latest", ("singleuser", "image", "tag"), "latest", "main")
simple("memory that is empty", ("singleuser", "memory"), None)
# Storage
simple(
    "a mount of nothing",
    ("singleuser", "storage", "extraVolumeMounts"),
    [{"name": "scratsch", "mountPath": "/scratch"}],
    at=("singleuser", "storage", "extraVolumeMounts", 0),
)
simple(
    "mountpath",
    ("singleuser", "storage", "extraVolumeMounts"),
    [{"name": "home", "mountpath": "/s"}],
    at=("singleuser", "storage", "extraVolumeMounts", 0),
)
simple(
    "a server with a path",
    ("nfs", "pv"),
    {"enabled": True, "serverIP": "10.0.0.9:/homes", "baseShareName": "/homes/"},
    at=("nfs", "pv", "serverIP"),
    below=False,
)
simple(
    "a folder without a slash",
    ("nfs", "pv"),
    {"enabled": True, "serverIP": "10.0.0.9", "baseShareName": "homes"},
    at=("nfs", "pv", "baseShareName"),
    below=False,
)
simple(
    "a quota below zero",
    ("jupyterhub-home-nfs", "quotaEnforcer", "config", "QuotaManager", "hard_quota"),
    -1,
    "ten",
    below=False,
)
simple(
    "a disk of an example",
    ("jupyterhub-home-nfs",),
    {
        "enabled": True,
        "gke": {"enabled": True, "volumeId": "projects/p/zones/z/disks/your-disk"},
        "eks": {"enabled": False},
    },
    at=("jupyterhub-home-nfs", "gke"),
    below=False,
)
simple(
    "one folder for all",
    ("singleuser", "storage"),
    {"type": "static", "static": {"subPath": "homes"}},
    at=("singleuser", "storage", "static", "subPath"),
)
# Networks and operation
simple(
    "a host of another domain",
    ("ingress",),
    {"enabled": True, "hosts": ["other.example.net"], "tls": [{"secretName": "x"}]},
    at=("ingress", "hosts"),
)
simple(
    "metadata in reach",
    ("singleuser",),
    {"cloudMetadata": {"blockWithIptables": False}, "networkPolicy": {"enabled": False}},
    at=("singleuser", "cloudMetadata", "blockWithIptables"),
)
simple("a switch of culling as text", ("cull", "enabled"), "true", "on ")
simple("culling after weeks", ("cull", "timeout"), 2_000_000)
simple("two hubs at once", ("hub", "replicas"), 2, 3)
simple("a database in memory", ("hub", "db", "type"), "sqlite-memory")
# Roles
simple(
    "a misspelt scope",
    ("hub", "loadRoles", "tides"),
    {"scopes": ["list:user"], "groups": ["a"]},
    at=("hub", "loadRoles", "tides", "scopes", 0),
)
simple(
    "a role of no service",
    ("hub", "loadRoles", "tides"),
    {"scopes": ["self"], "services": ["tidal"]},
    at=("hub", "loadRoles", "tides", "services", 0),
)
simple(
    "a scope of no service",
    ("hub", "loadRoles", "user"),
    {"scopes": ["self", "access:services!service=tidal"]},
    at=("hub", "loadRoles", "user", "scopes", 1),
)
# Secrets
simple("a password in the clear", ("hub", "services", "tides", "apiToken"), "Aiw9Zeeth4ohnaeGh8quohk4")
simple("a token in the clear", ("singleuser", "extraEnv", "UPSTREAM"), "ghp_" + "a1B2" * 9)
# Layers
simple("a key at the top", ("singleuser",), {"memory": {"limit": "4G"}}, below=False)
simple("a map that becomes a switch", ("singleuser", "memory"), True)
simple("a misspelt key of the chart", ("singleuser", "profilelist"), [])


@kind("homes where no server works")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    text = Text(hub.file)
    text.put((*hub.prefix, *CONFIG, "KubeSpawner", "working_dir"), "/home/jovyan")
    text.put((*hub.prefix, "singleuser", "storage", "homeMountPath"), "/home/tides")
    return Planted(
        {hub.file: text.text()}, hub.file, text.lines((*hub.prefix, "singleuser", "storage", "homeMountPath"))
    )


@kind("a key that stands twice")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(lines: list[str], index: int) -> int:
        lines.append(next(line for line in lines if line and line[0].isalpha()).split(":")[0] + ": {}")
        return len(lines) - 1

    return raw(hub, numbers, change)


@kind("a tab")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(lines: list[str], index: int) -> int:
        lines.insert(index + 1, "\tkey: value")
        return index + 1

    return raw(hub, numbers, change)


@kind("a line that is too far left")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(lines: list[str], index: int) -> int:
        lines[index] = " " + lines[index].lstrip()
        return index

    return raw(hub, numbers, change)


@kind("a second document")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(lines: list[str], index: int) -> int:
        lines.extend(["---", "jupyterhub: {}"])
        return len(lines) - 2

    return raw(hub, numbers, change)


@kind("an unknown alias")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(lines: list[str], index: int) -> int:
        lines.append("global: *everything")
        return len(lines) - 1

    return raw(hub, numbers, change)


@kind("a domain with https")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        entry["domain"] = f"https://{entry['domain']}/"
        return ("domain",)

    return cluster(hub, change)


@kind("a domain that is taken")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        others = [other["domain"] for other in root["hubs"] if other is not entry]
        entry["domain"] = others[0] if others else "not a domain"
        return ("domain",)

    planted = cluster(hub, change)
    if hub.index == 0:
        text = Text(hub.folder / "cluster.yaml")
        if len(text.root["hubs"]) > 1:
            planted.lines |= text.lines(("hubs", 1, "domain"))
    return planted


@kind("a chart that is not there")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        entry["helm_chart"] = numbers.choice(["basehb", "jupyterhub-chart"])
        return ("helm_chart",)

    return cluster(hub, change)


@kind("a file that is not there")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        files = entry["helm_chart_values_files"]
        index = numbers.randrange(len(files))
        files[index] = files[index].replace("values", "vaules")
        return ("helm_chart_values_files", index)

    return cluster(hub, change)


@kind("a file that is listed twice")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        files = entry["helm_chart_values_files"]
        files.append(files[0])
        return ("helm_chart_values_files", len(files) - 1)

    return cluster(hub, change)


@kind("a file of another hub")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    text = Text(hub.folder / "cluster.yaml")
    names = [str(entry["name"]) for entry in text.root["hubs"]]
    files = text.root["hubs"][hub.index]["helm_chart_values_files"]
    for index, file in enumerate(files):
        for other in names:
            swapped = str(file).replace(f"{hub.name}.", f"{other}.")
            if (
                other != hub.name
                and str(file).split(".")[0].removeprefix("enc-") == hub.name
                and (hub.folder / swapped).exists()
            ):

                def change(
                    root: CommentedMap, entry: CommentedMap, index: int = index, swapped: str = swapped
                ) -> Steps:
                    entry["helm_chart_values_files"][index] = swapped
                    return ("helm_chart_values_files", index)

                return cluster(hub, change)
    return None


@kind("a misspelt key of a hub")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        entry["display_nane"] = "Tides"
        return ("display_nane",)

    return cluster(hub, change)


@kind("a misspelt provider")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        root["provider"] = numbers.choice(["awss", "gpc", "azur"])
        return ("", "provider")

    return cluster(hub, change)


@kind("a name with capital letters")
def _(hub: Hub, numbers: random.Random) -> Planted | None:
    def change(root: CommentedMap, entry: CommentedMap) -> Steps:
        entry["name"] = str(entry["name"]).capitalize()
        return ("name",)

    return cluster(hub, change)


def hubs(fleet: Path) -> Iterator[Hub]:
    """The hubs that have a values file of their own in the clear."""
    for path in sorted(fleet.glob("config/clusters/*/cluster.yaml")):
        root = YAML(typ="safe").load(path.read_text())
        for index, entry in enumerate(root.get("hubs", [])):
            plain = [
                file for file in entry["helm_chart_values_files"] if "secret" not in file and file.endswith(".yaml")
            ]
            if not plain or "domain" not in entry:
                continue
            own = path.parent / plain[-1]
            content = YAML(typ="safe").load(own.read_text()) or {}
            if "jupyterhub" in content:
                yield Hub(root["name"], entry["name"], index, path.parent, own, ("jupyterhub",))


class Program:
    """The program, asked about one cluster of a copy of the fleet."""

    def __init__(self, program: str, fleet: Path) -> None:
        self.program = program
        self.fleet = fleet

    def findings(self, cluster: str) -> set[tuple[str, str, str, int]]:
        command = [self.program, "validate", cluster, "-C", str(self.fleet), "--format", "json", "--no-decrypt"]
        output = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout
        found = json.loads(output)["findings"] if output.strip().startswith("{") else []
        return {(one["rule"], one["message"], one["location"]["file"], one["location"]["line"]) for one in found}

    def try_out(self, hub: Hub, planted: Planted) -> tuple[set[str], bool]:
        """What is new with the mistake, and whether it is said of its line."""
        kept = {path: path.read_text() for path in planted.files}
        try:
            before = {(rule, message) for rule, message, _, _ in self.findings(hub.cluster)}
            for path, text in planted.files.items():
                path.write_text(text)
            after = self.findings(hub.cluster)
        finally:
            for path, text in kept.items():
                path.write_text(text)
        new = [one for one in after if one[:2] not in before]
        name = str(planted.file.relative_to(self.fleet))
        exact = any(file == name and line in planted.lines for _, _, file, line in new)
        return {f"{rule} {file}:{line}" for rule, _, file, line in new}, exact


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("fleet", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--only", default="", help="kinds whose name holds this text")
    options = parser.parse_args()
    numbers = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        fleet = Path(scratch) / "fleet"
        shutil.copytree(options.fleet, fleet)
        for path in fleet.rglob("*"):
            path.chmod(path.stat().st_mode | 0o200)
        program = Program(options.program, fleet)
        known = list(hubs(fleet))
        names = [name for name in KINDS if options.only in name]
        found = exact = total = 0
        for round_ in range(options.count):
            name = names[round_ % len(names)]
            planted, hub = None, None
            for _ in range(50):
                hub = numbers.choice(known)
                if planted := KINDS[name](hub, numbers):
                    break
            if planted is None or hub is None:
                say(f"no hub for: {name}")
                continue
            total += 1
            new, is_exact = program.try_out(hub, planted)
            found, exact = found + bool(new), exact + is_exact
            if not new:
                print(f"not found: {name} in {hub.id}, {planted.file.name}:{sorted(planted.lines)}")
            elif not is_exact:
                print(
                    f"elsewhere: {name} in {hub.id}, {planted.file.name}:{sorted(planted.lines)}; "
                    f"said: {', '.join(sorted(new))}"
                )
        print(
            f"{total} mistakes of {len(names)} kinds (seed {options.seed}): {found} found, {exact} with the exact place"
        )
    return 0 if total >= 1 and found >= total * 0.95 and exact >= total * 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
