"""What a change of a fleet really changes, found with helm, jsonnet and sops alone.

A release changes when what helm renders for it differs, or where it goes. Values are merged by helm, from the files.
What helm makes by chance is pinned in its copies of the charts; one more template prints all values, so that values
count that no other template shows.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PROBE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: probe-values}
data:
  values: {{ .Values | toJson | b64enc }}
"""
VERSION = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: probe-{{ .Chart.Name }}-{{ .Chart.Version }}}\n"
RANDOM = re.compile(r"rand(AlphaNum|Alpha|Numeric|Ascii)\s+(\d+)")
TARGETS = {
    "aws": ("account", "clusterName", "region"),
    "gcp": ("project", "cluster", "zone"),
    "azure": ("resource_group", "cluster"),
    "kubeconfig": (),
    "local": (),
}
CREDENTIALS = {"aws": "key", "gcp": "key", "azure": "key", "kubeconfig": "file"}


class RenderError(Exception):
    """A state that helm, jsonnet or sops refuse: nobody can say what it changes."""


@dataclass(frozen=True)
class Release:
    """What helm is given for one release, and where it goes."""

    name: str
    chart: Path
    values: tuple[bytes, ...]
    target: str
    key: str


@dataclass
class Oracle:
    """Renders states of fleets; equal inputs are rendered once."""

    folder: Path
    environment: dict[str, str]
    standins: Path
    helm: str = "helm"
    rendered: dict[str, str] = field(default_factory=dict)
    opened: dict[str, Any] = field(default_factory=dict)
    computed: dict[str, bytes] = field(default_factory=dict)

    def changed(self, before: Path, after: Path, names: dict[str, str]) -> set[str]:
        """The releases that change, by their names after; `names` has earlier names where they are others."""
        old, new = self.releases(before), self.releases(after)
        pairs = {name: old.get(names.get(name, name)) for name in new}
        unlike = [name for name, earlier in pairs.items() if earlier is not None and earlier.key != new[name].key]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.render, [pairs[name] for name in unlike] + [new[name] for name in unlike]))
        return {
            name
            for name, earlier in pairs.items()
            if earlier is None
            or earlier.target != new[name].target
            or (name in unlike and self.render(earlier) != self.render(new[name]))
        }

    # A state.

    def releases(self, state: Path) -> dict[str, Release]:
        found = {}
        for file in sorted(state.glob("config/clusters/*/cluster.yaml")):
            cluster = yaml.load(file.read_text(), yaml.CSafeLoader)
            if "support" in cluster and (state / "helm-charts/support").exists():
                entry = {**cluster["support"], "name": "support", "helm_chart": "support"}
                found[f"{cluster['name']} (support)"] = self._release(state, file.parent, cluster, entry, None)
            for hub in cluster.get("hubs") or []:
                found[f"{cluster['name']}/{hub['name']}"] = self._release(state, file.parent, cluster, hub, hub)
        return found

    def _release(self, state: Path, folder: Path, cluster: Any, entry: Any, hub: Any) -> Release:
        override = (hub or {}).get("chart_override")
        if override is not None:
            override = (state if "/" in override else folder) / override
        chart = self._chart(state, entry["helm_chart"], override)
        files = []
        if hub is None:
            files += sorted((state / "helm-charts/support").glob("*secret*.yaml"))
        computed = state / "helm-charts" / entry["helm_chart"] / "values.jsonnet"
        files += [computed] if computed.exists() else []
        files += [folder / name for name in entry["helm_chart_values_files"]]
        values = tuple(self._values(state, file, cluster, hub) for file in files)
        parts = [entry["name"].encode(), str(chart).encode(), *values]
        key = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
        return Release(entry["name"], chart, values, self._target(folder, cluster, entry, hub), key)

    def _target(self, folder: Path, cluster: Any, entry: Any, hub: Any) -> str:
        provider = cluster["provider"]
        block = cluster.get(provider) or {}
        target: dict[str, Any] = {"provider": provider, "release": entry["name"]}
        target |= {fact: block.get(fact) for fact in TARGETS[provider]}
        if provider in CREDENTIALS:
            target["credentials"] = self._content(folder / block[CREDENTIALS[provider]])
        if hub and "domain_override_file" in hub:
            target["domain"] = self._content(folder / hub["domain_override_file"])
        return json.dumps(target, sort_keys=True, default=str)

    # Files.

    def _content(self, file: Path) -> Any:
        """What a file says, opened when it is encrypted."""
        data = yaml.load(file.read_bytes(), yaml.CSafeLoader)
        return self._decrypted(file) if isinstance(data, dict) and "sops" in data else data

    def _decrypted(self, file: Path) -> Any:
        key = hashlib.sha256(file.read_bytes()).hexdigest()
        if key not in self.opened:
            call = ["sops", "--disable-version-check", "--output-type", "json", "--decrypt", str(file)]
            done = subprocess.run(call, env=self.environment, capture_output=True)
            if done.returncode:
                raise RenderError(f"sops refuses {file}")
            self.opened[key] = json.loads(done.stdout)
        return self.opened[key]

    def _values(self, state: Path, file: Path, cluster: Any, hub: Any) -> bytes:
        if not file.exists():
            raise RenderError(f"{file} is missing")
        if file.suffix == ".jsonnet":
            return self._jsonnet(state, file, cluster, hub)
        if "secret" in file.name:
            return json.dumps(self._decrypted(file)).encode()
        return file.read_bytes()

    def _jsonnet(self, state: Path, file: Path, cluster: Any, hub: Any) -> bytes:
        provider = cluster["provider"]
        facts = {
            "CLUSTER": (cluster.get("aws") or {}).get("clusterName", cluster["name"])
            if provider == "aws"
            else cluster["name"],
            "PROVIDER": provider,
            "ACCOUNT": str(
                {"aws": "account", "gcp": "project"}.get(provider)
                and cluster[provider][{"aws": "account", "gcp": "project"}[provider]]
            ),
        }
        if hub:
            facts |= {"HUB": hub["name"], "DOMAIN": hub.get("domain", "")}
        arguments = [part for name, value in facts.items() for part in ("--ext-str", f"HUBFLEET_{name}={value}")]
        tree = fingerprint(state / "helm-charts") + fingerprint(file.parent)
        key = f"{tree}\0{file.relative_to(state)}\0{arguments}"
        if key not in self.computed:
            call = ["jsonnet", "--jpath", str(file.parent), *arguments, str(file)]
            done = subprocess.run(call, capture_output=True)
            if done.returncode:
                raise RenderError(f"jsonnet refuses {file}: {done.stderr.decode()}")
            self.computed[key] = done.stdout
        return self.computed[key]

    # Charts.

    def _chart(self, state: Path, name: str, override: Path | None) -> Path:
        parts = [fingerprint(state / "helm-charts"), fingerprint(state / "upstream"), name]
        parts += [override.read_text() if override else ""]
        target = self.folder / "charts" / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24] / name
        if target.exists():
            return target
        self._assemble(state, name, override, target, True)
        (target / "templates").mkdir(exist_ok=True)
        (target / "templates/probe-values.yaml").write_text(PROBE)
        for file in target.rglob("templates/**/*"):
            if file.is_file():
                file.write_text(RANDOM.sub(r'repeat \2 "x"', file.read_text()))
        return target

    def _assemble(self, state: Path, name: str, override: Path | None, target: Path, is_top: bool) -> None:
        source = state / "helm-charts" / name
        if not source.exists():
            raise RenderError(f"there is no chart {name}")
        shutil.copytree(source, target, symlinks=False)
        metadata = yaml.safe_load((target / "Chart.yaml").read_text())
        names = [entry["name"] for entry in metadata.get("dependencies") or []]
        if override and (name == "basehub" or (is_top and "basehub" not in names)):
            shutil.copyfile(override, target / "Chart.yaml")
            metadata = yaml.safe_load(override.read_text())
        for entry in metadata.get("dependencies") or []:
            place = target / "charts" / entry["name"]
            vendored = state / "upstream" / f"{entry['name']}-{entry['version']}"
            if entry.get("repository", "").startswith("file://../"):
                below = entry["repository"].removeprefix("file://../")
                self._assemble(state, below, override, place, False)
            elif place.exists():
                continue
            elif vendored.exists():
                shutil.copytree(vendored, place)
            else:
                self._stand_in(entry, place)

    def _stand_in(self, entry: Any, place: Path) -> None:
        """A chart that is not at hand: one that shows its version stands for it."""
        if (self.standins / entry["name"]).exists():
            shutil.copytree(self.standins / entry["name"], place)
        metadata = {"apiVersion": "v2", "name": entry["name"], "version": entry["version"]}
        (place / "templates").mkdir(parents=True, exist_ok=True)
        (place / "Chart.yaml").write_text(yaml.safe_dump(metadata))
        # Hubfleet does not have them either.
        (place / "values.yaml").unlink(missing_ok=True)
        for file in (place / "templates").rglob("*"):
            if file.is_file():
                file.unlink()
        (place / "templates/probe-version.yaml").write_text(VERSION)

    # Rendering.

    def render(self, release: Release | None) -> str:
        assert release is not None
        if release.key in self.rendered:
            return self.rendered[release.key]
        folder = self.folder / "values" / release.key
        folder.mkdir(parents=True, exist_ok=True)
        call = [self.helm, "template", release.name, str(release.chart), "--namespace", release.name]
        call += ["--kube-version", "1.34.0", "--include-crds", "--skip-schema-validation"]
        for number, content in enumerate(release.values):
            file = folder / f"{number}.yaml"
            file.write_bytes(content)
            call += ["--values", str(file)]
        done = subprocess.run(call, capture_output=True, text=True)
        shutil.rmtree(folder)
        if done.returncode:
            raise RenderError(f"helm refuses {release.name}: {done.stderr[-600:]}")
        self.rendered[release.key] = done.stdout
        return done.stdout


def fingerprint(folder: Path) -> str:
    """All paths and bytes below a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(folder)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
