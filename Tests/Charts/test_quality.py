"""What holds for every chart and every preset, whatever it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from charts import EVERY_PART, HELMS, PRESETS, ROOT, SITE, Charts, Object, find, pod_template, preset, program, run
from pod_security import containers, security_level

CHARTS = sorted(path.parent.name for path in ROOT.glob("helm-charts/*/Chart.yaml"))
VERSIONS = ["1.28", "1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]
EVERYTHING: Object = {
    "nfs": {
        "enabled": True,
        "pv": {"enabled": True},
        "shareCreator": {"enabled": True},
        "volumeReporter": {"enabled": True},
    },
    "homeDownload": {"quota": "10Gi", "state": {"size": "1Gi"}, "exports": {"enabled": True}},
    "nodePlaceholder": {"enabled": True, "replicas": 2},
    "egress": {"allow": [{"to": [{"ipBlock": {"cidr": "10.20.0.5/32"}}]}]},
    "userServiceAccount": {"annotations": {"example.org/role": "users"}},
    "jupyterhub": {"custom": {"usageQuotas": {"enabled": True}}},
}
"""Everything of basehub that presets leave off."""
CASES = {**PRESETS, "everything": ("basehub", [*PRESETS["dask"][1], EVERYTHING])}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, list[Path | Object]]:
    return CASES[request.param]


@pytest.mark.parametrize("helm", HELMS)
def test_passes_the_strict_lint(charts: Charts, case: tuple[str, list[Path | Object]], helm: str) -> None:
    chart, values = case
    run(program(helm), "lint", "--strict", charts.path(chart), *charts.arguments(*values))


def test_renders_the_same_twice_and_with_both_helms(charts: Charts, case: tuple[str, list[Path | Object]]) -> None:
    chart, values = case
    first, second, third = (charts.own(chart, *values, helm=helm) for helm in ("helm", "helm", "helm3"))
    assert first == second
    # Helm 3 writes objects of one kind in another order.
    assert sorted(first, key=str) == sorted(third, key=str)


def test_objects_are_what_kubernetes_knows(charts: Charts, case: tuple[str, list[Path | Object]]) -> None:
    chart, values = case
    for _source, item in charts.own(chart, *values):
        if "." in item["apiVersion"].partition("/")[0] and not item["apiVersion"].partition("/")[0].endswith("k8s.io"):
            continue  # Of an extension, such as cert-manager's.
        for version in VERSIONS:
            kubernetes_validate.validate(item, version, strict=True)


def test_each_template_is_one_object_named_after_it(charts: Charts, case: tuple[str, list[Path | Object]]) -> None:
    chart, values = case
    found = charts.own(chart, *values)
    assert len({source for source, _ in found}) == len(found)
    for source, item in found:
        stem = Path(source).stem
        assert stem == item["kind"].lower() or stem.startswith(item["kind"].lower() + "-"), source


def test_objects_say_what_they_belong_to(charts: Charts, case: tuple[str, list[Path | Object]]) -> None:
    chart, values = case
    for source, item in charts.own(chart, *values):
        labels = item["metadata"].get("labels", {})
        assert labels.get("app.kubernetes.io/managed-by") == "Helm", source
        assert {
            "app.kubernetes.io/name",
            "app.kubernetes.io/instance",
            "app.kubernetes.io/component",
            "helm.sh/chart",
        } <= set(labels), source


def test_pods_ask_for_little_and_may_do_little(charts: Charts, case: tuple[str, list[Path | Object]]) -> None:
    chart, values = case
    for source, item in charts.own(chart, *values):
        pod = pod_template(item)
        if pod is None:
            continue
        for container in containers(pod):
            where = f"{source}: {container['name']}"
            for kind in ("requests", "limits"):
                assert {"cpu", "memory"} <= set(container["resources"][kind]), where
            assert re.search(r":[^/:]*[0-9][^/:]*$|@sha256:", container["image"]), f"{where}: {container['image']}"
            assert not container["image"].endswith(":latest"), where
        stated = pod["metadata"]["labels"]["hubfleet/pod-security"]
        assert stated == security_level(pod), source
        assert pod["spec"].get("automountServiceAccountToken") is False or "serviceAccountName" in pod["spec"], source


MORE = {
    "storage-quota-home-nfs": "privileged",
    "docker-api": "privileged",
    "nfs-share-creator-": "baseline",
    "api-prod-dask-gateway": "baseline",
    "controller-prod-dask-gateway": "baseline",
    "traefik-prod-dask-gateway": "baseline",
}
"""The pods of hubs that do not meet the standard `restricted`, and what they meet: docs/charts/basehub.md says why."""


@pytest.mark.parametrize(("chart", "values"), EVERY_PART[:2], ids=lambda part: part if isinstance(part, str) else "")
def test_all_pods_of_a_hub_are_restricted_but_those_that_the_page_names(
    charts: Charts, chart: str, values: list[Path | Object]
) -> None:
    page = (ROOT / "docs/charts/basehub.md").read_text()
    assert all(f"`{start.partition('prod')[0]}" in page for start in MORE)
    for item in charts.render(chart, *values):
        pod, name = pod_template(item), item["metadata"]["name"]
        if pod is None:
            continue
        expected = next((level for start, level in MORE.items() if name.startswith(start)), "restricted")
        assert security_level(pod) == expected, name


def test_pods_of_dask_clusters_are_restricted(charts: Charts) -> None:
    values = yaml.safe_load((ROOT / "helm-charts/basehub/values.yaml").read_text())
    for kind in ("scheduler", "worker"):
        settings = values["dask-gateway"]["gateway"]["backend"][kind]
        pod = {"spec": {**settings["extraPodConfig"], "containers": [settings["extraContainerConfig"]]}}
        assert security_level(pod) == "restricted", kind


def test_no_object_names_one_that_is_not_there(charts: Charts, case: tuple[str, list[Path | Object]]) -> None:
    chart, values = case
    objects = charts.render(chart, *values)
    there = {(item["kind"], item["metadata"]["name"]) for item in objects}
    for item in objects:
        for kind, name in references(item):
            assert (kind, name) in there, f"{item['kind']} {item['metadata']['name']} names {kind} {name}"


def references(value: Any) -> Iterator[tuple[str, str]]:
    """What an object names: (kind, name)."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    for key, kind, field in [
        ("configMap", "ConfigMap", "name"),
        ("configMapRef", "ConfigMap", "name"),
        ("configMapKeyRef", "ConfigMap", "name"),
        ("secret", "Secret", "secretName"),
        ("secretRef", "Secret", "name"),
        ("secretKeyRef", "Secret", "name"),
        ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
    ]:
        part = value.get(key)
        if isinstance(part, dict) and field in part and not part.get("optional"):
            yield kind, part[field]
    if isinstance(value.get("serviceAccountName"), str) and value["serviceAccountName"] != "default":
        yield "ServiceAccount", value["serviceAccountName"]
    for part in value.values():
        yield from references(part)


# The chart's own files.


@pytest.mark.parametrize("chart", CHARTS)
def test_every_key_is_explained_with_an_example(chart: str) -> None:
    schema = yaml.safe_load((ROOT / f"helm-charts/{chart}/values.schema.yaml").read_text())
    for path, part in parts(schema):
        assert part.get("description", "").strip(), f"{chart}: {path} has no description"
        assert part.get("type"), f"{chart}: {path} has no type"
        if "properties" in part:
            continue
        is_subchart = part["type"] == "object" and "additionalProperties" not in part
        assert is_subchart or part.get("examples"), f"{chart}: {path} has no example"


def parts(schema: Object, path: str = "") -> Iterator[tuple[str, Object]]:
    for key, part in schema.get("properties", {}).items():
        here = f"{path}.{key}".strip(".")
        yield here, part
        yield from parts(part, here)
        if isinstance(part.get("items"), dict):
            yield from parts(part["items"], here + "[]")


@pytest.mark.parametrize("chart", CHARTS)
def test_examples_and_defaults_are_what_the_schema_allows(chart: str) -> None:
    from jsonschema import Draft7Validator

    schema = yaml.safe_load((ROOT / f"helm-charts/{chart}/values.schema.yaml").read_text())
    Draft7Validator.check_schema(schema)
    for path, part in parts(schema):
        for example in part.get("examples", []):
            problems = [problem.message for problem in Draft7Validator(part).iter_errors(example)]
            assert not problems, f"{chart}: example of {path}: {problems}"


@pytest.mark.parametrize("chart", CHARTS)
def test_own_keys_are_closed(charts: Charts, chart: str) -> None:
    schema = yaml.safe_load((ROOT / f"helm-charts/{chart}/values.schema.yaml").read_text())
    subcharts = {
        item["name"] for item in yaml.safe_load((ROOT / f"helm-charts/{chart}/Chart.yaml").read_text())["dependencies"]
    }
    for path, part in parts(schema):
        if path.split(".")[0] in subcharts and "custom" not in path.split("."):
            continue
        if part.get("type") == "object" and "properties" in part:
            # The official chart gives `custom` to its users.
            is_open = path == "jupyterhub.custom"
            assert part.get("additionalProperties") is is_open, f"{chart}: {path} is open, or should be"


def test_what_is_made_from_the_charts_is_up_to_date() -> None:
    import sys

    run(sys.executable, ROOT / "scripts/chart_files.py", ROOT, "--check")


@pytest.mark.parametrize("chart", CHARTS)
def test_no_operator_is_named(chart: str) -> None:
    """Names of operators are values. Registries and repositories of sub-charts are where these are published."""
    for file in [*(ROOT / "helm-charts" / chart).rglob("*"), *(ROOT / "presets").iterdir()]:
        if not file.is_file() or "__pycache__" in file.parts or file.parent.name == "charts":
            continue
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            published = re.sub(r"(https://2i2c\.org/|ghcr\.io/2i2c-org/|quay\.io/2i2c/)\S+", "", line)
            assert "2i2c" not in published.lower(), f"{file}:{number}"


def test_a_wrong_key_is_refused_with_its_name(charts: Charts) -> None:
    for helm in HELMS:
        complaint = charts.complaint(
            "basehub",
            *PRESETS["essential"][1],
            {"jupyterhub": {"custom": {"homepage": {"templatVars": {}}}}},
            helm=helm,
        )
        assert "templatVars" in complaint


def test_two_kinds_of_homes_are_refused(charts: Charts) -> None:
    complaint = charts.complaint("basehub", *PRESETS["essential"][1], {"homeStorageClass": {"enabled": True}})
    assert "switch one off" in complaint


def test_homes_need_a_disk(charts: Charts) -> None:
    nowhere: Object = {"jupyterhub-home-nfs": {"gke": {"enabled": False}}}
    assert "has no disk" in charts.complaint("basehub", *PRESETS["essential"][1], nowhere)


def test_open_networks_stay_open(charts: Charts) -> None:
    """Without the official policy nothing is restricted, so ours must not be the only one."""
    off: Object = {"jupyterhub": {"singleuser": {"networkPolicy": {"enabled": False}}}}
    names = [item["metadata"]["name"] for item in charts.render("basehub", *PRESETS["essential"][1], off)]
    assert "user-egress" not in names


def test_homes_of_a_storage_class(charts: Charts) -> None:
    values: Object = {
        **SITE,
        "nfs": {"enabled": False},
        "jupyterhub-home-nfs": {"enabled": False},
        "homeStorageClass": {"enabled": True, "className": "filestore", "size": "2Ti"},
    }
    objects = charts.render("basehub", preset("essential"), values)
    claim = find(objects, "PersistentVolumeClaim", "home-nfs")
    assert claim["spec"]["storageClassName"] == "filestore"
    assert claim["spec"]["resources"]["requests"]["storage"] == "2Ti"
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_egress_cannot_be_half_closed(charts: Charts) -> None:
    closed: Object = {"egress": {"web": False}}
    complaint = charts.complaint("basehub", *PRESETS["essential"][1], closed)
    assert "nonPrivateIPs" in complaint
    rules = {"jupyterhub": {"singleuser": {"networkPolicy": {"egressAllowRules": {"nonPrivateIPs": False}}}}}
    objects = charts.render("basehub", *PRESETS["essential"][1], closed, rules)
    policy = find(objects, "NetworkPolicy", "user-egress")
    to_addresses = [rule for rule in policy["spec"]["egress"] if any("ipBlock" in peer for peer in rule["to"])]
    # Names are left.
    assert {port["port"] for rule in to_addresses for port in rule["ports"]} == {53}
