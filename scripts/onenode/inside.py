"""The first process of a node, in namespaces of its own: makes its root folder and network, and starts the programs.

python3 -m onenode.inside FOLDER LISTENER READY LINE     run by the node's keeper; the last three are open files

It ends when nobody holds the other end of LINE any more. When it ends, the kernel ends everything else in the node, and
takes away mounts, network and rules.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from onenode import forward, names, newer, programs, sandbox
from onenode.api import API
from onenode.cluster import Cluster
from onenode.images import reference
from onenode.places import ADDRESS, CONTAINERD, PORT, PROGRAMS, STATE, Failed

PATIENCE = 120.0
"""Seconds until the node is ready."""
PAUSE = 0.25
"""Seconds between two looks at what there is to do."""


class Node:
    """The programs, and what becomes of them."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.pids: dict[int, str] = {}
        self.log = Path(STATE, "log")
        self.log.mkdir()

    def start(self, commands: dict[str, list[str]]) -> None:
        for name, command in commands.items():
            env = {
                "PATH": f"{PROGRAMS}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/root",
            }
            with (self.log / name).open("wb") as log:
                process = subprocess.Popen(command, env=env, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.pids[process.pid] = name
            # The process is reaped below, as all that lose their parents are.
            process.returncode = 0

    def fork(self, name: str, function: Callable[[], None]) -> None:
        """Starts a part of this program as a process of its own."""
        pid = os.fork()
        if pid == 0:
            try:
                with (self.log / name).open("wb") as log:
                    os.dup2(log.fileno(), 1)
                    os.dup2(log.fileno(), 2)
                function()
            finally:
                os._exit(1)
        self.pids[pid] = name

    def pid(self, name: str) -> int:
        return next(pid for pid, known in self.pids.items() if known == name)

    def look(self) -> None:
        """Reaps what has ended.

        Raises Failed when that was a program of the node, or its keeper.
        """
        if select.select([self.line], [], [], 0)[0]:
            raise Failed("the node's keeper is gone")
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if name := self.pids.get(pid):
                text = (self.log / name).read_text(errors="replace")[-2000:]
                raise Failed(f"{name} ended ({os.waitstatus_to_exitcode(status)}):\n{text}")

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            self.look()
            if time.monotonic() > end:
                raise Failed(f"{what} is not there after {PATIENCE:.0f} s; logs are in the node's folder")
            time.sleep(PAUSE / 2)


def serve(listener: socket.socket) -> None:
    """Lets this machine's loopback reach the API server, in a process of its own."""
    if os.fork() == 0:
        try:
            forward.serve(listener, ADDRESS, PORT)
        finally:
            os._exit(1)
    listener.close()


def name_images() -> None:
    """Gives images the names by which charts ask for them."""
    tag = [f"{PROGRAMS}/bin/ctr", "--address", CONTAINERD, "--namespace", "k8s.io", "images", "tag", "--force"]
    for name, others in names.STANDS_FOR.items():
        subprocess.run([*tag, reference(name), *others], stdout=subprocess.DEVNULL, check=True)


def run(folder: Path, listener: socket.socket, ready: int, line: int) -> None:
    group = sandbox.enter(folder)
    # Before the first program, so that it holds nothing of theirs.
    serve(listener)
    sandbox.make_network()
    programs.write_settings(Path(STATE), group)
    node = Node(line)
    node.start(programs.FIRST)
    node.wait_for("containerd", Path(CONTAINERD).exists)
    name_images()
    api = API(f"https://{ADDRESS}:{PORT}", Path(STATE, "pki"))
    node.wait_for("the API server", api.is_ready)
    node.fork("newer-versions", lambda: newer.serve(Path(STATE, "pki")))
    node.start(programs.THEN)
    cluster = Cluster(api, Path(STATE), lambda: os.kill(node.pid("dnsmasq"), signal.SIGHUP))
    cluster.prepare()
    node.wait_for("the node", cluster.is_ready)
    node.wait_for("what serves newer versions of APIs", lambda: newer.are_served(api))
    cluster.look()
    os.write(ready, b"ready\n")
    os.close(ready)
    while True:
        node.look()
        cluster.look()
        time.sleep(PAUSE)


def main(folder: str, listener: str, ready: str, line: str) -> None:
    # The first process of a namespace gets no signals but those that it asks for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        run(Path(folder), socket.socket(fileno=int(listener)), int(ready), int(line))
    except (Failed, OSError, subprocess.SubprocessError) as error:
        try:
            os.write(int(ready), f"{error}\n".encode())
        except OSError:
            Path(STATE, "fault").write_text(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:5])
