"""Finds the names of metrics in a PromQL query, with a small tokenizer.

What is in braces, brackets, quotes and comments is no metric, nor are functions, keywords, numbers, durations and the
labels after by, without, on, ignoring, group_left and group_right. What remains is a metric.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
  | (?P<number>0[xX][0-9a-fA-F]+|(?:\d+(?:ms|[smhdwy]))+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
  | (?P<sign>==|!=|>=|<=|=~|!~|[-+*/%^<>=(){}\[\],@:])
    """,
    re.VERBOSE,
)
LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "bool", "offset", "atan2", "start", "end", "inf", "nan"}


class Error(ValueError):
    pass


def tokens(query: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(query):
        match = TOKEN.match(query, position)
        if not match:
            raise Error(f"cannot read {query[position : position + 20]!r} in {query!r}")
        position = match.end()
        if match.lastgroup != "space":
            yield match.lastgroup or "", match.group()


def metrics(query: str) -> set[str]:
    """The names of all metrics that the query reads."""
    found, listed, depth = set(), False, {"{": 0, "[": 0}
    items = list(tokens(query))
    for index, (kind, text) in enumerate(items):
        following = items[index + 1][1] if index + 1 < len(items) else ""
        if text == "{" and kind == "sign":
            depth["{"] += 1
            if index == 0 or items[index - 1][0] != "name":
                raise Error(f"a selector without a name cannot be checked: {query!r}")
        elif text == "}" and kind == "sign":
            depth["{"] -= 1
        elif text == "[" and kind == "sign":
            depth["["] += 1
        elif text == "]" and kind == "sign":
            depth["["] -= 1
        elif text == ")" and listed:
            listed = False
        elif kind == "name" and not listed and not depth["{"] and not depth["["]:
            if text.lower() in LISTS:
                listed = following == "("
            elif text.lower() not in WORDS and following != "(" and not is_aggregation(items, index):
                found.add(text)
    return found


def is_aggregation(items: list[tuple[str, str]], index: int) -> bool:
    """`sum by (x) (y)`: a name, then by or without."""
    return index + 1 < len(items) and items[index + 1][1].lower() in {"by", "without"}


def expand(query: str) -> str:
    """The query of a dashboard with its variables replaced, so that other programs can read it."""
    return (
        query.replace("$__range", "7d")
        .replace("$__rate_interval", "5m")
        .replace("$__interval", "1m")
        .replace("$hub", ".+")
    )
