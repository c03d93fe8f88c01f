"""An origin that a hub shares with a page of one of its users: proxies before a real hub, over http and over https.

What is asked for below /user/eve/ is eve's own: her server may answer what she likes, with the headers that she likes.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HOST = "hub.example"
"""The browser is told that it is this machine: over http it is none that browsers trust, as 127.0.0.1 would be."""
PAGES = Path(__file__).with_name("hostile_pages")
TYPES = {".html": "text/html", ".js": "text/javascript"}


@dataclass
class Noted:
    """A request that came by, and the status of its answer."""

    method: str
    path: str
    way: str
    status: int


class SharedOrigin:
    """Both proxies, in a thread of their own until the process ends."""

    def __init__(self, hub: str, folder: Path) -> None:
        self.hub = urlsplit(hub)
        self.noted: list[Noted] = []
        self._folder = folder
        self._ready = threading.Event()
        self.urls: dict[str, str] = {}
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        if not self._ready.wait(60):
            raise OSError("the proxies did not start")

    async def _serve(self) -> None:
        for scheme, context in (("http", None), ("https", self._certificate())):
            server = await asyncio.start_server(self._handler(scheme), "127.0.0.1", 0, ssl=context, limit=1 << 20)
            self.urls[scheme] = f"{scheme}://{HOST}:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await asyncio.Event().wait()

    def _certificate(self) -> ssl.SSLContext:
        """A certificate that nobody signed, made now."""
        key, certificate = self._folder / "key.pem", self._folder / "certificate.pem"
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        files = ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run(
            ["openssl", "req", "-x509", *new, "-subj", f"/CN={HOST}", *files], check=True, capture_output=True
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def _handler(self, scheme: str):  # type: ignore[no-untyped-def]
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._answer(scheme, reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                pass
            finally:
                writer.close()

        return handle

    async def _answer(self, scheme: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request; connections are not kept."""
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        if target.startswith("/user/eve/"):
            writer.write(hostile_answer(target))
            await writer.drain()
            return
        kept = [line for line in lines if line.split(":")[0].lower() not in ("connection", "x-forwarded-proto")]
        head = "\r\n".join([first, *kept, f"X-Forwarded-Proto: {scheme}", "Connection: close", "", ""])
        upstream, to_hub = await asyncio.open_connection(self.hub.hostname, self.hub.port)
        to_hub.write(head.encode("latin-1"))
        asks = asyncio.create_task(pump(reader, to_hub))
        try:
            answer = await upstream.readuntil(b"\r\n\r\n")
            url = urlsplit(target)
            way = parse_qs(url.query).get("way", [""])[0]
            self.noted.append(Noted(method, url.path, way, int(answer.split(b" ")[1])))
            writer.write(answer)
            await pump(upstream, writer)
        finally:
            asks.cancel()
            to_hub.close()


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copies until the end of one side."""
    while data := await source.read(1 << 16):
        sink.write(data)
        await sink.drain()


def hostile_answer(target: str) -> bytes:
    """What eve's server says: one of her pages, the worker with leave for the whole origin."""
    url = urlsplit(target)
    file = PAGES / (Path(url.path).name or "page.html")
    if not file.is_file():
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    body = file.read_bytes()
    headers = [f"Content-Type: {TYPES[file.suffix]}", f"Content-Length: {len(body)}", "Connection: close"]
    headers += ["Service-Worker-Allowed: /", "Cache-Control: no-store"]
    # A page that wants to stay together with the windows that it opens.
    headers += [f"Cross-Origin-Opener-Policy: {policy}" for policy in parse_qs(url.query).get("coop", [])]
    return ("HTTP/1.1 200 OK\r\n" + "\r\n".join(headers) + "\r\n\r\n").encode() + body
