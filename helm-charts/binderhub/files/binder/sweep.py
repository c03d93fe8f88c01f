"""Removes servers that a hub without lasting records has forgotten.

Such a hub knows no servers when it starts. Those of the hub before it cannot be reached any more, but would use the
cluster and count against its limits.
"""

import asyncio
import logging
import threading
from typing import Any

log = logging.getLogger("binder")


def start(namespace: str, release: str) -> threading.Thread:
    """Removes them in the background, beside the hub's own start."""
    thread = threading.Thread(target=_run, args=(namespace, release), name="binder-sweep", daemon=True)
    thread.start()
    # Before the hub starts servers of its own. Without an answer of Kubernetes it could not start any.
    thread.join(timeout=60)
    return thread


def _run(namespace: str, release: str) -> None:
    try:
        asyncio.run(_connect_and_sweep(namespace, release))
    except Exception:
        # Kubernetes stops them at their deadline in any case.
        log.exception("Servers of an earlier hub could not be removed")


async def _connect_and_sweep(namespace: str, release: str) -> None:
    from kubernetes_asyncio import client, config

    config.load_incluster_config()  # type: ignore[no-untyped-call]
    async with client.ApiClient() as connection:
        await sweep(client.CoreV1Api(connection), namespace, release)


async def sweep(api: Any, namespace: str, release: str) -> int:
    """Removes all pods of readers' servers of a release, and says how many there were."""
    selector = f"component=singleuser-server,app.kubernetes.io/instance={release}"
    pods = (await api.list_namespaced_pod(namespace, label_selector=selector)).items
    for pod in pods:
        try:
            await api.delete_namespaced_pod(pod.metadata.name, namespace, grace_period_seconds=0)
        except Exception:
            log.exception("%s could not be removed", pod.metadata.name)
    if pods:
        log.warning("Removed %d servers of an earlier hub", len(pods))
    return len(pods)
