"""A whole hub, with real servers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import time

from real_hub import HubCase, Person
from test_software import make_wheel

SECRETS = """
    AWS_SECRET_ACCESS_KEY AWS_PROFILE GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_SECRET SOPS_AGE_KEY SOPS_AGE_KEY_FILE
    KUBECONFIG GITHUB_TOKEN SSH_AUTH_SOCK XQZ_ANYTHING CONFIGPROXY_AUTH_TOKEN LC
"""
CANARIES = {name: f"canary-{number}" for number, name in enumerate(SECRETS.split())}
BROKEN = """
def break_server(spawner):
    if spawner.name == "broken":
        spawner.cmd = ["/bin/sh", "-c", "echo The reason; printf 'is \\033[31m here' >&2; exit 3"]

c.Spawner.pre_spawn_hook = break_server
"""


class HubTests(HubCase):
    """What people do with a hub, and with a server of it."""

    extra = BROKEN
    canaries = {
        "HUBFLEET_PROOF_KEY": "canary-of-proof",
        "https_proxy": "http://127.0.0.1:9",
        "LC_TIME": "C",
        **CANARIES,
    }

    def test_a_hub_proves_itself_through_the_proxy(self) -> None:
        answer = json.loads(Person(self.port).get(f"/hub/hubfleet/proof?nonce={'0' * 64}"))
        wanted = hmac.new(b"canary-of-proof", b"hubfleet hub " + b"0" * 64, hashlib.sha256).hexdigest()
        self.assertEqual(answer, {"proof": wanted})

    def test_names_with_anything_in_them_use_their_servers(self) -> None:
        for name in ["o'neil+x@uni.ie", 'a`|"%2b é😀']:
            with self.subTest(name):
                person = self.person(name)
                server = person.start_server()
                self.assertEqual(person.api(server.path + "api/status")[0], 200)
                named = person.start_server("n'1 + é")
                self.assertEqual(person.api(named.path + "api/status")[0], 200)
                self.assertEqual(person.api(server.path + "api/status")[0], 200)
                person.stop_server()

    def test_a_server_has_nothing_of_the_hub(self) -> None:
        server = self.person("ada").start_server()
        said = server.run(
            "import glob, os\n"
            "for pid in ('self', os.getppid()):\n"
            "    print(open(f'/proc/{pid}/environ').read().replace(chr(0), chr(10)))\n"
            "    for fd in glob.glob(f'/proc/{pid}/fd/*'):\n"
            "        try: print('FD', fd.rsplit('/', 1)[1], os.readlink(fd))\n"
            "        except OSError: pass\n"
        )
        self.assertNotIn("canary", said)
        opened = [line.split(" ", 2)[1:] for line in said.splitlines() if line.startswith("FD ")]
        ours = {path for _, path in opened if path.startswith("/") and not path.startswith(("/dev/", "/proc/"))}
        own = (f"{self.folder}/run/ada/", f"{self.folder}/homes/ada/")
        self.assertEqual({path for path in ours if not path.startswith(own)}, set())
        self.assertIn(["0", "/dev/null"], opened)
        self.assertIn(f"{self.folder}/run/ada/server.log", ours)
        self.assertIn("https_proxy=http://127.0.0.1:9\n", said)
        self.assertIn("no_proxy=127.0.0.1,localhost,::1\n", said)
        self.assertIn("LC_TIME=C\n", said)
        log = (self.folder / "run/ada/server.log").read_text()
        self.assertIn("Jupyter Server", log)
        self.assertNotIn("Jupyter Server", self.log.read_text())
        if os.geteuid() == 0:
            self.assertNotEqual(os.stat(self.folder / "run/ada/server.log").st_uid, 0)

    def test_what_a_server_said_last_is_in_the_log_of_the_hub(self) -> None:
        person = self.person("eve")
        start = time.monotonic()
        with self.assertRaisesRegex(AssertionError, "ended with status 3 before it was ready"):
            person.start_server("broken")
        # It is seen at once, not after the time that a slow server has.
        self.assertLess(time.monotonic() - start, 20)
        self.assertRegex(
            self.log.read_text(), "server-broken.log says:\\s+The reason\\s+is \N{REPLACEMENT CHARACTER}.31m here"
        )

    def test_what_a_user_installs_is_there_after_a_restart(self) -> None:
        person = self.person("ida")
        wheel = make_wheel(self.folder, "real_wheel")
        server = person.start_server()
        self.assertIn(
            "from the wheel",
            server.run(f"%pip install --quiet --no-index {wheel}\nimport real_wheel as w\nw.VALUE\nprint(w.VALUE)"),
        )
        person.stop_server()
        server = person.start_server()
        self.assertEqual(server.run("import real_wheel, jupyterhub\nprint(real_wheel.VALUE)"), "from the wheel\n")
        self.assertEqual(server.type("real_wheel-program"), "program of real_wheel")
        if os.geteuid() == 0:
            self.assertEqual(server.type("whoami"), "ida")
        self.assertIn("/homes/ida/.local/share/hubfleet/python3", server.type("command -v python pip"))

    def test_a_hub_that_is_killed_and_starts_anew_cuts_nobody_off(self) -> None:
        server = self.person("kim").start_server()

        async def talk() -> str:
            status, terminal = await asyncio.to_thread(server.person.api, server.path + "api/terminals", "POST", {})
            self.assertEqual(status, 200)
            socket = await server.connect(f"terminals/websocket/{terminal['name']}")
            type(self).process.kill()
            type(self).process.wait()
            await socket.write_message(json.dumps(["stdin", "echo without a h''ub\r"]))
            said: str = await server.read_until(socket, "without a hub")
            await asyncio.to_thread(self.start_hub)
            await socket.write_message(json.dumps(["stdin", "echo with the next h''ub\r"]))
            said += await server.read_until(socket, "with the next hub")
            return said

        self.assertIn("with the next hub", asyncio.run(talk()))
        user = server.person.api("/hub/api/users/kim")[1]
        self.assertTrue(user["servers"][""]["ready"])
        self.assertEqual(server.run("print(1 + 1)"), "2\n")
        server.person.stop_server()
        self.assertEqual(server.person.request(server.path + "api/status")[0], 424)

    def test_uploads_may_be_of_any_length(self) -> None:
        """Longer than what the server and its sockets take by themselves: 512 MB and 10 MB."""
        server = self.person("max").start_server()
        self.assertEqual(server.run("print(len(" + repr("x" * 12_000_000) + "))"), "12000000\n")
        content = base64.b64encode(bytes(450_000_000)).decode()
        body = {"type": "file", "format": "base64", "content": content}
        self.assertEqual(server.person.api(server.path + "api/contents/long.bin", "PUT", body)[0], 201)
        self.assertEqual((self.folder / "homes/max/long.bin").stat().st_size, 450_000_000)

    def test_the_login_page_says_why_a_name_is_refused(self) -> None:
        for name, password, reason in [
            ("x" * 300, "of-users", "too long for the folder"),
            ("a/b", "of-users", "does not fit this hub"),
            ("admin", "of-users", "logs in with the administrators"),
            ("bob", "of-admins", "bob is no administrator"),
            ("<b>", "of-admins", "&lt;b&gt; is no administrator"),
            ("bob", "wrong", "Invalid username or password"),
        ]:
            page = Person(self.port).log_in(name, password)
            self.assertRegex(page, f'<p class="login_error">[^<]*{reason}')

    def test_who_is_made_administrator_has_to_log_in_again(self) -> None:
        carol, admin = self.person("carol"), self.person("admin", "of-admins")
        self.assertEqual(carol.api("/hub/api/user")[1]["admin"], False)
        self.assertEqual(admin.api("/hub/api/users/carol", "PATCH", {"admin": True})[0], 200)
        self.assertEqual(carol.api("/hub/api/user")[0], 403)
        self.assertIn("login_error", Person(self.port).log_in("carol", "of-users"))
        self.assertEqual(self.person("carol", "of-admins").api("/hub/api/user")[1]["admin"], True)
