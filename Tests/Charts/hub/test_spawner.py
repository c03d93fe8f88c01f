"""Users' pods and administrators' pods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from traitlets.config import Config

from awaiting import run
from basehub import spawner
from basehub.spawner import BasehubSpawner, BinderBasehubSpawner, metadata_blocking, nfs_blocking

ADMIN = {
    "extraEnv": {"ROLE": "admin of {username}", "GONE": None, "COLOUR": "admin"},
    "serviceAccountName": "admin-sa",
    "extraVolumeMounts": {
        "2-all": {"name": "home", "mountPath": "/home/jovyan/{username}", "subPath": "{escaped_username}"},
        "1-shared": {"name": "home", "mountPath": "/home/jovyan/shared", "subPath": "_shared"},
        "gone": None,
    },
}


@pytest.fixture
def make(c: Config, values: dict[str, Any], make_spawner: Callable[..., Any]) -> Callable[..., Any]:
    """Makes spawners of a hub that treats its administrators well."""
    values["custom"] = {"singleuserAdmin": ADMIN, "blockNfsAccess": {"image": "tools:1"}}
    values["singleuser"] = {"networkTools": {"resources": {"limits": {"memory": "64Mi"}}}}
    spawner.configure(c)
    c.KubeSpawner.environment = {"COLOUR": "all"}
    c.KubeSpawner.volume_mounts = {
        "home": {"name": "home", "mountPath": "/home/jovyan"},
        "shared": {"name": "home", "mountPath": "/home/jovyan/shared", "subPath": "_shared", "readOnly": True},
    }
    return lambda **arguments: make_spawner(c, **arguments)


def pod(spawner: Any) -> Any:
    return run(spawner.get_pod_manifest())


def environment(spawner: Any) -> dict[str, Any]:
    return {key: value for key, value in spawner.get_env().items() if key in {"ROLE", "GONE", "COLOUR"}}


def mounts(pod: Any) -> list[tuple[str, str | None, bool | None]]:
    return [(m.mount_path, m.sub_path, m.read_only) for m in pod.spec.containers[0].volume_mounts]


def test_administrators_get_more(make: Callable[..., Any]) -> None:
    admin = make(admin=True)
    assert environment(admin) == {"ROLE": "admin of ada", "COLOUR": "admin"}
    manifest = pod(admin)
    assert manifest.spec.service_account_name == "admin-sa"
    assert manifest.spec.automount_service_account_token is None
    assert mounts(manifest) == [
        ("/home/jovyan", None, None),
        ("/home/jovyan/shared", "_shared", None),
        ("/home/jovyan/ada", "ada", None),
    ]


def test_others_do_not(make: Callable[..., Any]) -> None:
    make(admin=True).get_env()
    user = make()
    assert environment(user) == {"COLOUR": "all"}
    manifest = pod(user)
    assert manifest.spec.service_account_name is None
    assert manifest.spec.automount_service_account_token is False
    assert mounts(manifest) == [("/home/jovyan", None, None), ("/home/jovyan/shared", "_shared", True)]


def test_nothing_stays_or_piles_up_at_a_spawner_that_starts_again(make: Callable[..., Any]) -> None:
    spawner = make(admin=True)
    first, second = pod(spawner), pod(spawner)
    assert first == second
    spawner.user.admin = False
    assert environment(spawner) == {"COLOUR": "all"}
    assert pod(spawner).spec.service_account_name is None
    assert len(mounts(pod(spawner))) == 2


def test_every_pod_blocks_nfs(make: Callable[..., Any]) -> None:
    spawner = make()
    spawner.init_containers = [{"name": "mine", "image": "a"}]
    mine, block = pod(spawner).spec.init_containers
    assert (mine.name, block.name, block.image) == ("mine", "block-nfs-access", "tools:1")
    assert block.security_context["privileged"]
    assert block.resources == {"limits": {"memory": "64Mi"}}
    rules = block.command[2].split(" && ")
    assert len(rules) == 6
    assert rules[0] == "iptables --append OUTPUT --protocol tcp --destination-port 111 --jump DROP"
    assert {rule.split()[6] for rule in rules} == {"111", "2049", "20048"}
    assert nfs_blocking() == rules


def test_a_hub_that_closes_the_metadata_closes_more_than_one_address(
    c: Config, values: dict[str, Any], make_spawner: Callable[..., Any]
) -> None:
    values["custom"] = {"blockNfsAccess": {"enabled": False, "image": "tools:1"}}
    values["singleuser"] = {"cloudMetadata": {"blockWithIptables": True}}
    spawner.configure(c)
    [block] = pod(make_spawner(c)).spec.init_containers
    assert block.command[2].split(" && ") == metadata_blocking()
    assert any("169.254.0.0/16" in rule for rule in metadata_blocking())


def context(spawner: Any) -> dict[str, Any]:
    """What the server's container may do."""
    return dict(pod(spawner).spec.containers[0].security_context)


def test_a_server_may_do_no_more_than_the_standard_lets_it(make: Callable[..., Any]) -> None:
    assert context(make(uid=1000)) == {
        "allowPrivilegeEscalation": False,
        "runAsUser": 1000,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }


@pytest.mark.parametrize(
    "more",
    [
        # Images that start as root to become the user, whose user is the image's own, with sudo, and with everything.
        {"uid": 0},
        {"uid": None},
        {"uid": 1000, "allow_privilege_escalation": True},
        {"uid": 1000, "privileged": True},
    ],
)
def test_a_server_that_needs_more_keeps_it(make: Callable[..., Any], more: dict[str, Any]) -> None:
    assert {"runAsNonRoot", "capabilities", "seccompProfile"}.isdisjoint(context(make(**more)))


def test_what_a_hub_says_of_a_server_stays(make: Callable[..., Any]) -> None:
    said = {"seccompProfile": {"type": "Unconfined"}, "capabilities": {"drop": ["NET_RAW"]}}
    found = context(make(uid=1000, container_security_context=said))
    assert {key: found[key] for key in said} == said
    assert found["runAsNonRoot"] is True


def test_the_block_is_a_switch(c: Config, values: dict[str, Any], make_spawner: Callable[..., Any]) -> None:
    values["custom"] = {"blockNfsAccess": {"enabled": False}}
    spawner.configure(c)
    assert not pod(make_spawner(c)).spec.init_containers


def test_the_hubs_own_hooks_stay(make: Callable[..., Any]) -> None:
    hook = object
    assert make(modify_pod_hook=hook).modify_pod_hook is hook


def test_nulls_in_the_values_are_nothing(c: Config, values: dict[str, Any], make_spawner: Callable[..., Any]) -> None:
    values["custom"] = {
        "singleuserAdmin": {"extraVolumeMounts": None, "extraEnv": None},
        "blockNfsAccess": {"image": "a:1"},
    }
    spawner.configure(c)
    assert pod(make_spawner(c, admin=True)).spec.service_account_name is None


def test_a_block_without_an_image_stops_the_hub(c: Config, values: dict[str, Any]) -> None:
    values["custom"] = {"blockNfsAccess": None}
    with pytest.raises(ValueError, match="needs an image with iptables"):
        spawner.configure(c)


def test_binder_hubs_have_their_class_and_more_time(c: Config, values: dict[str, Any]) -> None:
    block = {"enabled": False}
    values["custom"] = {"blockNfsAccess": block}
    spawner.configure(c)
    assert c.JupyterHub.spawner_class is BasehubSpawner
    values["custom"] = {"blockNfsAccess": block, "binderhubUI": {"enabled": True}}
    c.KubeSpawner.start_timeout = 600
    spawner.configure(c)
    assert c.JupyterHub.spawner_class is BinderBasehubSpawner
    assert c.KubeSpawner.start_timeout == 900
    c.KubeSpawner.start_timeout = 1800
    spawner.configure(c)
    assert c.KubeSpawner.start_timeout == 1800
