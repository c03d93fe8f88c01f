"""The images of the node, and what each is made of. A change here makes them all anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
VENV = "/srv/venv"
BASE = "base"
"""The layer below most others: a small Debian with Python."""


@dataclass(frozen=True)
class Layer:
    """Files on top of those of the base: packages of Debian, and a locked list of Python's packages in a venv."""

    packages: tuple[str, ...] = ()
    requirements: str | None = None
    user: str | None = None
    """A line of /etc/passwd; the home that it names is made."""


LAYERS = {
    "hub": Layer(requirements="hub.txt", user="jovyan:x:1000:1000::/home/jovyan:/bin/bash"),
    "user": Layer(requirements="user.txt", user="jovyan:x:1000:100::/home/jovyan:/bin/bash"),
    "proxy": Layer(packages=("node-configurable-http-proxy",)),
    "tools": Layer(packages=("git", "iptables")),
    "sizes": Layer(requirements="exporter.txt"),
    "volumes": Layer(packages=("prometheus-node-exporter",)),
    "gateway": Layer(requirements="gateway.txt"),
    "traefik": Layer(requirements="traefik.txt"),
    "docker": Layer(packages=("docker.io", "iptables")),
}
"""Besides the base, and `busybox`, which is one program with many names and stands on nothing."""


@dataclass(frozen=True)
class Image:
    """What containerd knows as localhost/NAME:1."""

    layers: tuple[str, ...]
    """From the lowest."""
    config: dict[str, Any]
    """What runs, in the words of the OCI's image configuration."""


def python_image(user: str, folder: str, *command: str, variables: tuple[str, ...] = ()) -> dict[str, Any]:
    """The configuration of an image whose programs are in a venv."""
    env = [f"PATH={VENV}/bin:{PATH}", *variables]
    return {"Env": env, "User": user, "WorkingDir": folder, "Cmd": list(command)}


IMAGES = {
    "pause": Image(
        ("busybox",),
        {"Entrypoint": ["/bin/sh", "-c", "trap exit TERM; sleep 2147483647 & wait"], "User": "65535"},
    ),
    "busybox": Image(("busybox",), {"Cmd": ["sh"]}),
    "hub": Image(
        (BASE, "hub"),
        python_image("1000", "/srv/jupyterhub", "jupyterhub"),
    ),
    "user": Image(
        (BASE, "user"),
        python_image("1000", "/home/jovyan", "jupyterhub-singleuser", variables=("HOME=/home/jovyan",)),
    ),
    "proxy": Image(
        (BASE, "proxy"),
        # Debian's packages of node are where node does not look by itself.
        {"Env": [f"PATH={PATH}", "NODE_PATH=/usr/share/nodejs"], "User": "65534", "Cmd": ["configurable-http-proxy"]},
    ),
    "tools": Image(
        (BASE, "tools"),
        {"Env": [f"PATH={PATH}"], "Cmd": ["/bin/sh"]},
    ),
    "sizes": Image(
        (BASE, "sizes"),
        python_image("1000", "/", "dirsize-exporter"),
    ),
    "volumes": Image(
        (BASE, "volumes"),
        {"Env": [f"PATH={PATH}"], "User": "65534", "Entrypoint": ["/usr/bin/prometheus-node-exporter"]},
    ),
    # It is told what to run, as every image without an entry point.
    "gateway": Image(
        (BASE, "gateway"),
        python_image("1000", "/", "dask-gateway-server"),
    ),
    "traefik": Image(
        (BASE, "traefik"),
        {"Env": [f"PATH={PATH}"], "User": "65534", "Entrypoint": [f"{VENV}/bin/traefik"]},
    ),
    "docker": Image(
        (BASE, "docker"),
        {"Env": [f"PATH={PATH}"], "Cmd": ["dockerd"]},
    ),
    # Without the program, which each checkout adds (see program.py).
    "hubfleet": Image((BASE,), {"Env": [f"PATH={PATH}"], "User": "1000:1000"}),
}


def reference(name: str) -> str:
    """The name that containerd has for an image."""
    return f"localhost/{name}:1"
