"""The requirements of the Essential tier's hub, one test each, on what the charts render."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from basehub import profiles
from charts import ROOT, SITE, Charts, Object, find, hub_values, named, preset, program, run, secret_text
from policies import Place, reaches

ESSENTIAL = [preset("essential")]
PAGE: Object = {
    "org": {"name": "Our group", "url": "https://example.org", "logo_url": "https://example.org/logo.svg"},
    "designed_by": {"name": "Us", "url": "https://example.org/us"},
    "operated_by": {"name": "Them", "url": "https://example.org/them"},
    "funded_by": {"name": "A fund", "url": "https://example.org/fund"},
}


def computed(charts: Charts, hub: str, provider: str = "gcp", account: str = "123") -> Path:
    """What values.jsonnet makes of a hub's facts."""
    facts = {"CLUSTER": "earth", "HUB": hub, "DOMAIN": f"{hub}.example.org", "PROVIDER": provider, "ACCOUNT": account}
    arguments = [part for name, value in facts.items() for part in ("--ext-str", f"HUBFLEET_{name}={value}")]
    file = charts.folder / f"computed-{hub}-{provider}.json"
    file.write_text(run(program("jsonnet"), *arguments, charts.path("basehub") / "values.jsonnet"))
    return file


def essential(charts: Charts, *more: Path | Object) -> list[Object]:
    return charts.render("basehub", *ESSENTIAL, SITE, *more)


NO_DISK: Object = {"jupyterhub-home-nfs": {"enabled": False}}
"""For clouds whose disks the sub-chart does not know."""


def with_page(page: Object) -> Object:
    return {"jupyterhub": {"custom": {"homepage": {"templateVars": page}}}}


def home_page(objects: list[Object]) -> str:
    """The page that visitors see, around a stand-in of JupyterHub's own."""
    variables = hub_values(objects)["custom"]["homepage"]["templateVars"]
    own = {
        "templates/login.html": "{% block meta %}{% endblock %}{% block stylesheet %}{% endblock %}"
        "<title>{% block title %}{% endblock %}</title>"
        "{% block login %}LOGIN{% endblock %}{% block footer %}{% endblock %}"
    }
    files = find(objects, "ConfigMap", "basehub-templates")["data"]
    page = jinja2.Environment(loader=jinja2.DictLoader({**files, **own}), autoescape=True).get_template("login.html")
    return page.render(custom=variables)


def test_staging_and_production_share_nothing(charts: Charts) -> None:
    hubs = {
        name: charts.render("basehub", computed(charts, name), *ESSENTIAL, release=name) for name in ("staging", "prod")
    }
    hosts = {name: find(objects, "Ingress", "jupyterhub")["spec"]["rules"][0]["host"] for name, objects in hubs.items()}
    assert hosts == {"staging": "staging.example.org", "prod": "prod.example.org"}
    for name, objects in hubs.items():
        volume = find(objects, "PersistentVolume", f"{name}-home-nfs")
        assert volume["spec"]["nfs"] == {
            "server": f"storage-quota-home-nfs.{name}.svc.cluster.local",
            "path": f"/{name}",
        }
        assert volume["spec"]["claimRef"]["namespace"] == name
        callback = hub_values(objects)["hub"]["config"]["OAuthenticator"]["oauth_callback_url"]
        assert callback == f"https://{name}.example.org/hub/oauth_callback"
        account = find(objects, "ServiceAccount", "user-sa")["metadata"]["annotations"]
        assert account == {"iam.gke.io/gcp-service-account": f"earth-{name}@123.iam.gserviceaccount.com"}
    # Everything else that could be shared is inside a namespace.
    wide = {item["kind"] for item in hubs["prod"] if "namespace" not in item["metadata"]} & {
        "ClusterRole",
        "ClusterRoleBinding",
    }
    assert not wide


def test_there_is_no_dask_gateway(charts: Charts) -> None:
    assert "dask" not in " ".join(item["metadata"]["name"] for item in essential(charts))


def test_login_is_cilogon_with_named_providers(charts: Charts) -> None:
    config = hub_values(essential(charts))["hub"]["config"]
    assert config["JupyterHub"]["authenticator_class"] == "cilogon"
    providers = config["CILogonOAuthenticator"]["allowed_idps"]
    assert list(providers) == ["http://github.com/login/oauth/authorize"]
    for provider in providers.values():
        assert provider["username_derivation"]["username_claim"]
        assert not provider.get("allow_all")
    assert not config["Authenticator"].get("allow_all")


@pytest.mark.parametrize("logo", ["https://operator.example/logo.svg", "https://community.example/logo.png"])
def test_the_logo_is_the_operators_or_the_communitys(charts: Charts, logo: str) -> None:
    page = home_page(essential(charts, with_page({**PAGE, "org": {**PAGE["org"], "logo_url": logo}})))
    assert f'src="{logo}"' in page
    assert "<img" not in home_page(essential(charts, with_page({"org": {"name": "x", "url": "https://x.org"}})))


def test_the_community_page_is_linked_or_left_out(charts: Charts) -> None:
    assert '<a href="https://example.org">Our group</a>' in home_page(essential(charts, with_page(PAGE)))
    page = home_page(essential(charts))
    assert "JupyterHub" in page
    assert "<a href" not in page


def test_the_funder_is_named_in_whole_or_not_at_all(charts: Charts) -> None:
    page = home_page(essential(charts, with_page(PAGE)))
    assert '<a href="https://example.org/fund">A fund</a>' in page
    assert "Funded by" not in home_page(essential(charts))
    complaint = charts.complaint("basehub", *ESSENTIAL, SITE, with_page({"funded_by": {"name": "A fund"}}))
    assert "url" in complaint


def test_administrators_are_named_as_the_login_names_them(charts: Charts) -> None:
    admins: Object = {"jupyterhub": {"hub": {"config": {"Authenticator": {"admin_users": ["octocat"]}}}}}
    config = hub_values(essential(charts, admins))["hub"]["config"]
    assert config["Authenticator"]["admin_users"] == ["octocat"]
    # GitHub ids, because that is what the names are.
    [provider] = config["CILogonOAuthenticator"]["allowed_idps"].values()
    assert provider["username_derivation"]["username_claim"] == "preferred_username"


def images(objects: list[Object]) -> Object:
    [profile] = hub_values(objects)["singleuser"]["profileList"]
    return dict(profile["profile_options"]["image"])


def test_four_images_with_pinned_tags(charts: Charts) -> None:
    objects = essential(charts)
    found = {key: choice["kubespawner_override"]["image"] for key, choice in images(objects)["choices"].items()}
    assert {key: image.rpartition(":")[0] for key, image in found.items()} == {
        "scipy": "quay.io/jupyter/scipy-notebook",
        "datascience": "quay.io/jupyter/datascience-notebook",
        "pangeo": "quay.io/pangeo/pangeo-notebook",
        "rocker": "docker.io/rocker/binder",
    }
    for image in found.values():
        assert re.search(r":[0-9][A-Za-z0-9._-]*$", image), image
    # The page that offers them is there without a hub image of one's own.
    pod = find(objects, "Deployment", "hub")["spec"]["template"]["spec"]
    assert "packages" in [container["name"] for container in pod["initContainers"]]
    assert "jupyterhub-fancy-profiles==" in find(objects, "ConfigMap", "basehub-python")["data"]["requirements.txt"]


@pytest.mark.parametrize(
    ("text", "is_image"),
    [
        ("quay.io/jupyter/scipy-notebook:2025-07-28", True),
        ("ghcr.io/a/b@sha256:" + "a" * 64, True),
        ("localhost:5000/a:1", True),
        ("a", False),
        ("a/b", False),
        ("a:", False),
        (":1", False),
        ("a:1\n", False),
        ("a:1 b", False),
        ("A/B:1", False),
        ("a:1;b", False),
        ("https://quay.io/a:1", False),
        ("../a:1", False),
        ("", False),
        ("a:1@sha256:zz", False),
        ("{username}:1", False),
        ("a:$(X)", False),
    ],
)
def test_an_image_of_ones_own_must_be_one(charts: Charts, text: str, is_image: bool) -> None:
    offered = profiles.with_image_rule(hub_values(essential(charts))["singleuser"]["profileList"])
    unlisted = offered[0]["profile_options"]["image"]["unlisted_choice"]
    assert unlisted["enabled"] and unlisted["kubespawner_override"] == {"image": "{value}"}
    assert bool(re.match(unlisted["validation_regex"], text)) is is_image


def test_building_images_is_a_switch_and_off(charts: Charts) -> None:
    assert "binderhub" not in " ".join(item["metadata"]["name"] for item in essential(charts))
    more = essential(charts, {"binderhub-service": {"enabled": True}})
    assert any("binderhub" in item["metadata"]["name"] for item in more)


def test_no_machine_type_is_shown(charts: Charts) -> None:
    for name in ("essential", "research-gpu", "teaching", "dask"):
        values = hub_values(charts.render("basehub", *ESSENTIAL, preset(name), SITE))
        for text in texts(values["singleuser"]["profileList"]):
            assert not re.search(r"\b([a-z][0-9][a-z]?\.[0-9]*x?large|n[12]d?-[a-z]+-[0-9]+|Standard_)", text), text
    assert images(essential(charts))["display_name"]


def texts(value: Any) -> list[str]:
    """What users read of profiles: names and descriptions."""
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if isinstance(value, dict):
        own = [text for key, text in value.items() if key in ("display_name", "description")]
        return own + [text for item in value.values() for text in texts(item)]
    return []


def test_choices_fill_a_machine(charts: Charts) -> None:
    """Each choice of memory is a whole part of the next, so that machines are filled without gaps."""
    [profile] = hub_values(essential(charts))["singleuser"]["profileList"]
    sizes = [
        int(choice["kubespawner_override"]["mem_guarantee"].rstrip("G"))
        for choice in profile["profile_options"]["resources"]["choices"].values()
    ]
    assert sizes == sorted(sizes)
    assert all(larger % smaller == 0 for smaller, larger in pairwise(sizes))


def test_sessions_have_up_to_4_gb_and_4_cpus(charts: Charts) -> None:
    values = hub_values(essential(charts))["singleuser"]
    assert (values["memory"]["limit"], values["cpu"]["limit"]) == ("4G", 4)
    for choice in values["profileList"][0]["profile_options"]["resources"]["choices"].values():
        override = choice["kubespawner_override"]
        assert int(override["mem_limit"].rstrip("G")) <= 4
        assert override["cpu_limit"] == 4
    # On request: one value.
    more = hub_values(essential(charts, {"jupyterhub": {"singleuser": {"memory": {"limit": "8G"}}}}))
    assert more["singleuser"]["memory"]["limit"] == "8G"


def test_grafana_is_at_the_communitys_address(charts: Charts) -> None:
    host = "grafana.earth.example.org"
    objects = charts.render(
        "support",
        {
            "grafana": {
                "ingress": {"hosts": [host], "tls": [{"hosts": [host], "secretName": "grafana-tls"}]},
                "grafana.ini": {"server": {"root_url": f"https://{host}/"}},
            }
        },
        release="support",
    )
    assert host in json.dumps(objects)
    assert find(objects, "ConfigMap", "grafana-dashboards")["data"]


def test_homes_have_a_quota_of_10_gb(charts: Charts) -> None:
    config = yaml.safe_load(secret_of_quota(essential(charts)))["config"]
    assert config["QuotaManager"]["hard_quota"] == 10
    staging = charts.render("basehub", computed(charts, "staging"), release="staging")
    assert yaml.safe_load(secret_of_quota(staging))["config"]["QuotaManager"]["hard_quota"] == 1


def secret_of_quota(objects: list[Object]) -> str:
    secret = find(objects, "Secret", "storage-quota-home-nfs")
    keys = [*secret.get("stringData", {}), *secret.get("data", {})]
    [key] = [key for key in keys if key.endswith(".yaml")]
    return secret_text(secret, key)


def test_the_size_of_each_home_is_known(charts: Charts) -> None:
    exporter = find(essential(charts), "Deployment", "home-sizes-exporter")
    pod = exporter["spec"]["template"]
    assert pod["metadata"]["annotations"]["prometheus.io/scrape"] == "true"
    assert pod["spec"]["containers"][0]["volumeMounts"] == [{"name": "homes", "mountPath": "/homes", "readOnly": True}]
    dashboards = find(charts.render("support", release="support"), "ConfigMap", "grafana-dashboards")["data"]
    assert "dirsize_total_size_bytes" in "".join(dashboards.values())


def test_shared_is_for_reading_and_shared_readwrite_for_administrators(charts: Charts) -> None:
    values = hub_values(essential(charts))
    all_users = {mount["mountPath"]: mount for mount in values["singleuser"]["storage"]["extraVolumeMounts"].values()}
    administrators = {
        mount["mountPath"]: mount for mount in values["custom"]["singleuserAdmin"]["extraVolumeMounts"].values()
    }
    assert all_users["/home/jovyan/shared"] == {
        "name": "home",
        "mountPath": "/home/jovyan/shared",
        "subPath": "_shared",
        "readOnly": True,
    }
    assert administrators["/home/jovyan/shared_readwrite"] == {
        "name": "home",
        "mountPath": "/home/jovyan/shared_readwrite",
        "subPath": "_shared",
    }
    assert not any("shared_readwrite" in path for path in all_users)


def test_there_is_no_object_storage(charts: Charts) -> None:
    text = yaml.safe_dump(
        [
            hub_values([item]) if item["metadata"]["name"] == "hub" and item["kind"] == "Secret" else item
            for item in essential(charts)
        ]
    )
    assert not re.search(r"[A-Z]+_BUCKET: |s3://|gs://", text)
    # For other tiers it is an environment variable and an annotation.
    more = essential(
        charts,
        {
            "userServiceAccount": {"annotations": {"example.org/role": "buckets"}},
            "jupyterhub": {"singleuser": {"extraEnv": {"SCRATCH_BUCKET": "s3://scratch/$(JUPYTERHUB_USER)"}}},
        },
    )
    assert find(more, "ServiceAccount", "user-sa")["metadata"]["annotations"] == {"example.org/role": "buckets"}
    assert hub_values(more)["singleuser"]["extraEnv"]["SCRATCH_BUCKET"]


def test_links_to_content_reach_the_public_repositories(charts: Charts) -> None:
    """The links are made by `hubfleet link` (ContentLinkTests); servers must be able to follow them."""
    record = yaml.safe_load((ROOT / "Tests/Charts/hub/presets/essential/plain.yaml").read_text())
    server = Place("server", "10.244.0.1", "prod", record["pod"]["metadata"]["labels"])
    for more in ([], [preset("teaching")]):
        assert reaches(essential(charts, *more), server, Place("a repository", "203.0.113.5"), 443)


def test_permissions_follow_the_cloud(charts: Charts) -> None:
    expected = {
        "aws": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123:role/earth-prod"},
        "gcp": {"iam.gke.io/gcp-service-account": "earth-prod@123.iam.gserviceaccount.com"},
        "azure": None,
    }
    for provider, expected_annotations in expected.items():
        objects = charts.render("basehub", computed(charts, "prod", provider), NO_DISK if provider == "azure" else {})
        assert find(objects, "ServiceAccount", "user-sa")["metadata"].get("annotations") == expected_annotations


def test_a_repository_replaces_the_home_page(charts: Charts) -> None:
    settings = {"gitRepoUrl": "https://github.com/example/page", "gitRepoBranch": "earth"}
    objects = essential(charts, {"jupyterhub": {"custom": {"homepage": settings}}})
    assert find(objects, "ConfigMap", "hub-custom-templates-config")["data"] == {
        "GIT_REPO_URL": "https://github.com/example/page",
        "GIT_REPO_BRANCH": "earth",
    }
    assert "basehub-templates" in named(objects, "ConfigMap")


def test_visitors_can_be_sent_elsewhere(charts: Charts) -> None:
    page = home_page(essential(charts, with_page({"redirect_to": "https://example.org/start"})))
    assert '<meta http-equiv="refresh" content="0; url=https://example.org/start">' in page
    script = home_page(essential(charts, with_page({"redirect_to": "javascript:alert(1)"})))
    assert "javascript" not in script
    assert (ROOT / "helm-charts/basehub/files/templates/home_page.html").exists()
