"""Installs each chart with each preset on a node whose pods run, and does with it what people do.

It is what `scripts/check-long pods` runs, by scripts/long/pods.py.

Each hub is first installed as the charts' commit before had it, and upgraded with a user on it. It prints a table of
what was shown, with seconds. HUBFLEET_UPSTREAM_CHARTS names a folder with the real sub-charts, where somebody has them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from binder_on_node import LOGIN, BinderOnNode
from charts import ROOT, Charts, Object, run
from hub_on_node import CLUSTER, DASK, ONE_NODE, HubOnNode, cell, values_of_page
from kubernetes_node import PROGRAM, Node, start, stop

STEPS = ("ready", "server", "upgrade", "folders", "download", "export", "restart", "more", "culled")
CULLED: Object = {"jupyterhub": {"cull": {"timeout": 5, "every": 5}}}


@dataclass(frozen=True)
class Case:
    """A chart with presets."""

    chart: str
    presets: tuple[str, ...] = ()
    values: tuple[Object, ...] = ()
    profile: str = ""
    """The one of the page of server options, where there is one."""
    readwrite: str = "shared_readwrite"
    """What the folder is called in which administrators write."""

    @property
    def name(self) -> str:
        return self.presets[-1] if self.presets else self.chart

    def layers(self, root: Path) -> list[Path | Object]:
        """Its values, with the presets of a checkout."""
        found: list[Path | Object] = [root / f"presets/{preset}.yaml" for preset in self.presets]
        site = [values_of_page(), ONE_NODE, *self.values]
        # Hubs of daskhub nest everything.
        return found + [{"basehub": part} if self.chart == "daskhub" else part for part in site]

    def more(self, *values: Object) -> list[Object]:
        return [{"basehub": part} if self.chart == "daskhub" else part for part in values]


HUBS = [
    Case("basehub", readwrite="shared-readwrite"),
    Case("basehub", ("essential",), profile="custom"),
    Case("basehub", ("essential", "teaching")),
    Case("basehub", ("essential", "dask"), (DASK,), profile="custom"),
    Case("basehub", ("essential", "research-gpu"), profile="cpu"),
    Case("daskhub", (), (DASK,), readwrite="shared-readwrite"),
]
BINDERS = {"binder-anonymous": False, "binder-github": True}
"""Presets of the chart binderhub, and whether people log in."""


@dataclass
class Row:
    """What came of one chart with its presets."""

    title: str
    found: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, function: Callable[[], Any]) -> bool:
        """Takes a step; answers whether it was as it should be."""
        began = time.monotonic()
        try:
            function()
        except Exception:
            self.found[name] = "failed"
            print(f"pods: {self.title}: {name}\n{traceback.format_exc()}", file=sys.stderr, flush=True)
            return False
        self.found[name] = f"{time.monotonic() - began:.0f} s"
        print(f"pods: {self.title}: {name}: {self.found[name]}", file=sys.stderr, flush=True)
        return True

    def line(self) -> str:
        return f"| {self.title} | " + " | ".join(self.found.get(step, "") for step in STEPS) + " |"


class HubCheck:
    """All steps of a hub with homes."""

    def __init__(self, case: Case, node: Node, now: Charts, before: Charts, folder: Path) -> None:
        self.case, self.now, self.before, self.folder = case, now, before, folder
        self.hub = HubOnNode(node, case.name, case.chart)
        self.profile = ["--profile", case.profile] if case.profile else []
        self.row = Row(f"{case.chart}, {case.presets[-1]}" if case.presets else case.chart)

    def take(self) -> Row:
        row, case = self.row, self.case
        if row.step("ready", lambda: self.hub.install(self.before, *case.layers(self.before.source))):
            row.step("server", self.server)
            if row.step("upgrade", self.upgrade):
                row.step("folders", self.folders)
                row.step("download", self.download)
                row.step("export", self.export)
                row.step("restart", self.restart)
                if case.name in EXTRA:
                    row.step("more", lambda: EXTRA[case.name](self))
                row.step("culled", self.culled)
        self.hub.remove()
        return row

    def server(self) -> None:
        lines = self.hub.lines("bob", cell(self.case.readwrite), *self.profile)
        wanted = ["1000 /home/jovyan /user/bob/", "shared OSError", f"{self.case.readwrite} FileNotFoundError"]
        assert lines == wanted, lines

    def upgrade(self) -> None:
        before = self.hub.uid_of_server("bob")
        self.hub.install(self.now, *self.case.layers(ROOT))
        assert before and self.hub.uid_of_server("bob") == before, "the server did not outlive the upgrade"
        self.hub.check_pods()
        assert self.hub.lines("bob", "print(open('notes/a b.txt').read(), end='')") == ["written in a pod"]

    def folders(self) -> None:
        lines = self.hub.lines("ada", cell(self.case.readwrite), *self.profile)
        assert lines[1:] == ["shared OSError", f"{self.case.readwrite} written"], lines
        assert self.hub.lines("bob", "print(open('shared/ada').read())") == ["x"]

    def download(self) -> None:
        archive = self.folder / f"{self.case.name}.zip"
        self.hub.person("bob", "--save", archive)
        run(PROGRAM, "home", "verify", archive)

    def export(self) -> None:
        said = self.hub.export_all("ada")
        assert "2 of 2 done, 0 failed" in said, said

    def restart(self) -> None:
        before = self.hub.uid_of_server("bob")
        self.hub.kubectl("rollout", "restart", "deployment/hub")
        self.hub.kubectl("rollout", "status", "deployment/hub", "--timeout=120s")
        assert before and self.hub.uid_of_server("bob") == before
        assert self.hub.lines("bob", "print(1)") == ["1"]

    def culled(self) -> None:
        self.hub.install(self.now, *self.case.layers(ROOT), *self.case.more(CULLED))
        assert self.hub.wait_until_gone("bob", 120)


def computes(check: HubCheck) -> None:
    """A cluster of Dask is made, computes, and goes."""
    lines = check.hub.lines("bob", CLUSTER)
    assert lines == ["42", "True", "[]"], lines
    for _ in range(60):
        left = [pod for pod in check.hub.objects("pods") if pod["metadata"]["name"].startswith("dask-")]
        if not left:
            return
        time.sleep(1)
    raise AssertionError(f"{len(left)} pods of the cluster are left")


def waits_for_a_gpu(check: HubCheck) -> None:
    """The server of a member of the group asks for a GPU, which no node here has."""
    check.hub.person("ada", "--stop", "--code", "1", *check.profile)
    check.hub.person("ada", "--group", "gpu", "--profile", "gpu")
    for _ in range(40):
        pods = [pod for pod in check.hub.servers() if "ada" in pod["metadata"]["name"]]
        if any("nvidia.com/gpu" in str(pod["status"].get("conditions")) for pod in pods):
            return
        time.sleep(0.5)
    raise AssertionError(f"no pod waits for a GPU: {[pod['status'] for pod in pods]}")


def has_room(check: HubCheck) -> None:
    """Everybody gets the image of the course, and a node is kept for the class."""
    images = {pod["spec"]["containers"][0]["image"] for pod in check.hub.servers()}
    assert images == {"quay.io/jupyter/datascience-notebook:2025-07-28"}, images
    check.hub.kubectl("rollout", "status", "deployment/user-node-placeholder", "--timeout=5s")


EXTRA: dict[str, Callable[[HubCheck], None]] = {
    "dask": computes,
    "daskhub": computes,
    "research-gpu": waits_for_a_gpu,
    "teaching": has_room,
}
"""What a preset has besides."""


def binder(preset: str, login: bool, node: Node, now: Charts, before: Charts) -> Row:
    """A hub of the chart binderhub, for which this asks the hub as BinderHub does."""
    hub, row = BinderOnNode(node, preset, "binderhub"), Row(f"binderhub, {preset}")
    extra = [LOGIN] if login else []
    options = ["--login"] if login else []
    if row.step("ready", lambda: hub.install_all(before, before.source / f"presets/{preset}.yaml", *extra)):
        row.step("server", lambda: hub.reader("reader", *options))

        def upgrade() -> None:
            hub.install_all(now, ROOT / f"presets/{preset}.yaml", *extra)
            hub.reader("second", *options)

        if row.step("upgrade", upgrade):
            row.step("more", hub.build)
    hub.remove()
    return row


def earlier(commit: str | None, folder: Path) -> Path:
    """The charts and presets of a commit; without one, of that before the last that changed them."""
    if commit is None:
        log = ["git", "-C", str(ROOT), "log", "--format=%H", "--skip=1", "-n", "1", "--", "helm-charts", "presets"]
        commit = run(*log).strip()
    print(f"pods: from {commit[:10]}", file=sys.stderr, flush=True)
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", commit, "helm-charts", "presets"], stdout=subprocess.PIPE, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/check-long pods", description=__doc__)
    parser.add_argument("--only", default="", help="the cases whose title has this text")
    parser.add_argument("--from", dest="commit", help="the commit from which hubs are upgraded")
    options = parser.parse_args()
    node = start(f"long-{os.getpid()}", wanted_by=os.getpid(), with_program=True)
    rows = []
    with tempfile.TemporaryDirectory() as work:
        for name in ("now", "source", "before"):
            Path(work, name).mkdir()
        now = Charts(Path(work, "now"))
        before = Charts(Path(work, "before"), earlier(options.commit, Path(work, "source")))
        for case in HUBS:
            check = HubCheck(case, node, now, before, Path(work))
            if options.only in check.row.title:
                rows.append(check.take())
        for preset, login in BINDERS.items():
            if options.only in f"binderhub, {preset}":
                rows.append(binder(preset, login, node, now, before))
    stop(node)
    print(f"| chart, preset | {' | '.join(STEPS)} |\n|{' --- |' * (len(STEPS) + 1)}")
    print("\n".join(row.line() for row in rows))
    return 1 if any("failed" in row.found.values() for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
