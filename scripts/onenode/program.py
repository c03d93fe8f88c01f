"""The program hubfleet of this checkout in its image: a layer on top of the small Debian."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import BinaryIO

from onenode.images import IMAGES, PATH, reference
from onenode.layers import Blob, Layout
from onenode.places import ROOT, TOOLS

LIBRARIES = "/usr/local/lib/hubfleet"
OF_DEBIAN = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|z))\.so\.\d+")
"""What the image has, as images/hubfleet/Dockerfile says."""


def libraries_of(program: Path) -> list[Path]:
    """The libraries that the image has not: those of Swift, where the program was built without them in it."""
    text = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [Path(path) for name, path in re.findall(r"(\S+) => (/\S+)", text) if not OF_DEBIAN.fullmatch(name)]


def version() -> str:
    """The version that charts ask for."""
    text = (ROOT / "Sources/FleetCommands/Context/Version.swift").read_text()
    found = re.search(r'static let current = "([0-9.]+)', text)
    assert found
    return found[1]


def write_image(program: Path, target: BinaryIO) -> None:
    """Writes an archive with the image, which `ctr images import` takes. Its lower layer is on the node already."""
    base = Blob(**json.loads((TOOLS / "node/base.json").read_text()))
    with tempfile.TemporaryDirectory() as work:
        root, layout = Path(work, "root"), Layout(Path(work, "layout"))
        for folder, files in (("/usr/local/bin", [program]), (LIBRARIES, libraries_of(program))):
            (root / folder[1:]).mkdir(parents=True)
            for file in files:
                shutil.copy(file, root / folder[1:])
        layers = [base, layout.add_layer(root, effort=0)]
        env = [f"PATH={PATH}", f"LD_LIBRARY_PATH={LIBRARIES}"]
        config = {**IMAGES["hubfleet"].config, "Env": env, "Entrypoint": ["hubfleet"]}
        for name in (reference("hubfleet"), f"ghcr.io/hubfleet/hubfleet:{version()}"):
            layout.add_image(name, layers, config)
        layout.write(target)
