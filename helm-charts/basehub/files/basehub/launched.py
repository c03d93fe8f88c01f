"""Servers that BinderHub launches: what its options mean for their arguments and variables.

The chart binderhub has this file too: charts cannot read each other's, so there is a link, which Helm follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyterhub.orm import Service
from kubespawner import KubeSpawner
from traitlets import Bool, Unicode

# What BinderHub tells of the repository, and the environment variables in which a server finds it.
VARIABLES = {
    "repo_url": "BINDER_REPO_URL",
    "binder_ref_url": "BINDER_REF_URL",
    "binder_launch_host": "BINDER_LAUNCH_HOST",
    "binder_persistent_request": "BINDER_PERSISTENT_REQUEST",
    "binder_request": "BINDER_REQUEST",
}
HUB_TOKENS = ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN")
"""The variables in which JupyterHub gives a server a token of the hub."""


class LaunchedServer(KubeSpawner):
    """KubeSpawner for servers that BinderHub describes.

    Whoever starts a server may send options along, users included. Which of them are BinderHub's, and what happens to
    everybody else, is for the class to say that derives from this one.
    """

    auth_enabled = Bool(
        False, help="Whether users log in; else a server asks for the token that BinderHub gives to its reader."
    ).tag(config=True)
    cors_allow_origin = Unicode(
        help="The web site, or * for all, whose pages may use servers. Only where users do not log in."
    ).tag(config=True)
    binder_service = Unicode("binder", help="The name of BinderHub among the hub's services.").tag(config=True)

    def launch_options(self) -> Mapping[str, Any]:
        """The options of BinderHub's for this server; empty if it is not BinderHub's."""
        raise NotImplementedError

    def launch_option(self, name: str) -> str:
        """One of them; empty if it is missing or no text."""
        value = self.launch_options().get(name)
        return value if isinstance(value, str) else ""

    def is_asked_by_binderhub(self) -> bool:
        """Whether the request that starts this server comes from BinderHub."""
        requester = getattr(self.handler, "current_user", None)
        return isinstance(requester, Service) and requester.name == self.binder_service

    def get_args(self) -> list[str]:
        """The arguments; without login those of an ordinary Jupyter server, old or new, that asks for a token."""
        if self.auth_enabled:
            return list(super().get_args())
        origin = self.cors_allow_origin
        settings = {
            "base_url": self.server.base_url,
            "token": self.launch_option("token"),
            "trust_xheaders": "True",
            "default_url": self.default_url,
            "allow_origin": origin,
            # An origin of * does not cover all requests for single files.
            "allow_origin_pat": ".*" if origin == "*" else "",
        }
        given = [f"--NotebookApp.{name}={value}" for name, value in settings.items() if value]
        args = ["--ip=0.0.0.0", f"--port={self.port}", *given, *self.args]
        # Old images have one kind of server, newer ones the other; each passes over what is not its own.
        return args + [arg.replace("Notebook", "Server", 1) for arg in args if arg.startswith("--NotebookApp.")]

    def get_env(self) -> dict[str, Any]:
        """The environment: what BinderHub says of the repository, and without login none of the hub's tokens."""
        env: dict[str, Any] = {**super().get_env()}
        env |= {variable: text for option, variable in VARIABLES.items() if (text := self.launch_option(option))}
        if not self.auth_enabled:
            # Strangers' code needs no access to the hub.
            for variable in HUB_TOKENS:
                env.pop(variable, None)
        return env
