"""Environments that work and some that do not, for the account that tries and for another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "Sources/Engines/Local/Embedded/hubfleet_hub/check_environment.py"
ACCOUNT = ("--user", "700001", "--group", "700001")
NEEDS_ROOT = unittest.skipUnless(os.geteuid() == 0, "only root can try as another account")


class EnvironmentTests(unittest.TestCase):
    """A small environment in front of the real one, in which something is broken."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.environment = self.folder / "environment"
        real = Path(sys.prefix)
        self.site = self.environment / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
        self.site.mkdir(parents=True)
        (self.environment / "bin").mkdir()
        (self.environment / "bin/python").symlink_to(os.path.realpath(sys.executable))
        shutil.copy(real / "pyvenv.cfg", self.environment)
        script = (real / "bin/jupyterhub-singleuser").read_text().split("\n", 1)[1]
        self.script = self.environment / "bin/jupyterhub-singleuser"
        self.script.write_text(f"#!{self.environment}/bin/python\n{script}")
        self.script.chmod(0o755)
        for path in (real / self.site.relative_to(self.environment)).iterdir():
            (self.site / path.name).symlink_to(path)

    def ask(self, *arguments: str) -> dict[str, object]:
        python = self.environment / "bin/python"
        dirty = {**os.environ, "PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere", "PIP_USER": "1"}
        done = subprocess.run(
            [python, "-I", PROGRAM, *arguments], capture_output=True, text=True, timeout=200, env=dirty
        )
        self.assertEqual(done.stderr, "")
        answer: dict[str, object] = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if answer["ok"] else 1)
        return answer

    def why(self, *arguments: str) -> str:
        answer = self.ask(*arguments)
        self.assertIs(answer["ok"], False)
        return str(answer["why"])

    def test_a_whole_environment_works(self) -> None:
        self.assertEqual(self.ask(), {"ok": True})
        start = time.monotonic()
        self.assertEqual(self.ask("--quick"), {"ok": True})
        # 0.2 s on an idle machine.
        self.assertLess(time.monotonic() - start, 10)

    @NEEDS_ROOT
    def test_it_works_for_another_account(self) -> None:
        self.assertEqual(self.ask(*ACCOUNT), {"ok": True})

    @NEEDS_ROOT
    def test_a_closed_folder_is_named(self) -> None:
        self.folder.chmod(0o700)
        self.assertIn(f"the folder {self.folder} is closed to other accounts", self.why(*ACCOUNT))
        self.folder.chmod(0o755)
        shutil.copytree(self.site.joinpath("jupyterlab").resolve(), self.folder / "jupyterlab")
        self.folder.joinpath("jupyterlab").chmod(0o700)
        self.site.joinpath("jupyterlab").unlink()
        self.site.joinpath("jupyterlab").symlink_to(self.folder / "jupyterlab")
        self.assertIn("the package jupyterlab is missing or cannot be read", self.why(*ACCOUNT))

    @NEEDS_ROOT
    def test_a_mount_without_programs_is_named(self) -> None:
        # The environment's own Python cannot start there, so another one plays it.
        code = (
            f"import runpy, sys; sys.prefix = {str(self.environment)!r}; sys.argv = ['x']\n"
            f"runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
        )
        mount = 'mount --bind "$0" "$0" && mount -o remount,bind,noexec "$0" && exec "$1" -I -c "$2"'
        command = ["unshare", "--mount", "/bin/sh", "-c", mount, str(self.folder), sys.executable, code]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200)
        self.assertIn("where no program may run (noexec)", json.loads(done.stdout)["why"])

    def test_a_missing_package_is_named(self) -> None:
        (self.site / "notebook").unlink()
        self.assertIn("the package notebook is missing", self.why())
        (self.site / "jupyterhub").unlink()
        self.assertIn("JupyterHub is missing", self.why())

    def test_a_python_that_is_another_one_now_is_named(self) -> None:
        self.site.parent.rename(self.environment / "lib/python3.8")
        self.assertIn("was made with Python3.8, but its Python is Python 3.", self.why())

    def test_a_missing_program_is_named(self) -> None:
        self.script.unlink()
        self.assertIn(f"{self.script} cannot be started (No such file or directory)", self.why())
