"""Volume claims for each user beside the home, for example for a database that cannot live on NFS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from jupyterhub.utils import exponential_backoff
from kubernetes_asyncio.client.models import V1PersistentVolumeClaim
from kubespawner import KubeSpawner
from kubespawner.objects import make_pvc
from traitlets.config import Config

from .settings import setting


def claim(spawner: KubeSpawner, wanted: Mapping[str, Any]) -> V1PersistentVolumeClaim:
    """The claim for one user. Its name, such as `db-{username}`, is KubeSpawner's kind of template."""
    pvc: V1PersistentVolumeClaim = make_pvc(
        name=spawner._expand_all(wanted["name"]),
        storage_class=wanted.get("class"),
        access_modes=["ReadWriteOnce"],
        selector={},
        storage=wanted["capacity"],
        labels={**spawner._build_common_labels({}), "component": "extra-pvc"},
        annotations=spawner._build_common_annotations({}),
    )
    return pvc


async def create(spawner: KubeSpawner, claims: Sequence[Mapping[str, Any]]) -> None:
    """Creates the claims that do not exist yet, with KubeSpawner's patience; what it gives up on fails the start."""
    for wanted in claims:
        pvc = claim(spawner, wanted)
        await exponential_backoff(
            partial(spawner._make_create_pvc_request, pvc, spawner.k8s_api_request_timeout),
            f"Could not create the volume claim {pvc.metadata.name}",
            timeout=spawner.k8s_api_request_retry_timeout,
        )


def configure(c: Config) -> None:
    """Says which claims there are; the spawner creates them."""
    c.BasehubSpawner.extra_pvcs = setting("singleuser.extraPVCs", [])
