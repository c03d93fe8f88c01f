"""A real JupyterHub with a real Traefik, as Hubfleet's engine runs them, and people who use it."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from jupyter_server.auth import passwd
from real_traefik import TraefikCase, free_ports
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

EMBEDDED = Path(__file__).resolve().parents[2] / "Sources/Engines/Local/Embedded"
CONFIGURATION = """
import os, sys
from pathlib import Path
sys.path.insert(0, {package!r})
from hubfleet_hub import LocalAuthenticator, LocalProxy, LocalSpawner, ProofHandler
os.umask(0o077)
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.JupyterHub.proxy_class = LocalProxy
c.LocalProxy.traefik_api_url = "http://127.0.0.1:{api_port}"
c.LocalProxy.dynamic_config_file = "{folder}/routes.toml"
c.JupyterHub.db_url = "sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.extra_handlers = [(r"/hubfleet/proof", ProofHandler)]
c.JupyterHub.authenticator_class = LocalAuthenticator
c.LocalAuthenticator.password_file = "{folder}/passwords.json"
c.Authenticator.admin_users = {{"admin"}}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = LocalSpawner
c.LocalSpawner.homes_folder = "{folder}/homes"
c.LocalSpawner.separate_accounts = os.geteuid() == 0
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
c.Spawner.default_url = "/lab"
c.JupyterHub.template_paths = [{templates!r}]
c.JupyterHub.allow_named_servers = True
c.JupyterHub.cleanup_servers = True
"""


class HubCase(TraefikCase):
    """A hub for all tests of a class."""

    extra: ClassVar[str] = ""
    canaries: ClassVar[dict[str, str]] = {}
    process: ClassVar[subprocess.Popen[bytes]]
    log: ClassVar[Path]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # Other accounts go through it to their homes, in folders above it as well.
        cls.folder.chmod(0o755)
        hub_port = free_ports(1)[0]
        places = {"package": str(EMBEDDED), "templates": str(EMBEDDED / "templates"), "folder": cls.folder}
        text = CONFIGURATION.format(port=cls.port, api_port=cls.api_port, hub_port=hub_port, **places)
        (cls.folder / "jupyterhub_config.py").write_text(text + cls.extra)
        hashes = {"administrators": passwd("of-admins", "sha256"), "users": passwd("of-users", "sha256")}
        (cls.folder / "passwords.json").write_text(json.dumps(hashes))
        (cls.folder / "passwords.json").chmod(0o600)
        cls.log = cls.folder / "hub.log"
        cls.addClassCleanup(cls.stop_hub)
        cls.start_hub()

    @classmethod
    def start_hub(cls) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY"))},
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            **cls.canaries,
        }
        with open(cls.log, "ab") as log:
            cls.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", cls.folder / "jupyterhub_config.py"],
                cwd=cls.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 90
        while not Person(cls.port).is_up():
            if cls.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(cls.log.read_text())
            time.sleep(0.1)

    @classmethod
    def stop_hub(cls) -> None:
        cls.process.terminate()
        cls.process.wait(60)

    def person(self, name: str, password: str = "of-users") -> Person:
        """Somebody who is logged in."""
        person = Person(self.port)
        answer = person.log_in(name, password)
        self.assertNotIn("login_error", answer, f"{name} cannot log in: {self.log.read_text()[-2000:]}")
        return person


class Person:
    """A browser, more or less: cookies, redirects, forms."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.name = ""

    def is_up(self) -> bool:
        try:
            return "JupyterHub" in self.get("/hub/health") or True
        except OSError:
            return False

    def request(
        self, path: str, method: str = "GET", data: bytes | None = None, **headers: str
    ) -> tuple[int, str, str]:
        """Status, text and address of what is there in the end."""
        request = urllib.request.Request(self.root + path, data=data, method=method, headers=headers)
        try:
            with self.opener.open(request, timeout=60) as response:
                return response.status, response.read().decode(errors="replace"), response.url
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace"), error.url

    def get(self, path: str) -> str:
        status, text, _ = self.request(path)
        if status != 200:
            raise OSError(f"{status} at {path}: {text[:300]}")
        return text

    def log_in(self, name: str, password: str) -> str:
        """The page after the login; the login page itself has the reason why not."""
        self.name = name
        page = self.get("/hub/login")
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert token, page
        form = {"username": name, "password": password, "_xsrf": token[1]}
        data = urllib.parse.urlencode(form).encode()
        return self.request("/hub/login?next=%2Fhub%2Fhome", "POST", data)[1]

    def xsrf(self, path: str) -> str:
        found = [c.value or "" for c in self.cookies if c.name == "_xsrf" and path.startswith(c.path)]
        return found[-1] if found else ""

    def api(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
        """What the REST API of the hub or of a server answers."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-XSRFToken": self.xsrf(path), "Accept": "application/json", "Referer": self.root + path}
        if data is not None:
            headers["Content-Type"] = "application/json"
        status, text, _ = self.request(path, method, data, **headers)
        try:
            return status, json.loads(text) if text else None
        except ValueError:
            return status, text

    @property
    def path(self) -> str:
        return f"/user/{quote(self.name, safe='@~')}/"

    def start_server(self, server: str = "") -> Server:
        """Starts a server and logs in to it."""
        rest = f"servers/{quote(server)}" if server else "server"
        status, answer = self.api(f"/hub/api/users/{quote(self.name, safe='@~')}/{rest}", "POST", {})
        assert status in (201, 202), answer
        path = self.path + (quote(server, safe="@~") + "/" if server else "")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            user = self.api(f"/hub/api/users/{quote(self.name, safe='@~')}")[1]
            if user["servers"].get(server, {}).get("ready"):
                self.get(path + "lab")
                return Server(self, path)
            if not user["servers"].get(server, {}).get("pending"):
                break
            time.sleep(0.1)
        raise AssertionError(f"the server of {self.name} does not come up")

    def stop_server(self) -> None:
        self.api(f"/hub/api/users/{quote(self.name, safe='@~')}/server", "DELETE")
        deadline = time.monotonic() + 60
        user = f"/hub/api/users/{quote(self.name, safe='@~')}"
        while "" in self.api(user)[1]["servers"] and time.monotonic() < deadline:
            time.sleep(0.1)


class Server:
    """A person's server that runs, with a kernel and terminals."""

    def __init__(self, person: Person, path: str) -> None:
        self.person = person
        self.path = path

    def run(self, code: str) -> str:
        """What a cell with this code writes, in a kernel of its own."""
        status, kernel = self.person.api(self.path + "api/kernels", "POST", {"name": "python3"})
        assert status == 201, kernel
        try:
            return asyncio.run(self._run(f"api/kernels/{kernel['id']}/channels", code))
        finally:
            self.person.api(f"{self.path}api/kernels/{kernel['id']}", "DELETE")

    async def _run(self, channels: str, code: str) -> str:
        socket = await self.connect(channels)
        header = {"msg_id": "1", "msg_type": "execute_request", "version": "5.3", "username": "", "session": "s"}
        content = {"code": code, "silent": False, "allow_stdin": False, "store_history": False, "user_expressions": {}}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await socket.write_message(json.dumps(message))
        said = ""
        while True:
            answer = json.loads(await self._next(socket))
            if answer["parent_header"].get("msg_id") != "1":
                continue
            if answer["msg_type"] == "stream":
                said += answer["content"]["text"]
            elif answer["msg_type"] == "error":
                raise AssertionError("\n".join(answer["content"]["traceback"]))
            elif answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                socket.close()
                return said

    def type(self, command: str) -> str:
        """What a command writes in a new terminal."""
        status, terminal = self.person.api(self.path + "api/terminals", "POST", {})
        assert status == 200, terminal
        try:
            return asyncio.run(self._type(terminal["name"], command))
        finally:
            self.person.api(f"{self.path}api/terminals/{terminal['name']}", "DELETE")

    async def _type(self, name: str, command: str) -> str:
        socket = await self.connect(f"terminals/websocket/{name}")
        await socket.write_message(json.dumps(["stdin", f"echo BE''GIN; {command}; echo EN''D\r"]))
        said = await self.read_until(socket, "END")
        socket.close()
        return said.partition("BEGIN")[2].partition("END")[0].replace("\r", "").strip()

    async def read_until(self, socket: WebSocketClientConnection, text: str) -> str:
        """What a terminal shows until it shows the text."""
        said = ""
        while text not in said:
            kind, *rest = json.loads(await self._next(socket))
            said += rest[0] if kind == "stdout" else ""
        return said

    async def _next(self, socket: WebSocketClientConnection) -> str | bytes:
        async def read() -> str | bytes | None:
            return await socket.read_message()

        message = await asyncio.wait_for(read(), 120)
        assert message is not None, "the server closed the connection"
        return message

    async def connect(self, path: str) -> WebSocketClientConnection:
        """A connection to a kernel or terminal."""
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.person.cookies if self.path.startswith(c.path))
        address = self.person.root.replace("http", "ws", 1) + self.path + path
        request = HTTPRequest(address, headers={"Cookie": cookies, "Origin": self.person.root})
        return await websocket_connect(request, max_message_size=1 << 30)
