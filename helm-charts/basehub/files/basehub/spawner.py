"""The class of the hub's spawners: KubeSpawner, with more for administrators and less network for everybody."""

from __future__ import annotations

from typing import Any

from jupyterhub.utils import maybe_future
from kubernetes_asyncio.client.models import V1Container, V1Pod, V1VolumeMount
from kubespawner import KubeSpawner
from kubespawner.utils import get_k8s_model
from traitlets import Bool, Dict, List, Unicode
from traitlets.config import Config
from z2jh import get_config

from . import volumes
from .binder import BinderSpawnerMixin
from .errors import refusal
from .settings import configured, setting

NFS_PORTS = (111, 2049, 20048)
"""The port mapper, NFS and its mount service."""
METADATA = ("169.254.0.0/16", "100.100.100.200")
"""Where clouds give out credentials. The official chart closes one address and one port of these."""
RESTRICTED = {
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What the pod security standard `restricted` asks of a container, beside a user and no way to become another."""


class BasehubSpawner(KubeSpawner):
    """KubeSpawner with the chart's additions.

    They are made to the finished pod and to the finished environment, never to the spawner's own settings: so they
    come after any profile, stay with whom they are for, and leave all hooks to the hub's operator.
    """

    admin_environment = Dict(help="Environment variables of administrators' servers; null removes.").tag(config=True)
    admin_service_account = Unicode(help="The service account of administrators' pods.").tag(config=True)
    admin_volume_mounts = Dict(help="Volume mounts of administrators by name; null removes.").tag(config=True)
    network_block = Dict(help="The init container, but for its command, that closes networks; none if empty.").tag(
        config=True
    )
    closes_nfs = Bool(False, help="Whether it closes the ports of NFS.").tag(config=True)
    closes_metadata = Bool(False, help="Whether it closes the cloud's metadata.").tag(config=True)
    extra_pvcs = List(Dict(), help="Claims that each user gets: {name, class, capacity}.").tag(config=True)

    async def run_pre_spawn_hook(self) -> None:
        """Creates the user's own claims after the hub's hook, which may still refuse the start."""
        await maybe_future(super().run_pre_spawn_hook())
        await volumes.create(self, self.extra_pvcs)

    async def load_user_options(self) -> None:
        """Applies the chosen profile.

        Where no profile is named KubeSpawner takes the default one, and a text of the user's own without looking at
        its rules. Only who uses the hub's API can ask for that.
        """
        unchecked = [key for key in self.user_options if key.endswith("--unlisted-choice")]
        if unchecked and not self.user_options.get("profile"):
            raise refusal(400, f"Name the profile that {', '.join(sorted(unchecked))} belongs to.")
        await super().load_user_options()

    def get_env(self) -> dict[str, Any]:
        """The server's environment, with what administrators get in addition."""
        env: dict[str, Any] = super().get_env()
        if self.user.admin:
            extra = {name: value for name, value in self.admin_environment.items() if value is not None}
            env.update(extra | self._expand_env(extra))
        return env

    async def get_pod_manifest(self) -> V1Pod:
        """The pod, before the hub's own modify_pod_hook gets to see it."""
        pod: V1Pod = await super().get_pod_manifest()
        if self.user.admin:
            self._favour_administrator(pod)
        restrict(_notebook(pod))
        commands = [
            *(nfs_blocking() if self.closes_nfs else ()),
            *(metadata_blocking() if self.closes_metadata else ()),
        ]
        if commands and self.network_block:
            block = get_k8s_model(
                V1Container, {**self.network_block, "command": ["/bin/sh", "-c", " && ".join(commands)]}
            )
            pod.spec.init_containers = [*(pod.spec.init_containers or []), block]
        return pod

    def _favour_administrator(self, pod: V1Pod) -> None:
        if self.admin_service_account:
            pod.spec.service_account_name = self._expand_all(self.admin_service_account)
            # Without an account of its own, KubeSpawner gave the pod none of an account's tokens.
            pod.spec.automount_service_account_token = self.automount_service_account_token
        mounts = self._expand_all([mount for _, mount in sorted(self.admin_volume_mounts.items()) if mount])
        notebook = _notebook(pod)
        # Kubernetes refuses a pod with two mounts at one place.
        paths = {mount["mountPath"] for mount in mounts}
        notebook.volume_mounts = [
            *(mount for mount in notebook.volume_mounts or [] if mount.mount_path not in paths),
            *(get_k8s_model(V1VolumeMount, mount) for mount in mounts),
        ]


class BinderBasehubSpawner(BinderSpawnerMixin, BasehubSpawner):
    """The same for hubs whose servers BinderHub starts."""


def _notebook(pod: V1Pod) -> V1Container:
    return next(container for container in pod.spec.containers if container.name == "notebook")


def restrict(container: V1Container) -> None:
    """Takes from a server what the pod security standard `restricted` takes from containers, unless the hub says more.

    A server that is root, that may become somebody else, or whose user the image chooses needs what this would take.
    """
    # KubeSpawner leaves it as Kubernetes writes it, whatever the class says of its type.
    context: Any = container.security_context
    said: dict[str, Any] = context or {}
    needs_more = (
        said.get("privileged") or said.get("allowPrivilegeEscalation") is not False or not said.get("runAsUser")
    )
    if not needs_more:
        context = {**RESTRICTED, **said}
        container.security_context = context


def nfs_blocking() -> list[str]:
    """The commands that keep a pod from speaking NFS: the node mounts its volumes, and users must not mount more."""
    rule = "iptables --append OUTPUT --protocol {} --destination-port {} --jump DROP"
    return [rule.format(protocol, port) for protocol in ("tcp", "udp") for port in NFS_PORTS]


def metadata_blocking() -> list[str]:
    """The commands that keep a pod from the cloud's metadata, but for name servers on the node."""
    rule = (
        "iptables --append OUTPUT --protocol {} --destination {} --match multiport ! --destination-ports 53 --jump DROP"
    )
    return [rule.format(protocol, addresses) for protocol in ("tcp", "udp") for addresses in METADATA]


def configure(c: Config) -> None:
    """Sets the class, and what it gives to whom."""
    c.JupyterHub.spawner_class = BasehubSpawner
    if setting("binderhubUI.enabled"):
        c.JupyterHub.spawner_class = BinderBasehubSpawner
        # A freshly built image has to come to a node that may have to be started first.
        c.KubeSpawner.start_timeout = max(15 * 60, configured(c.KubeSpawner, "start_timeout") or 0)
    c.BasehubSpawner.admin_environment = setting("singleuserAdmin.extraEnv", {})
    c.BasehubSpawner.admin_service_account = setting("singleuserAdmin.serviceAccountName", "")
    c.BasehubSpawner.admin_volume_mounts = setting("singleuserAdmin.extraVolumeMounts", {})
    c.BasehubSpawner.closes_nfs = bool(setting("blockNfsAccess.enabled", True))
    c.BasehubSpawner.closes_metadata = get_config("singleuser.cloudMetadata.blockWithIptables") is True
    if c.BasehubSpawner.closes_nfs or c.BasehubSpawner.closes_metadata:
        if not setting("blockNfsAccess.image"):
            raise ValueError("custom.blockNfsAccess needs an image with iptables, unless enabled is false.")
        c.BasehubSpawner.network_block = {
            "name": "block-nfs-access",
            "image": setting("blockNfsAccess.image"),
            "resources": get_config("singleuser.networkTools.resources") or {},
            # Changing a pod's packet filter takes root, and on some nodes loading a module.
            "securityContext": {"runAsUser": 0, "privileged": True, "capabilities": {"add": ["NET_ADMIN"]}},
        }
