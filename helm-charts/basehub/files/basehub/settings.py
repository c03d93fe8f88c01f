"""The chart's own values, and careful changes to settings that a hub's operator may have made as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue
from z2jh import get_config


def setting(name: str, default: Any = None) -> Any:
    """The value `jupyterhub.custom.<name>`. Null is Helm's way to take a value back, so it means the default too."""
    value = get_config(f"custom.{name}")
    return default if value is None else value


def base_url(c: Config) -> str:
    """The path that all addresses of the hub start with, with a slash at both ends."""
    path = str(c.JupyterHub.get("base_url", "/")).strip("/")
    return f"/{path}/" if path else "/"


def configured(section: Config, name: str) -> Any:
    """What `section` says about `name`, or None. It may hold a mere wish to extend a default: that says nothing."""
    value = section.get(name)
    return None if isinstance(value, LazyConfigValue) else value


def sections(c: Config, base: str, name: str) -> list[str]:
    """`base` and the sections of classes named after it that say something about `name`.

    What `c.GitHubOAuthenticator` says hides what `c.Authenticator` says, so a change must be made in both.
    """
    return [base, *sorted(key for key in c if key != base and key.endswith(base) and name in c[key])]


def add(c: Config, base: str, name: str, values: Iterable[str]) -> None:
    """Adds to a set of names wherever it is configured, and keeps what is there."""
    for key in sections(c, base, name):
        if name in c[key] and not isinstance(c[key][name], LazyConfigValue):
            c[key][name] = sorted({*(c[key][name] or ()), *values})
        else:
            c[key][name].update(set(values))


def authenticator_is(c: Config, provider: str) -> bool:
    """Whether the hub's authenticator is that of `provider` (in lower case), by its short name, path or class."""
    value = c.JupyterHub.get("authenticator_class", "")
    names = [cls.__name__ for cls in value.__mro__] if isinstance(value, type) else [str(value)]
    return any(provider in name.lower() for name in names)
