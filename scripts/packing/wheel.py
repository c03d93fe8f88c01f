"""A wheel that carries a program: pip, pipx and uv put it beside their Python, under its own name.

The program stands in the wheel as a script, as it is. There is no launcher before it that looks at the C library: one
costs 4 ms of a start that takes 9, and pip and uv refuse the wheel on an old C library by its tag.
"""

from __future__ import annotations

import base64
import hashlib
import io
import time
import zipfile

from packing.parts import Parts
from packing.platforms import wheel_tag

SUMMARY = "Deploys, operates and hands over a fleet of independent JupyterHubs"
DESCRIPTION = """\
Hubfleet deploys, operates and hands over a fleet of independent JupyterHubs. One repository of plain YAML describes all
hubs. One program, `hubfleet`, reads it and runs real JupyterHubs from it.

This package carries that program, ready to run:

    uvx hubfleet up

runs a JupyterHub on your machine. Nothing of the package is Python; the program makes the Python environment of a hub.
"""


def metadata(parts: Parts) -> str:
    return f"""\
Metadata-Version: 2.4
Name: hubfleet
Version: {parts.version.python}
Summary: {SUMMARY}
License-Expression: BSD-3-Clause
License-File: LICENSE
Keywords: jupyterhub,jupyter,kubernetes,helm
Classifier: Environment :: Console
Classifier: Framework :: Jupyter :: JupyterLab
Classifier: Intended Audience :: System Administrators
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Other
Classifier: Topic :: System :: Systems Administration
Description-Content-Type: text/markdown

{DESCRIPTION}"""


def description(tag: str) -> str:
    return f"""\
Wheel-Version: 1.0
Generator: hubfleet scripts/release
Root-Is-Purelib: false
Tag: py3-none-{tag}
"""


def members(parts: Parts, tag: str) -> dict[str, tuple[bytes, int]]:
    """The files of the wheel but RECORD, with their modes."""
    base = f"hubfleet-{parts.version.python}"
    files = {
        f"{base}.data/scripts/hubfleet": (parts.program, 0o755),
        f"{base}.dist-info/METADATA": (metadata(parts).encode(), 0o644),
        f"{base}.dist-info/WHEEL": (description(tag).encode(), 0o644),
        f"{base}.dist-info/licenses/LICENSE": (parts.license, 0o644),
    }
    # Below a home's .local a shell and man find them there by themselves.
    shared = {
        "share/bash-completion/completions/hubfleet": parts.completions["bash"],
        "share/zsh/site-functions/_hubfleet": parts.completions["zsh"],
        "share/fish/vendor_completions.d/hubfleet.fish": parts.completions["fish"],
        "share/man/man1/hubfleet.1": parts.man_page,
    }
    return files | {f"{base}.data/data/{path}": (data, 0o644) for path, data in shared.items()}


def record(files: dict[str, tuple[bytes, int]], path: str) -> bytes:
    """RECORD: each file with digest and size, itself without."""
    lines = []
    for name, (data, _) in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{path},,\n"]).encode()


def wheel(parts: Parts) -> tuple[str, bytes]:
    """The wheel's name and its bytes."""
    tag = wheel_tag(parts.needs)
    files = members(parts, tag)
    path = f"hubfleet-{parts.version.python}.dist-info/RECORD"
    archive = io.BytesIO()
    # ZIP knows no time before 1980, and one only to two seconds.
    date = max(time.gmtime(parts.epoch)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(archive, "w") as wheel_file:
        # RECORD last, as the wheel's own rules advise.
        for name, (data, mode) in [*sorted(files.items()), (path, (record(files, path), 0o644))]:
            member = zipfile.ZipInfo(name, date)
            member.create_system = 3
            member.external_attr = (0o100000 | mode) << 16
            wheel_file.writestr(member, data, zipfile.ZIP_DEFLATED, 9)
    return f"hubfleet-{parts.version.python}-py3-none-{tag}.whl", archive.getvalue()
