"""A page for man, made from what the program tells about its own commands (--experimental-dump-help)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

# A command or an argument, as swift-argument-parser describes it.
Described = dict[str, Any]

# What roff shows otherwise than it was written.
SIGNS = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti"})

# Every command has them; they are described once.
EVERYWHERE = ("version", "help")


def escaped(text: str) -> str:
    """Text as roff shows it: signs that can be copied into a shell, and no line that it takes for a request."""
    text = text.translate(SIGNS)
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in text.splitlines())


def marked_up(text: str) -> str:
    """The same for a sentence, with what stands between backticks in bold."""
    pieces = escaped(text).split("`")
    return "".join(f"\\fB{piece}\\fR" if number % 2 else piece for number, piece in enumerate(pieces))


def discussion(text: str) -> Iterator[str]:
    """Paragraphs; those made of commands keep their lines."""
    for paragraph in filter(None, text.split("\n\n")):
        yield ".PP"
        if paragraph.startswith("hubfleet "):
            yield from (".nf", ".RS 4", escaped(paragraph), ".RE", ".fi")
        else:
            yield marked_up(paragraph)


def is_shown(argument: Described) -> bool:
    return bool(argument["shouldDisplay"])


def name_of(argument: Described) -> str:
    return str(argument.get("preferredName", {}).get("name", argument.get("valueName", "")))


def spelled(name: Described) -> str:
    return ("--" if name["kind"] == "long" else "-") + str(name["name"])


def value_of(argument: Described) -> str:
    return f"\\fI{escaped(argument['valueName'])}\\fR"


def in_synopsis(argument: Described) -> str:
    if argument["kind"] == "positional":
        shown = value_of(argument)
    else:
        shown = f"\\fB{escaped(spelled(argument['preferredName']))}\\fR"
        if argument["kind"] == "option":
            shown += f"\\ {value_of(argument)}"
    if argument["isRepeating"]:
        shown += "\\ ..."
    return f"[{shown}]" if argument["isOptional"] else shown


def described(argument: Described) -> Iterator[str]:
    """An argument with what it is for."""
    yield ".TP"
    if argument["kind"] == "positional":
        yield value_of(argument)
    else:
        names = ", ".join(f"\\fB{escaped(spelled(name))}\\fR" for name in argument["names"])
        yield f"{names} {value_of(argument)}" if argument["kind"] == "option" else names
    notes = []
    if argument.get("allValues"):
        notes.append("one of " + ", ".join(argument["allValues"]))
    if argument.get("defaultValue"):
        notes.append(f"default: {argument['defaultValue']}")
    yield marked_up(str(argument.get("abstract", "")) + (f" ({'; '.join(notes)})" if notes else ""))


def commands(command: Described, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Described]]:
    """Each command that does something, under its whole name."""
    for child in command.get("subcommands", []):
        if not child["shouldDisplay"] or child["commandName"] == "help":
            continue
        path = (*above, str(child["commandName"]))
        if not child.get("subcommands"):
            yield path, child
        yield from commands(child, path)


def section(path: tuple[str, ...], command: Described) -> Iterator[str]:
    """One command: what it is for, how it is called, and its arguments."""
    arguments = [one for one in command["arguments"] if is_shown(one) and name_of(one) not in EVERYWHERE]
    yield f'.SS "hubfleet {escaped(" ".join(path))}"'
    yield marked_up(str(command["abstract"]))
    yield ".PP"
    yield " ".join([f"\\fBhubfleet {escaped(' '.join(path))}\\fR", *map(in_synopsis, arguments)])
    yield from discussion(str(command.get("discussion", "")))
    for argument in arguments:
        yield from described(argument)


def man_page(dump: dict[str, Any], version: str, epoch: int) -> str:
    """The page hubfleet(1)."""
    program = dump["command"]
    now = time.gmtime(epoch)
    lines = [
        f'.TH HUBFLEET 1 "{now.tm_year}-{now.tm_mon:02}-{now.tm_mday:02}" "hubfleet {escaped(version)}"',
        # No word is broken or spread over its line: options are copied from here.
        ".ad l",
        ".nh",
        ".SH NAME",
        f"hubfleet \\- {marked_up(str(program['abstract'])).rstrip('.')}",
        ".SH SYNOPSIS",
        "\\fBhubfleet\\fR \\fIcommand\\fR [\\fIarguments\\fR]",
        ".SH DESCRIPTION",
        # No .PP behind a heading: it would do nothing.
        *list(discussion(str(program["discussion"])))[1:],
        ".SH OPTIONS",
        "These may follow every command, too.",
    ]
    for argument in program["arguments"]:
        if is_shown(argument):
            lines += described(argument)
    lines.append(".SH COMMANDS")
    for path, command in commands(program):
        lines += section(path, command)
    return "\n".join(lines) + "\n"
