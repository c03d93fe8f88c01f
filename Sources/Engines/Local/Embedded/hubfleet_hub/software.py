"""The software that a user's server offers: the hub's environment, and one of the user's own in front of it."""

from __future__ import annotations

import ensurepip
import functools
import importlib.util
import json
import os
import platform
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

from . import personal
from .accounts import Account
from .running import run_as
from .watching import ServerWatch

UPLOAD_LIMIT = 1 << 40
"""Bytes of one request, and of one message of a kernel: no limit that anybody meets before the disk is full."""


class OwnSoftware(ServerWatch):
    """A spawner whose users install packages for themselves."""

    own_environment = ""

    def prepare_software(self, account: Account | None) -> None:
        """Makes the user's environment, as the user. Without one the server starts all the same."""
        places = [os.path.join(self.home, ".local/share/hubfleet"), self.runtime_folder]
        arguments = {"places": places, "home": self.home, "hub": hub_environment(), "server": server_configuration()}
        self.own_environment, warnings = run_as(account, personal, personal.prepare, **arguments)
        for warning in warnings:
            self.log.warning("Home of %s: %s", self.user.name, warning)

    def with_software(self, env: dict[str, str]) -> dict[str, str]:
        """A server's variables, with what leads to programs, kernels and settings."""
        own, programs = self.own_environment, [str(Path(sys.executable).parent)]
        if own:
            programs.insert(0, f"{own}/bin")
            env = {
                **env,
                "JUPYTER_PATH": _joined(f"{own}/share/jupyter", env.get("JUPYTER_PATH")),
                "JUPYTER_CONFIG_PATH": _joined(env.get("JUPYTER_CONFIG_PATH"), f"{own}/server"),
                # For uv; pip knows it from its own Python.
                "VIRTUAL_ENV": own,
            }
        known = [folder for folder in env.get("PATH", os.defpath).split(":") if folder not in programs]
        return {**env, "HUBFLEET_PATH": ":".join(programs), "PATH": ":".join(programs + known)}


def _joined(*paths: str | None) -> str:
    return ":".join(path for path in paths if path)


@functools.cache
def hub_environment() -> dict[str, Any]:
    """What `personal.py` needs to know of the environment that this hub runs in."""
    packages = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    if importlib.util.find_spec("pip") is None:
        # An environment that uv made before pip was on the list of packages.
        packages.update(dict.fromkeys(bundled_pip()[-1:]))
    specification, *pictures = kernel_files()
    return {
        "kernel": json.loads(specification.read_text()),
        "pictures": [str(path) for path in pictures],
        "python": os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
        "version": platform.python_version(),
        "packages": list(packages),
    }


def kernel_files() -> list[Path]:
    """The specification of the Python kernel that came with ipykernel, and its pictures."""
    folder = Path(sys.prefix, "share/jupyter/kernels/python3")
    return [folder / "kernel.json", *sorted(folder.glob("logo-*"))]


def bundled_pip() -> list[str]:
    """The wheels of pip that came with the Python of this machine."""
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), os.path.join(ensurepip.__path__[0], "_bundled")]
    folders.append("/usr/share/python-wheels")
    return [str(path) for folder in folders if folder for path in sorted(Path(folder).glob("pip-*.whl"))]


def server_configuration() -> dict[str, Any]:
    """The settings of users' servers, below what the fleet's values say."""
    server: dict[str, Any] = {
        "max_body_size": UPLOAD_LIMIT,
        "tornado_settings": {"websocket_max_message_size": UPLOAD_LIMIT},
    }
    if bash := shutil.which("bash"):
        # A login shell, whose profile may forget where the programs are; then the shell that people type in.
        shell = [bash, "-l", "-c", personal.FIND_PROGRAMS + 'exec "$BASH" -i']
        server["terminado_settings"] = {"shell_command": shell}
    return {"ServerApp": server}
