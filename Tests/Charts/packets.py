"""Sends packets through rules of a packet filter, in network namespaces that are gone afterwards.

    unshare --net python packets.py RULES [bridge] <PROBES      RULES is a shell script, or - for none

The process is in the pod's namespace. It makes one for the world, with all places that a probe names, and with `bridge`
one for a container behind a bridge of the pod's own, as Docker makes it: with Docker's rules, which come after the
pod's. PROBES is a JSON list of [ADDRESS, PORT, PROTOCOL]. The answer is JSON: for `pod` and `container`, which of them
were answered.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PATIENCE = 0.6
"""Seconds without an answer after which a packet counts as dropped. Here answers take less than a millisecond."""
DOCKER = """
iptables --policy FORWARD DROP
iptables --insert FORWARD --out-interface docker0 --match conntrack --ctstate RELATED,ESTABLISHED --jump ACCEPT
iptables --insert FORWARD --in-interface docker0 ! --out-interface docker0 --jump ACCEPT
iptables --table nat --append POSTROUTING --source 172.17.0.0/16 ! --out-interface docker0 --jump MASQUERADE
"""
Probe = tuple[str, int, str]


def run(*command: str) -> None:
    """Runs a program that must succeed."""
    subprocess.run(command, check=True, capture_output=True, text=True)


class Namespace:
    """A network namespace, as long as its one process sleeps."""

    def __init__(self) -> None:
        """Starts it, with its loopback device."""
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "120"])
        mine = self._link("self")
        while self._link(self.process.pid) == mine:
            time.sleep(0.01)
        self.run("ip", "link", "set", "lo", "up")

    @staticmethod
    def _link(process: int | str) -> str:
        return subprocess.run(["readlink", f"/proc/{process}/ns/net"], capture_output=True, text=True).stdout

    def inside(self, *command: str) -> list[str]:
        """The command that runs a command in there."""
        return ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", *command]

    def run(self, *command: str) -> None:
        """Runs a program in there."""
        run(*self.inside(*command))

    def end(self) -> None:
        """Ends the process, and with it the namespace."""
        self.process.kill()
        self.process.wait()


def connect(other: Namespace, here: str, there: str, address: str) -> None:
    """A cable between the pod and another namespace, with the other end's address."""
    run("ip", "link", "add", here, "type", "veth", "peer", "name", there)
    run("ip", "link", "set", there, "netns", str(other.process.pid))
    run("ip", "link", "set", here, "up")
    other.run("ip", "link", "set", there, "up")
    other.run("ip", "address", "add", address, "dev", there)


def wire(world: Namespace, container: Namespace | None, places: Iterable[str]) -> None:
    """Connects the pod with the world, and a container with the pod."""
    run("ip", "link", "set", "lo", "up")
    connect(world, "eth0", "world0", "10.244.0.1/24")
    run("ip", "address", "add", "10.244.0.2/24", "dev", "eth0")
    run("ip", "route", "add", "default", "via", "10.244.0.1")
    for place in places:
        world.run("ip", "address", "add", f"{place}/32", "dev", "lo")
    if container:
        run("ip", "link", "add", "docker0", "type", "bridge")
        connect(container, "port0", "container0", "172.17.0.2/16")
        run("ip", "link", "set", "port0", "master", "docker0")
        run("ip", "address", "add", "172.17.0.1/16", "dev", "docker0")
        run("ip", "link", "set", "docker0", "up")
        container.run("ip", "route", "add", "default", "via", "172.17.0.1")
        with open("/proc/sys/net/ipv4/ip_forward", "w") as switch:
            switch.write("1")


def serve(probes: list[Probe]) -> None:
    """Answers at every place, and says when it is ready."""

    def answer(at: socket.socket) -> None:
        while True:
            if at.type == socket.SOCK_STREAM:
                connection, _ = at.accept()
                connection.sendall(b"here")
                connection.close()
            else:
                _, sender = at.recvfrom(16)
                at.sendto(b"here", sender)

    for address, port, protocol in probes:
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        at = socket.socket(socket.AF_INET, kind)
        at.bind((address, port))
        if kind == socket.SOCK_STREAM:
            at.listen()
        threading.Thread(target=answer, args=(at,), daemon=True).start()
    print("ready", flush=True)
    time.sleep(120)


def is_answered(probe: Probe) -> bool:
    """Whether somebody answers there in time."""
    address, port, protocol = probe
    try:
        if protocol == "tcp":
            with socket.create_connection((address, port), timeout=PATIENCE) as connection:
                return connection.recv(16) == b"here"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.settimeout(PATIENCE)
            sender.connect((address, port))
            sender.send(b"?")
            return sender.recv(16) == b"here"
    except OSError:
        return False


def ask(probes: list[Probe]) -> list[bool]:
    """Sends all of them at once."""
    with ThreadPoolExecutor(max_workers=len(probes)) as threads:
        return list(threads.map(is_answered, probes))


def main(rules: str, has_bridge: bool, probes: list[Probe]) -> dict[str, list[bool]]:
    """Makes the namespaces, sets the rules, asks, and tidies up."""
    world, container, server = Namespace(), Namespace() if has_bridge else None, None
    try:
        wire(world, container, sorted({address for address, _, _ in probes}))
        for script in [*([rules] if rules != "-" else []), *([DOCKER] if container else [])]:
            run("/bin/sh", "-ec", script)
        command = [sys.executable, __file__, "serve"]
        server = subprocess.Popen(world.inside(*command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(probes))
        server.stdin.close()
        assert server.stdout.readline() == "ready\n"
        found: dict[str, Any] = {"pod": ask(probes)}
        if container:
            asked = container.inside(sys.executable, __file__, "ask")
            said = subprocess.run(asked, input=json.dumps(probes), capture_output=True, text=True, check=True)
            found["container"] = json.loads(said.stdout)
        return found
    finally:
        if server:
            server.kill()
            server.wait()
        for namespace in (world, container):
            if namespace:
                namespace.end()


if __name__ == "__main__":
    listed = [tuple(probe) for probe in json.load(sys.stdin)]
    if sys.argv[1] == "serve":
        serve(listed)
    elif sys.argv[1] == "ask":
        print(json.dumps(ask(listed)))
    else:
        print(json.dumps(main(sys.argv[1], sys.argv[2:] == ["bridge"], listed)))
