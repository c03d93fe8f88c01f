"""scripts/release, on a small program: what it needs, that packing it is reproducible, that installing it works."""

from __future__ import annotations

import base64
import csv
import functools
import hashlib
import http.server
import io
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from charts import missing
from packing.elf import Needs, NotPackable, read_needs
from packing.man import man_page
from packing.platforms import debian_depends, oldest_glibc, wheel_tag
from packing.release import check, main
from packing.version import Version

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools/bin/uv"
VERSION = Version.of(ROOT)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a release is for Linux, and is packed there")


def tool(name: str) -> str:
    """The path of a program; without one the test is skipped, or fails in CI."""
    found = shutil.which(name)
    if found is None:
        missing(name)
    return str(found)


def run(*command: str | Path, **environment: str) -> str:
    """What a program prints, in a small environment: no settings of pip or uv, and no network beyond this machine."""
    settings = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        # Nobody listens there.
        **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9"),
        "no_proxy": "127.0.0.1",
        **environment,
    }
    result = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


def compiler() -> str:
    """Any; an image of Swift has its clang alone."""
    return shutil.which("cc") or tool("clang")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that answers what a release asks."""
    path = tmp_path_factory.mktemp("program") / "hubfleet"
    source = Path(__file__).parent / "Release/program.c"
    subprocess.run([compiler(), f'-DVERSION="{VERSION.text}"', "-o", path, source], check=True)
    return path


@pytest.fixture(scope="session")
def dist(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of that program."""
    folder = tmp_path_factory.mktemp("release") / "dist"
    assert main(ROOT, ["--allow-dirty", "--program", str(program), "--dist", str(folder)], "") == 0
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    [path] = dist.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def index(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An index of packages on this machine that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("index")
    (folder / "simple/hubfleet").mkdir(parents=True)
    shutil.copy(wheel, folder / "simple/hubfleet")
    (folder / "simple/hubfleet/index.html").write_text(f'<!DOCTYPE html><a href="{wheel.name}">{wheel.name}</a>')
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing about it."""

    def log_message(self, format: str, *args: object) -> None:
        pass


# What a program needs.


def needs(*versions: str, libraries: tuple[str, ...] = ("libc.so.6",), run_paths: tuple[str, ...] = ()) -> Needs:
    return Needs("x86_64", libraries, {libraries[0]: frozenset(versions)}, run_paths)


def test_the_needs_of_programs_are_what_readelf_says(program: Path) -> None:
    readelf = tool("readelf")
    for file in [program, Path(sys.executable).resolve(), Path("/bin/sh").resolve(), Path(shutil.which("git") or "")]:
        text = subprocess.run([readelf, "--wide", "-V", "-d", file], capture_output=True, text=True, check=True).stdout
        found = read_needs(file)
        assert list(found.libraries) == re.findall(r"Shared library: \[(.+)\]", text)
        assert {name for names in found.versions.values() for name in names} == set(
            re.findall(r"  Name: (\S+)  Flags: none", text)
        )


def test_the_tag_is_what_the_program_says(program: Path, wheel: Path) -> None:
    text = subprocess.run([tool("objdump"), "-T", program], capture_output=True, text=True, check=True).stdout
    highest = max(tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_(2\.\d+)", text))
    highest = max(highest, (2, 17))
    assert f"-py3-none-manylinux_{highest[0]}_{highest[1]}_{os.uname().machine}.whl" in wheel.name


@pytest.mark.parametrize(
    ("versions", "glibc"),
    [
        ((), (2, 17)),
        (("GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.9"), (2, 34)),
        # A C++ library that is newer than the C library beside it.
        (("GLIBC_2.29", "GLIBCXX_3.4.30"), (2, 35)),
        (("GLIBC_2.29", "GCC_3.3.1", "ZLIB_1.2.9", "CXXABI_1.3.9"), (2, 29)),
        (("GLIBC_2.17", "GLIBC_ABI_DT_RELR"), (2, 36)),
    ],
)
def test_the_oldest_c_library_follows_from_all_symbols(versions: tuple[str, ...], glibc: tuple[int, int]) -> None:
    assert oldest_glibc(needs(*versions)) == glibc
    assert wheel_tag(needs(*versions)) == f"manylinux_{glibc[0]}_{glibc[1]}_x86_64"


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (needs(libraries=("libcurl.so.4",)), "libcurl.so.4, which not every Linux has"),
        (needs(run_paths=("/opt/swift:$ORIGIN",)), "/opt/swift, which only this machine has"),
        (needs("GLIBC_PRIVATE"), "GLIBC_PRIVATE of libc.so.6"),
        (needs("GLIBCXX_3.4.99"), "GLIBCXX_3.4.99: add it"),
    ],
)
def test_a_program_that_would_not_start_everywhere_is_refused(found: Needs, reason: str) -> None:
    with pytest.raises(NotPackable, match=re.escape(reason)):
        wheel_tag(found)


def test_what_is_no_program_is_refused(tmp_path: Path, program: Path) -> None:
    data = program.read_bytes()
    for number, content in enumerate([b"", b"#!/bin/sh\n", data[:64], data[:4000], b"\x7fELF\x01" + data[5:]]):
        (tmp_path / str(number)).write_bytes(content)
        with pytest.raises(NotPackable):
            read_needs(tmp_path / str(number))


def test_a_static_program_needs_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("void _start(void) { for (;;); }\n")
    subprocess.run([compiler(), "-static", "-nostdlib", "-o", tmp_path / "a", tmp_path / "a.c"], check=True)
    assert read_needs(tmp_path / "a").libraries == ()


def test_debian_is_told_the_oldest_package_that_will_do() -> None:
    libraries = ("libc.so.6", "libm.so.6", "libz.so.1", "libstdc++.so.6", "libgcc_s.so.1")
    versions = ("GLIBC_2.35", "GLIBCXX_3.4.30", "GCC_3.3.1")
    assert debian_depends(needs(*versions, libraries=libraries)) == [
        "libc6 (>= 2.35)",
        "libgcc-s1 (>= 3.3.1)",
        "libstdc++6 (>= 12)",
        "zlib1g",
    ]


@pytest.mark.parametrize(
    ("text", "python", "debian"), [("1.2.3", "1.2.3", "1.2.3"), ("0.2.0-dev", "0.2.0.dev0", "0.2.0~dev")]
)
def test_versions_are_written_as_each_system_orders_them(text: str, python: str, debian: str) -> None:
    assert (Version(text).python, Version(text).debian) == (python, debian)


def test_a_version_of_another_form_is_refused() -> None:
    with pytest.raises(NotPackable, match="a version is"):
        Version("1.2-beta")


# The folder of a release.


def test_the_same_input_makes_the_same_bytes(program: Path, dist: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere/program"
    copy.parent.mkdir()
    shutil.copyfile(program, copy)
    copy.chmod(0o700)
    again = tmp_path / "dist"
    command = f'umask 077; exec {ROOT}/scripts/release --allow-dirty --program "{copy}" --dist "{again}"'
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert {path.name for path in again.iterdir()} == {path.name for path in dist.iterdir()}
    for path in dist.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name
        assert (again / path.name).stat().st_mode == path.stat().st_mode, path.name
        assert (again / path.name).stat().st_mtime == path.stat().st_mtime, path.name


def test_times_are_those_that_the_environment_names(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert main(ROOT, ["--allow-dirty", "--program", str(program), "--dist", str(tmp_path / "dist")], "") == 0
    assert '.TH HUBFLEET 1 "2001-09-09"' in (tmp_path / "dist/hubfleet.1").read_text()
    [wheel] = (tmp_path / "dist").glob("*.whl")
    assert {member.date_time for member in zipfile.ZipFile(wheel).infolist()} == {(2001, 9, 9, 1, 46, 40)}


def test_checksums_find_what_is_changed_missing_and_more(dist: Path, tmp_path: Path) -> None:
    copy = tmp_path / "dist"
    shutil.copytree(dist, copy)
    assert check(copy) == []
    subprocess.run([tool("sha256sum"), "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=copy, check=True)
    (copy / "hubfleet.1").unlink()
    (copy / "hubfleet.fish").write_text("")
    (copy / "more").write_text("")
    assert check(copy) == [
        "hubfleet.1: missing",
        "hubfleet.fish: not the file that was released",
        "more: not in SHA256SUMS",
    ]
    assert main(ROOT, ["--check", str(copy)], "") == 1


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with one commit."""
    root = tmp_path / "checkout"
    for name in ["LICENSE", "CHANGELOG.md", "Sources/FleetCommands/Context/Version.swift"]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for command in ["init", "add .", "-c user.name=A -c user.email=a@example.org commit -m One"]:
        subprocess.run(["git", *command.split()], cwd=root, check=True, capture_output=True)
    return root


def test_a_checkout_with_changes_is_refused(
    checkout: Path, program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--program", str(program), "--dist", str(tmp_path / "dist")]
    assert main(checkout, arguments, "") == 0
    (checkout / "LICENSE").write_text("none")
    assert main(checkout, arguments, "") == 1
    assert "M LICENSE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (["--tag", "v99.0.0"], "the tag is v99.0.0, and the program is version "),
        (["--glibc-at-most", "2.5"], "and 2.5 was wanted: build it on an older Linux"),
        (["--program", "/bin/true"], "/bin/true is version "),
    ],
)
def test_what_was_not_wanted_is_refused(
    option: list[str], reason: str, program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--allow-dirty", "--program", str(program), "--dist", str(tmp_path / "dist"), *option]
    assert main(ROOT, arguments, "") == 1
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


def test_a_folder_of_something_else_is_left_alone(program: Path, tmp_path: Path) -> None:
    (tmp_path / "photo").write_text("mine")
    assert main(ROOT, ["--allow-dirty", "--program", str(program), "--dist", str(tmp_path)], "") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["photo"]


# The wheel.


def test_record_lists_every_file_with_its_digest(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        base = f"hubfleet-{VERSION.python}.dist-info"
        rows = list(csv.reader(io.StringIO(archive.read(f"{base}/RECORD").decode())))
        assert sorted(row[0] for row in rows) == sorted(archive.namelist())
        for name, digest, size in rows:
            if name == f"{base}/RECORD":
                assert (digest, size) == ("", "")
                continue
            data = archive.read(name)
            assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            assert int(size) == len(data)


def test_the_tag_in_the_wheel_is_that_of_its_name(wheel: Path) -> None:
    text = zipfile.ZipFile(wheel).read(f"hubfleet-{VERSION.python}.dist-info/WHEEL").decode()
    assert f"\nTag: {'-'.join(wheel.stem.split('-')[2:])}\n" in text
    assert "\nRoot-Is-Purelib: false\n" in text


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python environment with pip and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


def test_pip_installs_the_wheel_and_removes_it(environment: Path, index: str) -> None:
    python = environment / "bin/python"
    run(python, "-m", "pip", "install", "--no-cache-dir", "--index-url", index, f"hubfleet=={VERSION.python}")
    assert run(environment / "bin/hubfleet", "--version") == f"{VERSION.text}\n"
    completion = environment / "share/bash-completion/completions/hubfleet"
    assert run(tool("bash"), "-c", f'source "{completion}"; complete -p hubfleet') == "complete -F _hubfleet hubfleet\n"
    run(python, "-m", "pip", "check")
    run(python, "-m", "pip", "uninstall", "--yes", "hubfleet")
    assert not (environment / "bin/hubfleet").exists()
    assert not completion.exists()


def test_pip_refuses_the_wheel_on_an_older_c_library(environment: Path, wheel: Path) -> None:
    """By PEP 600 a module of this name says what the machine has."""
    [packages] = environment.glob("lib/python3*/site-packages")
    module = packages / "_manylinux.py"
    module.write_text("def manylinux_compatible(major, minor, arch):\n    return (major, minor) < (2, 17)\n")
    try:
        with pytest.raises(AssertionError, match="is not a supported wheel on this platform"):
            run(environment / "bin/python", "-m", "pip", "install", "--no-index", wheel)
    finally:
        module.unlink()


def uv() -> Path:
    if not UV.exists():
        missing("uv (scripts/tools run)")
    return UV


def uv_environment(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "UV_CACHE_DIR": str(folder / "cache"), "UV_PYTHON_DOWNLOADS": "never"}


def test_uvx_runs_the_program_out_of_the_file(wheel: Path, tmp_path: Path) -> None:
    command = (uv(), "tool", "run", "--offline", "--from", wheel, "hubfleet", "--version")
    assert run(*command, **uv_environment(tmp_path)) == f"{VERSION.text}\n"


def test_uvx_runs_the_program_out_of_an_index(index: str, tmp_path: Path) -> None:
    options = ("--default-index", index, "--prerelease", "allow")
    command = (uv(), "tool", "run", *options, "hubfleet", "--version")
    assert run(*command, **uv_environment(tmp_path)) == f"{VERSION.text}\n"


def test_uv_says_which_c_library_is_missing(wheel: Path, tmp_path: Path) -> None:
    options = ("--no-index", "--find-links", wheel.parent, "--prerelease", "allow", "--target", tmp_path / "target")
    platform = f"{os.uname().machine}-manylinux2010"
    with pytest.raises(AssertionError, match=r"manylinux_2_\d\d"):
        run(uv(), "pip", "install", *options, "--python-platform", platform, "hubfleet", **uv_environment(tmp_path))


# The Debian package.


@pytest.fixture(scope="session")
def unpacked(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's files, with what it says of itself in DEBIAN."""
    [package] = dist.glob("*.deb")
    folder = tmp_path_factory.mktemp("deb")
    subprocess.run([tool("dpkg-deb"), "--raw-extract", package, folder], check=True)
    return folder


def test_the_package_unpacks_and_its_program_runs(unpacked: Path) -> None:
    assert run(unpacked / "usr/bin/hubfleet", "--version") == f"{VERSION.text}\n"
    fields = dict(
        line.split(": ", 1) for line in (unpacked / "DEBIAN/control").read_text().splitlines() if ": " in line
    )
    assert fields["Version"] == VERSION.debian
    assert fields["Architecture"] in ("amd64", "arm64")
    assert re.fullmatch(r"libc6 \(>= 2\.\d+\)", fields["Depends"])
    assert fields["Recommends"] == "python3-venv | uv"
    subprocess.run([tool("md5sum"), "--check", "--strict", "--quiet", "DEBIAN/md5sums"], cwd=unpacked, check=True)


def test_the_package_belongs_to_root_and_can_be_read_by_all(dist: Path) -> None:
    [package] = dist.glob("*.deb")
    lines = subprocess.run([tool("dpkg-deb"), "-c", package], capture_output=True, text=True, check=True).stdout
    modes = {line.split()[-1]: line.split()[:2] for line in lines.splitlines()}
    assert modes.pop("./usr/bin/hubfleet") == ["-rwxr-xr-x", "root/root"]
    assert {tuple(mode) for name, mode in modes.items() if name.endswith("/")} == {("drwxr-xr-x", "root/root")}
    assert {tuple(mode) for name, mode in modes.items() if not name.endswith("/")} == {("-rw-r--r--", "root/root")}


def test_dpkg_orders_versions_as_we_do(unpacked: Path) -> None:
    dpkg = tool("dpkg")
    for earlier, later in [("0.1.0", "0.2.0-dev"), ("0.2.0-dev", "0.2.0"), ("0.2.0", "0.10.0")]:
        subprocess.run([dpkg, "--compare-versions", Version(earlier).debian, "lt", Version(later).debian], check=True)


# Completions and the page for man.


def test_bash_knows_the_completions(unpacked: Path) -> None:
    file = unpacked / "usr/share/bash-completion/completions/hubfleet"
    assert not file.read_text().startswith("#!")
    assert run(tool("bash"), "-c", f'source "{file}"; complete -p hubfleet') == "complete -F _hubfleet hubfleet\n"


def test_zsh_knows_the_completions(unpacked: Path) -> None:
    zsh = shutil.which("zsh") or pytest.skip("missing: zsh")
    folder = unpacked / "usr/share/zsh/vendor-completions"
    script = f'fpath=("{folder}" $fpath); autoload -Uz compinit; compinit -D -u; print $_comps[hubfleet]'
    assert run(zsh, "-f", "-c", script) == "_hubfleet\n"


def test_fish_knows_the_completions(unpacked: Path, tmp_path: Path) -> None:
    fish = shutil.which("fish") or pytest.skip("missing: fish")
    # Of a command that is not there fish reads no completions.
    data, path = f"{unpacked / 'usr/share'}:/usr/share", f"{unpacked / 'usr/bin'}:/usr/bin:/bin"
    said = run(fish, "--private", "-c", 'complete -C "hubfleet "', XDG_DATA_DIRS=data, HOME=str(tmp_path), PATH=path)
    assert said.split() == ["init", "up"]


def test_the_page_for_man_has_the_commands(dist: Path) -> None:
    page = (dist / "hubfleet.1").read_text()
    assert '.SS "hubfleet up"' in page
    assert "\\fB\\-\\-format\\fR \\fIformat\\fR\nThe form. (one of table, json; default: table)" in page
    assert "Run hubs with \\fBup\\fR." in page
    # A line that roff would take for a request.
    assert "\n\\&.hidden files stay\n" in page


def test_the_page_for_man_is_well_formed(dist: Path) -> None:
    mandoc = shutil.which("mandoc") or pytest.skip("missing: mandoc")
    said = subprocess.run([mandoc, "-T", "lint", "-W", "warning", dist / "hubfleet.1"], capture_output=True, text=True)
    assert said.stdout == ""


def test_a_hidden_command_is_in_no_page() -> None:
    hidden = {"commandName": "secret", "abstract": "Hidden.", "shouldDisplay": False, "arguments": []}
    program = {
        "commandName": "hubfleet",
        "abstract": "A.",
        "discussion": "B.",
        "arguments": [],
        "subcommands": [hidden],
    }
    assert "secret" not in man_page({"command": program}, "1.2.3", 0)
