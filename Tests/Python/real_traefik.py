"""A real Traefik with a small server behind it, and the proxy class of hubs in front."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from collections.abc import Coroutine
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from hubfleet_hub.proxy import LocalProxy

TRAEFIK = Path(sys.executable).with_name("traefik")


def free_ports(count: int) -> list[int]:
    """Numbers of ports that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Backend(BaseHTTPRequestHandler):
    """Answers with what it was asked: the path and the port that it stands for."""

    protocol_version = "HTTP/1.1"
    # One packet for each answer: two would wait for each other.
    wbufsize = -1

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, "port": self.connection.getsockname()[1]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class TraefikCase(unittest.TestCase):
    """A Traefik for all tests of a class, started as Hubfleet's engine does."""

    folder: ClassVar[Path]
    port: ClassVar[int]
    api_port: ClassVar[int]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.port, cls.api_port = free_ports(2)
        (cls.folder / "traefik.toml").write_text(
            "[api]\n[providers]\nprovidersThrottleDuration = '0s'\n"
            f"[providers.file]\nfilename = '{cls.folder}/routes.toml'\nwatch = true\n"
            f"[entryPoints.http]\naddress = '127.0.0.1:{cls.port}'\n"
            f"[entryPoints.auth_api]\naddress = '127.0.0.1:{cls.api_port}'\n"
        )
        # As the engine does: Traefik watches a file from its first second.
        (cls.folder / "routes.toml").write_text("")
        cls.start_traefik()

    @classmethod
    def start_traefik(cls) -> subprocess.Popen[bytes]:
        log = open(cls.folder / "traefik.log", "ab")  # noqa: SIM115
        cls.addClassCleanup(log.close)
        process = subprocess.Popen(
            [TRAEFIK, "--configfile", cls.folder / "traefik.toml"], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        return process

    def backend(self) -> int:
        """The port of a new server."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_port

    def proxy(self) -> LocalProxy:
        """What a hub has, in a running loop."""
        return LocalProxy(
            public_url=f"http://127.0.0.1:{self.port}/",
            traefik_api_url=f"http://127.0.0.1:{self.api_port}",
            dynamic_config_file=str(self.folder / "routes.toml"),
        )

    def run_in_hub(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Runs what a hub would do."""
        return asyncio.run(work)

    def client(self) -> http.client.HTTPConnection:
        """A connection to Traefik, for many questions."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.addCleanup(connection.close)
        return connection

    def ask(self, path: str, client: http.client.HTTPConnection | None = None) -> tuple[int, dict[str, Any]]:
        """The status and what the server behind was asked, {} if it was not."""
        client = client or self.client()
        # http.client refuses what browsers send; the bytes are ours.
        client._validate_path = lambda url: None  # type: ignore[attr-defined]
        client._encode_request = lambda request: request.encode()  # type: ignore[attr-defined]
        client.request("GET", path)
        response = client.getresponse()
        body = response.read()
        return response.status, json.loads(body) if response.status == 200 else {}
