"""Makes a snapshot of each volume named in the settings, then deletes those that are too old.

Only snapshots with the label hubfleet/backup-of are deleted, and never the newest usable one of a volume.
The program ends with 1 when any step failed; the steps after it are made all the same.
"""

from __future__ import annotations

import datetime
import json
import pathlib
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

ACCOUNT = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")
SERVER = "https://kubernetes.default.svc"
LABEL = "hubfleet/backup-of"
FORM = "%Y-%m-%dT%H:%M:%SZ"


class Api:
    """The few requests that are needed, with nothing but the standard library."""

    def __init__(self, server: str = SERVER, account: pathlib.Path = ACCOUNT) -> None:
        self.server = server
        self.token = (account / "token").read_text().strip()
        certificates = account / "ca.crt"
        self.context = ssl.create_default_context(cafile=str(certificates)) if server.startswith("https") else None

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """The answer, as JSON."""
        request = urllib.request.Request(
            self.server + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60, context=self.context) as answer:
            return json.loads(answer.read() or b"{}")


def path_of(namespace: str, name: str = "") -> str:
    """Where the API has the snapshots of a namespace, or one of them."""
    return f"/apis/snapshot.storage.k8s.io/v1/namespaces/{namespace}/volumesnapshots" + (f"/{name}" if name else "")


def label_of(claim: str) -> str:
    """A label holds 63 characters, the name of a claim may have more."""
    return claim[:63].rstrip("-.")


def snapshot(namespace: str, claim: str, snapshot_class: str | None, now: datetime.datetime) -> dict[str, Any]:
    """The object for a new snapshot. Its name ends with the second it was made in."""
    spec: dict[str, Any] = {"source": {"persistentVolumeClaimName": claim}}
    if snapshot_class:
        spec["volumeSnapshotClassName"] = snapshot_class
    return {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshot",
        "metadata": {
            "name": f"{claim[:230]}-{now:%Y%m%d%H%M%S}",
            "namespace": namespace,
            "labels": {LABEL: label_of(claim)},
        },
        "spec": spec,
    }


def too_old(items: list[Any], claim: str, keep_days: int, now: datetime.datetime) -> list[str]:
    """Names of snapshots of the claim that may go: older than keep_days, and not the newest usable one."""
    own = [item for item in items if item["spec"]["source"].get("persistentVolumeClaimName") == claim]
    made = {item["metadata"]["name"]: item["metadata"]["creationTimestamp"] for item in own}
    usable = [item["metadata"]["name"] for item in own if (item.get("status") or {}).get("readyToUse")]
    newest = max(usable, key=lambda name: made[name], default=None)
    limit = (now - datetime.timedelta(days=keep_days)).strftime(FORM)
    return sorted(name for name, time in made.items() if time < limit and name != newest and newest is not None)


def run(api: Api, settings: dict[str, Any], now: datetime.datetime) -> int:
    """Makes a snapshot of each volume and deletes the old ones; answers 1 if any step failed, else 0."""
    failures = 0
    for volume in settings["volumes"]:
        namespace, claim = volume["namespace"], volume["claim"]
        try:
            body = snapshot(namespace, claim, settings["snapshotClassName"], now)
            api.request("POST", path_of(namespace), body)
            print(f"{namespace}/{claim}: made {body['metadata']['name']}")
        except (urllib.error.URLError, OSError) as error:
            failures += 1
            print(f"{namespace}/{claim}: not made: {error}", file=sys.stderr)
        try:
            query = urllib.parse.urlencode({"labelSelector": f"{LABEL}={label_of(claim)}"})
            items = api.request("GET", f"{path_of(namespace)}?{query}")["items"]
            for name in too_old(items, claim, settings["keepDays"], now):
                api.request("DELETE", path_of(namespace, name))
                print(f"{namespace}/{claim}: deleted {name}")
        except (urllib.error.URLError, OSError) as error:
            failures += 1
            print(f"{namespace}/{claim}: old snapshots stay: {error}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        sys.exit(run(Api(), json.load(file), datetime.datetime.now(datetime.timezone.utc)))
