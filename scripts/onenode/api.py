"""Requests to the API server, as its administrator."""

from __future__ import annotations

import json
import ssl
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

Object = dict[str, Any]


class API:
    """The server at an address, and the keys of a node with which it is asked."""

    def __init__(self, address: str, keys: Path) -> None:
        self.address = address
        self.tls = ssl.create_default_context(cafile=str(keys / "ca.crt"))
        users = json.loads((keys / "admin.kubeconfig").read_text())["users"]
        self.token = users[0]["user"]["token"]

    def request(self, method: str, path: str, body: Object | None = None, kind: str = "application/json") -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        with urllib.request.urlopen(request, context=self.tls, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith(b"{") else text.decode()

    def is_ready(self) -> bool:
        try:
            return bool(self.request("GET", "/readyz") == "ok")
        except OSError:
            return False

    def items(self, path: str) -> list[Object]:
        return list(self.request("GET", path)["items"])

    def change(self, method: str, path: str, body: Object | None = None) -> bool:
        """A request that may come too late: the object is there already, or gone.

        Returns whether it came in time.
        """
        try:
            self.request(method, path, body)
        except urllib.error.HTTPError as error:
            if error.code not in (404, 409):
                print(f"{method} {path}: {error.code} {error.read().decode()[:300]}", file=sys.stderr)
            return False
        return True
