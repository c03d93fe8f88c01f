"""Which server a request reaches, by the path that a browser sends. With a real Traefik."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import tempfile
import time
import unittest
from pathlib import Path
from urllib.parse import quote, unquote

from jupyter_server.auth import passwd
from names import ROUNDS, random_names
from real_traefik import TraefikCase

from hubfleet_hub import LocalAuthenticator, routes

REST = "/api/contents/a%2Fb%20c/%C3%A9?x=%27&y='"
WAYS = ["@~", "", "!$&'()*+,;=:@", "!*'()", "~"]


def escaped(name: str) -> str:
    return quote(name, safe="@~")


def ways_to_send(name: str) -> set[str]:
    """A name as browsers and programs put it into a path."""
    ways = {quote(name, safe=safe) for safe in WAYS}
    # What `fetch` sends of a path that a page made itself.
    ways.add("".join(c if c in "!$&'()*+,;=:@[]|^" else quote(c, safe="") for c in name))
    return ways | {way.replace("%2B", "%2b").replace("%C3", "%c3").replace("%E6", "%e6") for way in ways}


class NameRouteTests(TraefikCase):
    """Every name that may log in is led to its own server, and nobody else is."""

    def accepted_names(self) -> list[str]:
        file = self.folder / "passwords.json"
        file.write_text(json.dumps({"administrators": passwd("a", "sha256"), "users": passwd("b", "sha256")}))
        file.chmod(0o600)
        authenticator = LocalAuthenticator(password_file=str(file), allow_all=True)
        names = [authenticator.normalize_username(name) for name in random_names(300 * ROUNDS)]
        return [name for name in dict.fromkeys(names) if authenticator.validate_username(name)]

    def test_each_name_reaches_its_own_server_in_every_way_to_send_it(self) -> None:
        names, hub = self.accepted_names(), self.backend()
        self.assertGreater(len(names), 150)
        ports = [self.backend() for _ in range(16)]
        users = {f"/user/{escaped(name)}/": ports[number % 16] for number, name in enumerate(names)}
        servers = {f"/user/ada@x.org/{escaped(name)}/": ports[number % 16] for number, name in enumerate(names)}
        wanted = {"/": hub, "/user/ada@x.org/": ports[5], **users, **servers}

        async def tell() -> None:
            # A hub that starts anew finds routes in the file, and adds others.
            first, *others = wanted
            self.write_routes({spec: wanted[spec] for spec in others})
            await self.proxy().add_route(first, f"http://127.0.0.1:{hub}", {})

        self.run_in_hub(tell())
        client = self.client()
        for prefix, name in [(p, n) for p in ("/user/", "/user/ada@x.org/") for n in names]:
            spec = f"{prefix}{escaped(name)}"
            for way in ways_to_send(name):
                # A path with one of these as it is makes Traefik lose how the rest was quoted; browsers quote the rest.
                for rest in ("/lab", "", "/", *([] if set(way) & set("|^") else [REST])):
                    status, found = self.ask(f"{prefix}{way}{rest}", client)
                    self.assertEqual((status, found["port"]), (200, wanted[spec + "/"]), f"{name!r} as {way!r}")
                    self.assertEqual(found["path"], spec + rest, f"{name!r} as {way!r}")
            # A name that goes on is somebody else's, whom the hub knows.
            self.assertIn(self.ask(f"{prefix}{escaped(name + '~x')}/", client)[1]["port"], (hub, ports[5]))

    def write_routes(self, ports: dict[str, int]) -> None:
        known = {
            # The name itself is in the file, too.
            spec: {"routespec": spec, "target": f"http://127.0.0.1:{port}", "data": {"user": unquote(spec)}}
            for spec, port in ports.items()
        }
        routes.RoutesFile(str(self.folder / "routes.toml")).atomic_dump({"jupyterhub": {"routes": known}})


class RouteTests(TraefikCase):
    """Routes that come, change and stay."""

    def test_a_route_is_there_at_once_and_leads_to_the_new_place(self) -> None:
        first, second = self.backend(), self.backend()

        async def work() -> float:
            proxy = self.proxy()
            await proxy.add_route("/", f"http://127.0.0.1:{first}", {"hub": True})
            start = time.monotonic()
            for port in (first, second) * 5:
                await proxy.add_route("/user/a%2Bb/", f"http://127.0.0.1:{port}", {"user": "a+b", "server_name": ""})
                answer = await asyncio.to_thread(self.ask, "/user/a+b/")
                self.assertEqual(answer[1]["port"], port)
            seconds = time.monotonic() - start
            await proxy.delete_route("/user/a%2Bb/")
            await proxy.add_route("/last/", f"http://127.0.0.1:{second}", {})
            answer = await asyncio.to_thread(self.ask, "/user/a+b/")
            self.assertEqual(answer[1], {"port": first, "path": "/user/a+b/"})
            return seconds

        # 2 s on an idle machine with the library's own waiting, 0.3 s with ours.
        self.assertLess(self.run_in_hub(work()), 10)
        self.assertNotIn("a%2Bb", (self.folder / "routes.toml").read_text())

    def test_a_hub_that_starts_anew_keeps_the_routes_and_their_connections(self) -> None:
        port = self.backend()
        data = {"user": "o'n\"e`il\\ é😀", "server_name": "#1"}
        spec = f"/user/{escaped(data['user'])}/{escaped(data['server_name'])}/"

        async def first() -> None:
            await self.proxy().add_route(spec, f"http://127.0.0.1:{port}", data)

        async def second() -> dict[str, object]:
            proxy = self.proxy()
            found: dict[str, object] = await proxy.get_all_routes()
            await proxy.add_route("/other/", f"http://127.0.0.1:{port}", {})
            return found

        self.run_in_hub(first())
        client = self.client()
        self.assertEqual(self.ask(spec, client)[1], {"port": port, "path": spec})
        connection = client.sock
        found = self.run_in_hub(second())
        self.assertEqual(found[spec], {"routespec": spec, "target": f"http://127.0.0.1:{port}", "data": data})
        self.assertEqual(self.ask(spec, client)[1], {"port": port, "path": spec})
        self.assertIs(client.sock, connection)

    def test_a_damaged_file_is_written_anew(self) -> None:
        port = self.backend()

        async def work() -> object:
            proxy = self.proxy()
            found = await proxy.get_all_routes()
            await proxy.add_route("/", f"http://127.0.0.1:{port}", {})
            return found

        for damage in [
            b"",
            b"# jupyterhub = {",
            b"\xff",
            b"# jupyterhub = []\n",
            b'# jupyterhub = {"routes": {"a": 1}}\n',
        ]:
            (self.folder / "routes.toml").write_bytes(damage)
            with self.subTest(damage):
                self.assertEqual(self.run_in_hub(work()), {})
                self.assertEqual(self.ask("/x")[1]["port"], port)

    def test_only_the_hub_may_ask_traefik(self) -> None:
        async def work() -> None:
            await self.proxy().add_route("/", f"http://127.0.0.1:{self.backend()}", {})

        self.run_in_hub(work())
        with socket.create_connection(("127.0.0.1", self.api_port)) as connection:
            connection.sendall(b"GET /api/rawdata HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            self.assertIn(b"401", connection.recv(100))
        self.assertEqual(os.stat(self.folder / "routes.toml").st_mode & 0o777, 0o600)

    def test_a_traefik_that_is_not_there_is_named(self) -> None:
        async def work() -> None:
            proxy = self.proxy()
            proxy.traefik_api_url = "http://127.0.0.1:1"
            proxy.check_route_timeout = 0
            with self.assertRaisesRegex(TimeoutError, "Traefik does not answer at http://127.0.0.1:1: .*refused"):
                await proxy.add_route("/", "http://127.0.0.1:2", {})

        self.run_in_hub(work())


class RuleTests(unittest.TestCase):
    """The rules themselves."""

    def test_rules_hold_nothing_of_a_name_that_traefik_could_take_for_a_rule(self) -> None:
        for name in random_names(300):
            written = routes.rule(f"/user/{quote(name, safe='@~')}/")
            inner = written.removeprefix("PathRegexp(`").removesuffix("`)")
            self.assertRegex(
                inner, r"\A\^/user/(?:[A-Za-z0-9_~-]|\\x\{[0-9a-f]+\}|\(\?:\\x\{..\}\|%[0-9A-F]{2}\))+\(\?:/\|\$\)\Z"
            )

    def test_a_host_is_matched_as_a_whole(self) -> None:
        self.assertEqual(routes.rule("a.b/x/"), r"HostRegexp(`^a\x{2e}b$`) && PathRegexp(`^/x(?:/|$)`)")

    def test_nothing_of_a_name_is_run_as_a_template(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "routes.toml"
            names = ['{{env "HOME"}}', "{{", "{{{", "{{{{{", "\\{{", "a{{/*"]
            for name in [*names, *random_names(300)]:
                known = {"routes": {name: {"user": name, "list": [{"a": {name: name}}]}}}
                routes.RoutesFile(str(file)).atomic_dump({"http": {"routers": {name: known}}, "jupyterhub": known})
                text = file.read_text()
                self.assertNotIn("{{", text, name)
                self.assertEqual(routes.RoutesFile(str(file)).load(), {"jupyterhub": known})

    def test_values_are_written_as_toml(self) -> None:
        self.assertEqual(
            routes.toml({"a": [{"b": 'c"\\\n\x7f'}, True, 5]}), r'{"a" = [{"b" = "c\"\\\n\u007f"}, true, 5]}'
        )
