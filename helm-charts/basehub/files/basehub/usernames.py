"""User names that say nothing about a person, for hubs that log in through CILogon and keep no personal data."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from jupyterhub.utils import maybe_future
from traitlets.config import Config

from .errors import refusal
from .settings import authenticator_is, configured, sections, setting

PEPPER = "USERNAME_DERIVATION_PEPPER"
FIELDS = ("idp", "oidc", "sub")
"""What CILogon says about a person: who vouches for them, their number there, and their number at CILogon."""


def anonymous_name(cilogon_user: Mapping[str, Any], pepper: bytes) -> str:
    """The name: 52 letters and digits, which fit into a label of Kubernetes.

    Homes are found by it, so the same person and pepper must give the same name for ever: nothing of this may change.
    """
    person = json.dumps({field: cilogon_user[field] for field in FIELDS}, sort_keys=True)
    digest = hashlib.blake2b(person.encode(), key=pepper, digest_size=32).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")


def read_pepper(environment: Mapping[str, str]) -> bytes:
    """The secret key of the names; without one, anybody could compute the name of a person whom they know."""
    try:
        pepper = bytes.fromhex(environment.get(PEPPER, ""))
    except ValueError:
        pepper = b""
    if not 1 <= len(pepper) <= hashlib.blake2b.MAX_KEY_SIZE:
        # Its value must not get into a log.
        raise ValueError(f"custom.auth.anonymizeUsername needs 1 to 64 bytes in hexadecimal digits in {PEPPER}.")
    return pepper


def configure(c: Config) -> None:
    """Renames users after they have logged in. A hub that could not do so does not start."""
    if not setting("auth.anonymizeUsername", False):
        return
    if not authenticator_is(c, "cilogon"):
        raise ValueError("custom.auth.anonymizeUsername is only for hubs whose authenticator is CILogon's.")
    pepper = read_pepper(os.environ)
    for key in sections(c, "Authenticator", "post_auth_hook"):
        c[key].post_auth_hook = _renaming(pepper, configured(c[key], "post_auth_hook"))


def _renaming(pepper: bytes, before: Callable[..., Any] | None) -> Callable[..., Awaitable[dict[str, Any]]]:
    async def rename(authenticator: Any, handler: Any, auth_model: dict[str, Any]) -> dict[str, Any]:
        if before:
            auth_model = await maybe_future(before(authenticator, handler, auth_model))
        user = (auth_model.get("auth_state") or {}).get("cilogon_user") or {}
        missing = [field for field in FIELDS if field not in user]
        if missing:
            raise refusal(
                403,
                f"Your identity provider did not tell this hub {', '.join(missing)}, without which it cannot make "
                "your anonymous user name. Log in with another provider, or ask the hub's administrators.",
            )
        return {**auth_model, "name": anonymous_name(user, pepper)}

    return rename
