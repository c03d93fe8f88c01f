"""A reader of a binder hub, and what BinderHub asks of the hub for them: BinderHub itself has no image on the node.

Prints one JSON object, as hub_client.py does, which it is made of; run by the Python of hubs (.tools/hub).

    binder_reader.py URL --user NAME --image IMAGE [--login] [--code PYTHON]

On standard input come the token of the service binder, and the reader's password where there is a login.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "IntegrationTests/Clients"))

import requests
from hub_client import Failure, HubUser

REPOSITORY = "https://github.com/example-org/book"


class BinderHub:
    """What it asks of the hub, with its own token."""

    def __init__(self, user: HubUser, token: str) -> None:
        self.user, self.headers = user, {"Authorization": f"token {token}"}

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, self.user.hub(f"api/{path}"), headers=self.headers, timeout=60, **more)

    def launch(self, image: str, token: str) -> None:
        """Starts the reader's server, and waits for it."""
        options = {
            "image": image,
            "token": token,
            "repo_url": REPOSITORY,
            "binder_request": "v2/gh/example-org/book/HEAD",
        }
        answer = self.ask("POST", f"users/{self.user.name}/server", json=options)
        if answer.status_code not in (201, 202):
            raise Failure(f"the hub answered BinderHub {answer.status_code}: {answer.text[:300]}")
        while True:
            server = self.ask("GET", f"users/{self.user.name}").json()["servers"].get("")
            if server and server["ready"]:
                return
            if not server or time.monotonic() > self.user.deadline:
                raise Failure("the server did not start")
            time.sleep(0.2)


def main() -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--user", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--login", action="store_true")
    parser.add_argument("--code", default="print('read')")
    arguments = parser.parse_args()
    lines = sys.stdin.read().splitlines()
    user, token = HubUser(arguments.url, arguments.user, "", 180), secrets.token_hex(8)
    binder = BinderHub(user, lines[0])
    found: dict[str, Any] = {}
    if arguments.login:
        user.log_in(lines[1], "/hub/home")
        try:
            user.call("POST", user.hub(f"api/users/{user.name}/server"), json={"image": arguments.image})
            raise Failure("a reader could start a server without BinderHub")
        except Failure as refusal:
            if " 403" not in str(refusal):
                raise
    elif (made := binder.ask("POST", f"users/{user.name}")).status_code != 201:
        raise Failure(f"the hub answered BinderHub {made.status_code}: {made.text[:300]}")
    began = time.monotonic()
    binder.launch(arguments.image, token)
    found["seconds"] = round(time.monotonic() - began, 1)
    # Somebody else, who knows the address alone.
    found["stranger"] = requests.get(urljoin(user.server_url, "api/contents"), timeout=60).status_code
    if arguments.login:
        user.enter()
    else:
        user.get(urljoin(user.server_url, f"lab?token={token}"))
    found["outputs"] = user.run(arguments.code)
    return found


if __name__ == "__main__":
    try:
        print(json.dumps(main()))
    except (Failure, requests.RequestException, OSError, ValueError) as error:
        print(json.dumps({"error": str(error), "kind": type(error).__name__}))
        sys.exit(1)
