"""What scripts/node is told to do."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from onenode import program
from onenode.places import CONTAINERD, LOGS, PROGRAMS, TOOLS, Failed, NodeFolder, all_nodes, alone, sweep

DEFAULT = "trial"


def up(name: str, wanted_by: int | None, file: Path | None) -> None:
    """Starts a node, waits until it is ready, and says how to reach it."""
    check_machine()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
        raise Failed(f"{name!r} is no name for a node: small letters, digits and hyphens")
    began = time.monotonic()
    descriptors = [] if wanted_by is None else [os.pidfd_open(wanted_by)]
    keeper = subprocess.Popen(
        [sys.executable, "-m", "onenode.keeper", name, *map(str, descriptors)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert keeper.stdout is not None
    answer = keeper.stdout.readline().strip()
    if answer != "ready":
        raise Failed((answer + "\n" + keeper.stdout.read()).strip())
    folder = NodeFolder(name)
    if file is not None:
        load_program(folder, file)
    print(f"node: {name} is ready after {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"export KUBECONFIG={folder.kubeconfig}")


def check_machine() -> None:
    if os.geteuid() != 0:
        raise Failed("pods need root: run this as root")
    missing = [path for path in (TOOLS / "kubernetes/kubelet", TOOLS / "node/store") if not path.exists()]
    if missing:
        raise Failed(f"{missing[0]} is not there: run scripts/tools node")


def down(names: Sequence[str]) -> None:
    """Ends nodes, and waits until nothing is left of them."""
    for name in names:
        folder = running(name)
        pid = folder.facts().get("pid")
        if folder.is_kept() and pid:
            os.kill(pid, signal.SIGTERM)
        for _ in range(600):
            if not folder.is_kept():
                break
            time.sleep(0.1)
        else:
            raise Failed(f"{name} does not end; its keeper is process {pid}")
    with alone():
        sweep()


def running(name: str) -> NodeFolder:
    """The folder of a node that is there."""
    folder = NodeFolder(name)
    if not folder.path.exists():
        known = ", ".join(node.name for node in all_nodes())
        raise Failed(f"there is no node {name}; " + (f"there are: {known}" if known else "none is running"))
    return folder


def status() -> None:
    """Lists nodes, after taking away what was left of others."""
    with alone():
        sweep()
    for folder in all_nodes():
        facts = folder.facts()
        state = "ready" if "init" in facts else "starting"
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(facts.get("since", 0)))
        print(f"{folder.name:20} {state:9} since {since}  {folder.kubeconfig}")
    if LOGS.exists():
        print(f"node: {(LOGS / 'name').read_text()} failed; its logs are in {LOGS}", file=sys.stderr)


def entering(name: str, *command: str) -> list[str]:
    """The command that runs another inside a node: with its network, its files and its processes."""
    first = running(name).facts().get("init")
    if first is None:
        raise Failed(f"{name} is not ready")
    # It ends with the node, as all processes there.
    return ["nsenter", "--target", str(first), "--mount", "--net", "--pid", "--ipc", "--uts", "--", *command]


def enter(name: str, command: Sequence[str]) -> int:
    env = {**os.environ, "KUBECONFIG": "/node/state/pki/admin.kubeconfig"}
    env["PATH"] = f"{PROGRAMS}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return subprocess.run(entering(name, *(command or ["bash"])), env=env, cwd="/").returncode


def load(name: str, file: BinaryIO) -> None:
    """Gives a node the images of an archive, as `docker save` and the OCI's layout have them."""
    ctr = [f"{PROGRAMS}/bin/ctr", "--address", CONTAINERD, "--namespace", "k8s.io"]
    done = subprocess.run(
        entering(name, *ctr, "images", "import", "-"),
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
    )
    if done.returncode != 0:
        raise Failed(f"the images could not be loaded:\n{done.stdout.decode()}")


def load_program(folder: NodeFolder, file: Path) -> None:
    """Gives a node the image of the program hubfleet."""
    if not os.access(file, os.X_OK) or shutil.which(file) is None:
        raise Failed(f"{file} is no program; build it first: swift build --product hubfleet")
    with tempfile.TemporaryFile(dir=folder.path) as archive:
        program.write_image(file, archive)
        archive.seek(0)
        load(folder.name, archive)


def parser(description: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="scripts/node", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    starting = commands.add_parser("up", help="starts a node")
    starting.add_argument("name", nargs="?", default=DEFAULT)
    starting.add_argument("--program", type=Path, metavar="FILE", help="the program hubfleet, for its image")
    starting.add_argument("--for", type=int, metavar="PID", dest="wanted_by", help="ends it with this process")
    ending = commands.add_parser("down", help="ends nodes; nothing is left of them")
    ending.add_argument("names", nargs="*", metavar="name")
    ending.add_argument("--all", action="store_true", help="ends every node of this checkout")
    commands.add_parser("status", help="lists nodes")
    loading = commands.add_parser("load", help="gives a node the images of an archive")
    loading.add_argument("name")
    loading.add_argument("archive", type=argparse.FileType("rb"), help="- for standard input")
    entered = commands.add_parser("enter", help="runs a command in a node, or a shell")
    entered.add_argument("name")
    entered.add_argument("arguments", nargs=argparse.REMAINDER, metavar="COMMAND")
    return made


def main(arguments: Sequence[str], description: str) -> int:
    given = parser(description).parse_args(arguments)
    try:
        if given.command == "up":
            up(given.name, given.wanted_by, given.program)
        elif given.command == "down":
            down([node.name for node in all_nodes()] if given.all else given.names or [DEFAULT])
        elif given.command == "status":
            status()
        elif given.command == "load":
            load(given.name, given.archive)
        else:
            return enter(given.name, given.arguments)
    except (Failed, OSError) as error:
        print(f"node: {error}", file=sys.stderr)
        return 1
    return 0
