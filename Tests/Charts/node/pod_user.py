"""A person at a hub whose servers are pods: logs in, runs a cell that writes a file, and downloads the home.

Prints one JSON object, as hub_client.py does, which it is made of; run by the Python of hubs (.tools/hub).

    pod_user.py URL --user NAME [--profile SLUG [--option KEY=CHOICE ...]] [--code PYTHON] [--save FILE] [--stop]
    pod_user.py URL --user NAME --group GROUP --profile SLUG      an administrator joins a group, asks, and is gone

The password comes on standard input.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "IntegrationTests/Clients"))

import requests
from hub_client import Failure, HubUser

SERVICE = "home-download"


def download(user: HubUser, file: Path) -> int:
    """Downloads the home as a program of the user does: with a token that is good for this alone."""
    asked = {"expires_in": 300, "note": "test", "scopes": [f"access:services!service={SERVICE}"]}
    token = user.call("POST", user.hub(f"api/users/{user.name}/tokens"), json=asked).json()["token"]
    address = urljoin(user.url, f"services/{SERVICE}/home.zip")
    # Its first answer is that the home is being scanned.
    while True:
        with (
            requests.get(address, headers={"Authorization": f"token {token}"}, stream=True, timeout=60) as answer,
            file.open("wb") as target,
        ):
            if answer.status_code == 200:
                return sum(target.write(part) for part in answer.iter_content(1 << 16))
            if answer.status_code not in (202, 503) or time.monotonic() > user.deadline:
                raise Failure(f"{address} answered {answer.status_code}: {answer.text[:300]}")
        time.sleep(0.5)


def choose(user: HubUser, profile: str, options: list[str]) -> None:
    """Asks for a server as the page of server options does, which is made by a script in the browser."""
    server = user.call("GET", user.hub(f"api/users/{quote(user.name, safe='@~')}")).json()["servers"]
    if not server:
        chosen = dict(option.split("=", 1) for option in options)
        user.call(
            "POST", user.hub(f"api/users/{quote(user.name, safe='@~')}/server"), json={"profile": profile, **chosen}
        )


def join(user: HubUser, group: str) -> None:
    """Makes a group with nobody else in it."""
    user.call("POST", user.hub(f"api/groups/{group}"))
    user.call("POST", user.hub(f"api/groups/{group}/users"), json={"users": [user.name]})


def main() -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--user", required=True)
    parser.add_argument("--group")
    parser.add_argument("--profile")
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("--code")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--stop", action="store_true")
    arguments = parser.parse_args()
    user = HubUser(arguments.url, arguments.user, "", 180)
    account = user.log_in(sys.stdin.readline().rstrip("\n"), "")
    found: dict[str, Any] = {"user": account["name"], "admin": account["admin"]}
    began = time.monotonic()
    if arguments.group:
        join(user, arguments.group)
        choose(user, arguments.profile, arguments.option)
    if arguments.code:
        if arguments.profile:
            choose(user, arguments.profile, arguments.option)
        user.start("", {})
        user.enter()
        found["seconds"] = round(time.monotonic() - began, 1)
        found["outputs"] = user.run(arguments.code)
    if arguments.save:
        found["bytes"] = download(user, arguments.save)
    if arguments.stop:
        user.stop()
    return found


if __name__ == "__main__":
    try:
        print(json.dumps(main()))
    except (Failure, requests.RequestException, OSError, ValueError) as error:
        print(json.dumps({"error": str(error), "kind": type(error).__name__}))
        sys.exit(1)
