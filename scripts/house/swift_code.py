"""The code of a Swift file: all but comments, string literals and regular expressions.

What a string interpolates is code.
"""

from __future__ import annotations

import re

# Where blanking has to look: comments, strings, regular expressions, and the brackets that end an interpolation.
INTERESTING = re.compile(r'//|/\*|#*"""|#*"|#+/|/|[()]')
# What stands before a slash that begins a regular expression. After a value, a slash divides.
BEFORE_A_REGEX = re.compile(r"(?:^|[(\[{,=:;?!&|~]|\b(?:in|return|case|try|where))\s*$")


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
