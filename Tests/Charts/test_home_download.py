"""The service that lets users download their homes, as the chart renders it: what it may read, and where it runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from charts import PRESETS, ROOT, Charts, Object, find, program, run

NAME = "home-download"
ESSENTIAL = PRESETS["essential"][1]


def rendered(charts: Charts, *more: Object) -> list[Object]:
    return charts.render("basehub", *ESSENTIAL, *more)


def ours(objects: list[Object]) -> set[tuple[str, str]]:
    """The objects that are the service's: (kind, name)."""
    found = {(item["kind"], item["metadata"]["name"]) for item in objects}
    return {(kind, name) for kind, name in found if name.startswith(NAME)}


def pod_of(objects: list[Object]) -> Object:
    return dict(find(objects, "Deployment", NAME)["spec"]["template"])


def container(objects: list[Object]) -> Object:
    [found] = pod_of(objects)["spec"]["containers"]
    return dict(found)


def variables(objects: list[Object]) -> dict[str, Any]:
    return {item["name"]: item.get("value", item.get("valueFrom")) for item in container(objects)["env"]}


EVERYTHING = {("Deployment", NAME), ("Service", NAME), ("NetworkPolicy", NAME)}


def test_homes_can_be_read_and_nothing_else(charts: Charts) -> None:
    objects = rendered(charts)
    assert ours(objects) == EVERYTHING
    mounts = {mount["name"]: mount for mount in container(objects)["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod_of(objects)["spec"]["volumes"]}
    # Both: what is read-only for the pod is never given to its group either.
    assert mounts["homes"] == {"name": "homes", "mountPath": "/homes", "readOnly": True}
    assert volumes["homes"]["persistentVolumeClaim"] == {"claimName": "home-nfs", "readOnly": True}
    assert {name for name, mount in mounts.items() if not mount.get("readOnly")} == {"state"}
    assert volumes["state"]["emptyDir"] == {"sizeLimit": "1Gi"}
    assert set(volumes) == set(mounts)
    security = container(objects)["securityContext"]
    assert security["readOnlyRootFilesystem"] and security["runAsUser"] == 1000


def test_only_one_runs_at_a_time(charts: Charts) -> None:
    spec = find(rendered(charts), "Deployment", NAME)["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


@pytest.mark.parametrize(
    ("given", "base"),
    [(None, "/"), ("/", "/"), ("", "/"), ("/hub-a/", "/hub-a/"), ("/hub-a", "/hub-a/"), ("/a/b/", "/a/b/")],
)
def test_it_follows_the_hubs_path(charts: Charts, given: str | None, base: str) -> None:
    objects = rendered(charts, {} if given is None else {"jupyterhub": {"hub": {"baseUrl": given}}})
    assert variables(objects) == {
        "JUPYTERHUB_SERVICE_NAME": NAME,
        "JUPYTERHUB_SERVICE_PREFIX": f"{base}services/home-download/",
        "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8080",
        "JUPYTERHUB_API_URL": f"http://hub:8081{base}hub/api",
        "JUPYTERHUB_API_TOKEN": {"secretKeyRef": {"name": "hub", "key": "hub.services.home-download.apiToken"}},
        "JUPYTERHUB_CLIENT_ID": "service-home-download",
        "JUPYTERHUB_BASE_URL": base,
        "JUPYTERHUB_HOST": "",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{base}services/home-download/oauth_callback",
    }
    for probe in ("readinessProbe", "livenessProbe"):
        assert container(objects)[probe]["httpGet"]["path"] == f"{base}services/home-download/health"


def test_its_token_is_in_the_hubs_secret(charts: Charts) -> None:
    objects = rendered(charts)
    secret = find(objects, "Secret", "hub")
    wanted = variables(objects)["JUPYTERHUB_API_TOKEN"]["secretKeyRef"]["key"]
    assert wanted in {**secret.get("data", {}), **secret.get("stringData", {})}
    assert find(objects, "Service", "hub")["spec"]["ports"][0]["port"] == 8081


def test_a_changed_token_starts_it_anew(charts: Charts) -> None:
    given = [None, {"apiToken": "a" * 64}, {"apiToken": "b" * 64}, {"api_token": "c" * 64}]
    services = [{"jupyterhub": {"hub": {"services": {NAME: token}}}} if token else {} for token in given]
    found = [pod_of(rendered(charts, values))["metadata"]["annotations"] for values in services]
    assert len({annotations["checksum/token"] for annotations in found}) == len(given)


PROGRAM = ["hubfleet", "home", "serve", "--homes", "/homes", "--name-scheme", "escape", "--state", "/state"]


def disk(**settings: Any) -> Object:
    return {"jupyterhub-home-nfs": {"quotaEnforcer": settings}}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        # The preset's 10 GiB.
        ({}, ["--quota", "10737418240"]),
        (disk(config={"QuotaManager": {"hard_quota": 0.5}}), ["--quota", "536870912"]),
        ({"homeDownload": {"quota": "1Gi"}}, ["--quota", "1073741824"]),
        (disk(enabled=False), []),
        # Homes differ, and the page would be wrong for some.
        (disk(config={"QuotaManager": {"quota_overrides": {"ada": 50}}}), []),
        ({"nfs": {"enabled": True}, "jupyterhub-home-nfs": {"enabled": False}}, []),
    ],
)
def test_the_quota_that_is_told_is_the_one_that_is_set(charts: Charts, values: Object, told: list[str]) -> None:
    assert container(rendered(charts, values))["command"] == PROGRAM + told


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ({"exports": {"enabled": True}}, ["--exports", "/exports", "--quota", "10737418240"]),
        ({"quota": "10Gi"}, ["--quota", "10737418240"]),
        ({"quota": "10G"}, ["--quota", "10000000000"]),
        ({"quota": "2Ti"}, ["--quota", "2199023255552"]),
        ({"quota": "512K"}, ["--quota", "512000"]),
        ({"quota": "10737418240"}, ["--quota", "10737418240"]),
        ({"exports": {"enabled": True}, "quota": "1Pi"}, ["--exports", "/exports", "--quota", "1125899906842624"]),
    ],
)
def test_settings_are_arguments(charts: Charts, settings: Object, more: list[str]) -> None:
    assert container(rendered(charts, {"homeDownload": settings}))["command"] == PROGRAM + more


@pytest.mark.parametrize(
    "settings",
    [
        {"quota": "much"},
        {"quota": 10737418240},
        {"nameScheme": "names"},
        {"state": {"size": "1 Gi"}},
        {"exports": {"size": ""}},
        {"receipts": True},
    ],
)
def test_what_it_cannot_be_is_refused(charts: Charts, settings: Object) -> None:
    complaint = charts.complaint("basehub", *ESSENTIAL, {"homeDownload": settings})
    assert "homeDownload" in complaint.replace("/", ".")


def test_disks_are_kept_and_have_their_class(charts: Charts) -> None:
    settings = {
        "state": {"size": "2Gi", "storageClassName": "fast"},
        "exports": {"enabled": True, "size": "1Ti", "storageClassName": "slow"},
    }
    objects = rendered(charts, {"homeDownload": settings})
    volumes = {volume["name"]: volume for volume in pod_of(objects)["spec"]["volumes"]}
    for name, size, storage_class in [("state", "2Gi", "fast"), ("exports", "1Ti", "slow")]:
        claim = find(objects, "PersistentVolumeClaim", f"{NAME}-{name}")
        assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
        assert claim["spec"]["storageClassName"] == storage_class
        assert claim["spec"]["resources"]["requests"]["storage"] == size
        assert volumes[name]["persistentVolumeClaim"] == {"claimName": f"{NAME}-{name}"}
    # Else the disk is root's, and it cannot write there.
    assert pod_of(objects)["spec"]["securityContext"]["fsGroup"] == container(objects)["securityContext"]["runAsGroup"]
    default = rendered(charts, {"homeDownload": {"state": {"size": "1Gi"}}})
    assert ours(default) == {*EVERYTHING, ("PersistentVolumeClaim", f"{NAME}-state")}
    assert "storageClassName" not in find(default, "PersistentVolumeClaim", f"{NAME}-state")["spec"]


# Where there is none.

STORAGE_CLASS: Object = {
    "nfs": {"enabled": False},
    "jupyterhub-home-nfs": {"enabled": False},
    "homeStorageClass": {"enabled": True},
}


def storage(**settings: Any) -> Object:
    return {"jupyterhub": {"singleuser": {"storage": settings}}}


def sub_path(text: str) -> Object:
    return storage(static={"subPath": text})


SLUGS_ARE_ESCAPED: Object = {"jupyterhub": {"hub": {"config": {"KubeSpawner": {"slug_scheme": "escape"}}}}}
HUBS_OWN: Object = {"jupyterhub": {"hub": {"services": {NAME: {"url": "http://downloads:9000"}}}}}


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        ([], True),
        ([STORAGE_CLASS], True),
        ([{"homeDownload": {"enabled": False, "state": {"size": "1Gi"}, "exports": {"enabled": True}}}], False),
        ([{"nfs": {"enabled": False}, "jupyterhub-home-nfs": {"enabled": False}}], False),
        ([storage(type="none")], False),
        ([storage(type="dynamic")], False),
        ([storage(static={"pvcName": "other"})], False),
        # Users would get the homes of others, where the schemes give one name to two of them.
        ([sub_path("{username}")], False),
        ([sub_path("{unescaped_username}")], False),
        ([sub_path("homes/{escaped_username}")], False),
        ([{"homeDownload": {"nameScheme": "safe"}}], False),
        ([sub_path("{username}"), {"homeDownload": {"nameScheme": "safe"}}], True),
        ([sub_path("{safe_username}"), {"homeDownload": {"nameScheme": "safe"}}], True),
        ([sub_path("{unescaped_username}"), {"homeDownload": {"nameScheme": "plain"}}], True),
        ([sub_path("{username}"), SLUGS_ARE_ESCAPED], True),
        ([sub_path("{username}"), SLUGS_ARE_ESCAPED, {"homeDownload": {"nameScheme": "safe"}}], False),
        ([sub_path("{escaped_username}/{servername}")], True),
        ([HUBS_OWN], False),
        ([{"jupyterhub": {"hub": {"services": {NAME: {"display": False}}}}}], True),
    ],
)
def test_it_runs_where_it_gives_everybody_their_own_home(charts: Charts, values: list[Object], runs: bool) -> None:
    objects = rendered(charts, *values)
    assert ours(objects) == (EVERYTHING if runs else set())
    # The hub is told the same.
    parts = json.loads(find(objects, "ConfigMap", "basehub-python")["data"]["parts.json"])
    assert parts[NAME] == {"runs": runs}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"jupyterhub": {"hub": {"baseUrl": "/a/"}}}, "Users download their homes at /a/services/home-download/"),
        (sub_path("{username}"), "Users cannot download their homes: homeDownload.nameScheme is escape"),
        ({"homeDownload": {"enabled": False}}, None),
    ],
)
def test_who_installs_it_is_told(charts: Charts, values: Object, told: str | None) -> None:
    # Helm 3 asks a cluster even so.
    command: list[str | Path] = [
        program("helm"),
        "install",
        "prod",
        charts.path("basehub"),
        "--dry-run=client",
        "--namespace",
        "prod",
    ]
    notes = run(*command, *charts.arguments(*ESSENTIAL, values)).partition("\nNOTES:\n")[2]
    assert "Homes are on the claim home-nfs." in notes
    assert told in notes if told else "download" not in notes


@pytest.mark.parametrize("preset", PRESETS)
def test_hubs_with_homes_have_it(charts: Charts, preset: str) -> None:
    chart, values = PRESETS[preset]
    objects = charts.render(chart, *values)
    has_homes = ("PersistentVolumeClaim", "home-nfs") in {(i["kind"], i["metadata"]["name"]) for i in objects}
    assert has_homes is (chart in ("basehub", "daskhub"))
    assert ours(objects) == (EVERYTHING if has_homes else set())


def test_a_login_of_the_hubs_own_is_followed(charts: Charts) -> None:
    login = {"oauth_client_id": "service-x", "oauth_redirect_uri": "https://hub.example.org/services/x/oauth_callback"}
    found = variables(rendered(charts, {"jupyterhub": {"hub": {"services": {NAME: login}}}}))
    assert found["JUPYTERHUB_CLIENT_ID"] == "service-x"
    assert found["JUPYTERHUB_OAUTH_CALLBACK_URL"] == login["oauth_redirect_uri"]


def test_the_image_is_of_the_program_that_has_these_charts(charts: Charts) -> None:
    source = Path(ROOT / "Sources/FleetCommands/Context/Version.swift").read_text()
    [version] = re.findall(r'static let current = "([0-9.]+)(?:-dev)?"', source)
    assert container(rendered(charts))["image"] == f"ghcr.io/hubfleet/hubfleet:{version}"
    other = {"images": {"homeDownload": "registry.example.org/own/hubfleet:2"}}
    assert container(rendered(charts, other))["image"] == "registry.example.org/own/hubfleet:2"
