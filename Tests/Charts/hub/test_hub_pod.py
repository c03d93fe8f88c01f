"""What the hub's container sees of rendered manifests."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from hub_pod import CONFIGURATION, HubPod, materialise

CONFIG = {"jupyterhub_config.py": f"open('{CONFIGURATION}/secret/a')", "z2jh.py": "x = 1", "hub": "hub"}


def manifests(**container: Any) -> list[dict[str, Any]]:
    """A hub's Deployment with what it needs, and with more in its container."""
    mounts = [
        {"name": "config", "mountPath": f"{CONFIGURATION}/{file}", "subPath": file}
        for file in ("jupyterhub_config.py", "z2jh.py")
    ]
    mounts += [{"name": "secret", "mountPath": f"{CONFIGURATION}/secret/"}, *container.pop("mounts", [])]
    volumes: list[dict[str, Any]] = [
        {"name": "config", "configMap": {"name": "hub"}},
        {"name": "secret", "secret": {"secretName": "hub"}},
        {"name": "some", "secret": {"secretName": "hub", "items": [{"key": "a", "path": "deep/er"}]}},
        {"name": "both", "projected": {"sources": [{"secret": {"name": "hub"}}, {"configMap": {"name": "hub"}}]}},
        {"name": "maybe", "configMap": {"name": "none", "optional": True}},
        {"name": "lost", "configMap": {"name": "none"}},
        {"name": "disk", "emptyDir": {}},
    ]
    hub = {"name": "hub", "volumeMounts": mounts, **container}
    labels = {"app.kubernetes.io/component": "hub"}
    pod = {"volumes": volumes, "containers": [{"name": "other"}, hub]}
    secret = {"a": base64.b64encode(b"secret").decode()}
    return [
        {"kind": "ConfigMap", "metadata": {"name": "hub"}, "data": CONFIG},
        {"kind": "Secret", "metadata": {"name": "hub"}, "data": secret, "stringData": {"b": "plain"}},
        {"kind": "Service", "metadata": {"name": "proxy-api"}, "spec": {"ports": [{"port": 8001}]}},
        {"kind": "Deployment", "metadata": {"name": "h", "labels": labels}, "spec": {"template": {"spec": pod}}},
    ]


def files(pod: HubPod, folder: str) -> dict[str, str]:
    """The files below a folder of the container."""
    root = pod.path(folder)
    return {str(file.relative_to(root)): file.read_text() for file in root.rglob("*") if file.is_file()}


def test_files_are_where_they_are_mounted(tmp_path: Path) -> None:
    mounts = [
        {"name": "some", "mountPath": "/some"},
        {"name": "some", "mountPath": "/part", "subPath": "deep"},
        {"name": "both", "mountPath": "/both"},
        {"name": "maybe", "mountPath": "/maybe"},
        {"name": "disk", "mountPath": "/disk", "subPath": "repo/templates"},
    ]
    pod = materialise(manifests(mounts=mounts), tmp_path)
    assert files(pod, f"{CONFIGURATION}/secret") == {"a": "secret", "b": "plain"}
    assert files(pod, "/some") == {"deep/er": "secret"}
    assert files(pod, "/part") == {"er": "secret"}
    assert set(files(pod, "/both")) == {"a", "b", "hub", "jupyterhub_config.py", "z2jh.py"}
    assert files(pod, "/maybe") == files(pod, "/disk") == {}
    assert pod.path("/disk").is_dir()


def test_the_configuration_finds_its_files_below_the_root(tmp_path: Path) -> None:
    arguments = ["jupyterhub", "--config", f"{CONFIGURATION}/jupyterhub_config.py"]
    pod = materialise(manifests(args=arguments), tmp_path)
    assert (
        pod.path(f"{CONFIGURATION}/jupyterhub_config.py").read_text() == f"open('{tmp_path}{CONFIGURATION}/secret/a')"
    )
    assert pod.arguments == ["jupyterhub", "--config", f"{tmp_path}{CONFIGURATION}/jupyterhub_config.py"]


def test_variables_come_from_everywhere(tmp_path: Path) -> None:
    env = [
        {"name": "PLAIN", "value": "1"},
        {"name": "EMPTY"},
        {"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        {"name": "CONFIG", "valueFrom": {"configMapKeyRef": {"name": "hub", "key": "z2jh.py"}}},
        {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "hub", "key": "a"}}},
        {"name": "MAYBE", "valueFrom": {"secretKeyRef": {"name": "hub", "key": "c", "optional": True}}},
        {"name": "BOTH", "value": "$(PLAIN) in $(NAMESPACE) but $(LATER)"},
        {"name": "LATER", "value": "x"},
    ]
    sources = [{"prefix": "S_", "secretRef": {"name": "hub"}}]
    pod = materialise(manifests(env=env, envFrom=sources), tmp_path, namespace="ns")
    assert pod.environment == {
        "PROXY_API_SERVICE_HOST": "192.0.2.1",
        "PROXY_API_SERVICE_PORT": "8001",
        "S_a": "secret",
        "S_b": "plain",
        "PLAIN": "1",
        "EMPTY": "",
        "NAMESPACE": "ns",
        "CONFIG": "x = 1",
        "SECRET": "secret",
        "BOTH": "1 in ns but $(LATER)",
        "LATER": "x",
    }


def test_what_is_not_rendered_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="names the ConfigMap none"):
        materialise(manifests(mounts=[{"name": "lost", "mountPath": "/lost"}]), tmp_path)
    env = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "hub", "key": "c"}}}]
    with pytest.raises(LookupError, match="Secret hub has no key c"):
        materialise(manifests(env=env), tmp_path)
