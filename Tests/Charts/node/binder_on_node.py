"""A hub of the chart binderhub on a node whose pods run: all of it but BinderHub, which has no image there."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from charts import BINDER, ROOT, Charts, Object
from hub_on_node import HERE, PASSWORD, HubOnNode

IMAGE = "quay.io/jupyterhub/k8s-singleuser-sample:4.3.3"
"""As if it had been built from a repository."""
BUILD = """
cd "$(mktemp -d)"
# One program that needs no other file.
cp /usr/bin/tini-static .
printf '%s\\n' 'FROM scratch' 'COPY tini-static /' 'RUN ["/tini-static", "--version"]' >Dockerfile
docker --host "$0" build --tag built .
"""
"""A build whose one step runs in a container. Nothing can be pulled, and so it stands on nothing."""
SITE: Object = {
    "jupyterhub": {
        # The node is one for users.
        "scheduling": {"corePods": {"nodeAffinity": {"matchNodePurpose": "ignore"}}},
    }
}
LOGIN: Object = {
    "jupyterhub": {
        "hub": {
            "config": {
                "JupyterHub": {"authenticator_class": "shared-password"},
                "Authenticator": {"allow_all": True},
                "SharedPasswordAuthenticator": {"user_password": PASSWORD},
            }
        }
    }
}
"""A test authenticator in place of GitHub's."""


class BinderOnNode(HubOnNode):
    """A release of the chart binderhub."""

    def install_all(self, charts: Charts, *values: Path | Object) -> None:
        """Installs it, and waits for everything that has an image."""
        self.install(charts, *values, BINDER, SITE, wait=False)
        for item in ("deployment/hub", "deployment/proxy", "daemonset/docker-api"):
            self.kubectl("rollout", "status", item, "--timeout=150s")
        self.wait_for_hub()

    def reader(self, user: str, *arguments: str) -> dict[str, Any]:
        """What a reader finds for whom BinderHub asks for a server."""
        [secret] = [item for item in self.objects("secrets") if item["metadata"]["name"] == "hub"]
        token = base64.b64decode(secret["data"]["hub.services.binder.apiToken"]).decode()
        with self.node.forwarded(self.name, "proxy-public") as address:
            command = [str(ROOT / ".tools/hub/bin/python"), str(HERE / "binder_reader.py"), address, "--user", user]
            command += ["--image", IMAGE, *arguments]
            done = subprocess.run(command, input=f"{token}\n{PASSWORD}\n", stdout=subprocess.PIPE, text=True)
        found = dict(json.loads(done.stdout))
        assert "error" not in found, f"{found}\n{self.state()}"
        return found

    def build(self) -> str:
        """What docker says of a build, asked in the pod of the daemon for builds."""
        socket = f"unix:///var/run/{self.name}-{self.name}/docker-api/docker-api.sock"
        return self.kubectl("exec", "daemonset/docker-api", "--", "/bin/sh", "-ec", BUILD, socket)
