"""The names by which charts ask for images, and the images of the node that take their place."""

STANDS_FOR = {
    "hub": ("quay.io/jupyterhub/k8s-hub:4.3.3",),
    "proxy": ("quay.io/jupyterhub/configurable-http-proxy:5.2.0",),
    "user": (
        "quay.io/jupyter/scipy-notebook:2025-07-28",
        "quay.io/jupyter/datascience-notebook:2025-07-28",
        "quay.io/jupyterhub/k8s-singleuser-sample:4.3.3",
        "quay.io/pangeo/pangeo-notebook:2026.04.29",
        "quay.io/pangeo/ml-notebook:2026.04.29",
    ),
    "tools": ("quay.io/jupyterhub/k8s-network-tools:4.3.3", "docker.io/alpine/git:2.40.1"),
    "busybox": ("docker.io/library/busybox:1.36.1",),
    "pause": ("registry.k8s.io/pause:3.10.1",),
    "sizes": ("quay.io/yuvipanda/prometheus-dirsize-exporter:v3.2",),
    "volumes": ("quay.io/prometheus/node-exporter:v1.8.2",),
    "gateway": ("ghcr.io/dask/dask-gateway-server:2026.3.0",),
    "traefik": ("docker.io/library/traefik:3.3.5",),
    "docker": ("docker.io/library/docker:27.5.1-dind",),
}
