"""Hubs on which BinderHub starts servers beside those that users start: who asked decides what a start means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traitlets import Dict

from .errors import refusal
from .launched import LaunchedServer


class BinderSpawnerMixin(LaunchedServer):
    """Makes BinderHub's options count, but only if they are BinderHub's; else it starts an ordinary server.

    Users can start their own servers through the hub's API with any `user_options`. BinderHub's own mixin takes an
    image from those too, so that anybody could run any image without its being built here; this one asks who asked.
    (The name is that of BinderHub's, because hubs configure it under that name.)
    """

    launch = Dict(help="The options of BinderHub's last start of this server.")

    def launch_options(self) -> Mapping[str, Any]:
        """Those that BinderHub gave itself; a user's restart repeats them at most."""
        options: Mapping[str, Any] = self.launch
        return options

    def get_state(self) -> dict[str, Any]:
        """Remembers BinderHub's options in the hub's database, where users cannot write."""
        return {**super().get_state(), "binder_launch": self.launch}

    def load_state(self, state: dict[str, Any]) -> None:
        """The other half of that. `clear_state` leaves it, so that it outlives the server."""
        super().load_state(state)
        self.launch = state.get("binder_launch", {})

    def start(self) -> Any:
        """Starts a server of BinderHub's, or an ordinary one."""
        if self.is_asked_by_binderhub():
            self.launch = dict(self.user_options)
        elif self.user_options != self.launch:
            # Else it is a user's restart of what BinderHub has started, for which the hub remembers the options.
            self.launch = {}
        missing = [name for name in ("image", "token") if not self.launch_option(name)]
        if missing and not self.auth_enabled:
            raise refusal(400, f"Only BinderHub can start servers here, and it must say: {', '.join(missing)}.")
        return super().start()

    async def load_user_options(self) -> None:
        """Applies the default profile to servers of BinderHub's, and then BinderHub's image."""
        if not self.launch:
            await super().load_user_options()
            return
        self.user_options = {}
        try:
            await super().load_user_options()
        finally:
            self.user_options = dict(self.launch)
        self.image = self.launch_option("image") or self.image  # type: ignore[has-type]
