"""A stand-in for the configuration file of the JupyterHub chart 4.3.3.

It gives the same meaning to the values that the charts of this project set. Databases other than sqlite, image pull
secrets that the chart makes itself and folders of configuration files are left out.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from z2jh import get_config as value
from z2jh import get_name, get_name_env, get_secret_value, set_config_if_not_none

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821


def take(section: Any, prefix: str, names: str, **other_names: str) -> None:
    """Sets those of the items that the chart's values know, under the same names in camel case or under others."""
    pairs = {name: re.sub(r"_(\w)", lambda part: part[1].upper(), name) for name in names.split()} | other_names
    for name, key in pairs.items():
        set_config_if_not_none(section, name, f"{prefix}.{key}")


# The hub
hub, spawner = c.JupyterHub, c.KubeSpawner
hub.spawner_class = "kubespawner.KubeSpawner"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://{get_name('proxy-api')}:{get_name_env('proxy-api', '_SERVICE_PORT')}"
hub.hub_bind_url = "http://:8081"
hub.hub_connect_url = f"http://{get_name('hub')}:{get_name_env('hub', '_SERVICE_PORT')}"
hub.cleanup_servers = False
hub.last_activity_interval = 60
hub.tornado_settings = {"slow_spawn_timeout": 0}
hub.db_url = {"sqlite-pvc": "sqlite:///jupyterhub.sqlite"}.get(value("hub.db.type"), "sqlite://")
take(
    hub,
    "hub",
    "concurrent_spawn_limit active_server_limit base_url allow_named_servers named_server_limit_per_user "
    "authenticate_prometheus redirect_to_server shutdown_on_logout template_paths template_vars",
)
take(c.Spawner, "hub", "consecutive_failure_limit")
hub.cookie_secret = get_secret_value("hub.config.JupyterHub.cookie_secret")
c.CryptKeeper.keys = get_secret_value("hub.config.CryptKeeper.keys").split(";")

# Users' pods
release, chart = value("Release.Name"), value("Chart.Name", "jupyterhub")
name = value("nameOverride", chart)
version = f"{chart}-{value('Chart.Version', '')}".replace("+", "_")
spawner.common_labels = {
    "app": name,
    "app.kubernetes.io/name": name,
    "release": release,
    "app.kubernetes.io/instance": release,
    "chart": version,
    "helm.sh/chart": version,
    "app.kubernetes.io/managed-by": "kubespawner",
}
spawner.namespace = os.environ["POD_NAMESPACE"]
take(
    spawner,
    "singleuser",
    "pod_name_template start_timeout extra_labels extra_annotations uid fs_gid node_selector lifecycle_hooks "
    "init_containers extra_containers profile_list extra_pod_config",
    image_pull_policy="image.pullPolicy",
    image_pull_secrets="image.pullSecrets",
    events_enabled="events",
    service_account="serviceAccountName",
    storage_extra_labels="storage.extraLabels",
    mem_limit="memory.limit",
    mem_guarantee="memory.guarantee",
    cpu_limit="cpu.limit",
    cpu_guarantee="cpu.guarantee",
    extra_resource_limits="extraResource.limits",
    extra_resource_guarantees="extraResource.guarantees",
    environment="extraEnv",
    **{
        f"{kind}_affinity_{strength}": f"extra{kind.title().replace('_', '')}Affinity.{strength}"
        for kind in ("node", "pod", "pod_anti")
        for strength in ("required", "preferred")
    },
)
if value("singleuser.image.name"):
    spawner.image = ":".join(filter(None, (value("singleuser.image.name"), value("singleuser.image.tag"))))
spawner.allow_privilege_escalation = value("singleuser.allowPrivilegeEscalation")
if value("scheduling.userScheduler.enabled"):
    spawner.scheduler_name = get_name("user-scheduler")
if value("scheduling.podPriority.enabled"):
    spawner.priority_class_name = get_name("priority")
for_users = {"matchExpressions": [{"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]}]}
purpose = value("scheduling.userPods.nodeAffinity.matchNodePurpose")
if purpose == "require":
    spawner.node_affinity_required.append(for_users)
elif purpose == "prefer":
    spawner.node_affinity_preferred.append({"weight": 100, "preference": for_users})
spawner.tolerations = value("scheduling.userPods.tolerations", []) + value("singleuser.extraTolerations", [])

# Volumes of users' pods
storage = value("singleuser.storage")
spawner.volumes, spawner.volume_mounts = {}, {}


def add_home(volume: str, claim: str, sub_path: str | None) -> None:
    """Adds the volume that the user's home is in."""
    spawner.volumes[volume] = {"name": volume, "persistentVolumeClaim": {"claimName": claim}}
    spawner.volume_mounts[volume] = {"name": volume, "mountPath": storage["homeMountPath"], "subPath": sub_path}


if storage["type"] == "static":
    add_home("home", storage["static"]["pvcName"], storage["static"].get("subPath"))
elif storage["type"] == "dynamic":
    dynamic = storage["dynamic"]
    spawner.storage_pvc_ensure = True
    take(
        spawner,
        "singleuser.storage.dynamic",
        "pvc_name_template storage_class storage_access_modes",
    )
    take(spawner, "singleuser.storage", "", storage_capacity="capacity")
    add_home(dynamic["volumeNameTemplate"], "{pvc_name}", dynamic.get("subPath"))

files = value("singleuser.extraFiles", {})
if files:
    items = [
        {"key": key, "path": key, **({"mode": file["mode"]} if "mode" in file else {})} for key, file in files.items()
    ]
    spawner.volumes["files"] = {"name": "files", "secret": {"secretName": get_name("singleuser"), "items": items}}
for number, (key, file) in enumerate(files.items()):
    spawner.volume_mounts[f"{number}-files"] = {"name": "files", "mountPath": file["mountPath"], "subPath": key}


def by_name(items: Any) -> dict[str, Any]:
    """Volumes or mounts as a dictionary, which they may already be."""
    if isinstance(items, dict):
        return items
    numbered = enumerate(items or [])
    return {item["name"] if "mountPath" not in item else f"{i}-{item['name']}": item for i, item in numbered}


spawner.volumes |= by_name(storage.get("extraVolumes"))
spawner.volume_mounts |= by_name(storage.get("extraVolumeMounts"))

# Services and their roles
hub.services, hub.load_roles = [], []
if value("cull.enabled"):
    culler = "jupyterhub-idle-culler"
    base = value("hub.baseUrl", "/").rstrip("/")
    switches = {"timeout": "timeout", "every": "cull-every", "concurrency": "concurrency", "maxAge": "max-age"}
    command = ["python3", "-m", "jupyterhub_idle_culler", f"--url=http://localhost:8081{base}/hub/api"]
    command += [f"--{switch}={value(f'cull.{key}')}" for key, switch in switches.items() if value(f"cull.{key}")]
    command += ["--cull-users"] if value("cull.users") else []
    command += [] if value("cull.adminUsers") else ["--cull-admin-users=false"]
    command += ["--remove-named-servers"] if value("cull.removeNamedServers") else []
    scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    scopes += ["admin:users"] if value("cull.users") else []
    hub.services.append({"name": culler, "command": command})
    hub.load_roles.append({"name": culler, "services": [culler], "scopes": scopes})
for key, service in value("hub.services", {}).items():
    settings = {"name": key, **{item: setting for item, setting in service.items() if item != "apiToken"}}
    hub.services.append({**settings, "api_token": get_secret_value(f"hub.services.{key}.apiToken")})
hub.load_roles += [{"name": key, **role} for key, role in value("hub.loadRoles", {}).items()]

# The server in users' pods
nothing = object()
if value("singleuser.cmd", nothing) is not nothing:
    # Null is a command too: the image's own.
    c.Spawner.cmd = value("singleuser.cmd")
take(c.Spawner, "singleuser", "default_url")
metadata = value("singleuser.cloudMetadata", {})
if metadata.get("blockWithIptables"):
    tools = value("singleuser.networkTools")
    drop = f"iptables --append OUTPUT --protocol tcp --destination {metadata['ip']} --destination-port 80 --jump DROP"
    spawner.init_containers.append(
        {
            "name": "block-cloud-metadata",
            "image": f"{tools['image']['name']}:{tools['image']['tag']}",
            "command": drop.split(),
            "resources": tools.get("resources"),
            "securityContext": {"privileged": True, "runAsUser": 0, "capabilities": {"add": ["NET_ADMIN"]}},
        }
    )

# What goes through as it is
SEEDED = {"JupyterHub": {"proxy_auth_token", "cookie_secret", "services"}, "ConfigurableHTTPProxy": {"auth_token"}}
SEEDED["CryptKeeper"] = {"keys"}
for key, items in value("hub.config", {}).items():
    if not key[:1].isupper():
        sys.exit(f"hub.config.{key} is no class name")
    c[key].update({item: setting for item, setting in items.items() if item not in SEEDED.get(key, ())})
for _, code in sorted(value("hub.extraConfig", {}).items()):
    exec(code)
