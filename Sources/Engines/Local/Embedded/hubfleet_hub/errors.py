"""Errors whose text a person at a hub's page gets to read."""

from __future__ import annotations

from tornado import web


def refusal(status: int, message: str) -> web.HTTPError:
    """An HTTP error that says `message` on the page as well as in the log.

    JupyterHub shows the text of an ordinary HTTPError in some places, and "HTTP 403: Forbidden (…)" in others.
    """
    error = web.HTTPError(status, message)
    error.jupyterhub_message = message  # type: ignore[attr-defined]
    return error
