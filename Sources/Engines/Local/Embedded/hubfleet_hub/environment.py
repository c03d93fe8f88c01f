"""The values of environment variables, as KubeSpawner and Kubernetes fill them in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

TEMPLATE = re.compile(r"\{([a-z_]+)\}")
REFERENCE = re.compile(r"\$\$|\$\(([^()\s$]+)\)")

KEPT = (
    *("PATH", "LANG", "LANGUAGE", "TZ", "TERM"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
"""What servers inherit from the hub, beside LC_* and the variables of proxies. Nothing else: the hub's environment may
hold keys of clouds and of the fleet's secrets."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
HERE = ("127.0.0.1", "localhost", "::1")


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


def kept(names: Iterable[str]) -> list[str]:
    """Those of the names that servers inherit."""
    proxies = {*PROXIES, "NO_PROXY"}
    return sorted(name for name in names if name in KEPT or name.startswith("LC_") or name.upper() in proxies)


def without_proxy_for_this_machine(environment: Mapping[str, str]) -> dict[str, str]:
    """With a proxy, what runs on this machine is still asked directly: the hub is, by each server."""
    if not any(name.upper() in PROXIES for name in environment):
        return dict(environment)
    given = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    # Programs differ in which of the two they read.
    without = ",".join(hosts + [host for host in HERE if host not in hosts])
    return {**environment, "NO_PROXY": without, "no_proxy": without}
