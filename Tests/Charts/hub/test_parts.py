"""Parts of the chart that are off leave nothing in the hub that points at them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from basehub import image_builds, parts
from charts import EVERY_PART, LOGIN, PRESETS, Charts, Object

BINDER = {"runs": True, "host": "binderhub", "port": 8090}
OFF = {"runs": False}


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[dict[str, Any]], None]:
    """Says which parts there are, as the chart does."""
    monkeypatch.setattr(parts, "FILE", tmp_path / "parts.json")

    def write(said: dict[str, Any]) -> None:
        (tmp_path / "parts.json").write_text(json.dumps(said))

    return write


def names(c: Config) -> list[str]:
    return [service["name"] for service in c.JupyterHub.services]


def test_services_and_roles_of_parts_that_are_off_go(c: Config, say: Callable[..., None]) -> None:
    say({"dask-gateway": OFF, "jupyterhub-groups-exporter": OFF, "binder": BINDER})
    c.JupyterHub.services = [
        {"name": name} for name in ("prometheus", "dask-gateway", "jupyterhub-groups-exporter", "binder")
    ]
    exporter = {
        "name": "jupyterhub-groups-exporter",
        "scopes": ["list:users"],
        "services": ["jupyterhub-groups-exporter"],
    }
    both = {"name": "both", "scopes": ["read:users"], "services": ["dask-gateway", "prometheus"]}
    user = {
        "name": "user",
        "scopes": ["self", "access:services!service=dask-gateway", "access:services!service=binder"],
    }
    own = {"name": "own", "scopes": ["read:users"], "groups": ["staff"]}
    c.JupyterHub.load_roles = [exporter, both, user, own]
    parts.configure(c)
    assert names(c) == ["prometheus", "binder"]
    assert c.JupyterHub.load_roles == [
        {**both, "services": ["prometheus"]},
        {**user, "scopes": ["self", "access:services!service=binder"]},
        own,
    ]


@pytest.mark.parametrize("own", [{"url": "http://elsewhere:80"}, {"command": ["run"]}])
def test_a_service_of_the_hubs_own_stays(c: Config, say: Callable[..., None], own: dict[str, Any]) -> None:
    say({"binder": OFF})
    c.JupyterHub.services = [{"name": "binder", **own}]
    c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", "access:services!service=binder"]}]
    parts.configure(c)
    image_builds.configure(c)
    assert c.JupyterHub.services == [{"name": "binder", **own}]
    assert c.JupyterHub.load_roles[0]["scopes"] == ["self", "access:services!service=binder"]


def test_a_hub_of_which_nothing_is_said_stays_as_it_is(c: Config, say: Callable[..., None]) -> None:
    c.JupyterHub.services = [{"name": "binder"}]
    parts.configure(c)
    assert names(c) == ["binder"]


@pytest.mark.parametrize(("base", "prefix"), [(None, "/"), ("/", "/"), ("/hub-a", "/hub-a/"), ("/hub-a/", "/hub-a/")])
def test_the_hub_knows_where_images_are_built(
    c: Config, say: Callable[..., None], base: str | None, prefix: str
) -> None:
    say({"binder": BINDER})
    c.JupyterHub.services = [{"name": "binder", "display": False}]
    if base:
        c.JupyterHub.base_url = base
    image_builds.configure(c)
    assert c.JupyterHub.services == [
        {
            "name": "binder",
            "display": False,
            "url": "http://binderhub:8090",
            "oauth_client_id": "service-binder",
            "oauth_no_confirm": True,
            "oauth_redirect_uri": f"{prefix}services/binder/oauth_callback",
        }
    ]


# Hubs that run.


def asked(charts: Charts, folder: Path, service: str, values: list[Path | Object]) -> dict[str, Any]:
    """What a running hub says of a service."""
    manifests = folder / "manifests.yaml"
    manifests.write_text(yaml.safe_dump_all(charts.render("basehub", *values, LOGIN)))
    command = [sys.executable, str(Path(__file__).parent / "ask_hub.py"), str(manifests), service, "ada"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize("base", ["/", "/hub-a/"])
def test_a_running_hub_lets_users_log_in_to_binderhub(charts: Charts, tmp_path: Path, base: str) -> None:
    access = {"user": {"scopes": ["self", "access:services!service=binder"]}}
    values: list[Path | Object] = [
        *EVERY_PART[0][1],
        {
            "jupyterhub": {"hub": {"baseUrl": base, "loadRoles": access}},
            "dask-gateway": {"gateway": {"prefix": f"{base}services/dask-gateway"}},
            "binderhub-service": {"config": {"BinderHub": {"base_url": f"{base}services/binder"}}},
        },
    ]
    callback = [
        {
            "jupyterhub": {
                "hub": {
                    "config": {"CILogonOAuthenticator": {"oauth_callback_url": f"https://h{base}hub/oauth_callback"}}
                }
            }
        }
    ]
    found = asked(charts, tmp_path, "binder", [*values, *callback])
    assert (found["login"]["back_at"], found["login"]["name"]) == (f"{base}services/binder/oauth_callback", "ada")


def test_a_running_hub_of_a_preset_has_no_trace_of_what_is_off(charts: Charts, tmp_path: Path) -> None:
    off: Object = {"jupyterhub-groups-exporter": {"enabled": False}}
    found = asked(charts, tmp_path, "binder", [*PRESETS["essential"][1], off])
    assert found["service"] is None
    assert "jupyterhub-groups-exporter" not in found["roles"]
    # The role of health checks is for the one user.
    assert "hub-health" in found["roles"]
