"""Hubs on this machine, as the benchmarks start, watch and stop them: Hubfleet's, and plain JupyterHub."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 120.0
PLAIN_URL = "http://127.0.0.1:9471/"
# As the documentation of JupyterHub has it, with the same proxy.
PLAIN = """
c.JupyterHub.bind_url = "http://127.0.0.1:9471/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:9472"
c.JupyterHub.proxy_class = "traefik_file"
c.TraefikProxy.traefik_api_url = "http://127.0.0.1:9473"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "plain"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/lab"
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.cleanup_servers = CLEANUP
c.JupyterHub.cookie_secret_file = "FOLDER/cookie_secret"
c.JupyterHub.db_url = "sqlite:///FOLDER/plain.sqlite"
"""


@dataclass
class Running:
    """A hub that answers, and how many seconds that took."""

    url: str
    password: str
    seconds: float
    process: subprocess.Popen[bytes]
    stopped: list[float] = field(default_factory=list)
    """Seconds from the signal to the end, once it has ended."""

    def answers(self) -> bool:
        """Whether the hub itself answers through its proxy."""
        return is_there(f"{self.url}hub/api/health")

    def mebibytes(self) -> float:
        """Memory of the hub and all that it started; what they share is counted once."""
        return sum(map(_memory, _family(self.process.pid))) / 1024

    def stop(self) -> None:
        """Ends the hub as a service manager does, and all that it left."""
        family = _family(self.process.pid)
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.stopped.append(time.perf_counter() - began)
        for process in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def is_there(url: str) -> bool:
    """Whether an address answers, whatever it thinks of the visitor."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code in (401, 403)
    except OSError:
        return False


@contextlib.contextmanager
def hubfleet(program: str, state: Path) -> Iterator[Running]:
    """Runs the example's hub until the end of the block."""
    out = state / "out"
    password = state / "password"
    start = time.perf_counter()
    with out.open("wb") as file, (state / "err").open("wb") as errors:
        process = subprocess.Popen(
            [program, "up", "--state-dir", str(state), "--format", "json"], cwd=state, stdout=file, stderr=errors
        )
    hub = None
    while hub is None:
        if process.poll() is not None or time.perf_counter() - start > PATIENCE:
            process.kill()
            sys.exit(f"bench: hubfleet up does not run: {(state / 'err').read_text()}")
        with contextlib.suppress(ValueError, LookupError):
            hub = json.loads(out.read_text())["hubs"][0]
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    if hub.get("usersPassword"):
        password.write_text(hub["usersPassword"])
    running = Running(hub.get("address", hub["url"]), password.read_text(), seconds, process)
    try:
        yield running
    finally:
        running.stop()


@contextlib.contextmanager
def plain(environment: Path, folder: Path, keeps_servers: bool = False) -> Iterator[Running]:
    """Runs JupyterHub alone until the end of the block.

    `keeps_servers`: whether servers go on when the hub ends.
    """
    running = start_plain(environment, folder, keeps_servers)
    try:
        yield running
    finally:
        running.stop()


def start_plain(environment: Path, folder: Path, keeps_servers: bool) -> Running:
    """Starts JupyterHub alone, and waits until it answers."""
    config = folder / "jupyterhub_config.py"
    config.write_text(PLAIN.replace("FOLDER", str(folder)).replace("CLEANUP", str(not keeps_servers)))
    variables = {**os.environ, "PATH": f"{environment}/bin:{os.environ['PATH']}"}
    command = [f"{environment}/bin/python", "-m", "jupyterhub", "--config", str(config)]
    start = time.perf_counter()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)
    running = Running(PLAIN_URL, "plain", 0, process)
    while not running.answers():
        if process.poll() is not None or time.perf_counter() - start > PATIENCE:
            process.kill()
            sys.exit(f"bench: jupyterhub does not run: {(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.01)
    running.seconds = time.perf_counter() - start
    return running


def hub_process(running: Running) -> int:
    """The process of JupyterHub itself below `hubfleet up`."""
    for process in _family(running.process.pid):
        words = _words(process)
        if b"-m" in words and b"jupyterhub" in words:
            return process
    sys.exit("bench: no process of JupyterHub found")


def _words(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def _family(first: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
    family = [first]
    for process in family:
        family += [child for child, parent in parents.items() if parent == process]
    return family


def _memory(process: int) -> int:
    """The proportional share of a process in memory, in KiB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
