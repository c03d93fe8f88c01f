"""Hubs of basehub with each preset: the configuration that the pod gets is executed, and servers are started on it.

The pods that Kubernetes would be asked for are on record below `presets`; UPDATE_RECORDS=1 remakes them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from charts import LOGIN, PRESETS, Charts
from pod_security import security_level

PLACE = Path(__file__).parent / "presets"
NAMES = sorted(file.stem for file in PLACE.glob("*.yaml"))


def users(preset: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((PLACE / f"{preset}.yaml").read_text()))


@pytest.fixture(scope="module")
def records(charts: Charts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The records of each preset's hub, which ran in a process of its own."""
    return {preset: record(charts, preset, tmp_path_factory.mktemp(preset)) for preset in NAMES}


def record(charts: Charts, preset: str, folder: Path) -> Path:
    chart, values = PRESETS[preset]
    manifests = folder / "manifests.yaml"
    manifests.write_text(yaml.safe_dump_all(charts.render(chart, *values, LOGIN)))
    command = [sys.executable, str(Path(__file__).parent / "record_pods.py"), str(manifests), f"{PLACE}/{preset}.yaml"]
    answer = subprocess.run(
        [*command, str(folder / "pods"), "--namespace", "prod"], capture_output=True, text=True, timeout=120
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    if os.environ.get("UPDATE_RECORDS"):
        shutil.rmtree(PLACE / preset, ignore_errors=True)
        shutil.copytree(folder / "pods", PLACE / preset)
    return folder / "pods"


@pytest.mark.parametrize("preset", NAMES)
def test_users_get_the_pods_on_record(records: dict[str, Path], preset: str) -> None:
    found = {file.name: file.read_text() for file in records[preset].iterdir()}
    assert sorted(found) == sorted(f"{user.get('record', user['name'])}.yaml" for user in users(preset))
    assert found == {file.name: file.read_text() for file in (PLACE / preset).iterdir()}


def pod(records: dict[str, Path], preset: str, name: str) -> dict[str, Any]:
    found = yaml.safe_load((records[preset] / f"{name}.yaml").read_text())
    assert "pod" in found, found
    return dict(found["pod"])


def notebook(item: dict[str, Any]) -> dict[str, Any]:
    return next(container for container in item["spec"]["containers"] if container["name"] == "notebook")


def refusal(records: dict[str, Path], preset: str, name: str) -> str:
    found = yaml.safe_load((records[preset] / f"{name}.yaml").read_text())
    assert "pod" not in found
    return str(found["error"])


def test_homes_are_ones_own(records: dict[str, Path]) -> None:
    for name, folder in [("plain", "plain"), ("odd.name@example.org", "odd-2ename-40example-2eorg")]:
        mounts = notebook(pod(records, "essential", name))["volumeMounts"]
        homes = [mount for mount in mounts if mount["name"] == "home" and mount["subPath"] != "_shared"]
        assert {mount["mountPath"]: mount["subPath"] for mount in homes} == {
            "/home/jovyan": folder,
            "/home/rstudio": folder,
        }


def test_only_administrators_write_what_all_read(records: dict[str, Path]) -> None:
    for name, is_administrator in [("plain", False), ("member", False), ("octocat", True), ("octocat-rstudio", True)]:
        mounts = notebook(pod(records, "essential", name))["volumeMounts"]
        writable = {m["mountPath"] for m in mounts if m.get("subPath") == "_shared" and not m.get("readOnly")}
        expected = {"/home/jovyan/shared_readwrite", "/home/rstudio/shared_readwrite"} if is_administrator else set()
        assert writable == expected, name


def test_no_server_speaks_to_nfs_or_runs_as_somebody(records: dict[str, Path]) -> None:
    for preset in NAMES:
        for file in records[preset].iterdir():
            found = yaml.safe_load(file.read_text())
            if "pod" in found:
                spec = found["pod"]["spec"]
                assert "block-nfs-access" in [container["name"] for container in spec["initContainers"]]
                assert spec["serviceAccountName"] == "user-sa"
                assert not notebook(found["pod"])["securityContext"].get("privileged")


def test_servers_ask_for_no_more_than_the_standard_restricted(records: dict[str, Path]) -> None:
    for preset in NAMES:
        for file in records[preset].iterdir():
            found = yaml.safe_load(file.read_text())
            if "pod" in found:
                assert security_level(found["pod"]) == "privileged", "what closes ports is privileged"
                # Without it, as where the network enforces policies.
                server = {"spec": {**found["pod"]["spec"], "initContainers": []}}
                assert security_level(server) == "restricted", file


def test_choices_are_what_users_get_and_nothing_else(records: dict[str, Path]) -> None:
    rstudio = notebook(pod(records, "essential", "rstudio-user"))
    assert rstudio["image"] == "docker.io/rocker/binder:4.4.2"
    assert rstudio["workingDir"] == "/home/rstudio"
    assert rstudio["resources"]["limits"]["memory"] == 4 * 1024**3
    assert notebook(pod(records, "essential", "own-image"))["image"] == "quay.io/example/own:1.0"
    assert "validation" in refusal(records, "essential", "own-image-without-tag")
    assert "gpu" in refusal(records, "essential", "unknown-choice")


def test_the_health_check_reaches_its_own_user_only(records: dict[str, Path]) -> None:
    assert pod(records, "essential", "deployment-service-check")
    assert "404" in refusal(records, "essential", "plain-by-the-health-check")


def test_gpus_are_for_their_group(records: dict[str, Path]) -> None:
    for name in ("member", "other-case", "octocat"):
        assert notebook(pod(records, "research-gpu", name))["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert "nvidia.com/gpu" not in notebook(pod(records, "research-gpu", "plain"))["resources"]["limits"]
    assert "gpu" in refusal(records, "research-gpu", "plain-with-gpu")


def test_a_class_gets_one_environment(records: dict[str, Path]) -> None:
    image = notebook(pod(records, "teaching", "student@example.edu"))["image"]
    assert image == "quay.io/jupyter/datascience-notebook:2025-07-28"


def test_servers_find_the_dask_gateway(records: dict[str, Path]) -> None:
    item = pod(records, "dask", "plain")
    environment = {variable["name"]: variable.get("value") for variable in notebook(item)["env"]}
    assert notebook(item)["image"] == "quay.io/pangeo/pangeo-notebook:2026.04.29"
    assert environment["DASK_GATEWAY__PROXY_ADDRESS"] == "gateway://traefik-prod-dask-gateway.prod:80"
    assert item["metadata"]["labels"]["hub.jupyter.org/network-access-proxy-http"] == "true"
