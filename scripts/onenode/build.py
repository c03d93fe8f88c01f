"""Makes the images of the node, and what containerd keeps of them: run once by scripts/tools.

python3 -m onenode.build FOLDER UV BUSYBOX      FOLDER has bin/, with containerd; it gets store/,
containerd's root, and base.json, the layer below most images

It must run as root, in a mount namespace of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from onenode.images import BASE, IMAGES, LAYERS, reference
from onenode.layers import Blob, Layout
from onenode.roots import Roots

SETTINGS = """\
version = 2
root = "{store}"
state = "{state}"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{state}/socket"
"""


def say(text: str) -> None:
    print(f"tools: {text}", file=sys.stderr, flush=True)


def make_layout(roots: Roots, folder: Path, busybox: Path) -> tuple[Layout, Blob]:
    """All images as files, and the layer that is below most of them."""
    layout = Layout(folder)
    say("making the image of a small Debian")
    layers: dict[str, Blob] = {
        BASE: layout.add_layer(roots.base()),
        "busybox": layout.add_layer(roots.busybox(busybox)),
    }
    for name in LAYERS:
        say(f"making the image {name}")
        layers[name] = layout.add_layer(roots.layer(name))
        shutil.rmtree(roots.work / name)
    for name, image in IMAGES.items():
        layout.add_image(reference(name), [layers[layer] for layer in image.layers], image.config)
    return layout, layers[BASE]


def import_layout(layout: Layout, programs: Path, store: Path, state: Path) -> None:
    """Lets containerd unpack all images into its root."""
    settings = state / "settings.toml"
    settings.write_text(SETTINGS.format(store=store, state=state))
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    with (state / "log").open("w") as log:
        server = subprocess.Popen([programs / "containerd", "--config", settings], env=env, stdout=log, stderr=log)
    try:
        for _ in range(300):
            if (state / "socket").exists() or server.poll() is not None:
                break
            time.sleep(0.1)
        archive = state / "images.tar"
        with archive.open("wb") as file:
            layout.write(file)
        ctr = [str(programs / "ctr"), "--address", str(state / "socket"), "--namespace", "k8s.io"]
        command = [*ctr, "images", "import", str(archive)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise SystemExit(f"tools: {done.stdout}\n{(state / 'log').read_text()[-2000:]}")
    finally:
        server.terminate()
        server.wait()


def main(folder: Path, uv: Path, busybox: Path) -> None:
    # Beside its place, on the same disk. The folder is removed by scripts/tools when this is killed.
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="images-") as work:
        roots = Path(work, "roots")
        roots.mkdir()
        layout, base = make_layout(Roots(roots, uv), Path(work, "layout"), busybox)
        shutil.rmtree(roots)
        # For images that are made later (program.py).
        (folder / "base.json").write_text(json.dumps(asdict(base)))
        state = Path(work, "state")
        state.mkdir()
        import_layout(layout, folder / "bin", folder / "store", state)


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:4]))
