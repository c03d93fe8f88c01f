"""Tries another JupyterHub on a copy of a hub's database: old one, migration, new one, and back. As a program:

`python -I rehearsal.py FILE FOLDER OLD NEW` where FILE is the database, FOLDER an empty folder, and OLD and NEW the
Pythons of two environments. Each step is a line of JSON: {"step", "seconds", "version", "counts"}, or {"step",
"error"}.

FILE is only read. The hubs of a rehearsal listen on loopback, have no proxy, start and stop no servers, let nobody in
and know no services: what is tried is the database.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

READY, MIGRATED, STOPPED = 120, 3600, 30
"""How long a hub may take to answer, a migration to end, and a hub to stop, in seconds."""

CONFIGURATION = """
import json
from jupyterhub import user
from jupyterhub.auth import Authenticator
from jupyterhub.proxy import Proxy
from jupyterhub.spawner import Spawner

class Nobody(Authenticator):
    async def authenticate(self, handler, data):
        return None

class NoProxy(Proxy):
    should_start = False
    async def add_route(self, routespec, target, data): pass
    async def delete_route(self, routespec): pass
    async def get_all_routes(self): return {}
    async def get_route(self, routespec): return None

class Untouched(Spawner):
    # Of servers that run only the database knows; nothing of them is asked or ended.
    def load_state(self, state): self.kept = state
    def get_state(self): return getattr(self, "kept", {})
    def clear_state(self): pass
    async def start(self): raise RuntimeError("a rehearsal starts no servers")
    async def stop(self, now=False): pass
    async def poll(self): return None

async def there(self, spawner): return None
user.User._wait_up = there

c = get_config()
c.JupyterHub.hub_bind_url = "http://127.0.0.1:%(port)d"
c.JupyterHub.bind_url = "http://127.0.0.1:%(port)d/"
c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
c.JupyterHub.cookie_secret = bytes(32)
c.JupyterHub.authenticator_class = Nobody
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.spawner_class = Untouched
c.JupyterHub.cleanup_servers = False
c.JupyterHub.allow_named_servers = True
c.JupyterHub.last_activity_interval = 86400
# Roles that the configuration does not have are removed by the hub.
c.JupyterHub.load_roles = json.loads(%(roles)r)
c.Authenticator.allow_all = True
"""

PREDEFINED = {"user", "admin", "server", "token"}


class Failure(Exception):
    """Why a step did not end well, for people."""


def module(name: str) -> ModuleType:
    """A module beside this one, which is run without its package."""
    found = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if found is None or found.loader is None:
        raise Failure(f"{name}.py is missing")
    loaded = importlib.util.module_from_spec(found)
    found.loader.exec_module(loaded)
    return loaded


database = module("database")


def roles(file: Path) -> list[dict[str, object]]:
    """The roles that the database has beside those of JupyterHub itself, as the configuration would have them."""
    with database.opened(str(file)) as connection:
        if not {"name", "scopes"} <= database.columns(connection, "roles"):
            return []
        rows = connection.execute("SELECT id, name, description, scopes FROM roles").fetchall()
        return [
            {"name": name, "description": text or "", "scopes": json.loads(scopes or "[]")}
            | members(connection, number)
            for number, name, text, scopes in rows
            if name not in PREDEFINED
        ]


def members(connection: sqlite3.Connection, role: int) -> dict[str, list[str]]:
    """Who has a role: a hub takes it from those whom its configuration does not name."""
    found = {}
    for kind in ("user", "group"):
        query = f"SELECT name FROM {kind}s JOIN {kind}_role_map ON {kind}s.id = {kind}_id WHERE role_id = ?"
        found[f"{kind}s"] = [name for (name,) in connection.execute(query, (role,))]
    return found


class Hub:
    """A JupyterHub of one environment on the copy."""

    def __init__(self, python: str, folder: Path) -> None:
        self.python = python
        self.folder = folder
        self.file = folder / "jupyterhub.sqlite"
        self.log = folder / "hub.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        text = CONFIGURATION % {"port": self.port, "roles": json.dumps(roles(self.file))}
        (folder / "jupyterhub_config.py").write_text(text, encoding="utf-8")
        # JupyterHub finds alembic by its name.
        self.variables = {**os.environ, "PATH": f"{Path(python).parent}:{os.environ.get('PATH', os.defpath)}"}

    def call(self, *arguments: str) -> list[str]:
        """The command line of this JupyterHub."""
        return [self.python, "-I", "-m", "jupyterhub", *arguments, "--config", "jupyterhub_config.py"]

    def ask(self) -> str | None:
        """The version of the hub that answers; nothing while none does."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}/hub/api", timeout=5) as answer:
                return str(json.load(answer)["version"])
        except (OSError, ValueError, KeyError, urllib.error.URLError):
            return None

    def run(self) -> tuple[str, float]:
        """Starts the hub, waits until it answers, and stops it: its version, and the seconds until it answered."""
        start = time.monotonic()
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                self.call(), cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            while True:
                version = self.ask()
                if version is not None:
                    return version, time.monotonic() - start
                if process.poll() is not None:
                    raise Failure(f"it ended with {process.returncode}: {self.words()}")
                if time.monotonic() - start > READY:
                    raise Failure(f"it does not answer after {READY} s: {self.words()}")
                time.sleep(0.1)
        finally:
            stop(process)

    def migrate(self) -> float:
        """Brings the database to the schema of this JupyterHub: the seconds that it took."""
        start = time.monotonic()
        try:
            with self.log.open("wb") as log:
                done = subprocess.run(
                    self.call("upgrade-db"), cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, timeout=MIGRATED, check=False,
                )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Failure(f"it does not end after {MIGRATED} s") from None
        if done.returncode:
            raise Failure(f"it ended with {done.returncode}: {self.words()}")
        return time.monotonic() - start

    def words(self) -> str:
        """What it said last that tells why."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        # That a program of its own failed is no reason.
        reasons = [line for line in lines if not re.search(r"CalledProcessError|^raise |Background on this", line)]
        telling = [line for line in reasons if re.search(r"(?i)error|exception|critical|cannot|failed", line)]
        return " / ".join((telling or lines)[-2:])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a hub with all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(STOPPED)
            except subprocess.TimeoutExpired:
                continue


def say(step: str, **facts: object) -> None:
    """Prints what came of a step."""
    print(json.dumps({"step": step, **facts}), flush=True)


def rehearse(given: str, folder: Path, old: str, new: str) -> None:
    """All steps, each said when it is over."""
    file, kept = folder / "jupyterhub.sqlite", folder / "before.sqlite"
    step = "copy"
    try:
        start = time.monotonic()
        facts = database.copy(given, str(kept))
        say(step, seconds=time.monotonic() - start, counts=facts["counts"], bytes=facts["bytes"])
        for step, python in (("old", old), ("migration", new), ("new", new), ("back", old)):
            if step in ("old", "back"):
                shutil.copyfile(kept, file)
            hub = Hub(python, folder)
            version: str | None = None
            if step == "migration":
                seconds = hub.migrate()
            else:
                version, seconds = hub.run()
            say(step, seconds=seconds, version=version, counts=database.count(str(file)))
    except (Failure, ValueError, OSError) as error:
        say(step, error=str(error))
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: rehearsal.py FILE FOLDER OLD NEW")
    os.umask(0o077)
    # Told to end, it ends the hub that it runs: that one has a session of its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    rehearse(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])
