"""Servers from images that BinderHub chose."""

from typing import Any

from jupyterhub import orm
from tornado import web
from traitlets import Bool, Unicode
from traitlets.config import Configurable

# What BinderHub tells of the repository, and the environment variables in which a server finds it.
ENVIRONMENT = {
    "repo_url": "BINDER_REPO_URL",
    "binder_ref_url": "BINDER_REF_URL",
    "binder_launch_host": "BINDER_LAUNCH_HOST",
    "binder_persistent_request": "BINDER_PERSISTENT_REQUEST",
    "binder_request": "BINDER_REQUEST",
}

# JupyterLab where the image has it. Images of repositories need nothing of JupyterHub's.
ANONYMOUS_COMMAND = [
    "/bin/sh",
    "-c",
    'for server in jupyter-lab jupyter-notebook; do command -v "$server" >/dev/null && exec "$server" "$@"; done; '
    'echo "This image has no Jupyter" >&2; exit 1',
    "jupyter",
]


class BinderSpawnerMixin(Configurable):
    """For a spawner of containers, one with the attribute `image`. Put it before that in the list of base classes.

    Whoever starts a server may send options along, users included. Only those of BinderHub count: it alone decides what
    is built and run here. Anybody else's request is refused.
    """

    auth_enabled = Bool(
        False,
        help="Whether users log in. If not, a server is protected by a token that BinderHub gives to its reader.",
    ).tag(config=True)

    cors_allow_origin = Unicode(
        "",
        help="The web site, or * for all, whose pages may use servers. Only where users do not log in.",
    ).tag(config=True)

    binder_service = Unicode("binder", help="The name of BinderHub among the hub's services.").tag(config=True)

    user_options: dict[str, Any]
    handler: Any
    image: str
    port: int
    default_url: str
    args: list[str]
    server: Any

    def start(self) -> Any:
        """Starts the image that BinderHub asked for."""
        self._refuse_others()
        image = self._option("image")
        if not image:
            raise web.HTTPError(400, "BinderHub named no image")
        if not self.auth_enabled and not self._option("token"):
            # Without one everybody could use the server.
            raise web.HTTPError(400, "BinderHub gave no token")
        self.image = image
        return super().start()  # type: ignore[misc]

    def get_args(self) -> list[str]:
        """What the server's command gets. A server without login is told what else jupyterhub-singleuser would find."""
        if self.auth_enabled:
            return list(super().get_args())  # type: ignore[misc]
        settings = {
            "base_url": self.server.base_url,
            "token": self._option("token"),
            "trust_xheaders": "True",
        }
        if self.default_url:
            settings["default_url"] = self.default_url
        if self.cors_allow_origin:
            settings["allow_origin"] = self.cors_allow_origin
        if self.cors_allow_origin == "*":
            # Single files answer to the pattern only.
            settings["allow_origin_pat"] = ".*"
        # Old images have one kind of server, newer ones the other; each passes over what is not its own.
        flags = [f"--{app}.{key}={value}" for app in ("NotebookApp", "ServerApp") for key, value in settings.items()]
        return ["--ip=0.0.0.0", f"--port={self.port}", *flags, *self.args]

    def get_env(self) -> dict[str, Any]:
        """The server's environment, with where it comes from."""
        env: dict[str, Any] = dict(super().get_env())  # type: ignore[misc]
        for option, variable in ENVIRONMENT.items():
            if value := self._option(option):
                env[variable] = value
        if not self.auth_enabled:
            # Strangers' code needs no access to the hub.
            for variable in ("JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN"):
                env.pop(variable, None)
        return env

    def _option(self, name: str) -> str:
        value = self.user_options.get(name, "")
        return value if isinstance(value, str) else ""

    def _refuse_others(self) -> None:
        requester = getattr(self.handler, "current_user", None)
        if not isinstance(requester, orm.Service) or requester.name != self.binder_service:
            raise web.HTTPError(403, "Servers of this hub are started by opening a link")
