"""Hubs with the whole configuration of an example's values, and the pods that they would start for its users.

The records in the examples' folders `pods` are remade with UPDATE_RECORDS=1.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from rendering import complete_chart, package_configmap, render

from hub_pod import CONFIGURATION, Manifest, materialise

EXAMPLES = Path(__file__).parent / "examples"


def names(example: str) -> list[str]:
    """The names of an example's records."""
    users = yaml.safe_load((EXAMPLES / example / "users.yaml").read_text())
    return [user.get("record", user["name"]) for user in users]


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in chart."""
    return complete_chart(tmp_path_factory.mktemp("chart"))


def rendered(chart: Path, example: str) -> list[Manifest]:
    """What Helm renders of an example, with the package."""
    return [*render(chart, EXAMPLES / example / "values.yaml"), package_configmap("hub-basehub")]


def recorded(chart: Path, example: str, folder: Path) -> Path:
    """What a hub in a process of its own records."""
    (folder / "manifests.yaml").write_text(yaml.safe_dump_all(rendered(chart, example)))
    places = [folder / "manifests.yaml", EXAMPLES / example / "users.yaml", folder / "pods"]
    command = [sys.executable, str(Path(__file__).parent / "record_pods.py"), *map(str, places)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    if os.environ.get("UPDATE_RECORDS"):
        golden = EXAMPLES / example / "pods"
        shutil.rmtree(golden, ignore_errors=True)
        shutil.copytree(folder / "pods", golden)
    return folder / "pods"


@pytest.fixture(scope="module")
def records(chart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of the example with GitHub."""
    return recorded(chart, "github", tmp_path_factory.mktemp("github"))


@pytest.fixture(scope="module")
def dummy_records(chart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of the other example."""
    return recorded(chart, "dummy", tmp_path_factory.mktemp("dummy"))


@pytest.mark.parametrize("name", names("github"))
def test_users_get_the_pods_on_record(records: Path, name: str) -> None:
    assert (records / f"{name}.yaml").read_text() == (EXAMPLES / f"github/pods/{name}.yaml").read_text()


@pytest.mark.parametrize("name", names("dummy"))
def test_users_of_other_hubs_do_too(dummy_records: Path, name: str) -> None:
    assert (dummy_records / f"{name}.yaml").read_text() == (EXAMPLES / f"dummy/pods/{name}.yaml").read_text()


@pytest.mark.parametrize("example", ["github", "dummy"])
def test_there_are_no_other_records(example: str) -> None:
    assert sorted(names(example)) == sorted(file.stem for file in (EXAMPLES / example / "pods").iterdir())


@pytest.mark.parametrize("example", ["github", "dummy"])
def test_the_stand_in_renders_twice_the_same_but_for_what_it_makes_by_chance(chart: Path, example: str) -> None:
    first, second = rendered(chart, example), rendered(chart, example)
    assert without_chance(first) == without_chance(second)
    # As the official chart does where no value says otherwise, and no Secret is there.
    assert tokens(first) != tokens(second)


def tokens(objects: list[dict[str, Any]]) -> dict[str, str]:
    """What the hub's Secret holds beside its values."""
    [secret] = [item for item in objects if item["kind"] == "Secret" and "values.yaml" in item.get("data", {})]
    return {key: value for key, value in secret["data"].items() if key.startswith("hub.")}


def without_chance(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects without tokens and the sums of them."""
    left: list[dict[str, Any]] = json.loads(json.dumps(objects))
    for item in left:
        for key in tokens(objects) if item["kind"] == "Secret" else ():
            item.get("data", {}).pop(key, None)
        template = item.get("spec", {}).get("template", {}).get("metadata", {})
        template["annotations"] = {
            key: value for key, value in template.get("annotations", {}).items() if not key.startswith("checksum/")
        }
    return left


def load(records: Path, name: str) -> dict[str, Any]:
    """A record."""
    record: dict[str, Any] = yaml.safe_load((records / f"{name}.yaml").read_text())
    return record


def mounts(record: dict[str, Any]) -> dict[str, bool]:
    """Where the shared folder is mounted, and whether it may be written."""
    found = record["pod"]["spec"]["containers"][0]["volumeMounts"]
    return {mount["mountPath"]: not mount.get("readOnly") for mount in found if mount.get("subPath") == "_shared"}


def test_only_administrators_may_write_to_the_shared_folder(records: Path) -> None:
    read_only = {"/home/jovyan/shared": False, "/home/rstudio/shared": False}
    writable = {"/home/jovyan/shared-readwrite": True, "/home/rstudio/shared-readwrite": True}
    for name in names("github"):
        record = load(records, name)
        if "pod" in record:
            is_admin = name in {"ada", "ada-as-member", "operator"}
            assert mounts(record) == (read_only | writable if is_admin else read_only), name


def test_no_pod_is_without_its_blocks(records: Path) -> None:
    for name in names("github"):
        record = load(records, name)
        if "pod" in record:
            containers = [container["name"] for container in record["pod"]["spec"]["initContainers"]]
            assert containers[-1] == "block-nfs-access"
            assert record["pod"]["metadata"]["labels"]["example.org/hooked"] == str(len(containers))
            # The profile for GPUs has replaced the list that the other block is in, as KubeSpawner lets it.
            assert ("block-cloud-metadata" in containers) == (containers[0] != "warm")


def image(records: Path, name: str) -> str:
    """The image, or the error."""
    record = load(records, name)
    return str(record["pod"]["spec"]["containers"][0]["image"] if "pod" in record else record["error"])


def test_groups_decide_and_nothing_is_smuggled_in(records: Path) -> None:
    assert image(records, "gpu-user").startswith("docker.io/pangeo/pytorch-notebook")
    assert image(records, "deployment-service-check").startswith("docker.io/pangeo/pytorch-notebook")
    assert image(records, "not-for-gpu") == "No such profile: gpu. Options include: python"
    assert image(records, "tester") == "quay.io/example/own:1.0"
    assert "failed validation" in image(records, "tester-without-tag")
    assert image(records, "tester-without-profile").startswith("400 Name the profile")
    assert "without being enabled" in image(records, "plain-with-own-image")
    assert image(records, "binder-user") == "registry.example.org/built:abc"
    assert "pod" not in load(records, "binder-user-alone")


def test_the_chart_gives_the_hub_its_whole_configuration(chart: Path, tmp_path: Path) -> None:
    pod = materialise(rendered(chart, "github"), tmp_path, namespace="ns")
    folder = pod.path(CONFIGURATION)
    assert (folder / "basehub/__init__.py").exists()
    assert pod.environment["EXAMPLE"] == "in ns"
    tokens = {(folder / f"secret/hub.services.{name}.apiToken").read_text() for name in ("hub-health", "binder")}
    assert {len(token) for token in tokens} == {64}
    assert len(tokens) == 2
