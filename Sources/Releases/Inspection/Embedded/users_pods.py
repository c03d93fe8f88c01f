"""Makes the pods that a hub would start for its users, by the hub's own spawner and its whole configuration.

    python users_pods.py ROOT NAMESPACE

Reads a JSON list of all that helm renders of the hub, lays the files of the hub's container out below the new folder
ROOT, runs the hub's configuration there, and writes a JSON map: `pods` has an item for what a hub without profiles
gives everybody, or for each profile, and for each choice of its options beside the usual one. An item has `objects`, or
`refused` where the hub wants more of a user, or `error`. Nothing here asks Kubernetes, and no hub is started.
"""

from __future__ import annotations

import asyncio
import base64
import builtins
import importlib
import importlib.metadata
import io
import itertools
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Map = dict[str, Any]
CONFIGURATION = "/usr/local/etc/jupyterhub"


class Rendered:
    """The objects of a release, to be looked up by kind and name."""

    def __init__(self, objects: list[Map]) -> None:
        self.objects = objects

    def named(self, kind: str, name: str) -> Map | None:
        """An object; none if the release does not have it."""
        found = (o for o in self.objects if o.get("kind") == kind and o.get("metadata", {}).get("name") == name)
        return next(found, None)

    def contents(self, kind: str, name: str) -> dict[str, bytes]:
        """What a ConfigMap or a Secret holds; nothing where there is none."""
        found = self.named(kind, name) or {}
        texts = dict(found.get("stringData") or {})
        encoded = dict(found.get("binaryData") or {})
        (encoded if kind == "Secret" else texts).update(found.get("data") or {})
        files = {key: base64.b64decode(value) for key, value in encoded.items()}
        return {**files, **{key: str(value).encode() for key, value in texts.items()}}

    def hub(self) -> Map:
        """The pod of the hub."""
        for found in self.objects:
            labels = found.get("metadata", {}).get("labels") or {}
            names = {labels.get("app.kubernetes.io/component"), labels.get("component")}
            if found.get("kind") == "Deployment" and "hub" in names:
                return dict(found["spec"]["template"]["spec"])
        raise LookupError("the release has no Deployment of a hub")


def files_of(volume: Map, rendered: Rendered) -> dict[str, bytes]:
    """The files of a volume; those of disks are not known."""
    sources = volume["projected"].get("sources") or [] if "projected" in volume else [volume]
    files: dict[str, bytes] = {}
    for source in sources:
        for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            if key in source:
                part = source[key]
                data = rendered.contents(kind, part.get("secretName") or part.get("name") or "")
                items = part.get("items")
                files |= {i["path"]: data[i["key"]] for i in items if i["key"] in data} if items else data
    return files


def lay_out(pod: Map, rendered: Rendered, root: Path) -> Map:
    """Writes the files that the hub's container has mounted, and answers the container."""
    hub = next(container for container in pod["containers"] if container["name"] == "hub")
    volumes = {volume["name"]: volume for volume in pod.get("volumes") or []}
    for mount in sorted(hub.get("volumeMounts") or [], key=lambda mount: str(mount["mountPath"])):
        target = root / mount["mountPath"].strip("/")
        inside = str(mount.get("subPath") or "").strip("/")
        files = files_of(volumes.get(mount["name"], {}), rendered)
        if inside in files:
            write(target, files[inside], root)
            continue
        # A mount hides what was there.
        shutil.rmtree(target, ignore_errors=True)
        for path, content in files.items():
            if not inside or path.startswith(inside + "/"):
                write(target / (path[len(inside) + 1 :] if inside else path), content, root)
    return dict(hub)


def write(file: Path, content: bytes, root: Path) -> None:
    """Writes a file; one that would lie elsewhere is left out."""
    file = Path(os.path.normpath(file))
    if file.is_relative_to(root):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def pretend(root: Path) -> None:
    """Lets Python find what lies below `root` where the hub's container has it."""
    stat = os.stat

    def here(place: Any) -> Any:
        if isinstance(place, (str, os.PathLike)) and os.path.isabs(place):
            inside = f"{root}{os.fspath(place)}"
            try:
                stat(inside)
            except (OSError, ValueError):
                return place
            return inside
        return place

    def behind(function: Any) -> Any:
        return lambda place=".", *arguments, **keywords: function(here(place), *arguments, **keywords)

    builtins.open = io.open = behind(io.open)  # type: ignore[assignment]
    for name in ("stat", "listdir", "scandir"):
        setattr(os, name, behind(getattr(os, name)))


def variables(hub: Map, rendered: Rendered, namespace: str) -> dict[str, str]:
    """The environment of the hub's container."""
    found: dict[str, str] = {}
    for service in (o for o in rendered.objects if o.get("kind") == "Service"):
        prefix = service["metadata"]["name"].upper().replace("-", "_")
        ports = service.get("spec", {}).get("ports") or [{}]
        found |= {f"{prefix}_SERVICE_HOST": "192.0.2.1", f"{prefix}_SERVICE_PORT": str(ports[0].get("port", 80))}
    for source in hub.get("envFrom") or []:
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if key in source:
                data = rendered.contents(kind, source[key]["name"])
                found |= {source.get("prefix", "") + name: value.decode() for name, value in data.items()}
    for variable in hub.get("env") or []:
        value = value_of(variable, rendered, namespace)
        if value is not None:
            found[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda part: found.get(part[1], part[0]), value)
    return found


def value_of(variable: Map, rendered: Rendered, namespace: str) -> str | None:
    """What a variable holds; nothing where that is not known."""
    source = variable.get("valueFrom")
    if not source:
        return str(variable.get("value") or "")
    if "fieldRef" in source:
        return {"metadata.namespace": namespace, "metadata.name": "hub"}.get(source["fieldRef"]["fieldPath"])
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if key in source:
            value = rendered.contents(kind, source[key]["name"]).get(source[key]["key"])
            return None if value is None else value.decode()
    return None


def configuration(hub: Map, root: Path) -> Any:
    """What the hub's configuration sets."""
    from tornado.httpclient import AsyncHTTPClient
    from traitlets.config.loader import PyFileConfigLoader

    # The chart's own file asks for a library that is of no use here.
    AsyncHTTPClient.configure = lambda *_arguments, **_keywords: None  # type: ignore[method-assign]
    folder = root / CONFIGURATION.strip("/")
    for file in folder.glob("*.py"):
        file.write_text(file.read_text().replace(CONFIGURATION, str(folder)))
    arguments = [str(argument) for argument in hub.get("args") or []]
    named = [argument for before, argument in itertools.pairwise(arguments) if before in ("--config", "-f")]
    named += [argument.partition("=")[2] for argument in arguments if argument.startswith("--config=")]
    file = root / (named[-1] if named else f"{CONFIGURATION}/jupyterhub_config.py").strip("/")
    home = root / "srv/jupyterhub"
    home.mkdir(parents=True, exist_ok=True)
    os.chdir(home)
    return PyFileConfigLoader(file.name, str(file.parent)).load_config()


def spawner_class(config: Any) -> Any:
    """The class of the spawners."""
    named = config.JupyterHub.get("spawner_class", "kubespawner.KubeSpawner")
    if not isinstance(named, str):
        return named
    if "." not in named:
        return next(e for e in importlib.metadata.entry_points(group="jupyterhub.spawners") if e.name == named).load()
    module, _, name = named.rpartition(".")
    return getattr(importlib.import_module(module), name)


def groups(rendered: Rendered) -> set[str]:
    """All groups that anything is only for."""
    import yaml

    def look(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, below in value.items():
                if key == "allowed_groups":
                    yield from (str(group) for group in below or [])
                else:
                    yield from look(below)
        elif isinstance(value, list):
            for item in value:
                yield from look(item)

    text = rendered.contents("Secret", "hub").get("values.yaml", b"{}")
    return set(look(yaml.safe_load(text)))


class Maker:
    """Makes spawners of one configuration."""

    def __init__(self, config: Any, members: set[str]) -> None:
        import kubespawner.spawner

        kubespawner.spawner.load_config = lambda **_: None
        kubespawner.spawner.shared_client = lambda *_: SimpleNamespace()
        self.config = config
        self.kind = spawner_class(config)
        self.members = members

    def spawner(self, options: Map) -> Any:
        """One for a user who has chosen something."""
        from jupyterhub.objects import Server

        async def get_auth_state() -> Map:
            return {}

        user = SimpleNamespace(
            name="user", id=1, url="/user/user/", admin=False, escaped_name="user", get_auth_state=get_auth_state
        )
        user.groups = [SimpleNamespace(name=name) for name in sorted(self.members)]
        spawner = self.kind(config=self.config, _mock=True, user=user, api_token="none")
        spawner.log.setLevel(logging.CRITICAL)
        spawner.server = Server(ip="0.0.0.0", port=8888, base_url=user.url)
        spawner.user_options = options
        return spawner

    async def choices(self) -> list[Map]:
        """What users may choose: a map of the profile, and where one is chosen of it, an option and its choice."""
        from jupyterhub.utils import maybe_future

        spawner = self.spawner({})
        profiles = spawner.profile_list
        if callable(profiles):
            profiles = await maybe_future(profiles(spawner))
        found: list[Map] = []
        for profile in spawner._get_initialized_profile_list(profiles) or []:
            named = {"profile": profile["slug"], "name": profile.get("display_name")}
            found.append(named)
            for option, description in (profile.get("profile_options") or {}).items():
                for choice, about in (description.get("choices") or {}).items():
                    if not about.get("default"):
                        found.append({**named, "option": option, "choice": choice})
        return found or [{}]

    async def objects(self, choice: Map) -> list[Map]:
        """The pod, and the claim that comes with it."""
        from jupyterhub.utils import maybe_future

        options = {"profile": choice["profile"]} if choice else {}
        if "option" in choice:
            options[choice["option"]] = choice["choice"]
        spawner = self.spawner(options)
        await spawner.load_user_options()
        pod = await spawner.get_pod_manifest()
        if spawner.modify_pod_hook:
            pod = await maybe_future(spawner.modify_pod_hook(spawner, pod))
        objects = [plain(pod)]
        if spawner.storage_pvc_ensure:
            objects.append(plain(spawner.get_pvc_manifest()))
        return objects


def plain(body: Any) -> Map:
    """A manifest as it would be sent."""
    from kubernetes_asyncio.client import ApiClient

    found: Map = ApiClient.sanitize_for_serialization(object.__new__(ApiClient), body)
    return found


def said(error: BaseException) -> str:
    """What is wrong, in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__


async def made(maker: Maker) -> list[Map]:
    """An item for each choice."""
    from tornado.web import HTTPError

    items = []
    for choice in await maker.choices():
        item = {key: value for key, value in choice.items() if value is not None}
        try:
            item["objects"] = await maker.objects(choice)
        except HTTPError as error:
            item["refused"] = said(error)
        except Exception as error:
            item["error"] = said(error)
        items.append(item)
    return items


def main() -> int:
    """Reads, makes, writes."""
    root, namespace = Path(sys.argv[1]).resolve(), sys.argv[2]
    # What the configuration prints is not the answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    try:
        rendered = Rendered(json.load(sys.stdin))
        hub = lay_out(rendered.hub(), rendered, root)
        os.environ |= variables(hub, rendered, namespace)
        pretend(root)
        result = asyncio.run(made(Maker(configuration(hub, root), groups(rendered))))
    except (Exception, SystemExit) as error:
        json.dump({"error": said(error)}, answer)
        return 1
    json.dump({"pods": result}, answer)
    answer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
