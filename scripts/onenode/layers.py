"""Layers and images as files: the form of the OCI, which containerd imports."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

WHITEOUT = ".wh."
OPAQUE = "trusted.overlay.opaque"


class Hashed(io.RawIOBase):
    """A file that is written on to another, and has the digest of what went through."""

    def __init__(self, target: BinaryIO) -> None:
        self.target, self.sha256, self.size = target, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        self.size += len(data)
        self.target.write(data)
        return len(data)

    @property
    def digest(self) -> str:
        return "sha256:" + self.sha256.hexdigest()


@dataclass(frozen=True)
class Blob:
    """A piece of an image, as a manifest names it."""

    digest: str
    size: int
    content: str = ""
    """The digest of a layer before it was compressed."""


class Layout:
    """A folder in which images are put together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blobs/sha256").mkdir(parents=True)
        self.manifests: list[dict[str, Any]] = []

    def add_layer(self, root: Path, effort: int = 1) -> Blob:
        """A layer out of a folder, which may be the upper one of an overlay; `effort` is gzip's, and 0 is none."""
        draft = self.folder / "layer"
        with draft.open("wb") as file:
            packed = Hashed(file)
            with gzip.GzipFile("", "wb", effort, packed, 0) as compressed:
                plain = Hashed(compressed)  # type: ignore[arg-type]
                with tarfile.open(mode="w|", fileobj=plain, format=tarfile.PAX_FORMAT) as archive:
                    for member, path in members(root, archive):
                        add(archive, member, path)
        draft.rename(self.place(packed.digest))
        return Blob(packed.digest, packed.size, plain.digest)

    def add_image(self, name: str, layers: Iterable[Blob], config: dict[str, Any]) -> None:
        """An image under a full name."""
        layers = list(layers)
        described = {
            "architecture": "amd64",
            "os": "linux",
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [layer.content for layer in layers]},
            "history": [{} for _ in layers],
        }
        kind = "application/vnd.oci.image"
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{kind}.manifest.v1+json",
            "config": self._descriptor(f"{kind}.config.v1+json", self._add_json(described)),
            "layers": [self._descriptor(f"{kind}.layer.v1.tar+gzip", layer) for layer in layers],
        }
        entry = self._descriptor(f"{kind}.manifest.v1+json", self._add_json(manifest))
        entry["annotations"] = {"io.containerd.image.name": name}
        self.manifests.append(entry)

    def write(self, file: BinaryIO) -> None:
        """Everything as one archive."""
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (self.folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": self.manifests}))
        with tarfile.open(mode="w|", fileobj=file) as archive:
            for name in ("oci-layout", "index.json", "blobs"):
                archive.add(self.folder / name, name)

    def place(self, digest: str) -> Path:
        return self.folder / "blobs/sha256" / digest.partition(":")[2]

    def _add_json(self, content: dict[str, Any]) -> Blob:
        data = json.dumps(content).encode()
        blob = Blob("sha256:" + hashlib.sha256(data).hexdigest(), len(data))
        self.place(blob.digest).write_bytes(data)
        return blob

    @staticmethod
    def _descriptor(kind: str, blob: Blob) -> dict[str, Any]:
        return {"mediaType": kind, "digest": blob.digest, "size": blob.size}


def members(root: Path, archive: tarfile.TarFile) -> Iterable[tuple[tarfile.TarInfo, Path]]:
    """All that is in a folder, with what an overlay took away as the OCI says it: an empty file with a mark."""
    for folder, folders, files in os.walk(root):
        for name in sorted(folders + files):
            path = Path(folder, name)
            place = path.relative_to(root)
            status = path.lstat()
            if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
                yield tarfile.TarInfo(str(place.with_name(WHITEOUT + name))), path
            elif not stat.S_ISSOCK(status.st_mode):
                member = archive.gettarinfo(path, str(place))
                # Names of accounts are those of this machine.
                member.uname = member.gname = ""
                yield member, path
                if member.isdir() and is_opaque(path):
                    yield tarfile.TarInfo(str(place / WHITEOUT) + ".wh..opq"), path


def is_opaque(folder: Path) -> bool:
    """Whether a folder of an overlay hides what is below it."""
    try:
        return os.getxattr(folder, OPAQUE) == b"y"
    except OSError:
        return False


def add(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    if member.isreg() and member.size:
        with path.open("rb") as content:
            archive.addfile(member, content)
    else:
        archive.addfile(member)
