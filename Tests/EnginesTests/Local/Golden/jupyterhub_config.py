# JupyterHub configuration of c/prod on this machine.
# Written by hubfleet from the fleet repository: change the values there, not here.
# Behind each setting stands the place that sets it, or Hubfleet's reason.

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, "/state/hub/revisions/1/python")
from hubfleet_hub import LocalAuthenticator, LocalProxy, LocalSpawner, ProofHandler  # noqa: E402

# What the hub itself writes is for its own account; servers have their own mask.
os.umask(0o077)

c = get_config()  # noqa: F821
service_tokens = json.loads(Path("/state/hub/service_tokens.json").read_text())

# Where it runs
c.JupyterHub.bind_url = "http://127.0.0.1:8000/base/"  # this machine only
c.JupyterHub.hub_bind_url = "http://127.0.0.1:8001"  # between hub and servers
c.JupyterHub.proxy_class = LocalProxy  # Traefik, which hubfleet starts; routes are a file
c.TraefikProxy.traefik_api_url = "http://127.0.0.1:8002"  # how the hub watches Traefik
c.TraefikFileProviderProxy.dynamic_config_file = "/state/hub/routes.toml"  # the hub's folder
c.JupyterHub.extra_handlers = [(r"/api/hubfleet/proof", ProofHandler)]  # how hubfleet knows its own hub
c.JupyterHub.db_url = "sqlite:////state/hub/jupyterhub.sqlite"  # the hub's folder
c.JupyterHub.cookie_secret_file = "/state/hub/cookie_secret"  # the hub's folder
c.JupyterHub.upgrade_db = True  # after a copy is made, when JupyterHub is newer
c.JupyterHub.cleanup_servers = True  # servers stop with their hub

# Who may log in
c.JupyterHub.authenticator_class = LocalAuthenticator  # passwords of this machine
c.LocalAuthenticator.password_file = "/state/hub/passwords.json"  # the hub's folder
# hub.values.yaml:8:36, helm-charts/basehub/values.yaml:33:25
c.Authenticator.admin_users = {"Alice", "bob", "Staff"}
c.Authenticator.allow_all = True  # any name may try the hub with the users' password
# hub.values.yaml:8:89, and the user of health checks
c.Authenticator.blocked_users = {"mallory", "deployment-service-check"}

# What a server gets
c.JupyterHub.spawner_class = LocalSpawner  # processes of this machine
c.LocalSpawner.homes_folder = "/state/hub/homes"  # the hub's folder
c.LocalSpawner.separate_accounts = True  # hubfleet runs as root: one account per user
c.LocalSpawner.administrators_group = 143640000  # numbers of this hub's accounts start here
# the Python environment of this hub
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
c.Spawner.default_url = "/tree"  # hub.values.yaml:13:17
c.Spawner.http_timeout = 120  # hub.values.yaml:10:35
c.Spawner.mem_limit = "1G"  # helm-charts/basehub/values.yaml:16:21
c.Spawner.mem_guarantee = "256M"  # helm-charts/basehub/values.yaml:16:37
# hubfleet, hub.values.yaml
c.Spawner.environment = {
    "HUBFLEET_HUB": "/state/hub",
    "JUPYTER_CONFIG_PATH": "/state/hub/revisions/1/files/etc/jupyter",
    "JUPYTER_PATH": "/state/hub/revisions/1/files/share/jupyter",
    "PLAIN": "a \"quoted\" $(JUPYTERHUB_USER)",
    "NUMBER": "5",
    "NAMED": "v",
}

# Profiles: what users choose from
# hub.values.yaml:20:7
c.LocalSpawner.profile_list = [
    {
        "display_name": "Small",
        "slug": "small",
        "default": True,
        "kubespawner_override": {"mem_limit": "1G", "image": "a:b"},
    },
    {"display_name": "Staff", "allowed_groups": ["org:team"]},
]
# groups that profiles are for; administrators are in them
c.JupyterHub.load_groups = {"org:team": {"users": ["alice", "bob", "staff"]}}

# Folders that users share
# helm-charts/basehub/values.yaml:27:17
c.LocalSpawner.shared_folders = [
    {"path": "shared", "folder": "_shared", "access": "read"},
    {
        "path": "shared-readwrite",
        "folder": "_shared",
        "access": "write",
        "administrators_only": True,
    },
]

# Home page
c.JupyterHub.template_paths = ["/state/hub/revisions/1/python/templates"]  # hubfleet's templates
# hub.values.yaml:30:9
c.JupyterHub.template_vars = {
    "hub": {"name": "c/prod", "is_copy": True},
    "hub_title": "A \"hub\"",
    "has_own_logo": False,
    "custom": {"org": {"name": "Org </script>", "url": "https://example.org"}},
    "hubfleet": {"administrators": ["alice", "bob", "staff"], "allows_all": True},
}

# Services and roles
# helm-charts/basehub/values.yaml:8:7, with new tokens
c.JupyterHub.services = [
    {"name": "exporter", "api_token": service_tokens["exporter"]},
    {"name": "hub-health", "api_token": service_tokens["hub-health"]},
    {
        "name": "home-download",
        "api_token": service_tokens["home-download"],
        "url": "http://127.0.0.1:8003",
        "oauth_no_confirm": True,
    },
    {"name": "jupyterhub-idle-culler", "api_token": service_tokens["jupyterhub-idle-culler"]},
]
# helm-charts/basehub/values.yaml:12:7
c.JupyterHub.load_roles = [
    {"name": "exporter", "scopes": ["users"], "services": ["exporter"]},
    {
        "name": "user",
        "scopes": ["self", "access:services!service=hub-health", "access:services!service=home-download"],
    },
    {
        "name": "hub-health",
        "scopes": [
            "admin:users!user=deployment-service-check",
            "admin:servers!user=deployment-service-check",
            "access:servers!user=deployment-service-check",
        ],
        "services": ["hub-health"],
    },
    {"name": "home-download", "scopes": ["list:users", "read:users"], "services": ["home-download"]},
    {
        "name": "jupyterhub-idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers", "admin:users"],
        "services": ["jupyterhub-idle-culler"],
    },
]

# The hub itself
c.JupyterHub.concurrent_spawn_limit = 64  # helm-charts/basehub/values.yaml:3:27
c.JupyterHub.allow_named_servers = True  # hub.values.yaml:3:24
c.JupyterHub.active_server_limit = 5  # hub.values.yaml:7:70
