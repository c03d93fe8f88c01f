"""The command line of the Go jsonnet, as far as Hubfleet and an operator's scripts need it.

It stands over the same implementation as a Python module. scripts/tools makes .tools/bin/jsonnet of it.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../jsonnet"))
import _gojsonnet

# What types alone need is not imported: that would take a good part of the time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = {"-J": "--jpath", "-V": "--ext-str", "-o": "--output-file", "-v": "--version"}


class UsageError(Exception):
    """The command line cannot be understood."""


def parse(arguments: list[str]) -> Iterator[tuple[str, str]]:
    """Yields options with their values, and files with "". Importing getopt would cost a third of the time."""
    rest = iter(arguments)
    for argument in rest:
        option, equals, value = argument.partition("=")
        option = LONG.get(option, option)
        if argument == "--":
            yield from (("", file) for file in rest)
        elif option == "--version" or not argument.startswith("-"):
            yield option if option == "--version" else "", argument
        elif option not in LONG.values():
            raise UsageError(f"unrecognized argument: {argument}")
        else:
            given = value if equals else next(rest, None)
            if given is None:
                raise UsageError(f"expected another command line argument after {argument}")
            yield option, given


def main(arguments: list[str]) -> None:
    folders, variables, files, output = [], {}, [], None
    for option, value in parse(arguments):
        if option == "--version":
            print("Jsonnet commandline interpreter (Go implementation)", _gojsonnet.version)
            return
        if option == "--jpath":
            folders.append(value)
        elif option == "--output-file":
            output = value
        elif option == "--ext-str":
            name, equals, text = value.partition("=")
            if not equals and name not in os.environ:
                raise UsageError(f"environment variable {name} was undefined")
            variables[name] = text if equals else os.environ[name]
        else:
            files.append(value)
    if len(files) != 1:
        raise UsageError("only one filename is allowed" if files else "must give filename")
    # The path as it is, also through symbolic links: std.thisFile shows it.
    result = _gojsonnet.evaluate_file(files[0], jpathdir=folders, ext_vars=variables).encode()
    with open(output or sys.stdout.fileno(), "wb") as file:
        file.write(result)


try:
    main(sys.argv[1:])
except UsageError as error:
    sys.exit(f"ERROR: {error}")
except (RuntimeError, OSError) as error:
    sys.exit(str(error))
