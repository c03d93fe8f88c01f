"""What users choose from when they make a Dask cluster. Runs in dask-gateway's own pod.

`configure(c, workers)` gets the chart's value daskWorkers as JSON.
"""

import hashlib
import json
import re
from typing import Any

from dask_gateway_server.options import Integer, Mapping, Options, Select, String

# What KubeSpawner 7 takes as the value of a label without changing it.
VALID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


def label(name: str) -> str:
    """The name as the value of a label: KubeSpawner's safe slug, so that all pods of a user carry the same.

    Names that are no value of a label become the beginning of what is left of them, and eight digits of a hash.
    """
    if VALID.fullmatch(name) and "--" not in name:
        return name
    start = re.sub(r"[^a-z0-9]+", "-", name.lower()).lstrip("-")[:21].rstrip("-")
    if not start[:1].isalpha():
        start = f"x-{start[:19]}" if start else "x"
    return f"{start}---{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def cluster_config(user: Any, options: Any, sizes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The configuration of a user's cluster; a ValueError tells the user what is wrong."""
    if ":" not in options.image.rpartition("/")[2]:
        raise ValueError(f"The image {options.image!r} has no tag; say NAME:TAG")
    size = sizes[options.worker_resource_allocation]
    labels = {"hub.jupyter.org/username": label(user.name)}
    annotations = {"hub.jupyter.org/username": user.name}
    return {
        "image": options.image,
        "environment": options.environment,
        "idle_timeout": options.idle_timeout_minutes * 60,
        "worker_cores": size["cores"],
        "worker_cores_limit": size.get("coresLimit", size["cores"]),
        "worker_memory": size["memory"],
        "worker_memory_limit": size["memory"],
        "worker_extra_pod_labels": labels,
        "worker_extra_pod_annotations": annotations,
        "scheduler_extra_pod_labels": labels,
        "scheduler_extra_pod_annotations": {
            **annotations,
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "8787",
        },
    }


def configure(c: Any, workers: str) -> None:
    """Sets the options, the limit on idle clusters that did not choose one, and what clusters run."""
    settings = json.loads(workers)
    sizes = {size["name"]: size for size in settings["sizes"]}
    names = list(sizes)
    minutes = settings["idleTimeoutMinutes"]

    def options_of(user: Any) -> Options:
        return Options(
            Select("worker_resource_allocation", names, default=names[0], label="Resources of a worker"),
            # Servers suggest their own image, through an environment variable.
            String("image", label="Image"),
            Mapping("environment", {}, label="Environment variables (YAML)"),
            Integer("idle_timeout_minutes", minutes, min=0, label="Idle minutes after which the cluster is stopped"),
            handler=lambda options: cluster_config(user, options, sizes),
        )

    c.Backend.cluster_options = options_of
    c.KubeClusterConfig.idle_timeout = minutes * 60
    # The gateway's own way is `dask-scheduler`, which images with Dask of June 2026 or newer have not. These two have
    # been there since 2022.
    c.KubeClusterConfig.scheduler_cmd = ["dask", "scheduler"]
    c.KubeClusterConfig.worker_cmd = ["dask", "worker"]
