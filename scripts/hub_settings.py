"""The settings of JupyterHub, its spawner, its logins and its culler, as the packages of the hub's image know them.

`scripts/hub-settings` runs this in the environment of the charts' tests. It asks the classes themselves: what a setting
may hold is what its trait says, what it needs beside it is what the class says when it is made without that.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import inspect
import json
import logging
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import traitlets
import yaml
from jupyterhub import traitlets as hub_traitlets
from traitlets.config import Application, Config, Configurable

PACKAGES = [
    "jupyterhub",
    "jupyterhub-kubespawner",
    "oauthenticator",
    "jupyterhub-firstuseauthenticator",
    "jupyterhub-idle-culler",
    "jupyterhub-ldapauthenticator",
    "jupyterhub-ltiauthenticator",
    "jupyterhub-nativeauthenticator",
    "jupyterhub-tmpauthenticator",
]
MODULES = [
    "jupyterhub.app",
    "jupyterhub.auth",
    "jupyterhub.authenticators.shared",
    "jupyterhub.crypto",
    "jupyterhub.metrics",
    "jupyterhub.proxy",
    "jupyterhub.spawner",
    "kubespawner",
    "kubespawner.proxy",
    "firstuseauthenticator",
    "jupyterhub_idle_culler",
    "ldapauthenticator",
    "ltiauthenticator.lti11.auth",
    "ltiauthenticator.lti13.auth",
    "ltiauthenticator.lti13.validator",
    "nativeauthenticator",
    "tmpauthenticator",
]
ROOTS = ("jupyterhub", "kubespawner", "oauthenticator", *(module.split(".")[0] for module in MODULES))

ELEMENTS = {
    # Names of people, groups and organizations: JupyterHub takes their length, lets them be written small, looks for a
    # colon in them, or compares them with text. Each trait is a set or list of anything.
    "Authenticator.admin_users": "list(text)",
    "Authenticator.allowed_users": "list(text)",
    "Authenticator.blocked_users": "list(text)",
    "Authenticator.whitelist": "list(text)",
    "Authenticator.username_map": "map(text)",
    "BitbucketOAuthenticator.allowed_teams": "list(text)",
    "GitHubOAuthenticator.allowed_organizations": "list(text)",
    "GitLabOAuthenticator.allowed_gitlab_groups": "list(text)",
    "GlobusOAuthenticator.admin_globus_groups": "list(text)",
    "GlobusOAuthenticator.allowed_globus_groups": "list(text)",
    "GoogleOAuthenticator.admin_google_groups": "map(list(text))",
    "GoogleOAuthenticator.allowed_google_groups": "map(list(text))",
    "LocalAuthenticator.allowed_groups": "list(text)",
    "LocalAuthenticator.admin_groups": "list(text)",
    "PAMAuthenticator.admin_groups": "list(text)",
    "LDAPAuthenticator.allowed_groups": "list(text)?",
    # What Kubernetes takes as text alone. A variable may also be a map, such as one with `valueFrom`.
    "Spawner.environment": "map(text|map)",
    "KubeSpawner.common_labels": "map(text)",
    "KubeSpawner.extra_annotations": "map(text)",
    "KubeSpawner.extra_labels": "map(text)",
    "KubeSpawner.node_selector": "map(text)",
    "KubeSpawner.storage_extra_annotations": "map(text)",
    "KubeSpawner.storage_extra_labels": "map(text)",
    "KubeSpawner.user_namespace_annotations": "map(text)",
    "KubeSpawner.user_namespace_labels": "map(text)",
    # The members are names of users.
    "JupyterHub.load_groups": "map(list(text)|map(list(text)|map))",
}
"""What a container holds where its trait does not say it, but the program fails or ignores anything else."""


UNSETTABLE = {"authenticator", "config", "db", "handler", "hub", "log", "orm_spawner", "parent", "server", "user"}
"""Attributes of a spawner that are parts of the hub."""


def _simple(name: str) -> Callable[[Any], str]:
    return lambda trait: name


def _union(trait: Any) -> str:
    kinds = [kind(part) for part in trait.trait_types]
    return "any" if "any" in kinds else "|".join(dict.fromkeys(part for part in kinds if part != "code")) or "code"


def _of(name: str, inner: Any) -> str:
    below = kind(inner) if inner is not None else "any"
    return name if below == "any" else f"{name}({below})"


def _enumeration(trait: Any) -> str:
    values = [value for value in trait.values if isinstance(value, str)]
    return f"one({','.join(values)})" if len(values) == len(trait.values) else "any"


KINDS: list[tuple[type, Callable[[Any], str]]] = [
    (hub_traitlets.ByteSpecification, _simple("bytes")),
    (hub_traitlets.Command, _simple("text|list(text)")),
    (hub_traitlets.EntryPointType, _simple("text")),
    (hub_traitlets.Callable, _simple("code")),
    (traitlets.Callable, _simple("code")),
    (traitlets.Union, _union),
    (traitlets.CUnicode, _simple("any")),
    (traitlets.CaselessStrEnum, _simple("text")),
    (traitlets.Enum, _enumeration),
    (traitlets.Unicode, _simple("text")),
    (traitlets.Bool, _simple("bool")),
    (traitlets.Integer, _simple("int")),
    (traitlets.Float, _simple("float")),
    (traitlets.Dict, lambda trait: _of("map", trait._value_trait)),
    # A set holds nothing that cannot be a key.
    (traitlets.Set, lambda trait: _of("list", trait._trait) if trait._trait else "list(scalar)"),
    (traitlets.List, lambda trait: _of("list", trait._trait)),
]
"""The word for each kind of trait; the first that fits counts."""


def kind(trait: Any) -> str:
    """What a value of YAML must be for a trait."""
    word = next((word(trait) for known, word in KINDS if isinstance(trait, known)), "any")
    return f"{word}?" if trait.allow_none and word not in ("any", "code") else word


def classes() -> dict[str, type[Any]]:
    """All classes with settings, by their names."""
    import oauthenticator

    names = [f"oauthenticator.{module.name}" for module in pkgutil.iter_modules(oauthenticator.__path__)]
    for name in MODULES + [name for name in names if ".test" not in name and not name.endswith("._version")]:
        importlib.import_module(name)
    found: dict[str, type[Any]] = {}
    for each in _below(Configurable):
        if each.__module__.split(".")[0] in ROOTS and ".test" not in each.__module__ and each.__name__[0] != "_":
            found.setdefault(each.__name__, each)
    found["Application"] = Application
    return found


def _below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def logins() -> dict[str, str]:
    """The short names of logins with their classes."""
    points = importlib.metadata.entry_points(group="jupyterhub.authenticators")
    return {point.name.lower(): point.value.rsplit(":", 1)[1] for point in points}


def settings(owner: type[Any]) -> dict[str, str]:
    """The own settings of a class with what they may hold."""
    traits = owner.class_own_traits(config=True)
    return {
        name: ELEMENTS.get(f"{owner.__name__}.{name}") or kind(trait)
        for name, trait in sorted(traits.items())
        if name not in ("config", "parent")
    }


def removed(owner: type[Any]) -> dict[str, str]:
    """Old names of settings that a class refuses, with what to write."""
    aliases = {}
    for base in reversed(owner.__mro__):
        aliases.update(base.__dict__.get("_deprecated_oauth_aliases", {}))
    return {old: rest[0] for old, rest in sorted(aliases.items()) if len(rest) > 2 and not rest[2]}


SAMPLES: dict[str, Any] = {"text": "x", "bool": True, "list(text)": ["x"], "list": ["x"], "map": {"x": "y"}}


def partners(owner: type[Any], own: dict[str, str]) -> dict[str, str]:
    """The settings of a class that refuse to be set without another one, with its name."""
    found = {}
    for name, word in own.items():
        sample = SAMPLES.get(word.rstrip("?").split("|")[0])
        if sample is None:
            continue
        try:
            owner(config=Config({owner.__name__: {name: sample}}))
        except Exception as error:
            if needed := re.search(rf"\.{name} requires \w+\.(\w+) to also be set", str(error)):
                found[name] = needed[1]
    return found


def text() -> str:
    """The whole table."""
    os.environ.clear()
    logging.disable(logging.CRITICAL)
    lines = ["# The settings of hubs by their classes. Made by scripts/hub-settings: remake it, do not edit it."]
    lines += [f"# {name} {importlib.metadata.version(name)}" for name in PACKAGES]
    known = classes()
    for name, each in sorted(known.items()):
        if name.startswith("Local") and name.endswith("OAuthenticator"):
            continue
        bases = [base.__name__ for base in each.__mro__[1:] if base.__name__ in known]
        lines.append(f"class {name} {' '.join(bases)}".rstrip())
        own = settings(each)
        needed = partners(each, own) if issubclass(each, known["Authenticator"]) else {}
        gone = removed(each)
        for setting, word in own.items():
            more = f" needs {needed[setting]}" if setting in needed else ""
            more += f" removed {gone[setting]}" if setting in gone else ""
            lines.append(f"  {setting} {word}{more}")
    lines += [f"login {short} {name}" for short, name in sorted(logins().items())]
    import jupyterhub.scopes

    lines += [f"scope {scope}" for scope in sorted(jupyterhub.scopes.scope_definitions)]
    lines += [f"attribute {name}" for name in spawner_attributes(known["KubeSpawner"])]
    return "\n".join(lines) + "\n"


def spawner_attributes(owner: type[Any]) -> list[str]:
    """What else a profile can set: attributes of the spawner that are no settings."""
    names = [name for name, trait in owner.class_traits().items() if not trait.metadata.get("config")]
    names += [name for name, value in inspect.getmembers(owner) if isinstance(value, property) and value.fset]
    return sorted({name for name in names if not name.startswith("_")} - UNSETTABLE)


def providers() -> str:
    """The schema by which CILogon's login checks each identity provider, as JSON."""
    import oauthenticator

    schema = Path(oauthenticator.__file__).parent / "schemas" / "cilogon-schema.yaml"
    return json.dumps(yaml.safe_load(schema.read_text()), indent=2) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the tables of the settings of hubs.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing, name what is stale, and fail then")
    options = parser.parse_args()
    stale = []
    for name, content in (("hub-settings.txt", text()), ("cilogon-idp.schema.json", providers())):
        path = options.folder / name
        if path.exists() and path.read_text() == content:
            continue
        stale.append(name)
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    said = "is stale: run scripts/hub-settings" if options.check else "is new"
    for name in stale:
        print(f"hub-settings: {name} {said}", file=sys.stderr)
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
