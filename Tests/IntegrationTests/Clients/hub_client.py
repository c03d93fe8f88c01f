"""A user of a JupyterHub: logs in, starts a server, runs code in a kernel, as a browser would.

Prints one JSON object; exits 1, with {"error": ...} in it, if anything is not as it should be.
Needs `requests` and `websocket-client`, which the environment of a local hub has.

    hub_client.py URL --user NAME --password-stdin [--profile SLUG] [--option KEY=CHOICE ...] [--server NAME]
                      [--code PYTHON] [--keep] [--expect-admin] [--next PATH]
    hub_client.py URL --user NAME --password-stdin --attempt-login-only
    hub_client.py URL --user NAME --password-stdin --stop [--server NAME]
    hub_client.py URL --home-page
"""

from __future__ import annotations

import argparse
import html.parser
import json
import sys
import time
import uuid
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
import websocket


class Failure(Exception):
    """What was expected of the hub did not happen; the text says what, for the reader of a failed test."""


ERRORS = {"error", "login_error", "spawn-error-msg", "alert-danger"}
"""The classes of what JupyterHub's pages say about errors."""


class Page(html.parser.HTMLParser):
    """The visible text of a page, and the fields of its forms as a browser would send them untouched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fields: dict[str, str] = {}
        self.radio_values: dict[str, list[str]] = {}
        self.errors: list[str] = []
        self._hidden = 0
        self._error_tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes fields, and where script and style begin."""
        self._hidden += tag in ("script", "style", "noscript")
        values = dict(attrs)
        if not self._error_tag and ERRORS & set((values.get("class") or "").split()):
            self._error_tag = tag
        name, value = values.get("name"), values.get("value") or ""
        if tag != "input" or not name:
            return
        if values.get("type") == "radio":
            self.radio_values.setdefault(name, []).append(value)
        if values.get("type") != "radio" or "checked" in values:
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        """Notes where script and style end."""
        self._hidden -= tag in ("script", "style", "noscript")
        if tag == self._error_tag:
            self._error_tag = ""

    def handle_data(self, data: str) -> None:
        """Collects text."""
        if not self._hidden and data.strip():
            self.words.append(" ".join(data.split()))
            if self._error_tag:
                self.errors.append(self.words[-1])

    @property
    def text(self) -> str:
        """All visible text."""
        return "\n".join(self.words)


class HubUser:
    """One user's session with a hub."""

    def __init__(self, url: str, name: str, server: str, timeout: float) -> None:
        self.url = url.rstrip("/") + "/"
        self.name = name
        self.server = server
        self.deadline = time.monotonic() + timeout
        self.session = requests.Session()
        # Never through a proxy of the surrounding machine.
        self.session.trust_env = False
        self.session.hooks["response"].append(_as_utf8)
        self.seconds: dict[str, float] = {}

    def hub(self, path: str) -> str:
        """The address of a page of the hub."""
        return urljoin(self.url, "hub/" + path)

    @property
    def server_path(self) -> str:
        """The part of the server's address below /user/ or /hub/spawn/."""
        user = quote(self.name, safe="@~")
        return f"{user}/{quote(self.server, safe='')}" if self.server else user

    @property
    def server_url(self) -> str:
        """The address of the user's server."""
        return urljoin(self.url, f"user/{self.server_path}/")

    def get(self, url: str, **arguments: Any) -> requests.Response:
        """GET with a time limit; an answer of any status."""
        return self.session.get(url, timeout=60, **arguments)

    def xsrf(self, below: str) -> str:
        """The token of the cookie that belongs to this path (the hub and each server have their own)."""
        found = [cookie for cookie in self.session.cookies if cookie.name == "_xsrf" and below.startswith(cookie.path)]
        return max(found, key=lambda cookie: len(cookie.path)).value or "" if found else ""

    def call(self, method: str, url: str, **arguments: Any) -> requests.Response:
        """A request to an API, with the token against forged requests, as the pages' scripts make it."""
        headers = {"X-XSRFToken": self.xsrf(urlsplit(url).path), "Referer": self.hub("home")}
        answer = self.session.request(method, url, headers=headers, timeout=60, **arguments)
        if answer.status_code >= 400:
            raise Failure(f"{method} {urlsplit(url).path} answered {answer.status_code}: {answer.text[:300]}")
        return answer

    def log_in(self, password: str, next_path: str) -> dict[str, Any]:
        """Logs in through the form; answers what the hub's API says of the user."""
        page = self.get(self.hub("login"), params={"next": next_path} if next_path else None)
        if page.status_code != 200:
            raise Failure(f"the login page answered {page.status_code}")
        fields = {**Page(page.text).fields, "username": self.name, "password": password}
        answer = self.session.post(
            page.url, data=fields, headers={"Referer": page.url}, timeout=60, allow_redirects=False
        )
        if answer.status_code != 302:
            raise Failure(f"the login was refused ({answer.status_code}): {_error_of(answer.text)}")
        # The cookie of the login names the session; any page gives the one against forged requests anew.
        self.get(self.hub("home"))
        user: dict[str, Any] = self.call("GET", self.hub("api/user")).json()
        self.name = user["name"]
        return user

    def start(self, profile: str, options: dict[str, str]) -> None:
        """Starts the server: through its form if there is one, else by visiting its page; waits until it is there."""
        spawn = self.hub(f"spawn/{self.server_path}")
        page = self.get(spawn)
        if page.status_code >= 400:
            raise Failure(f"the page of server options answered {page.status_code}: {_error_of(page.text)}")
        form = Page(page.text)
        if "profile" in form.radio_values:
            slug = profile or form.fields.get("profile", "")
            fields = {
                name: value
                for name, value in form.fields.items()
                if name == "_xsrf" or name.startswith(f"profile-option-{slug}--")
            }
            fields["profile"] = slug
            for key, value in options.items():
                fields[f"profile-option-{slug}--{key}"] = value
            page = self.session.post(
                f"{spawn}?_xsrf={quote(self.xsrf(urlsplit(spawn).path))}",
                data=fields,
                headers={"Referer": spawn},
                timeout=60,
            )
            if page.status_code >= 400:
                raise Failure(f"the form of server options answered {page.status_code}: {_error_of(page.text)}")
        elif profile or options:
            raise Failure("the hub has no form of server options to choose a profile in")
        while True:
            user = self.call("GET", self.hub(f"api/users/{quote(self.name, safe='@~')}")).json()
            server = user["servers"].get(self.server)
            if server and server["ready"]:
                return
            if not server or not (server["pending"] or server["ready"]):
                pending = self.get(self.hub(f"spawn-pending/{self.server_path}"))
                raise Failure(f"the server did not start: {_error_of(pending.text)}")
            if time.monotonic() > self.deadline:
                raise Failure("the server did not start in time")
            time.sleep(0.2)

    def enter(self) -> None:
        """Visits the server, which sends the browser to the hub and back to learn who it is."""
        # A page and not the API, which answers 403 to strangers without asking the hub.
        page = self.get(urljoin(self.server_url, "lab"))
        if page.status_code != 200 or not page.url.startswith(self.server_url):
            raise Failure(f"the server's page {page.url} answered {page.status_code}")

    def kernel(self, same: bool) -> dict[str, Any]:
        """A new kernel, or the one that runs already."""
        if same:
            running: list[dict[str, Any]] = self.call("GET", urljoin(self.server_url, "api/kernels")).json()
            if len(running) != 1:
                raise Failure(f"{len(running)} kernels run")
            return running[0]
        made: dict[str, Any] = self.call(
            "POST", urljoin(self.server_url, "api/kernels"), json={"name": "python3"}
        ).json()
        return made

    def run(self, code: str, same: bool = False) -> list[str]:
        """Runs code in a kernel through its websocket; answers what it put out, each part as text."""
        kernel = self.kernel(same)
        session, message_id = uuid.uuid4().hex, uuid.uuid4().hex
        channels = urljoin(self.server_url, f"api/kernels/{kernel['id']}/channels?session_id={session}")
        request = requests.Request("GET", channels)
        cookies = self.session.prepare_request(request).headers.get("Cookie", "")
        connection = websocket.create_connection(
            channels.replace("http", "ws", 1),
            cookie=cookies,
            timeout=60,
            http_no_proxy=["*"],
            origin=f"{urlsplit(self.url).scheme}://{urlsplit(self.url).netloc}",
        )
        try:
            connection.send(
                json.dumps(
                    {
                        "header": {
                            "msg_id": message_id,
                            "username": self.name,
                            "session": session,
                            "version": "5.3",
                            "msg_type": "execute_request",
                        },
                        "parent_header": {},
                        "metadata": {},
                        "channel": "shell",
                        "buffers": [],
                        "content": {"code": code, "silent": False, "store_history": True, "allow_stdin": False},
                    }
                )
            )
            return self._outputs(connection, message_id)
        finally:
            connection.close()

    def _outputs(self, connection: websocket.WebSocket, message_id: str) -> list[str]:
        outputs: list[str] = []
        status = idle = None
        while status is None or not idle:
            if time.monotonic() > self.deadline:
                raise Failure(f"the kernel did not answer in time; so far: {outputs}")
            message = json.loads(connection.recv())
            if message["parent_header"].get("msg_id") != message_id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                outputs.append(content["text"])
            elif kind in ("execute_result", "display_data"):
                outputs.append(content["data"].get("text/plain", ""))
            elif kind == "execute_reply":
                status = content["status"]
                if status != "ok":
                    raise Failure(f"the code failed: {content.get('ename')}: {content.get('evalue')}")
            elif kind == "status":
                idle = content["execution_state"] == "idle"
        return outputs

    def stop(self) -> None:
        """Stops the server through the API; waits until it is gone."""
        user = quote(self.name, safe="@~")
        path = f"users/{user}/servers/{quote(self.server, safe='')}" if self.server else f"users/{user}/server"
        self.call("DELETE", self.hub(f"api/{path}"))
        while True:
            servers = self.call("GET", self.hub(f"api/users/{user}")).json()["servers"]
            server = servers.get(self.server)
            if not server or not (server["ready"] or server["pending"]):
                return
            if time.monotonic() > self.deadline:
                raise Failure("the server did not stop in time")
            time.sleep(0.2)


def _as_utf8(answer: requests.Response, **_: Any) -> None:
    """JupyterHub sends UTF-8 without saying so, which requests takes for Latin-1."""
    answer.encoding = "utf-8"


def _error_of(page: str) -> str:
    """The part of an error page that says what happened, or the end of the page if none is marked so."""
    found = Page(page)
    # The last is the empty dialog for errors that every page of JupyterHub has.
    errors = [words for words in found.errors if words != "The error"]
    return " ".join(errors) if errors else found.text[-600:]


def main() -> dict[str, Any]:
    """What the command line asks for; answers the object to print."""
    parser = argparse.ArgumentParser(description="A user of a JupyterHub, for tests.")
    parser.add_argument("url")
    parser.add_argument("--user", default="")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the standard input")
    parser.add_argument("--profile", default="", help="slug of the profile; else the one the form has chosen")
    parser.add_argument("--option", action="append", default=[], metavar="KEY=CHOICE")
    parser.add_argument("--server", default="", help="name of a named server")
    parser.add_argument("--code", help="Python to run in a kernel")
    parser.add_argument("--same-kernel", action="store_true", help="run it in the kernel that runs already")
    parser.add_argument("--keep", action="store_true", help="leave the server running")
    parser.add_argument("--expect-admin", action="store_true", help="fail if the user is no administrator")
    parser.add_argument("--next", default="", help="where the login is to lead, as a link to the hub says it")
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--home-page", action="store_true", help="only print the text of the login page")
    parser.add_argument("--attempt-login-only", action="store_true")
    parser.add_argument("--stop", action="store_true", help="only stop the server")
    arguments = parser.parse_args()

    user = HubUser(arguments.url, arguments.user, arguments.server, arguments.timeout)
    if arguments.home_page:
        page = user.get(user.hub("login"))
        if page.status_code != 200:
            raise Failure(f"the login page answered {page.status_code}")
        return {"status": page.status_code, "text": Page(page.text).text}
    if not arguments.password_stdin:
        parser.error("--password-stdin is needed to log in")
    password = sys.stdin.readline().rstrip("\n")
    options = dict(option.partition("=")[::2] for option in arguments.option)

    def timed(step: str, action: Any, *values: Any) -> Any:
        began = time.monotonic()
        try:
            return action(*values)
        finally:
            user.seconds[step] = round(time.monotonic() - began, 2)

    account = timed("login", user.log_in, password, arguments.next)
    found: dict[str, Any] = {"user": account["name"], "admin": account["admin"], "seconds": user.seconds}
    if arguments.expect_admin and not account["admin"]:
        raise Failure(f"{account['name']} is no administrator")
    if arguments.attempt_login_only:
        return found
    if arguments.stop:
        timed("stop", user.stop)
        return found
    timed("start", user.start, arguments.profile, options)
    found["server"] = user.server_url
    timed("enter", user.enter)
    if arguments.code is not None:
        found["outputs"] = timed("code", user.run, arguments.code, arguments.same_kernel)
    content = user.call("GET", urljoin(user.server_url, "api/contents/")).json()["content"]
    found["files"] = sorted(item["name"] for item in content)
    if not arguments.keep:
        timed("stop", user.stop)
    return found


if __name__ == "__main__":
    try:
        print(json.dumps(main()))
    except (Failure, requests.RequestException, websocket.WebSocketException, OSError, ValueError) as error:
        print(json.dumps({"error": str(error), "kind": type(error).__name__}))
        sys.exit(1)
