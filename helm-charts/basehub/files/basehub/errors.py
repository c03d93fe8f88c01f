"""Errors whose text a person at a hub's page gets to read."""

from __future__ import annotations

from tornado import web


def refusal(status: int, message: str) -> web.HTTPError:
    """An HTTP error that says `message` on the page as well as in the log: JupyterHub's own pages need both."""
    error = web.HTTPError(status, message)
    error.jupyterhub_message = message  # type: ignore[attr-defined]
    return error
