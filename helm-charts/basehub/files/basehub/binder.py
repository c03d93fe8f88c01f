"""Servers that BinderHub starts: it says in `user_options` which image it has built, and of what."""

from __future__ import annotations

from typing import Any

from jupyterhub.orm import Service
from kubespawner import KubeSpawner
from traitlets import Bool, Dict, Unicode

from .errors import refusal

VARIABLES = {
    "repo_url": "BINDER_REPO_URL",
    "binder_ref_url": "BINDER_REF_URL",
    "binder_launch_host": "BINDER_LAUNCH_HOST",
    "binder_persistent_request": "BINDER_PERSISTENT_REQUEST",
    "binder_request": "BINDER_REQUEST",
}


class BinderSpawnerMixin(KubeSpawner):
    """Makes BinderHub's options count, but only if they are BinderHub's.

    Users can start their own servers through the hub's API with any `user_options`. BinderHub's own mixin takes an
    image from those too, so that anybody could run any image without its being built here; this one asks who asked.
    (The name is that of BinderHub's, because hubs configure it under that name.)
    """

    auth_enabled = Bool(False, help="Whether users log in; else the server asks for BinderHub's token.").tag(
        config=True
    )
    cors_allow_origin = Unicode(help="Whose pages may talk to servers without login; * for all.").tag(config=True)
    binder_service = Unicode("binder", help="The hub's service that BinderHub is.").tag(config=True)
    launch = Dict(help="The options of BinderHub's last start of this server.")

    def get_state(self) -> dict[str, Any]:
        """Remembers BinderHub's options in the hub's database, where users cannot write."""
        return {**super().get_state(), "binder_launch": self.launch}

    def load_state(self, state: dict[str, Any]) -> None:
        """The other half of that. `clear_state` leaves it, so that it outlives the server."""
        super().load_state(state)
        self.launch = state.get("binder_launch", {})

    def start(self) -> Any:
        """Starts a server of BinderHub's, or an ordinary one."""
        requester = getattr(self.handler, "current_user", None)
        if isinstance(requester, Service) and requester.name == self.binder_service:
            self.launch = dict(self.user_options)
        elif self.user_options != self.launch:
            # Else it is a user's restart of what BinderHub has started, for which the hub remembers the options.
            self.launch = {}
        missing = {"image", "token"} - self.launch.keys()
        if missing and not self.auth_enabled:
            raise refusal(400, f"Only BinderHub can start servers here, and it must say: {', '.join(sorted(missing))}.")
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
        self.image = self.launch.get("image", self.image)  # type: ignore[has-type]

    def get_args(self) -> list[str]:
        """The arguments; without login those of an ordinary Jupyter server, old or new, that asks for a token."""
        if self.auth_enabled:
            return list(super().get_args())
        origin = self.cors_allow_origin
        settings = {
            "base_url": self.server.base_url,
            "token": self.launch["token"],
            "trust_xheaders": "True",
            "default_url": self.default_url,
            "allow_origin": origin,
            # An origin of * does not cover all requests for single files.
            "allow_origin_pat": ".*" if origin == "*" else "",
        }
        given = [f"--NotebookApp.{name}={value}" for name, value in settings.items() if value]
        args = ["--ip=0.0.0.0", f"--port={self.port}", *given, *self.args]
        return args + [arg.replace("Notebook", "Server", 1) for arg in args if arg.startswith("--NotebookApp.")]

    def get_env(self) -> dict[str, Any]:
        """The environment, with what BinderHub says about the repository."""
        env: dict[str, Any] = super().get_env()
        return env | {name: self.launch[key] for key, name in VARIABLES.items() if key in self.launch}
