"""Who is administrator: by the fleet's values, or because another administrator said so on the admin page.

The database only knows that somebody is one. So the names that the values listed are kept in a file: a name that left
the list is no administrator any more, and one that was never in it was made one on the page.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable
from typing import Any

from jupyterhub import orm
from jupyterhub.utils import new_token
from sqlalchemy import event
from sqlalchemy.orm import object_session


class ListedNames:
    """The names that the values list, or listed until their next login. In a JSON file, for the hub's account."""

    def __init__(self, path: str) -> None:
        self.path = path

    def read(self) -> set[str]:
        """The names; none if there is no file."""
        try:
            with open(self.path, encoding="utf-8") as file:
                names = json.load(file)
        except FileNotFoundError:
            return set()
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"{self.path} is no list of names")
        return set(names)

    def write(self, names: Iterable[str]) -> None:
        """Keeps these names."""
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(self.path)), prefix=".listed-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(sorted(names), file)
            os.replace(temporary, self.path)
        except BaseException:
            os.unlink(temporary)
            raise


def end_sessions_of_new_administrators() -> None:
    """Has every session end of somebody who becomes administrator: it began with the password of all users.

    So do tokens that may do whatever their owner may. Those of servers that run may not, and go on.
    """
    if not event.contains(orm.User.admin, "set", _end_sessions):
        event.listen(orm.User.admin, "set", _end_sessions, active_history=True)


def _end_sessions(user: Any, value: Any, before: Any, _initiator: Any) -> None:
    session = object_session(user)
    if value is not True or before is True or session is None or user.id is None:
        return
    user.cookie_id = new_token()
    for token in user.api_tokens:
        if "inherit" in (token.scopes or []):
            session.delete(token)


def is_administrator_in_database(handler: Any, name: str) -> bool:
    """Whether the hub knows this name as an administrator's now."""
    with contextlib.suppress(AttributeError):
        user = handler.find_user(name)
        return user is not None and bool(user.admin)
    return False
