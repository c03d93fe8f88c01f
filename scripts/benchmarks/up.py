"""Seconds of hubs on this machine, beside plain JupyterHub with the same proxy, in one run. Called by scripts/bench up.

    up.py PROGRAM --environment FOLDER [--runs N] [--servers N]

FOLDER is a Python environment with JupyterHub and Traefik. Both hubs use it, start in turn, and serve the same client:
the second start until the hub answers, one user's server, and as many servers at once as are asked for.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import measure

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/IntegrationTests/Clients"))
import hub_client

PATIENCE = 120.0
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
c.JupyterHub.db_url = "sqlite:///FOLDER/plain.sqlite"
"""


@dataclass
class Running:
    """A hub that answers, and how long that took."""

    url: str
    password: str
    seconds: float


@contextlib.contextmanager
def hubfleet(program: str, state: Path, environment: Path) -> Iterator[Running]:
    """Runs the example's hub until the end of the block."""
    out = state / "out"
    password = state / "password"
    start = time.perf_counter()
    with out.open("wb") as file, (state / "err").open("wb") as errors:
        process = subprocess.Popen(
            [program, "up", "--state-dir", str(state), "--format", "json"], cwd=state, stdout=file, stderr=errors
        )
    try:
        hub = None
        while hub is None:
            if process.poll() is not None or time.perf_counter() - start > PATIENCE:
                sys.exit(f"bench: hubfleet up does not run: {(state / 'err').read_text()}")
            with contextlib.suppress(ValueError, LookupError):
                hub = json.loads(out.read_text())["hubs"][0]
            time.sleep(0.01)
        seconds = time.perf_counter() - start
        if hub.get("usersPassword"):
            password.write_text(hub["usersPassword"])
        yield Running(hub["address"], password.read_text(), seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextlib.contextmanager
def plain(folder: Path, environment: Path) -> Iterator[Running]:
    """Runs JupyterHub as its own documentation has it, with the same proxy."""
    config = folder / "jupyterhub_config.py"
    config.write_text(PLAIN.replace("FOLDER", str(folder)))
    variables = {**os.environ, "PATH": f"{environment}/bin:{os.environ['PATH']}"}
    start = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [f"{environment}/bin/python", "-m", "jupyterhub", "--config", str(config)],
            cwd=folder,
            env=variables,
            stdout=log,
            stderr=log,
        )
    try:
        url = "http://127.0.0.1:9471/"
        while True:
            if process.poll() is not None or time.perf_counter() - start > PATIENCE:
                sys.exit(f"bench: jupyterhub does not run: {(folder / 'log').read_text()[-2000:]}")
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}hub/api/health", timeout=5) as answer:
                if answer.status == 200:
                    break
            time.sleep(0.01)
        yield Running(url, "plain", time.perf_counter() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def serve(hub: Running, name: str) -> float:
    """Seconds from the click to a server that answers; it is stopped."""
    user = hub_client.HubUser(hub.url, name, "", PATIENCE)
    user.log_in(hub.password, "")
    start = time.perf_counter()
    user.start("", {})
    user.enter()
    seconds = time.perf_counter() - start
    user.stop()
    return seconds


def at_once(hub: Running, count: int) -> float:
    """Seconds until the last of so many people has a server."""
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda number: serve(hub, f"user{number}"), range(count)))
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench up")
    parser.add_argument("program")
    parser.add_argument("--environment", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--servers", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hubfleet-bench-"))
    folder.chmod(0o755)
    found: dict[str, dict[str, list[float]]] = {"hubfleet": {}, "plain JupyterHub": {}}
    try:
        places = {name: folder / name.split()[0] for name in found}
        for place in places.values():
            place.mkdir(mode=0o755)
        for run in range(options.runs + 1):
            for name, place in places.items():
                measure.say(f"run {run} of {options.runs}: {name}")
                starting = (
                    hubfleet(options.program, place, options.environment)
                    if name == "hubfleet"
                    else plain(place, options.environment)
                )
                with starting as hub:
                    times = {"second start": hub.seconds, "a server": serve(hub, "ann")}
                    if run == options.runs:
                        times[f"{options.servers} servers at once"] = at_once(hub, options.servers)
                # The first one makes what the others find.
                for what, seconds in times.items() if run else ():
                    found[name].setdefault(what, []).append(seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = [
        [what, *(f"{statistics.median(found[name][what]):.2f}" for name in found), "s"] for what in found["hubfleet"]
    ]
    measure.print_table(["", *found, ""], rows)


if __name__ == "__main__":
    main()
