"""Seconds of hubs on this machine, beside plain JupyterHub with the same proxy, in one run. Called by scripts/bench up.

    up.py PROGRAM --environment FOLDER [--before PROGRAM] [--runs N] [--servers N]

FOLDER is a Python environment with JupyterHub and Traefik. The hubs start in turn and serve the same client: the second
start until the hub answers, one user's server, as many servers at once as are asked for with their memory and their
end, and a restart of the hub under a server that is asked again and again. With --before an older build takes part.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import hubs
import measure

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/IntegrationTests/Clients"))
import hub_client

Start = Callable[[Path], AbstractContextManager[hubs.Running]]
# Name of a hub, name of a measurement, figures.
Found = dict[str, dict[str, list[float]]]


def serve(hub: hubs.Running, name: str) -> tuple[hub_client.HubUser, float]:
    """A person with a server that answers, and the seconds from the click to that."""
    user = hub_client.HubUser(hub.url, name, "", hubs.PATIENCE)
    user.log_in(hub.password, "")
    start = time.perf_counter()
    user.start("", {})
    user.enter()
    return user, time.perf_counter() - start


def at_once(hub: hubs.Running, count: int) -> dict[str, float]:
    """So many people come at once: seconds until the last one has a server, memory, and seconds until all are gone."""
    people = f"{count} servers at once"
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        start = time.perf_counter()
        users = [user for user, _ in pool.map(lambda number: serve(hub, f"user{number}"), range(count))]
        served = time.perf_counter() - start
        memory = hub.mebibytes()
        start = time.perf_counter()
        list(pool.map(lambda user: user.stop(), users))
        stopped = time.perf_counter() - start
    return {people: served, f"{people}, MiB": memory, f"{people}, their stop": stopped}


class Watch:
    """Asks a user's server again and again, and knows the longest time in which it did not answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.longest = 0.0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _ask(self) -> None:
        last = time.perf_counter()
        while not self._ends.is_set():
            if hubs.is_there(self.url):
                self.longest = max(self.longest, time.perf_counter() - last)
                last = time.perf_counter()
            time.sleep(0.02)
        self.longest = max(self.longest, time.perf_counter() - last)


def restarted(hub: hubs.Running, restart: Callable[[], None]) -> dict[str, float]:
    """Seconds without the hub and without a user's server while the hub starts again."""
    user, _ = serve(hub, "ann")
    with Watch(f"{user.server_url}api/status") as watch:
        start = time.perf_counter()
        restart()
        while not hub.answers():
            time.sleep(0.01)
        seconds = time.perf_counter() - start
    # Servers outlive the hub that started them.
    user.stop()
    return {"restart: no hub": seconds, "restart: no server": watch.longest}


def kill_hub(hub: hubs.Running) -> None:
    """Kills JupyterHub itself, which Hubfleet starts again."""
    os.kill(hubs.hub_process(hub), signal.SIGKILL)
    while hub.answers():
        time.sleep(0.01)


def measure_hub(name: str, start: Start, place: Path, found: Found, last: int | None) -> None:
    """One start of a hub; `last`: with so many servers at once."""
    with start(place) as hub:
        user, seconds = serve(hub, "ann")
        user.stop()
        times = {"second start": hub.seconds, "a server": seconds}
        if last:
            times |= at_once(hub, last)
    times["stop of the hub"] = hub.stopped[0]
    for what, figure in times.items():
        found.setdefault(name, {}).setdefault(what, []).append(figure)


def measure_restart(name: str, environment: Path, start: Start, place: Path, found: Found) -> None:
    """A restart of the hub, as each is restarted: ours by itself, the plain one by whoever runs it."""
    if name == "plain JupyterHub":
        hub = hubs.start_plain(environment, place, keeps_servers=True)

        def again() -> None:
            # Servers stay, as its documentation recommends for a restart.
            hub.process.send_signal(signal.SIGTERM)
            hub.process.wait()
            hub.process = hubs.start_plain(environment, place, keeps_servers=True).process

        times = restarted(hub, again)
        hub.stop()
    else:
        with start(place) as hub:
            times = restarted(hub, lambda: kill_hub(hub))
    for what, seconds in times.items():
        found[name].setdefault(what, []).append(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench up")
    parser.add_argument("program")
    parser.add_argument("--environment", type=Path, required=True)
    parser.add_argument("--before", help="an older build")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--servers", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hubfleet-bench-"))
    folder.chmod(0o755)
    starts: dict[str, Start] = {"hubfleet": lambda place: hubs.hubfleet(options.program, place)}
    if options.before:
        starts["before"] = lambda place: hubs.hubfleet(options.before, place)
    starts["plain JupyterHub"] = lambda place: hubs.plain(options.environment, place)
    found: Found = {}
    try:
        for run in range(options.runs + 1):
            for name, start in starts.items():
                measure.say(f"run {run} of {options.runs}: {name}")
                place = folder / name.split()[0]
                place.mkdir(mode=0o755, exist_ok=True)
                # The first one makes what the others find.
                measure_hub(name, start, place, found if run else {}, options.servers if run == options.runs else None)
        for name, start in starts.items():
            measure.say(f"restart of the hub: {name}")
            measure_restart(name, options.environment, start, folder / name.split()[0], found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    names = list(found)
    rows = [
        [what, *(f"{statistics.median(found[name][what]):.2f}" for name in names), "" if "MiB" in what else "s"]
        for what in found["hubfleet"]
    ]
    measure.print_table(["", *names, ""], rows)


if __name__ == "__main__":
    main()
