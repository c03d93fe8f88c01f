"""The rules by which Traefik knows what belongs to a route, and the file that it reads them from.

Traefik compares a path in which it has decoded all but the reserved characters: `/user/o%27neil/` and `/user/o'neil/`
are two paths to it, and one to everybody else.
"""

from __future__ import annotations

import json
import os
import string
import tempfile
from typing import Any
from urllib.parse import unquote

PLAIN = frozenset(string.ascii_letters + string.digits + "-_~")
RESERVED = frozenset("!#$%&'()*+,/:;=?@[]")
MARK = "# jupyterhub = "


def rule(routespec: str) -> str:
    """The rule for all that lies below a route, however it is quoted.

    It holds only ASCII, and of the characters that mean something to Traefik none that comes from the route.
    """
    host, path = split(routespec)
    segments = [_one_of_both(unquote(segment), _as_traefik_decodes) for segment in path.strip("/").split("/")]
    pattern = "^/" if not path.strip("/") else f"^/{'/'.join(segments)}(?:/|$)"
    paths = f"PathRegexp(`{pattern}`)"
    return f"HostRegexp(`^{_one_of_both(host, _code)}$`) && {paths}" if host else paths


def priority(routespec: str) -> int:
    """How early Traefik tries a route: of two that match, the longer one is meant."""
    return len(unquote(routespec))


def rewriting(routespec: str) -> dict[str, str] | None:
    """What makes of every way to quote a path the one that the server behind knows; None if there is only one."""
    path = split(routespec)[1].rstrip("/")
    if PLAIN.union("./").issuperset(path):
        return None
    segments = [_one_of_both(unquote(segment), _as_sent) for segment in path.split("/")]
    return {"regex": f"(?s)^{'/'.join(segments)}(/.*)?$", "replacement": path + "${1}"}


def split(routespec: str) -> tuple[str, str]:
    """The host, "" for every host, and the path."""
    host, slash, path = routespec.partition("/")
    return host, slash + path


def _one_of_both(text: str, ways: Any) -> str:
    return "".join(character if character in PLAIN else ways(character) for character in text)


def _code(character: str) -> str:
    return f"\\x{{{ord(character):x}}}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _as_traefik_decodes(character: str) -> str:
    return f"(?:{_code(character)}|{_percent(character)})" if character in RESERVED else _code(character)


def _as_sent(character: str) -> str:
    return f"(?:{_code(character)}|{_percent(character)})"


class RoutesFile:
    """The file that Traefik watches, in TOML. What the hub wants to know again stands in a comment, as JSON.

    Any character may come up in names, and readers of TOML differ in what they make of some. Before it reads TOML,
    Traefik runs the file as a template of Go, comments and all: nothing that a name brings may begin an action of such
    a template.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    def load(self) -> dict[str, Any]:
        """The routes of the hub, as it wrote them; a ValueError if the file is not whole."""
        with open(self.path, encoding="utf-8") as file:
            text = file.read()
        if not text:
            # Made by the engine, for Traefik to watch.
            return {"jupyterhub": {}}
        lines = [line for line in text.splitlines(keepends=True) if line.startswith(MARK)]
        if len(lines) != 1 or not lines[0].endswith("\n"):
            raise ValueError(f"{self.path} is not whole")
        return {"jupyterhub": json.loads(lines[0][len(MARK) :])}

    def atomic_dump(self, configuration: dict[str, Any]) -> None:
        """Writes the file anew, so that Traefik and the next hub see it whole or not at all."""
        known = without_actions(json.dumps(configuration.get("jupyterhub", {}), sort_keys=True))
        parts = [f"{key} = {toml(value)}" for key, value in configuration.items() if key != "jupyterhub"]
        folder, name = os.path.split(os.path.abspath(self.path))
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("\n".join(["# Written by the hub; Traefik reads it.", *parts, MARK + known, ""]))
            os.replace(temporary, self.path)
        except BaseException:
            os.unlink(temporary)
            raise


def toml(value: Any) -> str:
    """A value of maps, lists, texts, numbers and switches as TOML, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    # JSON and TOML write these alike, up to one control character.
    return without_actions(json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f"))


def without_actions(text: str) -> str:
    """JSON or TOML of the same meaning without `{{`: outside of texts there is none in what is written here."""
    return text.replace("{{", "{\\u007b")
