"""The Python environment of one user: a small one of their own, in front of the one that all hubs of the machine share.

What the user installs goes there, with `pip` in a terminal as with `%pip` in a notebook, and what the hub's environment
has is there as well. The user's server itself runs in the shared one: nothing installed can keep it from starting.

Run as a program it takes one JSON argument and works as whoever runs it: a hub that is root runs it as the user. It
needs nothing but Python itself. It says where the environment is, and what was in its way.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys

PROFILES = (".bash_profile", ".bash_login", ".profile")
FIND_PROGRAMS = """\
case "$PATH:" in
    "$HUBFLEET_PATH:"*) ;;
    *) PATH="${HUBFLEET_PATH:+$HUBFLEET_PATH:}$PATH" ;;
esac
"""
PROFILE = """\
# Made by Hubfleet, because this home had no such file. It is yours to change.
if [ -n "$BASH_VERSION" ] && [ -f "$HOME/.bashrc" ]; then
    . "$HOME/.bashrc"
fi
# The system's profile forgets where this hub's programs are.
"""
PROFILE += FIND_PROGRAMS
PIP = """\
#!/bin/sh
exec "$(dirname "$0")/python" -m pip "$@"
"""


def prepare(places: list[str], home: str, hub: dict[str, object], server: dict[str, object]) -> tuple[str, list[str]]:
    """Makes the environment in the first place that can hold it, or brings it up to date; answers place and warnings.

    `hub` describes the hub's environment: "python" (the program that it was made from), "version", "packages" (folders,
    or wheels), "kernel" (what its specification says) and "pictures" (of the kernel). `server` is the configuration of
    the user's server. The place is "" if there is none.
    """
    warnings: list[str] = []
    for place in places:
        try:
            folder = os.path.join(place, "python{}.{}".format(*str(hub["version"]).split(".")))
            _make_environment(folder, hub, server)
            break
        except OSError as error:
            warnings.append(f"no environment of the user's own in {place}: {error.strerror}")
    else:
        folder = ""
    try:
        _make_profile(home)
    except OSError as error:
        warnings.append(f"no ~/.profile: {error.strerror}")
    return folder, warnings


def _make_environment(folder: str, hub: dict[str, object], server: dict[str, object]) -> None:
    python, version = str(hub["python"]), str(hub["version"])
    packages = [str(path) for path in hub["packages"]]  # type: ignore[attr-defined]
    minor = ".".join(version.split(".")[:2])
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    site = f"lib/python{minor}/site-packages"
    kernel = "share/jupyter/kernels/python3"
    for path in ("", "bin", *_steps(site), *_steps(kernel), "server"):
        _make_folder(os.path.join(folder, path).rstrip("/"))
    for name in ("python", "python3", f"python{minor}"):
        _make_link(f"{folder}/bin/{name}", python)
    _make_file(
        f"{folder}/pyvenv.cfg",
        f"home = {os.path.dirname(python)}\ninclude-system-site-packages = false\nversion = {version}\n",
    )
    # What stands behind comes after the user's own, and its own files of this kind count as well.
    lines = [f"import site; site.addsitedir({path!a})\n" if os.path.isdir(path) else f"{path}\n" for path in packages]
    _make_file(f"{folder}/{site}/hubfleet.pth", "".join(lines))
    for name in ("pip", "pip3"):
        _make_file(f"{folder}/bin/{name}", PIP, 0o755)
    spec: dict[str, object] = dict(hub["kernel"])  # type: ignore[call-overload]
    spec["argv"] = [f"{folder}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    _make_file(f"{folder}/{kernel}/kernel.json", json.dumps(spec, indent=1))
    for path in hub["pictures"]:  # type: ignore[attr-defined]
        _make_link(f"{folder}/{kernel}/{os.path.basename(path)}", path)
    _make_file(f"{folder}/server/jupyter_server_config.json", json.dumps(server, indent=1))


def _make_profile(home: str) -> None:
    if not any(os.path.lexists(os.path.join(home, name)) for name in PROFILES):
        _make_file(os.path.join(home, ".profile"), PROFILE)


# MARK: whatever the user put in the way


def _steps(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _make_folder(path: str) -> None:
    if not os.path.isdir(path):
        _put_aside(path)
        os.mkdir(path, 0o755)


def _make_link(path: str, target: str) -> None:
    with contextlib.suppress(OSError):
        if os.readlink(path) == target:
            return
    _put_aside(path)
    os.symlink(target, path)


def _make_file(path: str, text: str, mode: int = 0o644) -> None:
    data = text.encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        status = os.lstat(path)
        # A file of another length is another file; and the user can have made it as long as a disk.
        if stat.S_ISREG(status.st_mode) and status.st_size == len(data) and stat.S_IMODE(status.st_mode) == mode:
            with open(path, "rb") as file:
                if file.read() == data:
                    return
    if os.path.isdir(path) and not os.path.islink(path):
        _put_aside(path)
    temporary = f"{path}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _put_aside(path: str) -> None:
    """Gives what is in the way another name: it may be dear to the user."""
    if os.path.lexists(path):
        number = 1
        while os.path.lexists(f"{path}.old-{number}"):
            number += 1
        os.rename(path, f"{path}.old-{number}")


if __name__ == "__main__":
    os.umask(0o022)
    print(json.dumps(prepare(**json.loads(sys.argv[1]))))
