"""Starts and stops hubs at random beside others who want their ports: what `scripts/check-long ups` runs.

Whenever `hubfleet up` says "ready", a client of this script logs in at that address with the password that was printed:
nobody but that hub knows it. Meanwhile strangers listen on ports of the same range, proxies are killed, and hubs start
in the same second. The same seed does the same again, as far as the machine lets it.
"""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PORTS = range(9300, 9330)
PATIENCE = 120.0
"""Seconds that a hub has to get ready or to end."""


def say(text: str) -> None:
    print(f"ups: {text}", file=sys.stderr, flush=True)


class Stranger:
    """A program of somebody else that answers on a port, as a page that collects passwords would."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self.socket.bind(("127.0.0.1", port))
            self.socket.listen()
        except OSError:
            self.socket.close()
            raise
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        page = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + b'{"proof": "", "version": "5.0"}'
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                client.settimeout(2)
                client.recv(65536)
                client.sendall(page)

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def log_in(address: str, password: str) -> str:
    """Why somebody cannot log in to the hub at an address; nothing when they can."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), urllib.request.ProxyHandler({}))
    try:
        with browser.open(f"{address}hub/login", timeout=20) as page:
            text = page.read().decode("utf-8", "replace")
        token = re.search(r'name="_xsrf"\s+value="([^"]+)"', text)
        if token is None:
            return "no page to log in"
        fields = {"username": "ann", "password": password, "_xsrf": token[1]}
        with browser.open(f"{address}hub/login?next=/hub/home", urllib.parse.urlencode(fields).encode(), 20) as page:
            text = page.read().decode("utf-8", "replace")
            return "" if page.geturl().endswith("/hub/home") and "ann" in text else f"led to {page.geturl()}"
    except (OSError, urllib.error.HTTPError) as error:
        return f"{type(error).__name__}: {error}"


@dataclass
class Up:
    """One `hubfleet up`."""

    process: subprocess.Popen[bytes]
    folder: Path
    began: float = field(default_factory=time.monotonic)
    hub: dict[str, Any] | None = None

    @property
    def messages(self) -> str:
        return (self.folder / "err").read_text(errors="replace")

    def look(self) -> bool:
        """Whether it has just said that it is ready."""
        if self.hub is not None:
            return False
        try:
            self.hub = json.loads((self.folder / "out").read_text())["hubs"][0]
        except (ValueError, LookupError):
            return False
        return True


class World:
    """All that runs at once, and what was seen."""

    def __init__(self, program: str, folder: Path, environments: Path, seed: int) -> None:
        self.program, self.folder, self.environments = program, folder, environments
        self.random = random.Random(seed)
        self.ups: list[Up] = []
        self.strangers: list[Stranger] = []
        self.counts: dict[str, int] = {}
        self.faults: list[str] = []
        self.states = [folder / f"state-{number}" for number in range(4)]
        for state in self.states:
            state.mkdir()
            (state / "environments").symlink_to(environments)

    def note(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    # What may happen next

    def start(self, number: int) -> None:
        free = [state for state in self.states if all(up.folder.parent != state for up in self.ups)]
        if not free:
            return
        folder = self.random.choice(free) / f"run-{number}"
        folder.mkdir()
        port = str(self.random.choice(PORTS))
        command = [self.program, "up", "--state-dir", str(folder.parent), "--port", port, "--format", "json"]
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
        self.ups.append(Up(process, folder))
        self.note("started")

    def listen(self) -> None:
        try:
            self.strangers.append(Stranger(self.random.choice(PORTS)))
            self.note("strangers")
        except OSError:
            self.note("strangers that found the port taken")

    def leave(self) -> None:
        if self.strangers:
            self.strangers.pop(self.random.randrange(len(self.strangers))).end()

    def kill_proxy(self) -> None:
        ready = [up for up in self.ups if up.hub]
        if not ready:
            return
        up = self.random.choice(ready)
        found = subprocess.run(["pgrep", "-f", f"traefik --configfile {up.folder.parent}/"], stdout=subprocess.PIPE)
        for pid in found.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
            self.note("proxies killed")
        end = time.monotonic() + PATIENCE
        why = "not tried"
        while time.monotonic() < end and up.process.poll() is None:
            if not (why := self.use(up)):
                return
            time.sleep(0.2)
        if up.process.poll() is None:
            self.faults.append(f"not reached again after its proxy was killed: {why}\n{up.messages}")
        else:
            self.note("ended because the port was lost")

    def stop(self) -> None:
        if self.ups:
            up = self.random.choice(self.ups)
            up.process.send_signal(self.random.choice([signal.SIGTERM, signal.SIGINT, signal.SIGKILL]))
            self.wait(up)

    def wait(self, up: Up) -> None:
        try:
            up.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.faults.append(f"does not end: {up.messages}")
            up.process.kill()
        self.ups.remove(up)

    # What must hold

    def use(self, up: Up) -> str:
        assert up.hub is not None
        return log_in(up.hub["address"], self.password(up))

    def password(self, up: Up) -> str:
        """The users' password; it is printed once for each state folder."""
        assert up.hub is not None
        kept = up.folder.parent / "password"
        if up.hub.get("usersPassword"):
            kept.write_text(up.hub["usersPassword"])
        return kept.read_text() if kept.exists() else ""

    def look(self) -> None:
        for up in list(self.ups):
            if up.look():
                self.note("ready")
                if why := self.use(up):
                    self.faults.append(f"ready, and cannot be used: {why}\n{up.messages}")
            if up.process.poll() is not None:
                words = "ready and then ended" if up.hub else "refused"
                self.note(words)
                if not up.hub and "Error" not in up.messages:
                    self.faults.append(f"ended without a word: {up.messages}")
                self.ups.remove(up)
            elif up.hub is None and time.monotonic() - up.began > PATIENCE:
                self.faults.append(f"neither ready nor ended: {up.messages}")
                up.process.kill()

    def run(self, count: int) -> None:
        number = 0
        deeds = [self.listen, self.leave, self.kill_proxy, self.kill_proxy, self.stop]
        while number < count and not self.faults:
            for _ in range(self.random.randint(1, 2)):
                number += 1
                self.start(number)
            # Some deeds fall into the start, some behind it.
            for _ in range(self.random.randint(1, 3)):
                pause = time.monotonic() + self.random.uniform(0.1, 3)
                while time.monotonic() < pause:
                    self.look()
                    time.sleep(0.05)
                self.random.choice(deeds)()
            if self.random.random() < 0.7:
                end = time.monotonic() + PATIENCE
                while any(up.hub is None for up in self.ups) and time.monotonic() < end:
                    self.look()
                    time.sleep(0.05)
            self.look()

    def end(self) -> None:
        for up in list(self.ups):
            up.process.terminate()
        for up in list(self.ups):
            self.wait(up)
        for stranger in self.strangers:
            stranger.end()
        # What hubs leave whose program was killed; the next start would end it.
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if f"HUBFLEET_HUB={self.folder}/".encode() in (entry / "environ").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/check-long ups", description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--environments", required=True, type=Path, help="the folder with the Python environment")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hubfleet-ups-"))
    folder.chmod(0o755)
    world = World(os.path.abspath(options.program), folder, options.environments.resolve(), options.seed)
    try:
        world.run(options.count)
    finally:
        world.end()
    print(json.dumps({"seed": options.seed, "counts": world.counts, "faults": world.faults}, indent=2))
    if not world.faults:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        say(f"the folders are kept: {folder}")
    return 1 if world.faults else 0


if __name__ == "__main__":
    sys.exit(main())
