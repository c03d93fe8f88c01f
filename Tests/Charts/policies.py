"""NetworkPolicies evaluated together, as Kubernetes does it: all policies that select a pod add up.

Nothing here enforces policies. `reaches` answers what a network that does would let through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from charts import Object, pod_template

NAMESPACE = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Place:
    """A pod, or an address outside of the cluster: then it has no namespace."""

    name: str
    address: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    # The ports of its containers by their names, which policies may use.
    ports: Mapping[str, int] = field(default_factory=dict)


def pods(objects: list[Object], namespace: str, network: str = "10.244.0.") -> Iterator[Place]:
    """The pods that the objects start, named after them."""
    started = [(item["metadata"]["name"], pod_template(item)) for item in objects if pod_template(item)]
    for number, (name, template) in enumerate(started, start=1):
        assert template
        listed = [port for container in template["spec"]["containers"] for port in container.get("ports") or ()]
        named = {port["name"]: port["containerPort"] for port in listed if "name" in port}
        labels = template["metadata"].get("labels", {})
        yield Place(name, f"{network}{number}", namespace, {key: str(labels[key]) for key in labels}, named)


def reaches(objects: list[Object], source: Place, target: Place, port: int, protocol: str = "TCP") -> bool:
    """Whether the policies among the objects let the one open that port of the other. Both ends have a say."""
    ends = [(source, target, "Egress", "egress", "to"), (target, source, "Ingress", "ingress", "from")]
    return all(
        _lets(objects, pod, other, direction, rules, peers, target, port, protocol)
        for pod, other, direction, rules, peers in ends
        if pod.namespace
    )


def _lets(
    objects: list[Object],
    pod: Place,
    other: Place,
    direction: str,
    rules: str,
    peers: str,
    target: Place,
    port: int,
    protocol: str,
) -> bool:
    about = [spec for spec in _policies(objects, pod) if direction in _directions(spec)]
    return not about or any(
        _is_port(rule.get("ports"), target, port, protocol) and _is_peer(rule.get(peers), pod.namespace, other)
        for spec in about
        for rule in spec.get(rules) or []
    )


def _policies(objects: list[Object], pod: Place) -> Iterator[Object]:
    for item in objects:
        if item["kind"] == "NetworkPolicy":
            namespace = item["metadata"].get("namespace", pod.namespace)
            if namespace == pod.namespace and selects(item["spec"].get("podSelector", {}), pod.labels):
                yield item["spec"]


def _directions(spec: Object) -> list[str]:
    return list(spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])])


def _is_port(ports: list[Object] | None, target: Place, port: int, protocol: str) -> bool:
    """Whether a rule is about the port; a rule without ports is about all."""
    if not ports:
        return True
    for listed in ports:
        if listed.get("protocol", "TCP") != protocol:
            continue
        first: Any = listed.get("port")
        if isinstance(first, str):
            first = target.ports.get(first)
        if "port" not in listed or (first is not None and first <= port <= listed.get("endPort", first)):
            return True
    return False


def _is_peer(peers: list[Object] | None, namespace: str, other: Place) -> bool:
    """Whether a rule is about the other end; a rule without peers is about all."""
    return not peers or any(_is(peer, namespace, other) for peer in peers)


def _is(peer: Object, namespace: str, other: Place) -> bool:
    if "ipBlock" in peer:
        # Pods have addresses too. Networks differ in whether such a rule is about them; the wider reading is taken.
        address, block = ip_address(other.address), peer["ipBlock"]
        inside = address in ip_network(block["cidr"])
        return inside and not any(address in ip_network(hole) for hole in block.get("except") or ())
    if not other.namespace:
        return False
    if "namespaceSelector" in peer:
        is_there = selects(peer["namespaceSelector"] or {}, {NAMESPACE: other.namespace})
    else:
        is_there = other.namespace == namespace
    return is_there and selects(peer.get("podSelector") or {}, other.labels)


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a selector selects something with those labels; an empty one selects everything."""
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _meets(expression, labels) for expression in selector.get("matchExpressions") or ()
    )


def _meets(expression: dict[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values") or []
    return {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression["operator"]]
