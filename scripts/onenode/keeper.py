"""Keeps one node: starts it, and takes it away when it shall end, when it ends, or when whoever wanted it is gone.

python3 -m onenode.keeper NAME [DESCRIPTOR]     the second is a pidfd of the process that wants the node

It says "ready" on standard output, or why not. The node's first process is ended by the kernel when this one is killed;
what is left then, a folder and empty cgroups, is removed by the next that looks (see places.py).
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from onenode import cgroups, identity
from onenode.places import LOGS, Failed, NodeFolder, alone, claim

NAMESPACES = ("--mount", "--net", "--pid", "--ipc", "--uts")


LIBRARY = ctypes.CDLL(None)


def end_with_parent() -> None:
    """Lets the kernel kill this process when its parent is killed (prctl's PR_SET_PDEATHSIG)."""
    LIBRARY.prctl(1, signal.SIGKILL)


class Keeper:
    """One node, from outside."""

    def __init__(self, folder: NodeFolder, wanted_by: int | None) -> None:
        self.folder, self.wanted_by = folder, wanted_by
        self.node: subprocess.Popen[bytes] | None = None
        self.ready, self.told = os.pipe()
        # The node's first process sees the end of it when this one is gone, however it went.
        self.line, self.end_of_line = os.pipe()

    def start(self) -> None:
        """Starts the node's first process in namespaces of its own."""
        cgroups.make(self.folder.facts()["cgroup"])
        # On this machine's loopback, though it is the node that answers.
        listener = socket.create_server(("127.0.0.1", 0))
        identity.write(self.folder.path, listener.getsockname()[1])
        # The node sees /usr, and not every Python lies there.
        python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
        passed = [listener.fileno(), self.told, self.line]
        inside = [python, "-m", "onenode.inside", str(self.folder.path), *map(str, passed)]
        with (self.folder.path / "log-of-first").open("wb") as log:
            self.node = subprocess.Popen(
                ["unshare", *NAMESPACES, "--fork", "--kill-child=KILL", "--propagation", "private", *inside],
                cwd=Path(__file__).parents[1],
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                pass_fds=passed,
                preexec_fn=end_with_parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        listener.close()
        os.close(self.told)
        os.close(self.line)

    def first(self) -> int | None:
        """The process on which everything else in the node depends."""
        if self.node is None:
            return None
        pid = self.node.pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def wait(self) -> None:
        """Waits until the node is ready, and then until it shall end.

        Raises Failed when it cannot start, and when it ends by itself.
        """
        assert self.node is not None
        poll = select.poll()
        watched = [self.ready, os.pidfd_open(self.node.pid), *([] if self.wanted_by is None else [self.wanted_by])]
        for descriptor in watched:
            poll.register(descriptor, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self.ready:
                    poll.unregister(self.ready)
                    self.hear()
                elif descriptor == self.wanted_by:
                    return
                else:
                    raise Failed(self.why())

    def hear(self) -> None:
        """What the node's first process says of its start."""
        text = os.read(self.ready, 65536).decode()
        if text != "ready\n":
            raise Failed(text.strip() or self.why())
        self.folder.write_facts({**self.folder.facts(), "init": self.first()})
        print("ready", flush=True)
        # Whoever started this may end now.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)

    def why(self) -> str:
        """What is known of a node that ended."""
        texts = [self.folder.fault, self.folder.path / "log-of-first"]
        found = [text.read_text(errors="replace").strip() for text in texts if text.exists()]
        return next((text[-2000:] for text in found if text), "the node's first process was ended")

    def stop(self) -> None:
        """Ends all processes of the node, and waits until they are gone."""
        if self.node is None:
            return
        while self.node.poll() is None:
            # `unshare` waits for the first process, and that one for all others.
            if (first := self.first()) is not None:
                os.kill(first, signal.SIGKILL)
            time.sleep(0.02)


def main() -> int:
    os.umask(0o022)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        folder, _lock = claim(sys.argv[1])
    except Failed as failed:
        print(failed, flush=True)
        return 1
    keeper = Keeper(folder, int(sys.argv[2]) if len(sys.argv) > 2 else None)
    try:
        keeper.start()
        keeper.wait()
    except (Failed, OSError) as error:
        keep_logs(folder)
        print(error, flush=True)
        return 1
    finally:
        # A second signal must not leave half of it.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        keeper.stop()
        with alone():
            folder.remove()
    return 0


def keep_logs(folder: NodeFolder) -> None:
    """Logs of the last node that failed outlive it."""
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir()
    (LOGS / "name").write_text(folder.name)
    for path in (*folder.path.glob("log/*"), folder.fault, folder.path / "log-of-first"):
        if path.exists():
            shutil.copy(path, LOGS)


if __name__ == "__main__":
    sys.exit(main())
