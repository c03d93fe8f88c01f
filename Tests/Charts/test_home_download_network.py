"""The service that lets users download their homes: who reaches it, and whom it reaches, by all policies of a hub."""

from __future__ import annotations

import yaml

from charts import PRESETS, ROOT, Charts, Object, find, pod_template
from policies import Place, reaches, selects

NAME = "home-download"


def rendered(charts: Charts) -> list[Object]:
    return charts.render("basehub", *PRESETS["essential"][1])


def admits(objects: list[Object], caller: dict[str, str], called: Place, port: int) -> bool:
    """Whether policies let a pod of the namespace with those labels open a port of another."""
    return reaches(objects, Place("caller", "10.244.0.1", "prod", caller), called, port)


def place(labels: dict[str, str], ports: dict[str, int] | None = None) -> Place:
    return Place("called", "10.244.0.2", "prod", labels, ports or {})


def labels_of(objects: list[Object], deployment: str) -> dict[str, str]:
    template = pod_template(find(objects, "Deployment", deployment))
    assert template
    return dict(template["metadata"]["labels"])


def labels_of_a_server() -> dict[str, str]:
    """Those of a user's server, as the hub makes it."""
    record = yaml.safe_load((ROOT / "Tests/Charts/hub/presets/essential/plain.yaml").read_text())
    return dict(record["pod"]["metadata"]["labels"])


def test_only_proxy_and_hub_reach_it(charts: Charts) -> None:
    objects = rendered(charts)
    service = place(labels_of(objects, NAME))
    for caller in ("proxy", "hub"):
        assert admits(objects, labels_of(objects, caller), service, 8080), caller
    # Neither side lets users past the hub's login; each alone would do.
    server = labels_of_a_server()
    assert not admits(without(objects, "singleuser", "user-egress"), server, service, 8080)
    assert not admits(without(objects, NAME), server, service, 8080)
    for other in {item["metadata"]["name"] for item in objects if item["kind"] == "Deployment"} - {"proxy", "hub"}:
        assert not admits(objects, labels_of(objects, other), service, 8080), other
    # A proxy or hub of another release in the namespace is none of ours.
    strange = {**labels_of(objects, "proxy"), "app.kubernetes.io/instance": "other", "release": "other"}
    assert not admits(objects, strange, service, 8080)


def without(objects: list[Object], *policies: str) -> list[Object]:
    return [item for item in objects if item["kind"] != "NetworkPolicy" or item["metadata"]["name"] not in policies]


def test_it_reaches_the_hub_and_names(charts: Charts) -> None:
    objects = rendered(charts)
    service = labels_of(objects, NAME)
    # The hub's own policy knows the port by its name.
    ports = {item["name"]: item["containerPort"] for item in pod_of_hub(objects)["ports"]}
    hub = place(labels_of(objects, "hub"), ports)
    assert admits(objects, service, hub, 8081)
    names = Place("names", "10.244.9.1", "kube-system", {"k8s-app": "kube-dns"})
    assert reaches(objects, Place("service", "10.244.0.1", "prod", service), names, 53, "UDP")
    for port_number in (80, 443, 2049, 8000, 8001):
        for other in (hub, place(labels_of(objects, "proxy")), place(labels_of_a_server())):
            assert not admits(objects, service, other, port_number)


def pod_of_hub(objects: list[Object]) -> Object:
    containers = find(objects, "Deployment", "hub")["spec"]["template"]["spec"]["containers"]
    return next(item for item in containers if item["name"] == "hub")


def test_the_service_finds_its_pod(charts: Charts) -> None:
    objects = rendered(charts)
    service = find(objects, "Service", NAME)["spec"]
    assert selects({"matchLabels": service["selector"]}, labels_of(objects, NAME))
    assert service["ports"] == [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}]
    [container] = find(objects, "Deployment", NAME)["spec"]["template"]["spec"]["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]
