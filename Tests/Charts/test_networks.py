"""Who reaches whom: each claim of the pages about networks, by all policies of a release together."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

import pytest
import yaml

import networks
from charts import HELMS, ROOT, UPSTREAM, Charts, Object
from policies import Place, reaches

CLAIMS: list[dict[str, Any]] = yaml.safe_load(networks.ROWS.read_text())
SECTIONS = {"docs/charts/basehub.md": "## Networks", "docs/charts/support.md": "## Networks"}
"""Pages whose section about networks must say nothing that is no claim."""


@pytest.fixture(scope="module")
def net(charts: Charts) -> Any:
    """Renders each case once."""
    return cache(lambda case: networks.Net(charts, case))


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim['case']}-{'-'.join(claim['from'])}")
def test_a_claim_holds(net: Any, claim: dict[str, Any]) -> None:
    assert plain(claim["says"]) in plain((ROOT / claim["page"]).read_text()), "the page does not say so"
    assert claim.get("reaches") or claim.get("not")
    case = net(claim["case"])
    for source in claim["from"]:
        for to in claim.get("reaches", ()):
            assert case.reaches(source, to), f"{source} does not reach {to}"
        for to in claim.get("not", ()):
            assert not case.reaches(source, to), f"{source} reaches {to}"


@pytest.mark.parametrize("page", SECTIONS)
def test_every_sentence_about_networks_is_a_claim(page: str) -> None:
    section = (ROOT / page).read_text().partition(SECTIONS[page] + "\n")[2].partition("\n## ")[0]
    claims = [plain(claim["says"]) for claim in CLAIMS if claim["page"] == page]
    for paragraph in section.split("\n\n"):
        # Tables have their claims in cells; a paragraph in parentheses says where a key is.
        cells = re.findall(r"^\| ([^|`-][^|]*) \|", paragraph, re.MULTILINE)
        text = plain(paragraph)
        if not text or text.startswith("(") or "](" in text:
            continue
        sentences = cells if paragraph.startswith("|") else re.findall(r"[^.;]+(?:\.[0-9a-zA-Z/`][^.;]*)*[.;]", text)
        for sentence in sentences:
            said = plain(sentence).rstrip(".;")
            assert any(said in claim for claim in claims), f"{page} says, and nothing checks: {said}"


def test_the_page_is_up_to_date(charts: Charts) -> None:
    if UPSTREAM:
        pytest.skip("the page is made with the stand-ins, whose parts it names")
    made = networks.page(charts)
    if os.environ.get("RECORD_GOLDEN"):
        networks.PAGE.write_text(made)
    assert networks.PAGE.read_text() == made, "write it anew with RECORD_GOLDEN=1"


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("values", "told"),
    [
        (networks.nested((*networks.RULES, "nonPrivateIPs"), True), "nonPrivateIPs: true opens"),
        ({"binderhub-service": {"enabled": True, "networkPolicy": {"enabled": True}}}, "lets builds reach"),
        ({"egress": {"web": False}}, "nonPrivateIPs"),
    ],
)
def test_what_would_open_more_is_refused(charts: Charts, helm: str, values: Object, told: str) -> None:
    assert told in charts.complaint("basehub", *networks.ESSENTIAL, values, helm=helm)


def test_binder_hubs_refuse_it_too(charts: Charts) -> None:
    chart, values = networks.CASES["binderhub"]
    opened: Object = {"binderhub-service": {"networkPolicy": {"enabled": True}}}
    assert "cloud's metadata" in charts.complaint(chart, *values, opened)


# The evaluation itself, on policies whose meaning the documentation of Kubernetes gives.

ONE = Place("one", "10.244.0.1", "a", {"app": "one"}, {"http": 8080})
TWO = Place("two", "10.244.0.2", "a", {"app": "two", "tier": "x"}, {"http": 80})
FAR = Place("far", "10.244.0.3", "b", {"app": "one"})
WEB = Place("web", "203.0.113.5")
INNER = Place("inner", "10.1.2.3")


def policy(selector: Object, **spec: Any) -> list[Object]:
    return [{"kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": {"podSelector": selector, **spec}}]


def test_pods_without_policies_reach_everything() -> None:
    assert reaches([], ONE, TWO, 80)
    others = policy({"matchLabels": {"app": "three"}}, policyTypes=["Egress"], egress=[])
    assert reaches(others, ONE, WEB, 443)


def test_policies_add_up() -> None:
    nothing = policy({}, policyTypes=["Egress"], egress=[])
    web = policy({"matchLabels": {"app": "one"}}, policyTypes=["Egress"], egress=[{"ports": [{"port": 443}]}])
    assert not reaches(nothing, ONE, WEB, 443)
    assert reaches([*nothing, *web], ONE, WEB, 443)
    assert not reaches([*nothing, *web], ONE, WEB, 80)
    assert not reaches([*nothing, *web], ONE, WEB, 443, "UDP")
    assert not reaches([*nothing, *web], TWO, WEB, 443)


def test_both_ends_have_a_say() -> None:
    only_two = policy(
        {"matchLabels": {"app": "one"}}, ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "two"}}}]}]
    )
    assert reaches(only_two, TWO, ONE, 8080)
    # A selector of pods alone is about those of the policy's own namespace.
    assert not reaches(only_two, Place("two", "10.244.0.9", "b", {"app": "two"}), ONE, 8080)
    # Without `egress` and types a policy says nothing of what goes out.
    assert reaches(only_two, ONE, WEB, 443)


def test_ports_have_names_and_ranges() -> None:
    named = policy({"matchLabels": {"app": "one"}}, ingress=[{"ports": [{"port": "http"}]}])
    assert reaches(named, TWO, ONE, 8080)
    assert not reaches(named, TWO, ONE, 80)
    many = policy({"matchLabels": {"app": "one"}}, ingress=[{"ports": [{"port": 1000, "endPort": 2000}]}])
    assert reaches(many, TWO, ONE, 1500)
    assert not reaches(many, TWO, ONE, 2001)


def test_peers_are_pods_namespaces_and_addresses() -> None:
    def egress(*peers: Object) -> list[Object]:
        return policy({"matchLabels": {"app": "one"}}, policyTypes=["Egress"], egress=[{"to": list(peers)}])

    everywhere = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "one"}}}
    assert reaches(egress(everywhere), ONE, FAR, 80)
    assert not reaches(egress(everywhere), ONE, TWO, 80)
    assert not reaches(egress({"namespaceSelector": {}}), ONE, WEB, 80)
    block = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}
    assert reaches(egress(block), ONE, WEB, 80)
    assert not reaches(egress(block), ONE, INNER, 80)
    chosen = {"podSelector": {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["x", "y"]}]}}
    assert reaches(egress(chosen), ONE, TWO, 80)
    absent = {"podSelector": {"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}}
    assert not reaches(egress(absent), ONE, TWO, 80)
