"""What goes into the packages of a release, and how it is asked of the program."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from packing.elf import Needs, NotPackable, read_needs
from packing.man import man_page
from packing.version import Version

SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True)
class Parts:
    """All that a release is made of. The same parts make the same bytes."""

    version: Version
    program: bytes
    needs: Needs
    completions: dict[str, bytes]
    man_page: bytes
    license: bytes
    changelog: bytes
    # Seconds since 1970: the time of all files.
    epoch: int
    # NAME <ADDRESS>, for the Debian package.
    maintainer: str


def ask(program: Path, *arguments: str) -> bytes:
    """What the program prints, in an environment that is the same everywhere."""
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    try:
        answer = subprocess.run(
            [program.absolute(), *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotPackable(f"{program} does not run here: {error}") from error
    if answer.returncode != 0:
        said = answer.stderr.decode(errors="replace").strip()
        raise NotPackable(f"{program} {' '.join(arguments)} failed with status {answer.returncode}: {said}")
    return answer.stdout


def completion(program: Path, shell: str) -> bytes:
    """The completion script for a shell, which reads it and never runs it: bash's begins as if it were a program."""
    script = ask(program, "--generate-completion-script", shell)
    return script.partition(b"\n")[2] if script.startswith(b"#!") else script


def gather(root: Path, program: Path, epoch: int, maintainer: str) -> Parts:
    """The parts for a checkout and the program that was built from it."""
    version = Version.of(root)
    needs = read_needs(program)
    said = ask(program, "--version").decode().strip()
    if said != version.text:
        raise NotPackable(f"{program} is version {said}, and this checkout is {version.text}")
    return Parts(
        version=version,
        program=program.read_bytes(),
        needs=needs,
        completions={shell: completion(program, shell) for shell in SHELLS},
        man_page=man_page(json.loads(ask(program, "--experimental-dump-help")), version.text, epoch).encode(),
        license=(root / "LICENSE").read_bytes(),
        changelog=(root / "CHANGELOG.md").read_bytes(),
        epoch=epoch,
        maintainer=maintainer,
    )
