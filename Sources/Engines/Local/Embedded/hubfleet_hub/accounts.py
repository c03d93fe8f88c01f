"""The numbers that users' servers run as: one uid, with a group of its own, for each user.

They are bare numbers. No account is made in the system, so there is nothing to clean up, and no name to look up.
"""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any, NamedTuple


class Account(NamedTuple):
    """What a server runs as."""

    uid: int
    gid: int
    groups: list[int]


class Accounts:
    """The register of numbers, in a JSON file. A number that was given once is never given to another name."""

    def __init__(self, path: str, first: int) -> None:
        self.path = path
        self.first = first

    def number(self, name: str, home_owner: int | None = None) -> int:
        """The number of a user, from the register or a new one.

        `home_owner` is who owns the home that the user already has: if the register was lost, the number comes back
        from there.
        """
        register = self._read()
        numbers: dict[str, int] = register["numbers"]
        if name in numbers:
            return numbers[name]
        if home_owner is not None and home_owner >= self.first and home_owner not in numbers.values():
            number = home_owner
        else:
            number = register["next"]
        numbers[name] = number
        register["next"] = max(register["next"], number + 1)
        self._write(register)
        return number

    def _read(self) -> dict[str, Any]:
        try:
            with open(self.path, encoding="utf-8") as file:
                register = json.load(file)
        except FileNotFoundError:
            return {"next": self.first, "numbers": {}}
        except ValueError:
            register = None
        if not (
            isinstance(register, dict)
            and isinstance(register.get("next"), int)
            and isinstance(register.get("numbers"), dict)
            and all(isinstance(number, int) and number >= self.first for number in register["numbers"].values())
            and register["next"] > max(register["numbers"].values(), default=self.first - 1)
        ):
            # To start over would give one user's files to another.
            raise ValueError(f"the register of accounts {self.path} is damaged; put it right or remove it")
        return register

    def _write(self, register: dict[str, Any]) -> None:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(self.path), prefix=".accounts-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(register, file, indent=2, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except BaseException:
            os.unlink(temporary)
            raise
