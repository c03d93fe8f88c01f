"""The pods that `validate --rendered --users-pods` makes, against those that a whole hub was recorded to ask for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from charts import LOGIN, PRESETS, ROOT, Charts

PLACE = Path(__file__).parent / "presets"
SCRIPT = ROOT / "Sources/Releases/Inspection/Embedded/users_pods.py"
Choice = dict[str, str]

PAIRS: list[tuple[str, str, Choice]] = [
    ("essential", "plain", {"profile": "custom"}),
    ("essential", "member", {"profile": "custom", "option": "image", "choice": "datascience"}),
    ("research-gpu", "plain", {"profile": "cpu"}),
    ("research-gpu", "member", {"profile": "gpu"}),
    ("research-gpu", "other-case", {"profile": "gpu", "option": "image", "choice": "tensorflow"}),
    ("teaching", "student@example.edu", {}),
    ("dask", "plain", {"profile": "custom"}),
]
"""A preset, a record, and the choice that the recorded user had made."""


def made(objects: list[Any], folder: Path) -> tuple[int, dict[str, Any]]:
    """What the script answers, without anything of this process's environment."""
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, folder / "root", "prod"],
        input=json.dumps(objects),
        capture_output=True,
        text=True,
        timeout=120,
        env={"HOME": str(folder), "TMPDIR": str(folder)},
    )
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def answers(charts: Charts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The answer for each preset."""
    found = {}
    for preset in {preset for preset, _, _ in PAIRS}:
        chart, values = PRESETS[preset]
        status, found[preset] = made(charts.render(chart, *values, LOGIN), tmp_path_factory.mktemp(preset))
        assert status == 0, found[preset]
    return found


def comparable(pod: dict[str, Any]) -> Any:
    """A pod's spec without what a login and a started hub add: tokens, addresses, names."""
    user = pod["metadata"]["labels"]["hub.jupyter.org/username"]
    # The other one is called `user`, which is also a word of many settings.
    spec = json.loads(json.dumps(pod["spec"], sort_keys=True).replace(user, "user"))
    for container in spec["containers"]:
        names = sorted(item["name"] for item in container["env"])
        container["env"] = [name for name in names if not name.startswith(("JUPYTERHUB_", "JPY_"))]
        for mount in container["volumeMounts"]:
            # A name with other signs than letters has another form in the folder of its home.
            if not mount.get("subPath", "_").startswith("_"):
                mount["subPath"] = "home"
    return spec


@pytest.mark.parametrize(("preset", "record", "choice"), PAIRS)
def test_a_pod_is_that_of_a_whole_hub(
    answers: dict[str, dict[str, Any]], preset: str, record: str, choice: Choice
) -> None:
    recorded = yaml.safe_load((PLACE / preset / f"{record}.yaml").read_text())["pod"]
    wanted = {key: choice.get(key) for key in ("profile", "option", "choice")}
    items = [
        item
        for item in answers[preset]["pods"]
        if {key: item.get(key) for key in ("profile", "option", "choice")} == wanted
    ]
    assert len(items) == 1
    assert comparable(items[0]["objects"][0]) == comparable(recorded)


def test_each_choice_has_a_pod(answers: dict[str, dict[str, Any]]) -> None:
    found = [(item["profile"], item.get("option"), item.get("choice")) for item in answers["research-gpu"]["pods"]]
    assert ("gpu", None, None) in found, "profiles of groups are among them"
    assert len(set(found)) == len(found)
    assert all("objects" in item for item in answers["research-gpu"]["pods"])


@pytest.mark.parametrize("name", ["binder-anonymous", "binder-github"])
def test_hubs_of_binders_have_one(charts: Charts, tmp_path: Path, name: str) -> None:
    chart, values = PRESETS[name]
    status, answer = made(charts.render(chart, *values, LOGIN), tmp_path)
    assert status == 0, answer
    assert [list(item) for item in answer["pods"]] == [["objects"]]


def test_nothing_comes_of_what_is_no_hub(tmp_path: Path) -> None:
    status, answer = made([{"kind": "ConfigMap", "metadata": {"name": "a"}}], tmp_path)
    assert status == 1
    assert answer == {"error": "LookupError: the release has no Deployment of a hub"}
