"""The service that lets users download their homes: who reaches it, and whom it reaches, by all policies of a hub."""

from __future__ import annotations

import yaml

from charts import PRESETS, ROOT, Charts, Object, find, pod_template

NAME = "home-download"


def rendered(charts: Charts) -> list[Object]:
    return charts.render("basehub", *PRESETS["essential"][1])


def selects(selector: Object, labels: dict[str, str]) -> bool:
    assert set(selector) <= {"matchLabels"}, "the tests know no other selectors"
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def admits(objects: list[Object], direction: str, pod: dict[str, str], peer: dict[str, str], port: int | str) -> bool:
    """Whether policies let a pod speak to a peer (or be spoken to) on a port, both of one namespace."""
    policies = [
        item["spec"]
        for item in objects
        if item["kind"] == "NetworkPolicy"
        and direction in item["spec"]["policyTypes"]
        and selects(item["spec"]["podSelector"], pod)
    ]
    peers, rules = ("from", "ingress") if direction == "Ingress" else ("to", "egress")
    return not policies or any(
        allows(rule, peers, peer, port) for policy in policies for rule in policy.get(rules) or []
    )


def allows(rule: Object, peers: str, labels: dict[str, str], port: int | str) -> bool:
    """Whether a rule covers a pod. Private addresses are those of pods, others are not."""
    if rule.get("ports") and port not in [item["port"] for item in rule["ports"]]:
        return False
    if not rule.get(peers):
        return True
    return any(
        item["ipBlock"]["cidr"] == "10.0.0.0/8"
        if "ipBlock" in item
        else selects(item["podSelector"], labels) and not item.get("namespaceSelector", {}).get("matchLabels")
        for item in rule[peers]
        if "ipBlock" in item or "podSelector" in item
    )


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
    service = labels_of(objects, NAME)
    for caller in ("proxy", "hub"):
        labels = labels_of(objects, caller)
        assert admits(objects, "Ingress", service, labels, 8080), caller
        assert admits(objects, "Egress", labels, service, 8080), caller
    server = labels_of_a_server()
    # Neither side lets users past the hub's login; each alone would do.
    assert not admits(objects, "Ingress", service, server, 8080)
    assert not admits(objects, "Egress", server, service, 8080)
    for other in {item["metadata"]["name"] for item in objects if item["kind"] == "Deployment"} - {"proxy", "hub"}:
        assert not admits(objects, "Ingress", service, labels_of(objects, other), 8080), other
    # A proxy or hub of another release in the namespace is none of ours.
    strange = {**labels_of(objects, "proxy"), "app.kubernetes.io/instance": "other"}
    assert not admits(objects, "Ingress", service, strange, 8080)


def test_it_reaches_the_hub_and_names(charts: Charts) -> None:
    objects = rendered(charts)
    service, hub = labels_of(objects, NAME), labels_of(objects, "hub")
    assert admits(objects, "Egress", service, hub, 8081)
    # The hub's own policy knows the port by its name.
    [port] = [p for p in pod_of_hub(objects)["ports"] if p["containerPort"] == 8081]
    assert admits(objects, "Ingress", hub, service, port["name"])
    assert admits(objects, "Egress", service, {"k8s-app": "kube-dns"}, 53)
    for port_number in (80, 443, 2049, 8000, 8001):
        assert not admits(objects, "Egress", service, hub, port_number)
        assert not admits(objects, "Egress", service, labels_of(objects, "proxy"), port_number)
        assert not admits(objects, "Egress", service, labels_of_a_server(), port_number)


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
