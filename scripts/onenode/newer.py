"""Newer versions of APIs, which the API server is too old for: it passes requests for them on to here (an APIService).

They are answered out of the older version of the same objects, which the API server has. It is asked as whoever asked
first: what somebody may do does not depend on the version.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from onenode.api import API, Object
from onenode.places import ADDRESS, PORT

VERSIONS = {"policy": ("v1", "v1beta1"), "discovery.k8s.io": ("v1", "v1beta1")}
"""Groups with the version that is served here, and the one that the API server has."""
SERVICE = "newer-versions"
NAMESPACE = "kube-system"
LISTENS = 6444
PASSED = ("Accept", "Content-Type", "User-Agent")
"""What is passed on of a request besides who asks."""


def services(authority: bytes) -> Iterator[tuple[str, Object]]:
    """The objects that let the API server pass requests on, with their paths; `authority` is its CA in base64."""
    path = f"/api/v1/namespaces/{NAMESPACE}/services"
    # On loopback, where pods do not come.
    yield path, {"metadata": {"name": SERVICE}, "spec": {"type": "ExternalName", "externalName": "127.0.0.1"}}
    for group, (version, _) in VERSIONS.items():
        spec = {
            "group": group,
            "version": version,
            "service": {"namespace": NAMESPACE, "name": SERVICE, "port": LISTENS},
            "caBundle": authority.decode(),
            # The API server's own version stays the one that those get who name none.
            "groupPriorityMinimum": 1000,
            "versionPriority": 1,
        }
        yield (
            "/apis/apiregistration.k8s.io/v1/apiservices",
            {"metadata": {"name": f"{version}.{group}"}, "spec": spec},
        )


def are_served(api: API) -> bool:
    """Whether the API server passes requests on by now."""
    try:
        return all(api.request("GET", f"/apis/{group}/{version}") for group, (version, _) in VERSIONS.items())
    except OSError:
        return False


def told(item: Any, wanted: str, had: str) -> Any:
    """An object, a list of them or an event of a watch, in another version; `wanted` and `had` are GROUP/VERSION."""
    if not isinstance(item, dict):
        return item
    if item.get("apiVersion") == had:
        item["apiVersion"] = wanted
    if item.get("groupVersion") == had:
        item["groupVersion"] = wanted
    # Where there is none, it may be null.
    for inner in (*(item.get("items") or ()), item.get("object")):
        told(inner, wanted, had)
    for endpoint in item.get("endpoints") or ():
        # The one part that is called otherwise.
        old, new = ("topology", "deprecatedTopology")[:: 1 if wanted.endswith("/v1") else -1]
        if old in endpoint:
            endpoint[new] = endpoint.pop(old)
    return item


def translated(data: bytes, wanted: str, had: str) -> bytes:
    """The same of text. What is no JSON is YAML, in which an object says its version at the beginning of a line."""
    try:
        return json.dumps(told(json.loads(data), wanted, had)).encode()
    except ValueError:
        return data.replace(f"apiVersion: {had}\n".encode(), f"apiVersion: {wanted}\n".encode())


class Handler(BaseHTTPRequestHandler):
    """One connection of the API server's."""

    protocol_version = "HTTP/1.1"
    keys: Path
    token: str

    def answer(self) -> None:
        parts = urlsplit(self.path).path.split("/")
        group = parts[2] if len(parts) > 3 else ""
        if parts[1] != "apis" or group not in VERSIONS or parts[3] != VERSIONS[group][0]:
            self.send_error(404)
            return
        newer, older = (f"{group}/{version}" for version in VERSIONS[group])
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "protobuf" not in self.headers.get("Content-Type", ""):
            body = translated(body, older, newer) if body else body
        with self.ask(self.path.replace(f"/apis/{newer}", f"/apis/{older}", 1), body) as answer:
            watches = parse_qs(urlsplit(self.path).query).get("watch", ["0"])[0] in ("1", "true")
            self.pass_back(answer, newer, older, watches and answer.status == 200)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def ask(self, path: str, body: bytes) -> HTTPResponse:
        """What the API server says, as whoever asked."""
        trusted = ssl.create_default_context(cafile=str(self.keys / "ca.crt"))
        connection = HTTPSConnection(ADDRESS, PORT, context=trusted)
        connection.putrequest(self.command, path)
        connection.putheader("Authorization", f"Bearer {self.token}")
        connection.putheader("Impersonate-User", self.headers["X-Remote-User"])
        for name in self.headers.get_all("X-Remote-Group", []):
            connection.putheader("Impersonate-Group", name)
        for name in PASSED:
            if value := self.headers.get(name):
                # No other form can be read here.
                kept = [part for part in value.split(",") if name != "Accept" or "json" in part]
                connection.putheader(name, ",".join(kept) or "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return connection.getresponse()

    def pass_back(self, answer: HTTPResponse, newer: str, older: str, is_endless: bool) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        if not is_endless:
            data = translated(answer.read(), newer, older)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        # Each event has a line.
        with suppress(OSError):
            for line in answer:
                data = translated(line, newer, older) + b"\n"
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def serve(keys: Path) -> None:
    """Answers the API server alone: nobody else has a certificate of the node's authority."""
    token = API(f"https://{ADDRESS}:{PORT}", keys).token
    handler = type("Handler", (Handler,), {"keys": keys, "token": token})
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(keys / "server.crt", keys / "server.key")
    tls.load_verify_locations(keys / "ca.crt")
    tls.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", LISTENS), handler)
    # Each connection says who it is in its own thread.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
