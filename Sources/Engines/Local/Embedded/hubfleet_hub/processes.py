"""The processes of a single-user server: is this still the one that was started, and what belongs to it."""

from __future__ import annotations

import os

import psutil

MARK = "HUBFLEET_SERVER_MARK"
"""The environment variable that tells one start of a server from every other; all that it starts inherits it."""


def start_time(pid: int) -> str | None:
    """When a process started, in a form that only serves to be compared; None if it is gone or a zombie.

    A number that the system gave to another process in the meantime has another start time, and so has one of before
    the machine was started anew.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # The name of the program, in parentheses, may hold anything: count from its end.
            fields = file.read().rpartition(b")")[2].split()
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        return None if fields[0] in (b"Z", b"X") else f"{boot}/{fields[19].decode()}"
    except OSError:
        if os.path.exists("/proc/self/stat"):
            return None
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.Error:
        return None


def processes_of_server(mark: str, pid: int | None = None, uid: int | None = None) -> list[psutil.Process]:
    """All processes of a server, by what they inherited from it.

    `mark` finds those that kept their environment. `pid`, only while the server is known to live, finds its session
    and its descendants: kernels are sessions of their own. `uid`, only if no other server of the user runs, finds
    everything that runs as this user. The hub itself is never among them.
    """
    found: dict[int, psutil.Process] = {}
    if pid:
        try:
            server = psutil.Process(pid)
            found.update((process.pid, process) for process in [server, *server.children(recursive=True)])
        except psutil.Error:
            pass
    for other in psutil.pids():
        if other in found or other <= 1:
            continue
        try:
            process = psutil.Process(other)
            if (
                (uid is not None and process.uids().real == uid)
                or (pid and os.getsid(other) == pid)
                or process.environ().get(MARK) == mark
            ):
                found[other] = process
        except (psutil.Error, OSError):
            continue
    found.pop(os.getpid(), None)
    return [process for process in found.values() if _is_alive(process)]


def end_processes(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Asks the processes to end, and ends those that have not after `patience` seconds; answers who withstood.

    Blocks for that long. psutil checks before each signal that the process is still the one it was.
    """
    for method, seconds in (("terminate", patience), ("kill", 2.0)):
        for process in processes:
            try:
                getattr(process, method)()
            except psutil.Error:
                continue
        processes = [process for process in psutil.wait_procs(processes, timeout=seconds)[1] if _is_alive(process)]
        if not processes:
            break
    return processes


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
