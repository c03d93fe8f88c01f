"""Runs a real JupyterHub on the whole configuration of a hub's pod, and tells what a service may do, and for whom.

    python ask_hub.py MANIFESTS SERVICE USER

MANIFESTS is a file of what Helm has rendered. The answer is JSON: the service as it is configured; the roles that
exist; the scopes of the service's token and of the user's; the links that the user's menu has; whom the service sees
after the user has logged in to it; and all users that it sees, with whether they are administrators. Nothing here
needs Kubernetes, and nothing but this machine is contacted.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from jupyterhub import orm
from tornado.httpclient import HTTPClientError, HTTPResponse
from tornado.web import create_signed_value
from traitlets.config import Config

from hub_pod import HubPod, materialise
from record_pods import Client, RecordingHub, _free_port, load_manifests, set_up


class AskedHub(RecordingHub):
    """The recorder's hub, with the service at an address where nobody answers."""

    asked = ""

    def load_config_file(self, *arguments: Any, **keywords: Any) -> None:
        """Executes the configuration, then gives the service an address on this machine."""
        super().load_config_file(*arguments, **keywords)
        had_address = {service["name"] for service in self.configured_services if service.get("url")}
        services = [
            {**service, "url": f"http://127.0.0.1:{_free_port()}"}
            if service["name"] == self.asked and self.asked in had_address
            else service
            for service in self.services
        ]
        self.update_config(Config({"JupyterHub": {"services": services}}))


class Browser:
    """A user who is logged in to the hub."""

    def __init__(self, hub: AskedHub, client: Client, user: str) -> None:
        """Takes the cookie that a login would have given."""
        self.hub, self.client = hub, client
        cookie_id = hub.db.query(orm.User).filter_by(name=user).one().cookie_id
        signed = create_signed_value(hub.cookie_secret, hub.hub.cookie_name, cookie_id)
        self.cookie = f"{hub.hub.cookie_name}={signed.decode()}"

    async def get(self, path: str) -> HTTPResponse:
        """What the hub answers, also if it sends the browser elsewhere."""
        url = f"http://127.0.0.1:{self.hub.port_here}{path}"
        headers = {"Cookie": self.cookie, "Sec-Fetch-Mode": "navigate"}
        return await self.client.http.fetch(url, headers=headers, follow_redirects=False, raise_error=False)

    async def menu(self) -> list[str]:
        """The addresses of services on the hub's pages."""
        page = (await self.get(f"{self.hub.hub.base_url}token")).body.decode()
        return re.findall(r'href="([^"]*/services/[^"]*)"', page)

    async def log_in(self, service: dict[str, Any], token: str) -> Any:
        """The user as the service sees them after a login, or None if there is no such login."""
        if not service.get("oauth_redirect_uri"):
            return None
        client = {"client_id": service["oauth_client_id"], "redirect_uri": service["oauth_redirect_uri"]}
        asked = urlencode({**client, "response_type": "code", "state": "s"})
        answer = await self.get(f"{self.hub.hub.base_url}api/oauth2/authorize?{asked}")
        sent_to = urlsplit(answer.headers.get("Location", ""))
        if "code" not in parse_qs(sent_to.query):
            return {"refused": answer.code}
        code = parse_qs(sent_to.query)["code"][0]
        exchange = urlencode({**client, "client_secret": token, "grant_type": "authorization_code", "code": code})
        given = await self.client.http.fetch(f"{self.client.url}/oauth2/token", method="POST", body=exchange)
        user = await self.client.ask("GET", "user", token=json.loads(given.body)["access_token"])
        return {"back_at": sent_to.path, "name": user["name"], "scopes": sorted(user["scopes"])}


async def ask(pod: HubPod, name: str, user: str) -> dict[str, Any]:
    """Runs the hub, and asks it."""
    AskedHub.asked = name
    hub = AskedHub.instance()
    await hub.initialize([argument for argument in pod.arguments if argument != "jupyterhub"])
    await hub.start()
    client = Client(hub, pod)
    await set_up({"name": user}, hub, client)
    token = (await client.ask("POST", f"users/{user}/tokens", {"note": "asked"}))["token"]
    found: dict[str, Any] = {
        "roles": sorted(role.name for role in hub.db.query(orm.Role)),
        "user_scopes": sorted((await client.ask("GET", "user", token=token))["scopes"]),
    }
    browser = Browser(hub, client, user)
    found["menu"] = await browser.menu()
    service = next((item for item in hub.configured_services if item["name"] == name), None)
    found["service"] = service and {key: value for key, value in service.items() if key != "api_token"}
    if service:
        secret = client.token(name)
        found["service_scopes"] = sorted((await client.ask("GET", "user", token=secret))["scopes"])
        found["login"] = await browser.log_in(service, secret)
        try:
            found["users"] = {item["name"]: item["admin"] for item in await client.ask("GET", "users", token=secret)}
        except HTTPClientError as error:
            found["users"] = error.code
    return found


def main() -> None:
    """Reads, runs, writes."""
    import kubespawner.spawner

    kubespawner.spawner.load_config = lambda **_: None
    kubespawner.spawner.shared_client = lambda _: None
    manifests, name, user = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        pod = materialise(load_manifests(Path(manifests)), Path(folder).resolve(), "prod")
        os.environ.update(pod.environment)
        os.chdir(pod.path("/srv/jupyterhub"))
        found = asyncio.run(ask(pod, name, user))
        os.chdir("/")
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
