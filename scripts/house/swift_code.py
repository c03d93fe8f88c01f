"""What a Swift file declares and which names it uses, found by tokens alone: there is no compiler here.

Comments, string literals and regular expressions are blanked first, but for the code that a string interpolates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# Where blanking has to look: comments, strings, regular expressions, and the brackets that end an interpolation.
INTERESTING = re.compile(r'//|/\*|#*"""|#*"|#+/|/|[()]')
# What stands before a slash that begins a regular expression. After a value, a slash divides.
BEFORE_A_REGEX = re.compile(r"(?:^|[(\[{,=:;?!&|~]|\b(?:in|return|case|try|where))\s*$")
TOKEN = re.compile(r"`\w+`|[^\W\d]\w*|\d[\w.]*|[{}().:<>,&@]")
TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype"}
MEMBERS = {"func", "var", "let", "case"}
GENERIC = re.compile(
    r"\b(?:func|struct|class|enum|actor|typealias|init|subscript)\b\s*`?\w*`?\s*\??<([^{()]*?)>\s*[({:=]"
)


class _Blanker:
    """Writes blanks over all of a source that is no code; lines stay where they are."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.code = list(source)

    def hide(self, start: int, end: int) -> int:
        self.code[start:end] = [character if character == "\n" else " " for character in self.source[start:end]]
        return end

    def read_code(self, place: int, *, in_a_string: bool) -> int:
        """Reads on to the end of the source, or to the bracket that ends an interpolation."""
        depth = 0
        while match := INTERESTING.search(self.source, place):
            place, what = match.span()[1], match[0]
            if what == "//":
                place = self.hide(match.start(), self._find("\n", place))
            elif what == "/*":
                place = self.hide(match.start(), self._end_of_comment(place))
            elif '"' in what:
                place = self._read_string(match.start(), what)
            elif "/" in what:
                place = self._read_regex(match.start(), what) or place
            elif what == "(":
                depth += 1
            elif in_a_string and depth == 0:
                return place
            else:
                depth -= 1
        return len(self.source)

    def _find(self, text: str, place: int) -> int:
        found = self.source.find(text, place)
        return len(self.source) if found < 0 else found

    def _end_of_comment(self, place: int) -> int:
        depth = 1
        for match in re.compile(r"/\*|\*/").finditer(self.source, place):
            depth += 1 if match[0] == "/*" else -1
            if depth == 0:
                return match.end()
        return len(self.source)

    def _read_string(self, start: int, opening: str) -> int:
        hashes = opening.count("#")
        quotes = opening[hashes:]
        marks = re.compile(
            rf"\\{'#' * hashes}(\(|.)|{quotes}{'#' * hashes}" + ("|\n" if quotes == '"' else ""), re.DOTALL
        )
        hidden, place = start, start + len(opening)
        while match := marks.search(self.source, place):
            place = match.end()
            if match[1] == "(":
                self.hide(hidden, place)
                place = self.read_code(place, in_a_string=True)
                hidden = place - 1
            elif match[1] is None:
                return self.hide(hidden, place)
        return self.hide(hidden, len(self.source))

    def _read_regex(self, start: int, opening: str) -> int | None:
        hashes = opening.count("#")
        before = "".join(self.code[max(0, start - 80) : start])
        if not hashes and (not BEFORE_A_REGEX.search(before) or self.source[start + 1 : start + 2] in " \t\n"):
            return None
        end = re.compile(rf"\\.|/{'#' * hashes}" + ("" if hashes else "|\n"), re.DOTALL)
        for match in end.finditer(self.source, start + len(opening)):
            if match[0].startswith("/"):
                return self.hide(start, match.end())
            if match[0] == "\n":
                return None
        return None


def code_of(source: str) -> str:
    """The source with blanks for comments and literals, so that lines stay where they are."""
    blanker = _Blanker(source)
    blanker.read_code(0, in_a_string=False)
    return "".join(blanker.code)


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
