"""What the hub is told, and the pods that come of it."""

import asyncio
import types
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("kubespawner")

from jupyterhub import orm
from tornado import web
from traitlets.config import Config

from binder import hub, sweep
from binder.launched import HUB_TOKENS
from binder.spawner import ANONYMOUS_COMMAND
from samples import HUB

BINDER = orm.Service(name="binder")
OPTIONS = {
    "image": "registry.example.org/binder/book:1",
    "token": "secret",
    "repo_url": "https://github.com/example-org/book",
    "binder_request": "v2/gh/example-org/book/HEAD",
}


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """KubeSpawner looks for a cluster as soon as it is made."""
    monkeypatch.setattr("kubespawner.spawner.load_config", lambda *args, **kwargs: None)
    monkeypatch.setattr("kubespawner.spawner.shared_client", lambda *args, **kwargs: None)


def configured(settings: Path) -> Config:
    """The hub's configuration after ours."""
    c = Config()
    c.JupyterHub.services = [{"name": "binder"}]
    c.JupyterHub.load_roles = []
    c.KubeSpawner.namespace = "reader"
    hub.configure(c, settings)
    return c


def spawner(c: Config, options: Any, requester: Any) -> Any:
    """A spawner of that configuration, in the middle of a request."""
    made = c.JupyterHub.spawner_class(config=c, _mock=True)
    made.user_options = options
    made.handler = types.SimpleNamespace(current_user=requester) if requester else None
    made.server = types.SimpleNamespace(base_url="/user/x/")
    return made


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Servers that were let through to KubeSpawner."""
    from kubespawner import KubeSpawner

    passed: list[Any] = []
    monkeypatch.setattr(KubeSpawner, "start", lambda self: passed.append(self.image))
    return passed


@pytest.mark.parametrize("login", [False, True])
def test_only_binderhub_starts_servers(write: Any, z2jh: Any, started: list[Any], login: bool) -> None:
    c = configured(write(HUB, loginEnabled=login))
    others = [orm.User(name="binder"), orm.Service(name="hub-health"), types.SimpleNamespace(name="binder"), None]
    for requester in others:
        with pytest.raises(web.HTTPError) as refused:
            spawner(c, OPTIONS, requester).start()
        assert refused.value.status_code == 403
    assert started == []
    spawner(c, OPTIONS, BINDER).start()
    assert started == [OPTIONS["image"]]


@pytest.mark.parametrize("missing", ["image", "token"])
@pytest.mark.parametrize("instead", [None, "", ["x"], {"a": 1}])
def test_incomplete_orders(write: Any, z2jh: Any, started: list[Any], missing: str, instead: Any) -> None:
    with pytest.raises(web.HTTPError) as refused:
        spawner(configured(write(HUB)), OPTIONS | {missing: instead}, BINDER).start()
    assert refused.value.status_code == 400
    assert started == []


def test_arguments_without_login(write: Any, z2jh: Any) -> None:
    made = spawner(configured(write(HUB, allowOrigin="*")), OPTIONS, BINDER)
    args = made.get_args()
    for app in ("NotebookApp", "ServerApp"):
        assert f"--{app}.token=secret" in args
        assert f"--{app}.base_url=/user/x/" in args
        assert f"--{app}.allow_origin=*" in args
        assert f"--{app}.allow_origin_pat=.*" in args
    assert made.cmd == ANONYMOUS_COMMAND


def test_arguments_with_login_hold_no_token(write: Any, z2jh: Any) -> None:
    made = spawner(configured(write(HUB, loginEnabled=True, allowOrigin="*")), OPTIONS, BINDER)
    assert not [argument for argument in made.get_args() if "token" in argument or "origin" in argument]
    assert made.cmd != ANONYMOUS_COMMAND


@pytest.mark.parametrize("login", [False, True])
def test_without_login_servers_have_no_token_of_the_hub(write: Any, z2jh: Any, login: bool) -> None:
    made = spawner(configured(write(HUB, loginEnabled=login)), OPTIONS, BINDER)
    made.api_token = "token-of-the-hub"
    env = made.get_env()
    assert env["BINDER_REPO_URL"] == OPTIONS["repo_url"]
    assert {name for name in env if "TOKEN" in name} == (set(HUB_TOKENS) if login else set())


def test_pod_without_login(write: Any, z2jh: Any) -> None:
    c = configured(write(HUB))
    c.KubeSpawner.storage_pvc_ensure = False
    # As in the chart's values.
    c.KubeSpawner.container_security_context = {
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    c.KubeSpawner.allow_privilege_escalation = False
    c.KubeSpawner.uid = 1000
    made = spawner(c, OPTIONS, BINDER)
    made.image = OPTIONS["image"]
    made.api_token = "token-of-the-hub"
    made.hub = types.SimpleNamespace(
        api_url="http://hub/api", base_url="/hub/", public_host="", public_url="", url="http://hub/"
    )
    pod = asyncio.run(made.get_pod_manifest())
    from kubernetes_asyncio.client import ApiClient

    async def plain() -> Any:
        async with ApiClient() as client:
            return client.sanitize_for_serialization(pod)

    spec = asyncio.run(plain())
    assert spec["spec"]["activeDeadlineSeconds"] == 10800 + hub.DEADLINE_MARGIN
    assert spec["metadata"]["labels"]["app.kubernetes.io/component"] == "singleuser-server"
    assert spec["metadata"]["labels"]["component"] == "singleuser-server"
    assert spec["spec"]["automountServiceAccountToken"] is False
    assert not [volume for volume in spec["spec"].get("volumes") or [] if "persistentVolumeClaim" in volume]
    container = spec["spec"]["containers"][0]
    environment = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert environment["BINDER_REPO_URL"] == OPTIONS["repo_url"]
    assert environment["BINDER_REQUEST"] == OPTIONS["binder_request"]
    assert "JUPYTERHUB_API_TOKEN" not in environment
    assert container["args"][: len(ANONYMOUS_COMMAND)] == ANONYMOUS_COMMAND
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def test_rights(write: Any, z2jh: Any) -> None:
    c = configured(write(HUB))
    # A hub refuses to start when a service has half of a login.
    assert c.JupyterHub.services == [{"name": "binder"}]
    roles = {role["name"]: role for role in c.JupyterHub.load_roles}
    assert roles == {"binder": {"name": "binder", "services": ["binder"], "scopes": ["servers", "admin:users"]}}
    c = configured(write(HUB, loginEnabled=True))
    roles = {role["name"]: role for role in c.JupyterHub.load_roles}
    assert roles["binder"]["scopes"] == ["servers", "read:users"]
    # Neither the scope that starts servers nor the one that holds it.
    assert not {"self", "servers!user", "servers", "admin:servers!user"} & set(roles["user"]["scopes"])
    assert c.JupyterHub.services[0]["oauth_client_id"] == "service-binder"
    assert c.JupyterHub.services[0]["oauth_redirect_uri"] == "https://binder.example.org/oauth_callback"


def test_limits_and_pages(write: Any, z2jh: Any) -> None:
    c = configured(write(HUB))
    assert c.JupyterHub.active_server_limit == 5
    assert c.JupyterHub.template_vars["binder_name"] == "A & B"
    assert c.JupyterHub.default_url == "https://binder.example.org/"


def test_own_pod_settings_win(write: Any, z2jh: Any) -> None:
    z2jh["singleuser.extraPodConfig"] = {"activeDeadlineSeconds": 60, "hostname": "x"}
    assert configured(write(HUB)).KubeSpawner.extra_pod_config == {"activeDeadlineSeconds": 60, "hostname": "x"}


def test_records_in_memory_sweep_first(write: Any, z2jh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[Any] = []
    monkeypatch.setattr(sweep, "start", lambda *names: swept.append(names))
    configured(write(HUB))
    assert swept == []
    z2jh["hub.db.type"] = "sqlite-memory"
    configured(write(HUB))
    assert swept == [("reader", "reader")]
