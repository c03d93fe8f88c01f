"""Hubs on which BinderHub alone starts servers: whoever else asks is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tornado import web

from .launched import LaunchedServer

# JupyterLab where the image has it. Images of repositories need nothing of JupyterHub's.
ANONYMOUS_COMMAND = [
    "/bin/sh",
    "-c",
    'for server in jupyter-lab jupyter-notebook; do command -v "$server" >/dev/null && exec "$server" "$@"; done; '
    'echo "This image has no Jupyter" >&2; exit 1',
    "jupyter",
]


class BinderSpawnerMixin(LaunchedServer):
    """Lets BinderHub alone decide what is built and run here, so every server's options are BinderHub's."""

    def launch_options(self) -> Mapping[str, Any]:
        """All options: nobody else's get this far."""
        options: Mapping[str, Any] = self.user_options
        return options

    def start(self) -> Any:
        """Starts the image that BinderHub asked for."""
        if not self.is_asked_by_binderhub():
            raise web.HTTPError(403, "Servers of this hub are started by opening a link")
        image = self.launch_option("image")
        if not image:
            raise web.HTTPError(400, "BinderHub named no image")
        if not self.auth_enabled and not self.launch_option("token"):
            # Without one everybody could use the server.
            raise web.HTTPError(400, "BinderHub gave no token")
        self.image = image
        return super().start()
