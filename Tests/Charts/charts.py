"""The project's charts, ready for helm: with their sub-charts, rendered, and taken apart."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FLEET = Path(os.environ.get("HUBFLEET_REAL_FLEET") or ROOT.parent / "shared/real-fleet")
"""A real fleet, with the values and the schema of the official JupyterHub chart."""
UPSTREAM = os.environ.get("HUBFLEET_UPSTREAM_CHARTS")
"""A folder with the real sub-charts, where somebody has them; stand-ins are used otherwise."""
HELMS = ("helm", "helm3")
Object = dict[str, Any]


def missing(what: str) -> None:
    """Skips a test on a developer's machine; in CI, where all is there, it fails."""
    if os.environ.get("HUBFLEET_REQUIRE_TOOLS"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing", allow_module_level=True)


def program(name: str) -> str:
    """The path of a program of scripts/tools."""
    found = shutil.which(name, path=f"{ROOT}/.tools/bin{os.pathsep}{os.environ['PATH']}")
    if found is None:
        missing(f"the program {name} (scripts/tools)")
    return str(found)


def run(*command: str | Path, env: dict[str, str] | None = None, fails: bool = False) -> str:
    """What a program prints; with `fails` what it complains about."""
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=180)
    if fails:
        assert done.returncode != 0, "it should have failed: " + " ".join(map(str, command))
        return done.stderr
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stderr[-4000:]}"
    return done.stdout


def official_chart(folder: Path) -> Path:
    """The stand-in of the official chart with the true values and the true schema, which are not ours to keep."""
    upstream = FLEET / "upstream/jupyterhub-4.3.3"
    if not upstream.exists():
        missing("HUBFLEET_REAL_FLEET, for the values of the official chart,")
    made = folder / "jupyterhub"
    if not made.exists():
        shutil.copytree(ROOT / "Tests/Charts/standins/jupyterhub", made)
        # A release has its version where its sources have this mark.
        values = (upstream / "values.yaml").read_text().replace("set-by-chartpress", "4.3.3")
        (made / "values.yaml").write_text(values)
        schema = yaml.safe_load((upstream / "values.schema.yaml").read_text())
        (made / "values.schema.json").write_text(json.dumps(schema))
    return made


class Charts:
    """Copies of the charts in a folder of the tests, with sub-charts in `charts/`; `source` is a checkout's root."""

    def __init__(self, folder: Path, source: Path = ROOT) -> None:
        self.folder, self.source = folder, source
        names = [path.parent.name for path in sorted(source.glob("helm-charts/*/Chart.yaml"))]
        # Those that others depend on come first.
        for name in sorted(names, key=lambda name: name == "daskhub"):
            self._assemble(name)

    def _assemble(self, name: str) -> None:
        chart = self.folder / name
        shutil.copytree(
            self.source / "helm-charts" / name, chart, ignore=shutil.ignore_patterns("charts", "__pycache__")
        )
        for dependency in yaml.safe_load((chart / "Chart.yaml").read_text()).get("dependencies", []):
            source = self._subchart(dependency["name"])
            target = chart / "charts" / dependency["name"]
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))

    def _subchart(self, name: str) -> Path:
        if (self.folder / name).exists():
            return self.folder / name
        if UPSTREAM and (Path(UPSTREAM) / name).exists():
            return Path(UPSTREAM) / name
        if name != "jupyterhub":
            return ROOT / "Tests/Charts/standins" / name
        return official_chart(self.folder / "standin")

    def path(self, name: str) -> Path:
        return self.folder / name

    def sources(
        self, name: str, *values: Path | Object, release: str = "prod", helm: str = "helm"
    ) -> list[tuple[str, Object]]:
        """The objects of a release that is called like its namespace, each with its template."""
        command = [program(helm), "template", release, str(self.path(name)), "--namespace", release]
        text = run(*command, "--kube-version", "1.34.0", *self.arguments(*values))
        found = []
        for part in ("\n" + text).split("\n---\n"):
            source = part.partition("# Source: ")[2].partition("\n")[0]
            found += [(source, item) for item in yaml.load_all(part, yaml.CSafeLoader) if item]
        return found

    def render(self, name: str, *values: Path | Object, release: str = "prod", helm: str = "helm") -> list[Object]:
        """The objects alone."""
        return [item for _, item in self.sources(name, *values, release=release, helm=helm)]

    def complaint(self, name: str, *values: Path | Object, helm: str = "helm") -> str:
        """What helm says of values that it must refuse."""
        return run(program(helm), "template", "prod", self.path(name), *self.arguments(*values), fails=True)

    def own(self, name: str, *values: Path | Object, helm: str = "helm") -> list[tuple[str, Object]]:
        """The objects of the project's own templates, also where a chart is a part of another."""
        rendered = self.sources(name, *values, helm=helm)
        return [(source, item) for source, item in rendered if is_own(source)]

    def arguments(self, *values: Path | Object) -> list[str]:
        """Files and plain values as helm takes them."""
        found = []
        for number, value in enumerate(values):
            if isinstance(value, dict):
                file = self.folder / f"values-{os.getpid()}-{number}.yaml"
                file.write_text(yaml.safe_dump(value))
                value = file
            found += ["--values", str(value)]
        return found


def preset(name: str) -> Path:
    return ROOT / f"presets/{name}.yaml"


SITE: Object = {
    # Its own name, so that releases of any name have it.
    "nfs": {"pv": {"serverIP": "10.0.0.1", "shareNameOverride": "prod"}},
    "jupyterhub-home-nfs": {
        "gke": {"enabled": True, "volumeId": "projects/p/zones/z/disks/homes"},
        "quotaEnforcer": {"config": {"QuotaManager": {"paths": ["/export/prod"]}}},
    },
    "jupyterhub": {
        "ingress": {
            "hosts": ["hub.example.org"],
            "tls": [{"hosts": ["hub.example.org"], "secretName": "https-auto-tls"}],
        }
    },
}
"""What a hub must say that no preset can know."""

LOGIN: Object = {
    "jupyterhub": {
        "hub": {
            "db": {"type": "sqlite-memory"},
            "config": {
                "Authenticator": {"admin_users": ["octocat"]},
                "CILogonOAuthenticator": {"client_id": "cilogon:/client", "client_secret": "secret"},
                "OAuthenticator": {"oauth_callback_url": "https://hub.example.org/hub/oauth_callback"},
            },
        }
    }
}
"""What a hub needs to start on this machine: a database in memory, and the secrets of its login."""

BINDER: Object = {
    "jupyterhub": {
        "ingress": {"hosts": ["hub.example.org"], "tls": [{"hosts": ["hub.example.org"], "secretName": "hub-tls"}]}
    },
    "binderhub-service": {
        "ingress": {"hosts": ["b.example.org"], "tls": [{"hosts": ["b.example.org"], "secretName": "b-tls"}]},
        "config": {"BinderHub": {"image_prefix": "registry.example.org/binder/"}},
        "buildPodsRegistryCredentials": {"server": "https://registry.example.org", "username": "u", "password": "p"},
    },
}
"""What a hub of the chart binderhub must say."""

PRESETS: dict[str, tuple[str, list[Path | Object]]] = {
    "essential": ("basehub", [preset("essential"), SITE]),
    "research-gpu": ("basehub", [preset("essential"), preset("research-gpu"), SITE]),
    "teaching": ("basehub", [preset("essential"), preset("teaching"), SITE]),
    "dask": ("basehub", [preset("essential"), preset("dask"), SITE]),
    "binder-anonymous": ("binderhub", [preset("binder-anonymous"), BINDER]),
    "binder-github": ("binderhub", [preset("binder-github"), BINDER]),
    "support": ("support", []),
    "daskhub": (
        "daskhub",
        [
            {
                "basehub": {
                    **SITE,
                    "nfs": {
                        "enabled": True,
                        "pv": {"enabled": True, "serverIP": "10.0.0.1", "shareNameOverride": "prod"},
                    },
                }
            }
        ],
    ),
}
"""Each preset with its chart, on top of what it is meant for."""

EVERY_PART: list[tuple[str, list[Path | Object]]] = [
    (
        "basehub",
        [
            *PRESETS["dask"][1],
            {
                "nfs": {"volumeReporter": {"enabled": True}},
                "nodePlaceholder": {"enabled": True, "replicas": 1},
                "binderhub-service": {"enabled": True},
            },
        ],
    ),
    ("binderhub", PRESETS["binder-anonymous"][1]),
    (
        "support",
        [
            {
                "clusterName": "earth",
                "cluster-autoscaler": {
                    "enabled": True,
                    "autoDiscovery": {"clusterName": "earth"},
                    "awsRegion": "us-west-2",
                },
                "jupyterhub-cost-monitoring": {"enabled": True},
                "fluent-bit": {"enabled": True},
                "prometheus": {"alertmanager": {"enabled": True}},
            }
        ],
    ),
]
"""Each chart with every sub-chart that it has."""


# Taking objects apart.


def find(objects: list[Object], kind: str, name: str) -> Object:
    found = [item for item in objects if item["kind"] == kind and item["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} objects {kind} {name}"
    return found[0]


def named(objects: list[Object], kind: str) -> list[str]:
    return sorted(item["metadata"]["name"] for item in objects if item["kind"] == kind)


def pod_template(item: Object) -> Object | None:
    """The pod that an object starts, if it starts any."""
    if item["kind"] == "Pod":
        return item
    if item["kind"] == "CronJob":
        return dict(item["spec"]["jobTemplate"]["spec"]["template"])
    template = item.get("spec", {}).get("template") if isinstance(item.get("spec"), dict) else None
    return template if template and "containers" in template.get("spec", {}) else None


def hub_values(objects: list[Object]) -> Object:
    """The values that the hub's own configuration reads, from its Secret."""
    return dict(yaml.safe_load(secret_text(find(objects, "Secret", "hub"), "values.yaml")))


def secret_text(secret: Object, key: str) -> str:
    if key in secret.get("stringData", {}):
        return str(secret["stringData"][key])
    return base64.b64decode(secret["data"][key]).decode()


def is_own(source: str) -> bool:
    """Whether a template such as daskhub/charts/basehub/templates/… is the project's own."""
    chart, _, template = source.rpartition("/templates/")
    return (ROOT / "helm-charts" / chart.rpartition("/")[2] / "templates" / template).exists()
