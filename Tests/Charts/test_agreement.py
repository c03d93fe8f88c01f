"""Two values that must agree are one, or are compared; parts that are off leave nothing that points at them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from charts import (
    BINDER,
    EVERY_PART,
    HELMS,
    PRESETS,
    Charts,
    Object,
    find,
    named,
    pod_template,
    preset,
    program,
    run,
)

ESSENTIAL = PRESETS["essential"][1]
EVERYTHING = EVERY_PART[0][1]


def quotas(**manager: Any) -> Object:
    return {"jupyterhub-home-nfs": {"quotaEnforcer": {"config": {"QuotaManager": manager}}}}


PLAIN_SITE: Object = {
    "nfs": {"pv": {"serverIP": "10.0.0.1"}},
    "jupyterhub-home-nfs": {"gke": {"enabled": True, "volumeId": "projects/p/zones/z/disks/homes"}},
    "jupyterhub": {"ingress": {"hosts": ["h.example.org"], "tls": [{"hosts": ["h.example.org"], "secretName": "t"}]}},
}


# Quotas of homes.


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("values", "folder"),
    [
        # Plain Helm with a preset and a site's file: the sub-chart counts /export, where the hub's folder is one home.
        ([], "/export/prod"),
        ([quotas(paths=["/export/prod"]), {"nfs": {"pv": {"shareNameOverride": "old"}}}], "/export/old"),
        ([quotas(paths=["/export/prod"]), {"nfs": {"pv": {"baseShareName": "/homes/"}}}], "/export/homes/prod"),
        ([quotas(paths=["/export/prod"]), {"nfs": {"pv": {"baseShareName": "/export/a/"}}}], "/export/a/prod"),
    ],
)
def test_quotas_are_for_the_folders_of_the_homes(charts: Charts, helm: str, values: list[Object], folder: str) -> None:
    complaint = charts.complaint("basehub", preset("essential"), PLAIN_SITE, *values, helm=helm)
    assert f"the homes are in {folder} on the disk" in complaint
    # What it says to set is right.
    said = complaint.partition("QuotaManager to ")[2].partition("}")[0] + "}"
    charts.render("basehub", preset("essential"), PLAIN_SITE, *values, quotas(**yaml.safe_load(said)), helm=helm)


@pytest.mark.parametrize(
    "values",
    [
        quotas(paths=["/export/other", "/export/prod/"]),
        {"jupyterhub-home-nfs": {"quotaEnforcer": {"enabled": False}}},
        {"jupyterhub-home-nfs": {"enabled": False}},
        {"nfs": {"enabled": False}},
    ],
)
def test_hubs_whose_quotas_are_right_or_none_are_left_alone(charts: Charts, values: Object) -> None:
    charts.render("basehub", preset("essential"), PLAIN_SITE, values)


def test_the_shared_folder_has_no_users_quota(charts: Charts) -> None:
    secret = find(charts.render("basehub", *ESSENTIAL), "Secret", "storage-quota-home-nfs")
    [text] = [value for key, value in secret["stringData"].items() if key.endswith(".yaml")]
    assert yaml.safe_load(text)["config"]["QuotaManager"]["exclude"] == ["_shared"]


# Values of two parts.

DASK: Object = {"dask-gateway": {"enabled": True}}
SETUP: Object = {"jupyterhub": {"custom": {"daskhubSetup": {"enabled": True}}}}


def at_path(base: str) -> Object:
    return {"jupyterhub": {"hub": {"baseUrl": base}}}


def login(section: str, address: str) -> Object:
    return {"jupyterhub": {"hub": {"config": {section: {"oauth_callback_url": address}}}}}


IMAGES: Object = {"binderhub-service": {"enabled": True}}


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([DASK], "dask-gateway.enabled is true, but jupyterhub.custom.daskhubSetup.enabled is false"),
        ([SETUP], "dask-gateway.enabled is false, but jupyterhub.custom.daskhubSetup.enabled is true"),
        ([{"jupyterhub": {"custom": {"binderhubUI": {"enabled": True}}}}], "nothing could start servers"),
        ([{"userServiceAccount": {"enabled": False}}], "serviceAccountName is user-sa, which nothing makes"),
        ([{"nfs": {"pv": {"enabled": False}}, "jupyterhub-home-nfs": {"enabled": False}}], "nfs.shareCreator.enabled"),
        ([{"monitoring": {"namespace": "watch"}}], "of another namespace"),
        # Below a path.
        ([at_path("/a"), preset("dask")], "Set it to that"),
        ([at_path("/a"), IMAGES], "base_url is /services/binder"),
        ([at_path("/a"), login("OAuthenticator", "https://h/hub/oauth_callback")], "https://h/a/hub/oauth_callback"),
        ([at_path("/a"), login("CILogonOAuthenticator", "https://h/hub/oauth_callback")], "h/a/hub/oauth_callback"),
    ],
)
def test_what_does_not_agree_is_refused(charts: Charts, helm: str, values: list[Path | Object], told: str) -> None:
    assert told in charts.complaint("basehub", *ESSENTIAL, *values, helm=helm)


@pytest.mark.parametrize(
    "values",
    [
        [DASK, SETUP],
        [IMAGES, {"jupyterhub": {"custom": {"binderhubUI": {"enabled": True}}}}],
        [
            {"userServiceAccount": {"enabled": False}},
            {"jupyterhub": {"singleuser": {"serviceAccountName": "own"}}},
        ],
        [{"monitoring": {"namespace": "watch"}, "jupyterhub-groups-exporter": {"enabled": False}}],
        # What another class of logins says hides what is said for all.
        [
            at_path("/a"),
            login("OAuthenticator", "https://h/hub/oauth_callback"),
            login("CILogonOAuthenticator", "https://h/a/hub/oauth_callback"),
        ],
        # A hub without logins elsewhere.
        [
            at_path("/a"),
            login("OAuthenticator", "https://h/hub/oauth_callback"),
            {"jupyterhub": {"hub": {"config": {"JupyterHub": {"authenticator_class": "dummy"}}}}},
        ],
        # At the root nothing is asked: somebody may pass logins on.
        [login("CILogonOAuthenticator", "https://relay.example.org/back")],
    ],
)
def test_what_agrees_is_rendered(charts: Charts, values: list[Path | Object]) -> None:
    charts.render("basehub", *ESSENTIAL, *values)


# Below a path.


def variables(objects: list[Object], kind: str, name: str) -> dict[str, str]:
    """A workload's variables, as its pod has them: those of ConfigMaps by their contents."""
    template = pod_template(find(objects, kind, name))
    assert template
    found = {}
    for item in template["spec"]["containers"][0]["env"]:
        source = item.get("valueFrom", {}).get("configMapKeyRef")
        if source:
            found[item["name"]] = find(objects, "ConfigMap", source["name"])["data"][source["key"]]
        elif "value" in item:
            found[item["name"]] = item["value"]
    return found


@pytest.mark.parametrize(
    ("given", "base"), [("/", "/"), ("/hub-a", "/hub-a/"), ("/hub-a/", "/hub-a/"), ("/a/b/", "/a/b/")]
)
def test_who_asks_the_hub_asks_where_it_is(charts: Charts, given: str, base: str) -> None:
    objects = charts.render(
        "basehub",
        *EVERYTHING,
        at_path(given),
        {
            "dask-gateway": {"gateway": {"prefix": f"{base}services/dask-gateway"}},
            "binderhub-service": {"config": {"BinderHub": {"base_url": f"{base}services/binder/"}}},
        },
    )
    api = f"http://hub:8081{base}hub/api"
    exporter = variables(objects, "Deployment", "prod-groups-exporter-deployment")
    # What the exporter makes of it: http://HOST:PORT, and hub/api/users below that.
    assert f"http://hub:{exporter['HUB_SERVICE_PORT']}/hub/api" == api
    assert variables(objects, "Deployment", "api-prod-dask-gateway")["BASEHUB_HUB_API"] == api
    binder = variables(objects, "Deployment", "binderhub")
    assert binder["JUPYTERHUB_API_URL"] == api
    assert binder["JUPYTERHUB_BASE_URL"] == base
    assert binder["JUPYTERHUB_OAUTH_CALLBACK_URL"] == f"{base}services/binder/oauth_callback"
    # The gateway's own configuration takes the address, unless the hub says one.
    gateway = find(objects, "ConfigMap", "api-prod-dask-gateway")["data"]
    assert "BASEHUB_HUB_API" in "".join(gateway.values())


@pytest.mark.parametrize(("given", "base"), [("/", "/"), ("/reader", "/reader/")])
def test_a_binder_hub_below_a_path_is_found(charts: Charts, given: str, base: str) -> None:
    objects = charts.render("binderhub", preset("binder-anonymous"), BINDER, at_path(given))
    found = variables(objects, "Deployment", "binderhub")
    assert found["JUPYTERHUB_API_URL"] == f"http://hub:8081{base}hub/api"
    assert found["JUPYTERHUB_BASE_URL"] == base
    assert found["JUPYTERHUB_HOST"] == "https://hub.example.org"
    complaint = charts.complaint(
        "binderhub",
        preset("binder-github"),
        BINDER,
        at_path("/a"),
        login("OAuthenticator", "https://h/hub/oauth_callback"),
    )
    assert "https://h/a/hub/oauth_callback" in complaint


# Hosts, and a hub's own keys.


@pytest.mark.parametrize("helm", HELMS)
def test_a_hub_without_an_ingress_names_no_hosts(charts: Charts, helm: str) -> None:
    site: Object = {**PLAIN_SITE, **quotas(paths=["/export/prod"]), "jupyterhub": {"ingress": {"enabled": False}}}
    site["jupyterhub-home-nfs"] = {**PLAIN_SITE["jupyterhub-home-nfs"], **site["jupyterhub-home-nfs"]}
    objects = charts.render("basehub", preset("essential"), site, helm=helm)
    assert named(objects, "Ingress") == []
    site["jupyterhub"] = {"ingress": {"enabled": True}}
    assert "hosts" in charts.complaint("basehub", preset("essential"), site, helm=helm)


@pytest.mark.parametrize("helm", HELMS)
def test_a_hubs_own_keys_have_a_place(charts: Charts, helm: str) -> None:
    own = {"tidesApi": {"baseUrl": "https://tides.example.org"}, "group_profiles": {"a::b": {"mem_limit": "8G"}}}
    charts.render("basehub", *ESSENTIAL, {"jupyterhub": {"custom": own}}, helm=helm)
    mistakes: list[Object] = [
        {"homepage": {"templatVars": {}}},
        {"installPackages": "yes"},
        {"staff": {"enable": True}},
    ]
    for wrong in mistakes:
        assert "custom" in charts.complaint("basehub", *ESSENTIAL, {"jupyterhub": {"custom": wrong}}, helm=helm)


def test_names_of_sub_charts_are_cut_as_these_cut_them(charts: Charts) -> None:
    long = "a-release-of-a-hub-whose-name-is-as-long-as-helm-lets"
    objects = charts.render("basehub", *EVERYTHING, release=long)
    said = json.loads(find(objects, "ConfigMap", "basehub-python")["data"]["parts.json"])
    host, _, namespace = said["dask-gateway"]["host"].partition(".")
    assert (host, namespace) == (host[:63], long)
    assert host in named(objects, "Service")
    assert said["binder"]["host"] in named(objects, "Service")


# The support chart.


def support(charts: Charts, *values: Object) -> list[Object]:
    return charts.render("support", *values, release="support")


def test_a_fleet_says_the_clusters_name(charts: Charts) -> None:
    computed = run(program("jsonnet"), "--ext-str", "HUBFLEET_CLUSTER=earth", charts.path("support") / "values.jsonnet")
    assert json.loads(computed) == {"clusterName": "earth"}


COSTS: Object = {"jupyterhub-cost-monitoring": {"enabled": True}}


def test_the_cost_service_knows_its_cluster_and_prometheus(charts: Charts) -> None:
    assert "clusterName is empty" in charts.complaint("support", COSTS)
    found = variables(
        support(charts, COSTS, {"clusterName": "earth"}), "Deployment", "jupyterhub-cost-monitoring-deployment"
    )
    assert found["CLUSTER_NAME"] == "earth"
    assert found["SUPPORT_PROMETHEUS_SERVER_SERVICE_HOST"] == "support-prometheus-server"
    own: Object = {
        "jupyterhub-cost-monitoring": {"enabled": True, "extraEnv": [{"name": "CLUSTER_NAME", "value": "x"}]}
    }
    assert variables(support(charts, own), "Deployment", "jupyterhub-cost-monitoring-deployment")["CLUSTER_NAME"] == "x"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {
                "clusterName": "a",
                "cluster-autoscaler": {"enabled": True, "autoDiscovery": {"clusterName": "b"}, "awsRegion": "r"},
            },
            "name of this cluster",
        ),
        ({"clusterEntrypoint": {"enabled": False}}, "externalService is cluster-entrypoint"),
        ({"prometheus": {"enabled": False}}, "reads from this chart's Prometheus"),
        (
            {"clusterName": "a", **COSTS, "prometheus": {"enabled": False}, "grafana": {"enabled": False}},
            "usage of hubs",
        ),
    ],
)
def test_support_refuses_what_does_not_agree(charts: Charts, values: Object, told: str) -> None:
    assert told in charts.complaint("support", values)


def test_there_is_no_load_balancer_without_a_controller(charts: Charts) -> None:
    assert "cluster-entrypoint" in named(support(charts), "Service")
    assert "cluster-entrypoint" not in named(support(charts, {"nginx-ingress": {"enabled": False}}), "Service")
