"""What scripts/node is made of: layers and images as files, addresses, names and volumes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from onenode import cluster, images, layers, programs
from onenode.places import ADDRESS

ROOT = Path(__file__).parents[2]


def test_an_image_is_an_archive_whose_digests_are_true(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    (root / "bin/a").write_text("program")
    (root / "bin/b").hardlink_to(root / "bin/a")
    (root / "link").symlink_to("nowhere")
    layout = layers.Layout(tmp_path / "layout")
    layout.add_image("localhost/x:1", [layout.add_layer(root)], {"User": "1000"})
    written = io.BytesIO()
    layout.write(written)
    written.seek(0)
    with tarfile.open(fileobj=written) as archive:
        blobs = {m.name: f.read() for m in archive.getmembers() if (f := archive.extractfile(m))}
    for name, data in blobs.items():
        if name.startswith("blobs/"):
            assert name == f"blobs/sha256/{hashlib.sha256(data).hexdigest()}"
    [entry] = json.loads(blobs["index.json"])["manifests"]
    assert entry["annotations"] == {"io.containerd.image.name": "localhost/x:1"}
    manifest = json.loads(blobs["blobs/sha256/" + entry["digest"].partition(":")[2]])
    config = json.loads(blobs["blobs/sha256/" + manifest["config"]["digest"].partition(":")[2]])
    packed = blobs["blobs/sha256/" + manifest["layers"][0]["digest"].partition(":")[2]]
    plain = gzip.decompress(packed)
    assert config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(plain).hexdigest()]
    assert manifest["layers"][0]["size"] == len(packed)
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        found = {member.name: member for member in archive.getmembers()}
        assert {name for name, member in found.items() if member.islnk()} == {"bin/b"}
        assert found["link"].linkname == "nowhere"
        assert {member.uname for member in found.values()} == {""}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_what_an_overlay_took_away_is_said_as_the_oci_does(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "gone", 0o020000, os.makedev(0, 0))
        (tmp_path / "replaced").mkdir()
        os.setxattr(tmp_path / "replaced", layers.OPAQUE, b"y")
    except OSError as error:
        pytest.skip(str(error))
    with tarfile.open(fileobj=io.BytesIO(), mode="w") as archive:
        names = [member.name for member, _ in layers.members(tmp_path, archive)]
    assert names == [".wh.gone", "replaced", "replaced/.wh..wh..opq"]


def test_every_layer_and_list_is_there() -> None:
    for image in images.IMAGES.values():
        assert set(image.layers) <= {images.BASE, "busybox", *images.LAYERS}
    lists = {layer.requirements for layer in images.LAYERS.values() if layer.requirements}
    assert lists == {path.name for path in (ROOT / "scripts/onenode").glob("*.txt")}


def test_services_have_the_names_that_pods_ask_for() -> None:
    place = {"name": "hub", "namespace": "prod"}
    found = cluster.lines_of({"metadata": place, "spec": {"clusterIP": "10.96.0.7"}})
    assert found == ["10.96.0.7 hub.prod.svc.cluster.local hub.prod.svc hub.prod\n"]
    assert cluster.lines_of({"metadata": place, "spec": {"clusterIP": "None"}}) == []


@pytest.mark.parametrize(("mode", "kind"), [("ReadWriteOnce", "local"), ("ReadWriteMany", "hostPath")])
def test_a_volume_is_as_a_disk_or_as_a_network_file_system(mode: str, kind: str) -> None:
    place = {"name": "c", "namespace": "prod", "uid": "u"}
    spec = {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}}
    made = cluster.volume({"metadata": place, "spec": spec})["spec"]
    assert made[kind] == {"path": "/node/state/volumes/u"}
    assert made["claimRef"] == place and made["capacity"] == {"storage": "1Gi"}
    assert ("nodeAffinity" in made) == (kind == "local")


def test_nothing_of_a_node_listens_to_all(tmp_path: Path) -> None:
    programs.write_settings(tmp_path, "group")
    settings = "\n".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    commands = [word for command in (*programs.FIRST.values(), *programs.THEN.values()) for word in command]
    assert not [word for word in [*commands, *settings.split()] if "0.0.0.0" in word and "0.0.0.0/0" not in word]
    assert "--anonymous-auth=false" in commands and f"--bind-address={ADDRESS}" in commands


@pytest.mark.skipif(os.geteuid() != 0, reason="it needs root")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["down", "nobody"], "there is no node nobody"), (["load", "nobody", "-"], "there is no node")],
)
def test_a_node_that_is_not_there_is_an_error(arguments: list[str], said: str) -> None:
    command = [sys.executable, str(ROOT / "scripts/node"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
