"""Archives of homes beside what they are compared with, in one run. Called by scripts/bench.

    homes.py PROGRAM [speed] [memory] [million]

speed    20,000 small files, three arrays of 350 MB and a CSV file: hubfleet, reading to nothing, bsdtar, tar
memory   the most memory that an export takes: of 1 GB, and of 100 GB that are a hole
million  a home of a million files: its scan, the first byte of a download once it is scanned, what else is done with it
"""

from __future__ import annotations

import http.server
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

RUNS = 5
DATA = random.Random(1).randbytes(1 << 20)


def make_tree(folder: Path) -> None:
    """The tree that archivers are compared on: 1.5 GB."""
    numbers = random.Random(2)
    for number in range(20_000):
        parent = folder / f"notebooks-{number % 200}"
        parent.mkdir(parents=True, exist_ok=True)
        (parent / f"cell-{number}.ipynb").write_bytes(DATA[: numbers.randint(200, 20_000)])
    for name in ("a", "b", "c"):
        with open(folder / f"{name}.npy", "wb") as file:
            for _ in range(350):
                file.write(DATA)
    with open(folder / "table.csv", "w", encoding="ascii") as file:
        for number in range(5_000_000):
            file.write(f"{number},{number * 3},{number % 7},1.{number}\n")
    # As homes are: most of it was written long ago.
    for path in folder.glob("*.*"):
        os.utime(path, (0, 0))
    os.sync()
    time.sleep(3)


def measure(command: list[str], cwd: Path) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds, and the most memory in KiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"bench: {command[0]} ended with {status}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def speed(program: str, folder: Path) -> None:
    make_tree(folder / "tree")
    export = [program, "home", "export", "--from", "tree", "--to", "-"]
    commands = {
        "reading to nothing (cat)": ["sh", "-c", "find tree -type f -print0 | xargs -0 cat"],
        "hubfleet home export": export,
        "hubfleet, as tar": [*export, "--form", "tar"],
        "hubfleet, to a file": [*export[:-1], "out.zip"],
        "sha256sum": ["sh", "-c", "find tree -type f -print0 | xargs -0 sha256sum"],
    }
    if shutil.which("bsdtar"):
        store = ["--format", "zip", "--options", "zip:compression=store"]
        commands["bsdtar, stored ZIP"] = ["bsdtar", *store, "-cf", "-", "tree"]
        commands["bsdtar, to a file"] = ["bsdtar", *store, "-cf", "out.zip", "tree"]
    # GNU tar sees when it writes to nothing, and reads nothing then.
    commands["tar"] = ["sh", "-c", "tar -cf - tree | cat"]
    times: dict[str, list[tuple[float, float, int]]] = {name: [] for name in commands}
    # What the system still writes to the disk would disturb those that only read.
    readers = {name: command for name, command in commands.items() if not name.endswith("to a file")}
    writers = {name: command for name, command in commands.items() if name not in readers}
    for group in (readers, writers):
        for run in range(RUNS + 1):
            for name, command in group.items():
                for old in folder.glob("out.zip*"):
                    old.unlink()
                result = measure(command, folder)
                if run:
                    times[name].append(result)
    size = sum(file.stat().st_size for file in (folder / "tree").rglob("*") if file.is_file())
    base = statistics.median(wall for wall, _, _ in times["reading to nothing (cat)"])
    print(f"{size / 1e9:.2f} GB in 20,004 files, {os.cpu_count()} cores, medians of {RUNS} runs in turn\n")
    print(f"{'':<26} {'wall s':>8} {'CPU s':>8} {'GB/s':>6} {'of reading':>11} {'MiB':>6}")
    for name, results in times.items():
        wall, cpu = (statistics.median(result[part] for result in results) for part in (0, 1))
        memory = max(result[2] for result in results) / 1024
        print(f"{name:<26} {wall:>8.2f} {cpu:>8.2f} {size / wall / 1e9:>6.2f} {base / wall:>10.0%} {memory:>6.0f}")


def memory(program: str, folder: Path) -> None:
    (folder / "one").mkdir(parents=True)
    with open(folder / "one" / "file", "wb") as file:
        for _ in range(1000):
            file.write(DATA)
    (folder / "hundred").mkdir()
    with open(folder / "hundred" / "file", "wb") as file:
        file.truncate(100_000_000_000)
    for name, form in (("one", "zip"), ("hundred", "zip"), ("hundred", "tar")):
        command = [program, "home", "export", "--from", name, "--to", "-", "--form", form]
        wall, _, kib = measure(command, folder)
        print(f"{name:<8} {form}: {wall:.1f} s, at most {kib / 1024:.0f} MiB of memory")


class FakeHub(http.server.BaseHTTPRequestHandler):
    """Says that every token is ada's."""

    def do_GET(self) -> None:
        """Answers every question alike."""
        answer = {"name": "ada", "kind": "user", "scopes": ["access:services"], "admin": False}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def million(program: str, folder: Path) -> None:
    home = folder / "homes" / "ada"
    for number in range(1_000_000):
        if number % 1000 == 0:
            parent = home / str(number // 1000)
            parent.mkdir(parents=True)
        (parent / str(number)).touch()
    hub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{free_port()}"
    environment = os.environ | {
        "JUPYTERHUB_SERVICE_NAME": "homes",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/homes/",
        "JUPYTERHUB_SERVICE_URL": url,
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub.server_port}/hub/api",
        "JUPYTERHUB_API_TOKEN": "of the bench",
    }
    command = [program, "home", "serve", "--homes", str(home.parent), "--state", str(folder / "state")]
    service = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        report_million(service, url)
    finally:
        service.kill()
        hub.shutdown()
    for name, arguments in {
        "export": ["export", "--from", str(home), "--to", "ada.zip"],
        "verify": ["verify", "ada.zip"],
        "import": ["import", "ada.zip", "--to", "back"],
        "verify with what was imported": ["verify", "ada.zip", "back"],
    }.items():
        wall, _, kib = measure([program, "home", *arguments], folder)
        print(f"{name}: {wall:.1f} s, at most {kib / 1024:.0f} MiB")


def report_million(service: subprocess.Popen[bytes], url: str) -> None:
    def get(path: str) -> http.client.HTTPResponse:
        request = urllib.request.Request(url + path, headers={"Authorization": "token x"})
        answer: http.client.HTTPResponse = urllib.request.urlopen(request)
        return answer

    def memory_now() -> str:
        status = Path(f"/proc/{service.pid}/status").read_text(encoding="ascii")
        return next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))

    for _ in range(100):
        try:
            get("/services/homes/health").read()
            break
        except OSError:
            time.sleep(0.05)
    start = time.perf_counter()
    while (answer := json.load(get("/services/homes/api/home")))["state"] != "ready":
        time.sleep(0.2)
    print(f"scan: {time.perf_counter() - start:.1f} s, {answer['files']} files")
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        with get(answer["zip"]) as response:
            response.read(1)
            times.append(time.perf_counter() - start)
    print(f"first byte: {statistics.median(times) * 1e3:.1f} ms (at most {max(times) * 1e3:.1f})")
    start = time.perf_counter()
    with get(answer["zip"]) as response:
        while response.read(1 << 20):
            pass
    print(
        f"all of it: {time.perf_counter() - start:.1f} s; the service took at most {int(memory_now()) / 1024:.0f} MiB"
    )


def main() -> None:
    program, *parts = sys.argv[1:]
    for part in parts or ["speed", "memory", "million"]:
        with tempfile.TemporaryDirectory(prefix="hubfleet-bench-") as folder:
            print(f"# {part}")
            # Keys for receipts are made there.
            os.environ["XDG_CONFIG_HOME"] = os.path.join(folder, "config")
            {"speed": speed, "memory": memory, "million": million}[part](os.path.abspath(program), Path(folder))
            print()


main()
