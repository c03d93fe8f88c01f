"""Starts nodes and kills them at random moments: what `scripts/check-long node` runs.

After each there must be left nothing of it: no process, no mount, no link, no rule for packets, no changed setting of
the machine, and, after the next command of scripts/node, no file and no cgroup. The same seed does the same again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from onenode import cgroups
from onenode.keeper import end_with_parent
from onenode.places import NODES, ROOT, NodeFolder, all_nodes
from onenode.sandbox import TUNABLES

PATIENCE = 60.0
"""Seconds that all of a node has to be gone. One whose `up` was killed first becomes ready."""
LATEST = 25.0
"""Seconds after its start at which a node is killed at the latest; it is ready after some 15."""

Traces = dict[str, set[str]]


def traces() -> Traces:
    """What of nodes can be seen on this machine."""
    return {
        "processes": {process for pid in os.listdir("/proc") if pid.isdigit() and (process := described(pid))},
        "mounts": set(Path("/proc/self/mountinfo").read_text().splitlines()),
        "links": {line.partition(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]},
        "rules": set(printed("iptables-save")) | set(printed("nft", "list", "ruleset")),
        "settings": {f"{name} = {Path('/proc/sys', name).read_text().strip()}" for name in TUNABLES},
    }


def described(pid: str) -> str:
    """A process of a node: one that is in a namespace of processes below this one, or is named so; else nothing."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        is_named = "-m" in words and any(word.startswith("onenode.") for word in words)
        if is_named or os.readlink(f"/proc/{pid}/ns/pid") != os.readlink("/proc/self/ns/pid"):
            return f"{pid} {' '.join(words).strip()}"
    return ""


def printed(*command: str) -> list[str]:
    """The lines of a program's output, but for those with times; none where it is not there."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except FileNotFoundError:
        return []
    return [line for line in done.stdout.splitlines() if not line.startswith("#")]


def leftovers(name: str) -> list[str]:
    """Files of a node, and cgroups of nodes that are no more, once somebody has looked."""
    subprocess.run([sys.executable, ROOT / "scripts/node", "status"], stdout=subprocess.DEVNULL, check=True)
    known = {node.facts().get("cgroup") for node in all_nodes()}
    groups = [group for hierarchy in cgroups.hierarchies() for group in hierarchy.glob("hubfleet-node-*")]
    return [str(group) for group in groups if group.name not in known] + [str(path) for path in NODES.glob(name)]


class Round:
    """One node, wanted by a process of its own."""

    def __init__(self, name: str) -> None:
        self.folder = NodeFolder(name)
        self.wanting = subprocess.Popen(["sleep", "600"], preexec_fn=end_with_parent)
        command = [sys.executable, str(ROOT / "scripts/node"), "up", name, "--for", str(self.wanting.pid)]
        self.up = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self, pid: int | None, number: int) -> str:
        if pid is None:
            # Too early: then everything goes with the process that wants it.
            self.wanting.kill()
            return "too early for that: the process that wants it"
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return f"process {pid} with {signal.Signals(number).name}"

    def fact(self, name: str) -> int | None:
        found = self.folder.facts().get(name)
        return int(found) if found else None

    def end(self) -> None:
        self.wanting.kill()
        self.wanting.wait()
        self.up.wait(PATIENCE)


def members(first: int | None) -> list[int]:
    """The processes that see what a node's first process sees."""
    if first is None:
        return []
    found = []
    with contextlib.suppress(OSError):
        network = os.readlink(f"/proc/{first}/ns/net")
        for pid in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if pid.isdigit() and os.readlink(f"/proc/{pid}/ns/net") == network:
                    found.append(int(pid))
    return found


def deeds(choice: random.Random) -> dict[str, Callable[[Round], str]]:
    """The ways in which a node may go."""
    return {
        "the keeper is killed": lambda node: node.kill(node.fact("pid"), signal.SIGKILL),
        "the keeper is told to end": lambda node: node.kill(node.fact("pid"), signal.SIGTERM),
        "the first process is killed": lambda node: node.kill(node.fact("init"), signal.SIGKILL),
        "one of its processes is killed": lambda node: node.kill(
            choice.choice(members(node.fact("init")) or [node.wanting.pid]), signal.SIGKILL
        ),
        "whoever wants it is killed": lambda node: node.kill(node.wanting.pid, signal.SIGKILL),
        "`up` is killed": lambda node: node.kill(node.up.pid, signal.SIGKILL),
    }


def difference(before: Traces) -> list[str]:
    now = traces()
    return [f"{kind}: {item}" for kind in before for item in sorted(now[kind] ^ before[kind])]


def play(number: int, choice: random.Random) -> list[str]:
    """One round; answers what was left."""
    before = traces()
    ways = deeds(choice)
    way, moment = choice.choice(sorted(ways)), choice.uniform(0, LATEST)
    node = Round(f"long-{os.getpid()}-{number}")
    time.sleep(moment)
    was_ready = "init" in node.folder.facts()
    print(f"node: {number}: after {moment:.1f} s, {'ready' if was_ready else 'starting'}, {way}", flush=True)
    ways[way](node)
    if node.wanting.poll() is None:
        time.sleep(choice.uniform(0, 2))
    node.end()
    end = time.monotonic() + PATIENCE
    while (left := difference(before)) and time.monotonic() < end:
        time.sleep(0.2)
    return left + leftovers(node.folder.name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/check-long node", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--count", type=int, default=20, help="how many nodes")
    options = parser.parse_args()
    print(f"node: seed {options.seed}", flush=True)
    choice, failed = random.Random(options.seed), 0
    for number in range(options.count):
        if left := play(number, choice):
            failed += 1
            print("node: left:\n  " + "\n  ".join(left), flush=True)
    print(f"node: {options.count} nodes, {failed} of which left something", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
