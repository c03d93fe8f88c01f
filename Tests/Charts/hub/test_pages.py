"""The hub's pages and forms, and the limits that users may run into."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from traitlets.config import Config

from basehub import fancy, homepage, quotas


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


def test_quotas_that_cannot_be_had_stop_the_hub(
    c: Config, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    values["custom"]["usageQuotas"] = {"enabled": True}
    monkeypatch.setitem(sys.modules, "jupyterhub_usage_quotas", None)
    with pytest.raises(RuntimeError, match="has no package jupyterhub-usage-quotas"):
        quotas.configure(c)
