"""Finds the places of a Swift source where a small fault can be planted, and plants switchable faults there.

All faults of a run are woven into one build: each place asks at run time whether its own number is the active one. So
the build is done once, and a run of the tests tries one fault without compiling anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Comments, and literals of strings and patterns, which hold no code to change.
IGNORED = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?P<raw>#*)""".*?"""(?P=raw)|#+"[^\n]*?"#+|"(?:\\.|[^"\\\n])*"'
    r"|(?<=[(= ])/[^/\s][^/\n]*/(?=[),\s])",
    re.DOTALL,
)
# Lines in which the same signs mean something else than an expression.
DECLARATION = re.compile(
    r"^\s*(?:#|@|(?:package |private |fileprivate |static |mutating )*"
    r"(?:import|func|extension|struct|enum|class|actor|protocol|typealias|subscript|init|case|infix|precedencegroup)\b)"
)
COMPARISON = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
CONNECTIVE = {"&&": "||", "||": "&&"}
# A row of a table: what it holds comes from outside, and no rule of ours says that it is so.
ROW = re.compile(r'^\s*"[^"\n]*": \(?\d')
OPERATOR = re.compile(r"(?<= )(==|!=|<=|>=|<|>|&&|\|\|)(?= )")
NUMBER = re.compile(r"(?<![\w.$\"])(?:0x[0-9A-Fa-f_]+|0o[0-7_]+|\d[\d_]*)(?![\w.])")
GUARD = re.compile(r"\bguard (?P<condition>[^{}\n]+?) else\b")
IF = re.compile(r"(?<![\w.#])(?:else )?if (?P<condition>[^{}\n]+?) \{")
# Signs that may stand in an operator; a fault's number is written with the last four of them.
DIGITS = "÷±¬§"


@dataclass(frozen=True)
class Point:
    """One place where a fault can be planted: `text` from `start` on becomes something else."""

    file: str
    kind: str
    start: int
    text: str
    line: int
    fault: str

    def describe(self, source: str) -> str:
        """The place and the fault, with the line as it stands."""
        return f"{self.file}:{self.line}: {self.kind}: {self.fault}: {source.splitlines()[self.line - 1].strip()}"


def code_of(source: str) -> str:
    """The source with blanks for all that is no code, so that places stay where they are."""
    return IGNORED.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)


def points(file: str, source: str) -> list[Point]:
    """All places of a file, by their start."""
    code = code_of(source)
    found = []
    lines = code.split("\n")

    def add(kind: str, start: int, text: str, fault: str) -> None:
        line = code.count("\n", 0, start) + 1
        if not DECLARATION.match(lines[line - 1]):
            found.append(Point(file, kind, start, text, line, fault))

    for match in OPERATOR.finditer(code):
        other = COMPARISON.get(match[1]) or CONNECTIVE[match[1]]
        add("comparison" if match[1] in COMPARISON else "condition", match.start(1), match[1], f"{match[1]} -> {other}")
    rows = {number for number, line in enumerate(source.split("\n")) if ROW.match(line)}
    for match in NUMBER.finditer(code):
        if code.count("\n", 0, match.start()) in rows:
            continue
        add("constant", match.start(), match[0], f"{match[0]} -> {match[0]} + 1")
    for pattern, kind, fault in ((GUARD, "guard", "removed"), (IF, "condition", "turned round")):
        for match in pattern.finditer(code):
            condition = match["condition"]
            if is_plain(condition):
                add(kind, match.start("condition"), source[match.start("condition") : match.end("condition")], fault)
    return sorted(found, key=lambda point: (point.start, point.kind))


def is_plain(condition: str) -> bool:
    """Whether a condition is one expression: no binding, no pattern, nothing that may throw or wait, no list."""
    if re.search(r"\b(?:let|var|case|try|await|is|#available)\b|#", condition):
        return False
    depth = 0
    for sign in condition:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            return False
    return True


def digits(number: int) -> str:
    """A number as signs of an operator."""
    text = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        text += DIGITS[digit]
    return text


def woven(point: Point, number: int) -> str:
    """What stands at the point in the woven source."""
    match point.kind:
        case "comparison":
            return point.text + digits(number)
        case "condition" if point.text in CONNECTIVE:
            return point.text + digits(number)
        case "constant":
            return f"_mutated({number}, {point.text})"
        case "guard":
            return f"_removed({number}) || ({point.text})"
        case _:
            return f"_flipped({number}, {point.text})"


def support(chosen: list[tuple[int, Point]]) -> str:
    """The Swift file that a target needs for its faults."""
    parts = [
        """
        import Foundation

        let _activeFault = Int(ProcessInfo.processInfo.environment["HUBFLEET_FAULT"] ?? "") ?? 0
        func _mutated<T: Numeric>(_ number: Int, _ value: T) -> T { _activeFault == number ? value + 1 : value }
        func _removed(_ number: Int) -> Bool { _activeFault == number }
        func _flipped(_ number: Int, _ value: Bool) -> Bool { _activeFault == number ? !value : value }
        """
    ]
    for number, point in chosen:
        name = point.text + digits(number)
        if point.kind == "comparison":
            other = COMPARISON[point.text]
            precedence = "ComparisonPrecedence"
            kind = "Equatable" if point.text in ("==", "!=") else "Comparable"
            parts.append(f"""
        infix operator {name}: {precedence}
        func {name} <T: {kind}>(left: T, right: T) -> Bool {{
            _activeFault == {number} ? left {other} right : left {point.text} right
        }}
        """)
            if kind == "Equatable":
                parts.append(f"""
        func {name} <T>(left: T?, right: _OptionalNilComparisonType) -> Bool {{
            _activeFault == {number} ? left {other} right : left {point.text} right
        }}
        """)
        elif point.text in CONNECTIVE:
            precedence = "LogicalConjunctionPrecedence" if point.text == "&&" else "LogicalDisjunctionPrecedence"
            parts.append(f"""
        infix operator {name}: {precedence}
        func {name} (left: Bool, right: @autoclosure () throws -> Bool) rethrows -> Bool {{
            _activeFault == {number} ? try left {CONNECTIVE[point.text]} right() : try left {point.text} right()
        }}
        """)
    return "".join(re.sub(r"^        ", "", part, flags=re.MULTILINE) for part in parts)
