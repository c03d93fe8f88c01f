"""What a hub's container would see of the manifests that Helm has rendered: its files and its environment."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIGURATION = "/usr/local/etc/jupyterhub"
Manifest = dict[str, Any]


@dataclass(frozen=True)
class HubPod:
    """The hub's container on this machine: its root folder, its variables and its arguments."""

    root: Path
    environment: dict[str, str]
    arguments: list[str]

    def path(self, inside: str) -> Path:
        """Where a path of the container is on this machine."""
        return self.root / inside.lstrip("/")


class Objects:
    """The rendered objects, to look up by kind and name."""

    def __init__(self, manifests: Iterable[Manifest | None]) -> None:
        self.all = [manifest for manifest in manifests if manifest]

    def of_kind(self, kind: str) -> list[Manifest]:
        """All objects of a kind."""
        return [manifest for manifest in self.all if manifest["kind"] == kind]

    def data(self, kind: str, source: Mapping[str, Any], name_key: str = "name") -> dict[str, bytes]:
        """What a ConfigMap or a Secret holds; nothing if it is optional and not there."""
        name = source[name_key]
        for manifest in self.of_kind(kind):
            if manifest["metadata"]["name"] == name:
                plain = {**manifest.get("stringData", {}), **(manifest.get("data", {}) if kind == "ConfigMap" else {})}
                encoded = manifest.get("binaryData" if kind == "ConfigMap" else "data") or {}
                decoded = {key: base64.b64decode(value) for key, value in encoded.items()}
                return {**decoded, **{key: value.encode() for key, value in plain.items()}}
        if source.get("optional"):
            return {}
        raise LookupError(f"the hub's pod names the {kind} {name}, which is not rendered")


def materialise(manifests: Iterable[Manifest | None], root: Path, namespace: str = "default") -> HubPod:
    """Lays out below `root` what the container `hub` of the Deployment `hub` has mounted.

    In the two files of the JupyterHub chart the folder of the configuration is replaced by the one below `root`.
    """
    objects = Objects(manifests)
    deployment = next(d for d in objects.of_kind("Deployment") if _component(d) == "hub")
    pod = deployment["spec"]["template"]["spec"]
    container = next(container for container in pod["containers"] if container["name"] == "hub")
    volumes = {volume["name"]: volume for volume in pod.get("volumes") or []}
    # A mount may be inside another one, which has to be there first.
    for mount in sorted(container.get("volumeMounts") or [], key=lambda mount: mount["mountPath"].rstrip("/")):
        _mount(objects, volumes[mount["name"]], mount, root)
    folder = root / CONFIGURATION.lstrip("/")
    for file in (folder / "jupyterhub_config.py", folder / "z2jh.py"):
        file.write_text(file.read_text().replace(CONFIGURATION, str(folder)))
    (root / "srv/jupyterhub").mkdir(parents=True, exist_ok=True)
    environment = _service_environment(objects) | _environment(objects, container, namespace)
    arguments = [argument.replace(CONFIGURATION, str(folder)) for argument in container.get("args") or []]
    return HubPod(root, environment, arguments)


def _component(manifest: Manifest) -> str | None:
    labels = manifest["metadata"].get("labels") or {}
    return labels.get("app.kubernetes.io/component") or labels.get("component")


def _mount(objects: Objects, volume: Mapping[str, Any], mount: Mapping[str, Any], root: Path) -> None:
    target = root / mount["mountPath"].strip("/")
    files = _files(objects, volume)
    sub_path = str(mount.get("subPath") or "").strip("/")
    if sub_path in files:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[sub_path])
        return
    # A mount hides what was there.
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path, content in files.items():
        if not sub_path or path.startswith(f"{sub_path}/"):
            file = target / path.removeprefix(f"{sub_path}/" if sub_path else "")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _files(objects: Objects, volume: Mapping[str, Any]) -> dict[str, bytes]:
    """The files of a volume; those of disks are not known here, so there are none."""
    if "projected" in volume:
        parts = (_files(objects, source) for source in volume["projected"]["sources"])
        return {path: content for part in parts for path, content in part.items()}
    for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
        if key in volume:
            source = volume[key]
            data = objects.data(kind, source, "secretName" if "secretName" in source else "name")
            items = source.get("items")
            return {item["path"]: data[item["key"]] for item in items} if items else data
    return {}


def _service_environment(objects: Objects) -> dict[str, str]:
    """What Kubernetes tells each container about the Services of its namespace."""
    environment = {}
    for service in objects.of_kind("Service"):
        prefix = service["metadata"]["name"].upper().replace("-", "_")
        environment[f"{prefix}_SERVICE_HOST"] = "192.0.2.1"
        environment[f"{prefix}_SERVICE_PORT"] = str(service["spec"]["ports"][0]["port"])
    return environment


def _environment(objects: Objects, container: Mapping[str, Any], namespace: str) -> dict[str, str]:
    environment: dict[str, str] = {}
    for source in container.get("envFrom") or []:
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if key in source:
                data = objects.data(kind, source[key])
                environment |= {source.get("prefix", "") + name: value.decode() for name, value in data.items()}
    for variable in container.get("env") or []:
        value = _value(objects, variable, namespace)
        if value is not None:
            # $(NAME) is an earlier variable, and stays as it is if there is none.
            environment[variable["name"]] = re.sub(
                r"\$\((\w+)\)", lambda name: environment.get(name[1], name[0]), value
            )
    return environment


def _value(objects: Objects, variable: Mapping[str, Any], namespace: str) -> str | None:
    source = variable.get("valueFrom")
    if not source:
        return str(variable.get("value", ""))
    if "fieldRef" in source:
        return {"metadata.namespace": namespace, "metadata.name": "hub-0"}[source["fieldRef"]["fieldPath"]]
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if key in source:
            data = objects.data(kind, source[key])
            if source[key]["key"] in data:
                return data[source[key]["key"]].decode()
            if source[key].get("optional"):
                return None
            raise LookupError(f"{kind} {source[key]['name']} has no key {source[key]['key']}: {variable['name']}")
    raise NotImplementedError(f"the hub's variable {variable['name']} comes from {', '.join(source)}")
