"""What a Swift file declares and which names it uses, found by tokens alone: there is no compiler here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

TOKEN = re.compile(r"`\w+`|[^\W\d]\w*|\d[\w.]*|[{}().:<>,&@]")
TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype"}
MEMBERS = {"func", "var", "let", "case"}
# The parameters of what is generic: up to the bracket that closes them.
GENERIC = re.compile(
    r"\b(?:func|struct|class|enum|actor|typealias|init|subscript)\b\s*`?\w*`?\s*\??<([^{()]*?)>\s*[({:=]"
)


class Use(NamedTuple):
    """A name in the code, with what it could mean there."""

    line: int
    name: str
    # The name before the dot before it; empty after a dot that has no name before it; None without a dot.
    owner: str | None
    # The types around it, from the outermost.
    scope: tuple[str, ...]
    is_called: bool


@dataclass
class SwiftFile:
    """The names of one file."""

    # Types, and functions outside of types, that other files can see.
    declared: set[str] = field(default_factory=set)
    # Types inside of types, as (type around it, name).
    nested: set[tuple[str, str]] = field(default_factory=set)
    # What extensions give to types, as (type, member).
    extended: set[tuple[str, str]] = field(default_factory=set)
    # All names of functions, properties and cases, wherever they stand.
    members: list[str] = field(default_factory=list)
    # Names that mean something of this file alone: generic parameters, private types, types inside of functions.
    own: set[str] = field(default_factory=set)
    uses: list[Use] = field(default_factory=list)


class _Block(NamedTuple):
    kind: str
    name: str


class _Reader:
    """One pass over the tokens of a file."""

    def __init__(self, code: str) -> None:
        self.tokens = [(match[0].strip("`"), match.start()) for match in TOKEN.finditer(code)]
        self.code = code
        self.file = SwiftFile()
        self.blocks: list[_Block] = []
        # The block that the next brace opens, when a declaration was just read.
        self.coming = _Block("", "")
        self.is_private = False
        for match in GENERIC.finditer(code):
            self.file.own |= set(re.findall(r"(?:^|,)\s*(?:each\s+)?(\w+)", match[1]))

    def read(self) -> SwiftFile:
        line, place = 1, 0
        for index, (token, start) in enumerate(self.tokens):
            line += self.code.count("\n", place, start)
            place = start
            if token == "{":
                self.blocks.append(self.coming)
                self.coming = _Block("", "")
            elif token == "}":
                self.is_private = False
                if self.blocks:
                    self.blocks.pop()
            elif token[0].isalpha() or token[0] == "_":
                self._word(index, token, line)
        return self.file

    def _at(self, index: int) -> str:
        return self.tokens[index][0] if 0 <= index < len(self.tokens) else ""

    def _word(self, index: int, word: str, line: int) -> None:
        before, after = self._at(index - 1), self._at(index + 1)
        # `class func` and `case let` declare what follows them.
        if before in TYPES | MEMBERS and word not in MEMBERS and self._at(index - 2) != ".":
            self._declare(before, word)
            return
        if before == "extension":
            self.coming = _Block("private" if self.is_private else "extension", list(self._dotted(index))[-1])
            self.is_private = False
        elif word in {"private", "fileprivate"}:
            self.is_private = after != "("
        elif word in {"init", "subscript"}:
            self.is_private = False
        owner = None
        if before == ".":
            owner = self._at(index - 2) if self._at(index - 2)[:1].isalpha() else ""
        scope = tuple(block.name for block in self.blocks if block.name)
        self.file.uses.append(Use(line, word, owner, scope, after == "("))

    def _dotted(self, index: int) -> Iterator[str]:
        yield self._at(index)
        while self._at(index + 1) == ".":
            index += 2
            yield self._at(index)

    def _declare(self, kind: str, name: str) -> None:
        is_type = kind in TYPES
        inner = self.blocks[-1] if self.blocks else None
        if kind in {"var", "let", "func", "case"}:
            self.file.members.append(name)
        if inner is None:
            if self.is_private:
                self.file.own.add(name)
            elif is_type or kind == "func":
                self.file.declared.add(name)
        elif is_type and inner.name:
            self.file.nested.add((inner.name, name))
        elif is_type:
            self.file.own.add(name)
        elif inner.kind == "extension" and not self.is_private:
            self.file.extended.add((inner.name, name))
        self.is_private = False
        if is_type:
            self.coming = _Block(kind, name) if kind not in {"typealias", "associatedtype"} else _Block("", "")
        elif kind == "func":
            self.coming = _Block("", "")


def read(code: str) -> SwiftFile:
    """The names that a file declares and uses; its code is blanked already."""
    return _Reader(code).read()
