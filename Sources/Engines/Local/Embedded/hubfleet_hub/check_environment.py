"""Tries whether an environment of hubs works for an account. Run with the environment's own Python, as a program:

`python -I check_environment.py [--user UID --group GID] [--quick]` prints {"ok": true}, or {"ok": false, "why": a
sentence}. The quick way starts a kernel's Python only, for an environment that was tried in full when it was made.

It needs nothing but Python itself. What a server starts with is started, as the account and with a clean environment.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

ENVIRONMENT = Path(sys.prefix)
MODULES = ("ipykernel", "jupyterlab", "notebook")
ANEW = f"remove {ENVIRONMENT}, and it is made anew"
SECONDS = 120


def fault_of_this_python() -> str | None:
    """What is wrong that can be seen without starting anything."""
    packages = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/jupyterhub"
    if not (ENVIRONMENT / packages).is_dir():
        others = sorted(path.parts[-3] for path in ENVIRONMENT.glob("lib/python3.*/site-packages/jupyterhub"))
        now = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        if others:
            return f"the environment was made with {others[0].capitalize()}, but its Python is {now} now: {ANEW}"
        return f"JupyterHub is missing in {ENVIRONMENT}: {ANEW}"
    if os.statvfs(ENVIRONMENT / "bin").f_flag & os.ST_NOEXEC:
        return f"{ENVIRONMENT} lies on a mount where no program may run (noexec): keep the state folder elsewhere"
    return None


def fault_of_the_way(path: Path) -> str | None:
    """The first folder or file on the way to `path`, links followed, that other accounts may not pass or run."""
    for target in dict.fromkeys([path, path.resolve()]):
        for step in [*reversed(target.parents), target]:
            mode = step.stat().st_mode
            if not mode & stat.S_IXOTH:
                kind = "folder" if stat.S_ISDIR(mode) else "program"
                way_out = f"allow it with chmod o+rx {step}, or choose another Python"
                return f"the {kind} {step} is closed to other accounts: {way_out}"
    return None


def commands(quick: bool) -> list[list[str]]:
    """What a user's server starts with."""
    # A package that may not be read counts as one without files, and is imported all the same.
    names = MODULES[:1] if quick else MODULES
    code = f"""
import importlib
for name in {names}:
    if importlib.import_module(name).__file__ is None:
        raise ImportError(f"No module named {{name}}")
"""
    kernel = [str(ENVIRONMENT / "bin" / "python"), "-I", "-c", code]
    return [kernel] if quick else [[str(ENVIRONMENT / "bin" / "jupyterhub-singleuser"), "--version"], kernel]


def fault_of_a_start(account: dict[str, Any], quick: bool) -> str | None:
    """Starts all at once; why the first that fails does."""
    started: list[subprocess.Popen[str]] = []
    try:
        for command in commands(quick):
            started.append(start(command, account))
        for process in started:
            said = process.communicate(timeout=SECONDS)[1]
            if process.returncode:
                return explain(said or f"status {process.returncode}")
    except subprocess.TimeoutExpired:
        return f"its programs do not answer within {SECONDS} seconds"
    except OSError as error:
        way = fault_of_the_way(Path(error.filename or sys.executable)) if account else None
        return way or f"{error.filename} cannot be started ({error.strerror}): {ANEW}"
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.wait()
    return None


def start(command: list[str], account: dict[str, Any]) -> subprocess.Popen[str]:
    """Starts a program as the account, with nothing of the environment that this program has."""
    clean = {"PATH": f"{ENVIRONMENT}/bin:/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=clean,
        cwd="/",
        text=True,
        errors="replace",
        umask=0o022,
        **account,
    )


def explain(said: str) -> str:
    """A sentence about what a program wrote before it ended."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = lines[-1][:300] if lines else ""
    if missing := re.search(r"No module named '?([\w.]+)", last):
        return f"the package {missing[1].partition('.')[0]} is missing or cannot be read in {ENVIRONMENT}: {ANEW}"
    if closed := re.search(r"Permission denied: '([^']+)'", last):
        return f"{closed[1]} cannot be read by users' accounts: {ANEW}"
    if library := re.search(r"(\S+): cannot open shared object file", last):
        return f"the system's library {library[1]} is missing: install it, or {ANEW}"
    return f"its programs do not run ({last}): {ANEW}"


def main(arguments: list[str]) -> int:
    """Prints what was found; 1 if the environment does not work."""
    parser = argparse.ArgumentParser(prog="check_environment.py")
    parser.add_argument("--user", type=int)
    parser.add_argument("--group", type=int)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    account: dict[str, Any] = {}
    if options.user is not None and os.geteuid() == 0:
        group = options.user if options.group is None else options.group
        account = {"user": options.user, "group": group, "extra_groups": []}
    try:
        why = fault_of_this_python() or fault_of_a_start(account, options.quick)
    except OSError as error:
        why = f"{error.filename} cannot be read ({error.strerror}): {ANEW}"
    print(json.dumps({"ok": True} if why is None else {"ok": False, "why": why}))
    return 0 if why is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
