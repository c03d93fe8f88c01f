"""The hub's pages and forms, and the limits that users may run into."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from tornado import web
from traitlets.config import Config

from awaiting import run
from basehub import fancy, homepage, quotas
from basehub.settings import configured


def test_the_communitys_templates_come_first(c: Config, values: dict[str, Any]) -> None:
    values["custom"]["homepage"] = {"templateVars": {"org": {"name": "Us"}}}
    c.JupyterHub.template_paths = ["/hubs/own"]
    c.JupyterHub.template_vars = {"announcement": "hello"}
    homepage.configure(c)
    assert c.JupyterHub.template_paths == [homepage.COMMUNITY, "/hubs/own", homepage.CHART]
    assert c.JupyterHub.template_vars == {"announcement": "hello", "custom": {"org": {"name": "Us"}}}


def test_the_fancy_form_is_set_up_if_there_is_one(c: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as context:
        context.setitem(sys.modules, "jupyterhub_fancy_profiles", None)
        fancy.configure(c)
    assert "additional_profile_form_template_paths" not in c.KubeSpawner
    fancy.configure(c)
    assert c.KubeSpawner.additional_profile_form_template_paths


def test_quotas_keep_the_hubs_hook(c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    # The package itself needs a newer Python than these tests do.
    package = SimpleNamespace(
        setup_usage_quotas=lambda c: seen.append(c.Spawner.get("pre_spawn_hook")), get_template_path=lambda: "/quotas"
    )
    monkeypatch.setitem(sys.modules, "jupyterhub_usage_quotas", package)
    c.JupyterHub.template_paths = []
    quotas.configure(c)
    assert seen == []
    values["custom"]["usageQuotas"] = {"enabled": True}
    c.KubeSpawner.pre_spawn_hook = len
    quotas.configure(c)
    assert seen == [len]
    assert c.JupyterHub.template_paths == ["/quotas"]


class Refusing:
    """A package whose quotas refuse a start, with the status that it is told."""

    def __init__(self, status: int | None) -> None:
        self.status = status

    def setup_usage_quotas(self, c: Config) -> None:
        async def hook(spawner: Any) -> None:
            if self.status:
                raise web.HTTPError(self.status)

        c.KubeSpawner.pre_spawn_hook = hook

    @staticmethod
    def get_template_path() -> str:
        return "/quotas"


def denied() -> float:
    [family] = [item for item in REGISTRY.collect() if item.name == "basehub_usage_quota_denied"]
    return next(sample.value for sample in family.samples if sample.name == "basehub_usage_quota_denied_total")


@pytest.mark.parametrize(("status", "counted"), [(422, 1), (424, 0), (None, 0)])
def test_starts_that_a_quota_denies_are_counted(
    c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch, status: int | None, counted: int
) -> None:
    values["custom"]["usageQuotas"] = {"enabled": True}
    monkeypatch.setitem(sys.modules, "jupyterhub_usage_quotas", Refusing(status))
    c.JupyterHub.template_paths = []
    quotas.configure(c)
    before = denied()
    hub = SimpleNamespace(settings={"failure_count": 2})
    with pytest.raises(web.HTTPError) if status else nullcontext():
        run(c.KubeSpawner.pre_spawn_hook(SimpleNamespace(handler=hub)))
    assert denied() - before == counted
    # JupyterHub adds one for each failure, and ends at the fifth in a row. A denial is none.
    assert hub.settings["failure_count"] == 2 - counted


def test_the_package_denies_with_the_status_that_is_counted() -> None:
    spec = importlib.util.find_spec("jupyterhub_usage_quotas")
    assert spec and spec.origin
    assert f"status_code={quotas.DENIED_STATUS}" in Path(spec.origin).read_text()


@pytest.mark.parametrize(("base", "asked"), [("/", None), ("/hub-a/", "http://10.0.0.9:8081/hub-a")])
def test_quotas_ask_the_hub_where_it_is(
    c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch, base: str, asked: str | None
) -> None:
    values["custom"]["usageQuotas"] = {"enabled": True}
    monkeypatch.setitem(sys.modules, "jupyterhub_usage_quotas", Refusing(None))
    monkeypatch.setenv("HUB_SERVICE_HOST", "10.0.0.9")
    monkeypatch.setenv("HUB_SERVICE_PORT", "8081")
    c.JupyterHub.template_paths = []
    c.JupyterHub.base_url = base
    quotas.configure(c)
    assert configured(c.UsageQuotaManager, "hub_url") == asked


def test_quotas_that_cannot_be_had_stop_the_hub(
    c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    values["custom"]["usageQuotas"] = {"enabled": True}
    monkeypatch.setitem(sys.modules, "jupyterhub_usage_quotas", None)
    with pytest.raises(RuntimeError, match="has no package jupyterhub-usage-quotas"):
        quotas.configure(c)
