"""Packages that users install for themselves, with the real pip and the real kernel."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from jupyter_client.manager import start_new_kernel

from hubfleet_hub import LocalSpawner, personal, software


def make_wheel(folder: Path, name: str, version: str = "1.0", code: str = "VALUE = 'from the wheel'\n") -> Path:
    """A wheel with one module and one program."""
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": code + "def main():\n    print('program of', __name__)\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name}-program = {name}:main\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record + f"{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    wheel.chmod(0o644)
    return wheel


class SoftwareCase(unittest.TestCase):
    """A home, and what a server there would have as its environment."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="a folder é ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.home = self.folder / "homes/ada"
        self.runtime = self.folder / "run/ada"
        self.home.mkdir(parents=True)
        self.runtime.mkdir(parents=True)
        self.warnings: list[str] = []
        self.env = self.prepare()

    def prepare(self) -> dict[str, str]:
        spawner = LocalSpawner(
            user=None, orm_spawner=None, homes_folder=str(self.folder / "homes"), _deprecated_db_session=None
        )
        spawner.user = mock.Mock()
        spawner.user.name = "ada"
        with mock.patch.object(spawner.log, "warning", side_effect=lambda *words: self.warnings.append(str(words))):
            spawner.prepare_software(None)
        self.own = Path(spawner.own_environment)
        bare = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "PIP_NO_INDEX": "1", "JUPYTER_CONFIG_PATH": "/values"}
        return spawner.with_software({**bare, "JUPYTER_RUNTIME_DIR": str(self.runtime)})

    def do(self, *command: str, typed: str | None = None) -> str:
        done = subprocess.run(
            command, env=self.env, cwd=self.home, capture_output=True, text=True, timeout=120, input=typed
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.strip()


class InstallingTests(SoftwareCase):
    """What pip does."""

    def test_installed_packages_are_the_users_and_stay(self) -> None:
        before = {path: os.stat(path).st_mtime_ns for path in software.hub_environment()["packages"]}
        self.do("pip", "install", "--quiet", str(make_wheel(self.folder, "first_wheel")))
        self.assertEqual(self.do("first_wheel-program"), "program of first_wheel")
        self.assertEqual({path: os.stat(path).st_mtime_ns for path in before}, before)
        self.env = self.prepare()
        code = "import first_wheel, jupyterhub, sys; print(first_wheel.__file__, sys.prefix)"
        self.assertIn(str(self.own), self.do("python", "-c", code))
        self.do("pip", "uninstall", "--quiet", "--yes", "first_wheel")
        self.assertEqual(self.warnings, [])

    def test_a_package_of_the_hub_is_replaced_for_the_user_only(self) -> None:
        self.do("pip", "install", "--quiet", "--no-deps", str(make_wheel(self.folder, "escapism", "99.0")))
        self.assertEqual(self.do("python", "-c", "import escapism; print(escapism.VALUE)"), "from the wheel")
        shared = self.do(sys.executable, "-c", "import escapism; print(hasattr(escapism, 'VALUE'))")
        self.assertEqual(shared, "False")

    def test_the_kernel_is_the_users(self) -> None:
        self.do("pip", "install", "--quiet", str(make_wheel(self.folder, "second_wheel")))
        code = (
            "import sys, second_wheel, IPython\nprint(sys.prefix, second_wheel.VALUE)\n"
            f"%pip install --quiet {str(make_wheel(self.folder, 'third_wheel'))!r}\n"
            "import third_wheel\nprint(third_wheel.VALUE)\n"
        )
        with mock.patch.dict(os.environ, self.env, clear=True):
            manager, client = start_new_kernel(kernel_name="python3", cwd=str(self.home))
            self.addCleanup(manager.shutdown_kernel, now=True)
            self.addCleanup(client.stop_channels)
            said: list[str] = []
            client.execute_interactive(
                code, timeout=120, output_hook=lambda m: said.append(str(m["content"].get("text", m["content"])))
            )
        text = "".join(said)
        self.assertIn(f"{self.own} from the wheel\n", text)
        self.assertIn("\nfrom the wheel\n", text)

    def test_programs_are_there_in_a_login_shell(self) -> None:
        shell = software.server_configuration()["ServerApp"]["terminado_settings"]["shell_command"]
        ask = "command -v python; command -v pip; command -v jupyterhub"
        wanted = [f"{self.own}/bin/python", f"{self.own}/bin/pip", str(Path(sys.executable).with_name("jupyterhub"))]
        self.assertEqual(self.do("bash", "-l", "-c", ask).splitlines(), wanted)
        # What JupyterLab starts finds them whatever the home's own files do.
        self.home.joinpath(".profile").write_text("PATH=/usr/bin:/bin\n")
        self.env = self.prepare()
        self.assertEqual(self.home.joinpath(".profile").read_text(), "PATH=/usr/bin:/bin\n")
        self.assertEqual(self.do(*shell, typed=ask).splitlines()[-3:], wanted)

    def test_a_home_with_a_profile_of_its_own_gets_none(self) -> None:
        self.home.joinpath(".profile").unlink()
        self.home.joinpath(".bash_login").symlink_to("nowhere")
        self.prepare()
        self.assertFalse(os.path.lexists(self.home / ".profile"))


class PreparingTests(SoftwareCase):
    """How the environment is made."""

    def everything(self) -> dict[str, Any]:
        return {str(path): os.lstat(path).st_mtime_ns for path in self.folder.rglob("*")}

    def test_a_second_time_changes_nothing_and_takes_no_time(self) -> None:
        before = self.everything()
        start = time.monotonic()
        self.prepare()
        self.assertLess(time.monotonic() - start, 0.5)
        self.assertEqual(self.everything(), before)

    def test_it_runs_as_a_program_too(self) -> None:
        hub, server = software.hub_environment(), software.server_configuration()
        other = self.folder / "other"
        other.mkdir()
        arguments = {"places": [str(other / "x")], "home": str(other), "hub": hub, "server": server}
        program = Path(personal.__file__).read_bytes()
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-", json.dumps(arguments)], input=program, capture_output=True, check=True
        )
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(json.loads(done.stdout), [f"{other}/x/{self.own.name}", []])
        self.assertEqual(stat.S_IMODE((other / ".profile").stat().st_mode), 0o644)

    def test_it_follows_the_environment_of_the_hub(self) -> None:
        known = {**software.hub_environment(), "python": "/elsewhere/bin/python3.11", "packages": ["/elsewhere/site"]}
        with mock.patch.object(software, "hub_environment", return_value=known):
            self.prepare()
        self.assertEqual(os.readlink(self.own / "bin/python"), "/elsewhere/bin/python3.11")
        self.assertIn("home = /elsewhere/bin\n", (self.own / "pyvenv.cfg").read_text())
        self.prepare()
        self.assertNotIn("elsewhere", (self.own / "pyvenv.cfg").read_text())
        self.assertIn("True", self.do("python", "-c", "import jupyterhub; print(True)"))

    def test_what_is_in_the_way_is_put_aside(self) -> None:
        site = next(self.own.glob("lib/python*/site-packages"))
        ways: list[tuple[Path, Callable[[Path], object]]] = [
            (self.own / "pyvenv.cfg", os.mkfifo),
            (self.own / "bin/pip", os.mkdir),
            (self.own / "bin/python", lambda path: Path(path).write_text("#!/bin/sh\necho mine\n")),
            (self.own / "share", lambda path: os.symlink("/nowhere", path)),
            (site / "hubfleet.pth", lambda path: os.symlink(self.folder / "secret", path)),
            (site, lambda path: Path(path).write_text("a file")),
            (self.own, os.mkfifo),
        ]
        for path, put in ways:
            with self.subTest(path):
                path.rename(self.folder / f"gone-{time.monotonic_ns()}")
                put(path)
                self.env = self.prepare()
                self.assertIn("/bin/pip", self.do("sh", "-c", "command -v pip"))
                self.assertEqual(self.do("python", "-c", "import jupyterhub; print('yes')"), "yes")
        self.assertFalse((self.folder / "secret").exists())
        self.assertEqual(self.warnings, [])

    def test_a_home_that_takes_none_has_it_elsewhere(self) -> None:
        self.home.joinpath(".local").rename(self.folder / "gone")
        self.home.joinpath(".local").write_text("a file")
        self.env = self.prepare()
        self.assertEqual(self.own.parent, self.runtime)
        self.assertIn("no environment of the user", self.warnings[0])
        self.do("pip", "install", "--quiet", str(make_wheel(self.folder, "fourth_wheel")))
        self.runtime.joinpath(self.own.name).rename(self.folder / "gone-too")
        self.runtime.rmdir()
        self.runtime.write_text("a file")
        self.env = self.prepare()
        self.assertEqual(str(self.own), ".")
        self.assertEqual(self.env["PATH"].split(":")[0], str(Path(sys.executable).parent))

    def test_the_values_come_before_ours(self) -> None:
        self.assertEqual(self.env["JUPYTER_CONFIG_PATH"], f"/values:{self.own}/server")
        self.assertEqual(self.env["JUPYTER_PATH"], f"{self.own}/share/jupyter")
