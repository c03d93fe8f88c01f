"""What a pod does with homes where the program must run in an odd place; the Python of the pod's image runs it.

Prints "done" at the end; anything else that is printed is a fault.
"""

import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.request

WORK = pathlib.Path("/work")
SERVICE = "/services/home-download/"


def hubfleet(*arguments: str) -> str:
    done = subprocess.run(["hubfleet", "home", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(f"hubfleet home {' '.join(arguments)}: {done.returncode}\n{done.stdout}")
    return done.stdout


def files(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def round_trip(homes: pathlib.Path) -> None:
    """A home is packed in each form, verified, unpacked elsewhere, and moved."""
    for form in ("zip", "tar"):
        archive = str(WORK / f"ann.{form}")
        hubfleet("export", "--from", str(homes), "--user", "ann", "--to", archive)
        hubfleet("verify", archive)
        target = WORK / f"from-{form}"
        target.mkdir()
        hubfleet("import", archive, "--to", str(target))
        assert files(target) == files(homes / "ann"), form
    moved = WORK / "moved"
    moved.mkdir()
    hubfleet("move", "--from", str(homes), "--to", str(moved))
    assert files(moved / "ann") == files(homes / "ann")
    report = json.loads(hubfleet("report", "--from", str(homes), "--format", "json"))
    assert report, "no report"


def status(path: str, token: str = "") -> int:
    request = urllib.request.Request(f"http://127.0.0.1:8080{SERVICE}{path}")
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def serve(homes: pathlib.Path) -> None:
    """The service starts and stays healthy though its hub cannot be reached, and lets nobody in."""
    env = {
        **os.environ,
        "JUPYTERHUB_SERVICE_NAME": "home-download",
        "JUPYTERHUB_SERVICE_PREFIX": SERVICE,
        "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8080",
        "JUPYTERHUB_API_URL": "http://hub.nowhere.svc.cluster.local:8081/hub/api",
        "JUPYTERHUB_API_TOKEN": "token",
        "JUPYTERHUB_CLIENT_ID": "service-home-download",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_HOST": "",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{SERVICE}oauth_callback",
    }
    command = ["hubfleet", "home", "serve", "--homes", str(homes), "--state", str(WORK / "state")]
    with (WORK / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            try:
                if status("health") == 200:
                    break
            except OSError:
                pass
            if server.poll() is not None:
                raise SystemExit(f"the service ended: {server.returncode}\n{(WORK / 'log').read_text()}")
            time.sleep(0.1)
        else:
            raise SystemExit(f"the service is not healthy\n{(WORK / 'log').read_text()}")
        # Who asks with a token is told that the hub does not answer, and not that they may not.
        found = status("home.zip", "0123456789abcdef")
        assert found in (502, 503, 504), found
        assert status("health") == 200
    finally:
        server.terminate()
    assert server.wait(30) in (0, -15), server.returncode


def main() -> None:
    homes = WORK / "homes"
    (homes / "ann/notes").mkdir(parents=True)
    (homes / "ann/notes/a b.txt").write_text("written in a pod\n")
    (homes / "ann/empty").touch()
    (homes / "ann/large").write_bytes(os.urandom(3_000_000))
    round_trip(homes)
    serve(homes)
    print("done")


main()
