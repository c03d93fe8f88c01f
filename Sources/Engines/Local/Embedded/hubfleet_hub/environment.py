"""The values of environment variables, as KubeSpawner and Kubernetes fill them in."""

from __future__ import annotations

import re
from collections.abc import Mapping

TEMPLATE = re.compile(r"\{([a-z_]+)\}")
REFERENCE = re.compile(r"\$\$|\$\(([^()\s$]+)\)")


def fill_templates(value: str, names: Mapping[str, str]) -> str:
    """Replaces {username} and the like. Other braces stay, so that a value may hold JSON."""
    return TEMPLATE.sub(lambda match: names.get(match[1], match[0]), value)


def expand_references(environment: Mapping[str, str], keys: set[str]) -> dict[str, str]:
    """Expands $(NAME) in the values of `keys` as Kubernetes does, and leaves all other values alone.

    $$ is a $, so that $$(NAME) stays as $(NAME); a name that is not there stays as it is written, and so does a
    reference that leads back to itself. The values may stand in any order: KubeSpawner sorts them by what they need.
    """
    done: dict[str, str] = {name: value for name, value in environment.items() if name not in keys}
    under_way: set[str] = set()

    def value_of(name: str) -> str:
        if name not in done:
            under_way.add(name)
            done[name] = REFERENCE.sub(replacement, environment[name])
            under_way.discard(name)
        return done[name]

    def replacement(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "$"
        return match[0] if name not in environment or name in under_way else value_of(name)

    return {name: value_of(name) for name in environment}
