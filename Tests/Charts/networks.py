"""Who reaches whom: pods of each chart, places that they could speak to, and what all policies together allow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from charts import BINDER, EVERY_PART, PRESETS, ROOT, SITE, Charts, Object, preset
from policies import Place, pods, reaches

PAGE = ROOT / "docs/charts/networks.md"
ROWS = Path(__file__).with_name("networks.yaml")

# Who is meant by a name in the rows, as an object of a chart where it is one.
KNOWN = {
    "hub": "hub",
    "proxy": "proxy",
    "downloads": "home-download",
    "nfs": "storage-quota-home-nfs",
    "binderhub": "binderhub",
    "daemon": "docker-api",
    "gateway": "api-prod-dask-gateway",
    "traefik": "traefik-prod-dask-gateway",
}
OUTSIDE = [
    Place("public", "203.0.113.5"),
    Place("private", "10.20.0.5"),
    Place("metadata", "169.254.169.254"),
    # Where AWS gives pods and tasks their credentials.
    Place("credentials", "169.254.170.23"),
    Place("shared", "100.64.0.5"),
    # The metadata of another cloud.
    Place("metadata-100", "100.100.100.200"),
    # The cache of names on each node.
    Place("names-on-node", "169.254.20.10"),
]
ELSEWHERE = [
    Place("names", "10.244.9.1", "kube-system", {"k8s-app": "kube-dns"}),
    Place("ingress", "10.244.9.2", "support", {"app.kubernetes.io/name": "nginx-ingress"}, {"https": 443}),
    Place("prometheus", "10.244.9.3", "support", {"hub.jupyter.org/network-access-hub": "true"}),
    Place("grafana", "10.244.9.5", "support", {"app.kubernetes.io/name": "grafana"}),
    Place("stranger", "10.244.9.4", "other", {"app": "jupyterhub"}),
]
ESSENTIAL: list[Path | Object] = PRESETS["essential"][1]
RULES = ("jupyterhub", "singleuser", "networkPolicy", "egressAllowRules")


def nested(path: tuple[str, ...], value: Any) -> Object:
    """The value at the end of a path of keys."""
    for key in reversed(path):
        value = {key: value}
    return dict(value)


IDENTITY: Object = {
    "jupyterhub": {
        "singleuser": {
            "cloudMetadata": {"blockWithIptables": False},
            "networkPolicy": {"egressAllowRules": {"cloudMetadataServer": True}},
        }
    }
}
CASES: dict[str, tuple[str, list[Path | Object]]] = {
    "basehub": EVERY_PART[0],
    "basehub-web": ("basehub", [*ESSENTIAL, nested((*RULES, "nonPrivateIPs"), False)]),
    "basehub-closed": (
        "basehub",
        [*ESSENTIAL, nested((*RULES, "nonPrivateIPs"), False), {"egress": {"web": False}}],
    ),
    "basehub-opened": (
        "basehub",
        [
            *EVERY_PART[0][1],
            {
                "egress": {
                    "allow": [{"to": [{"ipBlock": {"cidr": "10.20.0.5/32"}}]}],
                    "builds": {"allow": [{"to": [{"ipBlock": {"cidr": "100.64.0.5/32"}}]}]},
                }
            },
        ],
    ),
    "basehub-identity": ("basehub", [preset("essential"), preset("dask"), SITE, IDENTITY]),
    "teaching": PRESETS["teaching"],
    "binderhub": ("binderhub", [preset("binder-github"), BINDER]),
    "binderhub-closed": (
        "binderhub",
        [preset("binder-anonymous"), BINDER, {"egress": {"servers": {"closed": True}}}],
    ),
    "support": EVERY_PART[2],
}
"""The charts, and ways in which networks can be set."""


class Net:
    """The pods of one case, and what is around them."""

    def __init__(self, charts: Charts, case: str) -> None:
        """Renders the case as the release prod, or support, in the namespace of that name."""
        chart, values = CASES[case]
        release = "support" if chart == "support" else "prod"
        self.objects = charts.render(chart, *values, release=release)
        made = [*pods(self.objects, release), *(made_by_programs(self.objects) if release == "prod" else ())]
        self.own = {place.name: place for place in made}

    def place(self, name: str) -> Place:
        """A pod of the release, or a place around it."""
        around = {place.name: place for place in [*OUTSIDE, *ELSEWHERE]}
        found = around.get(name) or self.own.get(KNOWN.get(name, name))
        assert found, f"there is no {name}, but {', '.join([*self.own, *around])}"
        return found

    def reaches(self, source: str, to: str) -> bool:
        """Whether a pod reaches PLACE:PORT, or PLACE:PORT/UDP."""
        name, _, port = to.rpartition(":")
        number, _, protocol = port.partition("/")
        return reaches(self.objects, self.place(source), self.place(name), int(number), protocol or "TCP")


def made_by_programs(objects: list[Object]) -> list[Place]:
    """The pods that programs make while a release runs, with the labels that these give them."""
    record = yaml.safe_load((ROOT / "Tests/Charts/hub/presets/essential/plain.yaml").read_text())
    server = dict(record["pod"]["metadata"]["labels"])
    found = [
        Place("server", "10.244.1.1", "prod", server, {"notebook-port": 8888}),
        # Of another user.
        Place("other-server", "10.244.1.2", "prod", server, {"notebook-port": 8888}),
    ]
    names = {item["metadata"]["name"] for item in objects if item["kind"] in ("Deployment", "DaemonSet")}
    if "docker-api" in names:
        # binderhub/build.py
        found.append(Place("build", "10.244.1.3", "prod", {"name": "build-x", "component": "binderhub-build"}))
    if "api-prod-dask-gateway" in names:
        # dask_gateway_server/backends/kubernetes/controller.py
        common = {"gateway.dask.org/instance": "prod-dask-gateway", "gateway.dask.org/cluster": "c"}
        for number, kind in enumerate(("dask-scheduler", "dask-worker"), start=4):
            labels = {**common, "app.kubernetes.io/component": kind}
            found.append(Place(kind, f"10.244.1.{number}", "prod", labels))
    return found


# The page.

COLUMNS = {
    "the hub": "hub:8081",
    "the proxy": "proxy:8000",
    "routes of the proxy": "proxy:8001",
    "a server": "other-server:8888",
    "names": "names:53/UDP",
    "the web": "public:443",
    "other ports": "public:3333",
    "private networks": "private:443",
    "100.64.0.0/10": "shared:443",
    "metadata": "metadata:80",
    "169.254.170.23": "credentials:80",
}
OF_A_HUB = ("hub", "proxy", "other-server")
HEAD = """# Who reaches whom

What pods of each chart may speak to, by all NetworkPolicies of a release together. Policies add up, so the table is
made by a test that evaluates those of a rendered release, with every part switched on; it does not show single
policies. They work only where the cluster's network enforces them: Calico, Cilium, Dataplane V2 of Google Cloud, the
network policy agent of EKS. Where it does not, only what init containers close is closed: NFS and the cloud's metadata,
for servers and for builds.

"Other ports" are those of public addresses other than 80 and 443, "metadata" is 169.254.169.254 at port 80, and
169.254.170.23 is where pods of EKS get their credentials.
"""


def table(net: Net) -> str:
    """The rows of a release's pods, in Markdown, with the columns that there are in the release."""
    is_hub = "hub" in net.own
    columns = {name: to for name, to in COLUMNS.items() if is_hub or to.partition(":")[0] not in OF_A_HUB}
    lines = [
        "| pod | " + " | ".join(columns) + " |",
        "| --- |" + " --- |" * len(columns),
    ]
    for name in sorted(set(net.own) - {"other-server"}):
        cells = []
        for to in columns.values():
            place = net.place(to.partition(":")[0])
            cells.append("" if place.name == name else "yes" if net.reaches(name, to) else "no")
        shown = re.sub(r"-[0-9a-f]{8}$", "-…", name)
        lines.append(f"| `{shown}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def page(charts: Charts) -> str:
    """The whole page."""
    parts = [HEAD]
    for case in ("basehub", "binderhub", "support"):
        parts.append(f"## {case}\n\n{table(Net(charts, case))}")
    return "\n".join(parts)
