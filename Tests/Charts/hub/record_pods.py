"""Runs a real JupyterHub on the whole configuration of a hub's pod, and records the pods that it would start for users.

    python record_pods.py MANIFESTS USERS FOLDER [--namespace NAME]

MANIFESTS is a file of what Helm has rendered, or a folder of such files. USERS is a YAML list; each item has a `name`,
and may have `admin`, `groups`, `teams` (`organisation:team` on GitHub), `options` (what the user chose), `server` (the
name of a named server), `record` (the name of the record) and `as`: the hub's service that starts the server (default:
one with all rights), or `self` for the user. FOLDER gets one YAML file per item, with the pod and the volume claims
that Kubernetes would be asked for, or the error. Nothing here needs Kubernetes, and nothing but this machine is
contacted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import re
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kubespawner.spawner
import yaml
from jupyterhub.app import JupyterHub
from jupyterhub.proxy import Proxy
from kubernetes_asyncio.client import ApiClient, ApiException
from tornado.httpclient import HTTPClientError
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from traitlets.config import Config

from hub_pod import CONFIGURATION, HubPod, Manifest, materialise

RECORDER = "token-of-the-recorder-0123456789"
"""Of a service that the recorder adds to the hub."""


class NoProxy(Proxy):
    """A proxy that keeps its routes in mind and serves none of them."""

    should_start = False

    def __init__(self, **arguments: Any) -> None:
        """Starts without routes."""
        super().__init__(**arguments)
        self.routes: dict[str, dict[str, Any]] = {}

    async def add_route(self, routespec: str, target: str, data: Any) -> None:
        """Remembers a route."""
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        """Forgets a route."""
        self.routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        """All that it remembers."""
        return self.routes


class Recorded(Exception):
    """Ends a spawn whose pod is recorded."""


class Recorder:
    """Stands in for Kubernetes: keeps what it is asked to create, and says that nothing exists."""

    def __init__(self) -> None:
        """Starts with nothing created."""
        self.claims: list[Any] = []
        self.pod: Any = None

    async def create_namespaced_persistent_volume_claim(self, namespace: str, body: Any) -> None:
        """Keeps the claim."""
        self.claims.append(_plain(body))

    async def read_namespaced_persistent_volume_claim(self, name: str, namespace: str) -> None:
        """There is none."""
        raise ApiException(status=404)

    async def create_namespaced_pod(self, namespace: str, body: Any) -> None:
        """Keeps the pod, and ends the spawn: nobody will start it."""
        self.pod = {"namespace": namespace, **_plain(body)}
        raise Recorded

    def record(self, error: BaseException | None) -> dict[str, Any]:
        """What was asked for, or why it was not."""
        found: dict[str, Any] = {"claims": self.claims} if self.claims else {}
        if self.pod:
            return {**found, "pod": self.pod}
        status = f"{getattr(error, 'status_code', '')} ".lstrip()
        return {**found, "error": status + str(getattr(error, "jupyterhub_message", None) or error)}


def recording(base: type[Any]) -> type[Any]:
    """The class of spawners that do all that `base` does, but for asking Kubernetes."""

    class RecordingSpawner(base):
        """Asks the recorder instead."""

        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self.api = Recorder()
            self.failure: BaseException | None = None

        async def run_pre_spawn_hook(self) -> None:
            self.failure = None
            self.api = Recorder()
            try:
                await super().run_pre_spawn_hook()
            except BaseException as error:
                self.failure = error
                raise

        def start(self) -> Any:
            async def started() -> Any:
                try:
                    return await super(RecordingSpawner, self).start()
                except BaseException as error:
                    self.failure = error
                    raise

            return started()

        async def _start_watching_pods(self, replace: bool = False) -> None:
            pass

        async def _start_watching_events(self, replace: bool = False) -> None:
            pass

        @property
        def events(self) -> list[Any]:
            return []

        async def stop(self, now: bool = False) -> None:
            pass

        async def poll(self) -> int:
            return 0

    return RecordingSpawner


class RecordingHub(JupyterHub):
    """The hub, with what needs a cluster replaced after its whole configuration has been executed."""

    def load_config_file(self, *arguments: Any, **keywords: Any) -> None:
        """Executes the configuration, then takes the cluster away."""
        super().load_config_file(*arguments, **keywords)
        self.port_here = _free_port()
        self.configured_services = self.services
        services = [
            {key: value for key, value in service.items() if key not in {"command", "url"}} for service in self.services
        ]
        services.append({"name": "recorder", "admin": True, "api_token": RECORDER})
        changes = {
            "JupyterHub": {
                "proxy_class": NoProxy,
                "spawner_class": recording(self.spawner_class),
                "hub_bind_url": f"http://127.0.0.1:{self.port_here}",
                "services": services,
                "log_level": logging.CRITICAL,
            },
            # All spawns end with an error here, which must not end the hub.
            "Spawner": {"consecutive_failure_limit": 0},
        }
        self.update_config(Config(changes))


class Client:
    """The hub's REST API."""

    def __init__(self, hub: RecordingHub, pod: HubPod) -> None:
        """Knows the tokens that the pod's Secret holds."""
        self.url = f"http://127.0.0.1:{hub.port_here}{hub.hub.base_url}api"
        self.secrets = pod.path(f"{CONFIGURATION}/secret")
        self.http = SimpleAsyncHTTPClient(force_instance=True)

    def token(self, service: str) -> str:
        """A service's token."""
        if service == "recorder":
            return RECORDER
        return (self.secrets / f"hub.services.{service}.apiToken").read_text()

    async def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """Sends a request, and answers what came back."""
        data = json.dumps({} if body is None else body) if method != "GET" else None
        headers = {"Authorization": f"token {token or RECORDER}"}
        answer = await self.http.fetch(f"{self.url}/{path}", method=method, body=data, headers=headers)
        return json.loads(answer.body) if answer.body else None


async def set_up(user: dict[str, Any], hub: RecordingHub, client: Client) -> None:
    """Makes the user as its login would have done."""
    name = user["name"]
    if name not in {known["name"] for known in await client.ask("GET", "users")}:
        await client.ask("POST", f"users/{name}", {"admin": bool(user.get("admin"))})
    if "teams" in user:
        teams = [{"organization": {"login": t.partition(":")[0]}, "slug": t.partition(":")[2]} for t in user["teams"]]
        await client.ask("PATCH", f"users/{name}", {"auth_state": {"teams": teams, "scope": []}})
    if hub.authenticator.manage_groups:
        # Then the API refuses to do so: groups come from logins, which are what this is in place of.
        state = await hub.users[name].get_auth_state() or {}
        login = await hub.authenticator._apply_managed_groups({"name": name, "admin": None, "auth_state": state})
        hub.users[name].sync_groups([*login["groups"], *user.get("groups", [])])
        return
    for group in user.get("groups", []):
        if group not in {known["name"] for known in await client.ask("GET", "groups")}:
            await client.ask("POST", f"groups/{group}")
        await client.ask("POST", f"groups/{group}/users", {"users": [name]})


async def start(user: dict[str, Any], hub: RecordingHub, client: Client) -> dict[str, Any]:
    """Starts the user's server as told, waits for the end of that, and answers what happened."""
    name, server, who = user["name"], user.get("server", ""), user.get("as", "recorder")
    if who == "self":
        answer = await client.ask("POST", f"users/{name}/tokens", {"note": "recorder"})
        token = str(answer["token"])
    else:
        token = client.token(who)
    if server in hub.users[name].spawners:
        # What an earlier start left behind says nothing about this one.
        spawner = hub.users[name].spawners[server]
        spawner.api, spawner.failure = Recorder(), None
    refused = None
    try:
        path = f"users/{name}/servers/{server}" if server else f"users/{name}/server"
        await client.ask("POST", path, user.get("options"), token)
    except HTTPClientError as error:
        refused = error
    # Another one than before, if there was one.
    spawner = hub.users[name].spawners[server]
    while spawner.pending or spawner.active:
        await asyncio.sleep(0.02)
    return dict(spawner.api.record(spawner.failure or refused))


async def record(pod: HubPod, users: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Runs the hub in the prepared process, and answers what it would do for each user."""
    kubespawner.spawner.load_config = lambda **_: None
    kubespawner.spawner.shared_client = lambda _: None
    hub = RecordingHub.instance()
    await hub.initialize([argument for argument in pod.arguments if argument != "jupyterhub"])
    await hub.start()
    client = Client(hub, pod)
    records = {}
    for user in users:
        await set_up(user, hub, client)
        found = await start(user, hub, client)
        records[user.get("record", user["name"])] = {"user": user, **masked(found)}
    return records


def masked(value: Any) -> Any:
    """The same without what differs from one run to the next."""
    if isinstance(value, dict):
        if re.search("TOKEN$", str(value.get("name", ""))) and "value" in value:
            return {**value, "value": "MASKED"}
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def _plain(body: Any) -> dict[str, Any]:
    """A manifest as it would be sent. The client's own class for that needs a cluster's configuration."""
    plain: dict[str, Any] = ApiClient.sanitize_for_serialization(object.__new__(ApiClient), body)
    return plain


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def load_manifests(place: Path) -> list[Manifest]:
    """All manifests of a file, or of the YAML files of a folder."""
    files = sorted(place.rglob("*.yaml")) if place.is_dir() else [place]
    return [manifest for file in files for manifest in yaml.safe_load_all(file.read_text()) if manifest]


def main() -> None:
    """Reads, runs, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path)
    parser.add_argument("users", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--namespace", default="default")
    arguments = parser.parse_args()
    users = yaml.safe_load(arguments.users.read_text())
    output = arguments.folder.resolve()
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        pod = materialise(load_manifests(arguments.manifests), root, arguments.namespace)
        os.environ.update(pod.environment)
        os.chdir(pod.path("/srv/jupyterhub"))
        records = asyncio.run(record(pod, users))
        os.chdir(output)
        for name, found in records.items():
            text = yaml.safe_dump(found, sort_keys=True, allow_unicode=True, width=10_000)
            Path(f"{name}.yaml").write_text(text.replace(str(root), ""))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
