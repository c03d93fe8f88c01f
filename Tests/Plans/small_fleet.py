"""A small fleet with everything that a plan can be about, on charts of its own that helm renders quickly."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PLAIN = {
    ".gitignore": "*.local\nscratch/\n",
    "fleet.yaml": "# The policy.\noperator: {name: Example}\n",
    "helm-charts/hub/Chart.yaml": """\
apiVersion: v2
name: hub
version: 1.2.0
description: A hub
dependencies:
  - name: common
    version: 0.1.0
    repository: file://../common
  - name: gateway
    version: 1.0.0
    repository: https://charts.example.org
    condition: gateway.enabled
  - name: far
    version: 2.0.0
    repository: https://charts.example.org
    condition: far.enabled
""",
    "helm-charts/hub/values.yaml": """\
# The chart's own.
image: {name: example/hub, tag: "1"}
cull:
  enabled: true
  timeout: 3600
  every: 600
limits: &limits {memory: 1G, cpu: 1}
guarantees: *limits
common: {colour: green}
gateway: {enabled: false, workers: 2}
far: {enabled: false}
empty: {}
removed: 1
""",
    "helm-charts/hub/values.schema.json": '{"type": "object"}\n',
    "helm-charts/hub/values.jsonnet": """\
// What a fleet knows of a hub.
local quota = import 'lib/quota.libsonnet';
{
  name: std.extVar('HUBFLEET_HUB'),
  domain: std.extVar('HUBFLEET_DOMAIN'),
  role: '%s:%s' % [std.extVar('HUBFLEET_ACCOUNT'), std.extVar('HUBFLEET_CLUSTER')],
  quota: quota.of(std.extVar('HUBFLEET_HUB')),
  motd: importstr "lib/motd.txt",
}
""",
    "helm-charts/hub/lib/quota.libsonnet": "// GiB.\n{ of(hub):: if hub == 'staging' then 1 else 10 }\n",
    "helm-charts/hub/lib/motd.txt": "welcome\n",
    "helm-charts/hub/templates/config.yaml": """\
{{- /* What the hub reads. */ -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
  labels: {chart: "{{ .Chart.Name }}-{{ .Chart.Version }}"}
data:
  timeout: {{ .Values.cull.timeout | quote }}
  token: {{ randAlphaNum 20 | quote }}
  page: {{ .Files.Get "files/page.html" | quote }}
""",
    "helm-charts/hub/templates/NOTES.txt": "Thanks.\n",
    "helm-charts/hub/README.md": "# A hub\n",
    "helm-charts/hub/files/page.html": "<p>hello</p>\n",
    "helm-charts/hub/files/unused.html": "<p>nobody reads it</p>\n",
    "helm-charts/common/Chart.yaml": "apiVersion: v2\nname: common\nversion: 0.1.0\n",
    "helm-charts/common/values.yaml": "colour: red\nsize: 1\n",
    "helm-charts/common/templates/common.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: common}\n"
    "data: {colour: {{ .Values.colour | quote }}}\n",
    "helm-charts/nested/Chart.yaml": "apiVersion: v2\nname: nested\nversion: 0.1.0\ndependencies:\n"
    "  - {name: hub, version: 1.2.0, repository: file://../hub}\n",
    "helm-charts/nested/values.yaml": "hub: {}\n",
    "helm-charts/nested/values.jsonnet": "{ hub: import '../hub/values.jsonnet' }\n",
    "helm-charts/support/Chart.yaml": "apiVersion: v2\nname: support\nversion: 0.1.0\n",
    "helm-charts/support/values.yaml": "prometheus: {retention: 90d}\n",
    "helm-charts/support/templates/support.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: support}\n"
    "data: {retention: {{ .Values.prometheus.retention | quote }}}\n",
    "upstream/gateway-1.0.0/Chart.yaml": "apiVersion: v2\nname: gateway\nversion: 1.0.0\n",
    "upstream/gateway-1.0.0/values.yaml": "workers: 1\nidle: 60\n",
    "upstream/gateway-1.0.0/templates/gateway.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gateway}\n"
    "data: {workers: {{ .Values.workers | quote }}}\n",
    "config/clusters/east/cluster.yaml": """\
name: east
provider: aws
metadata: {}
aws:
  account: "012345678901"
  key: enc-deployer.secret.json
  clusterType: eks
  clusterName: east-eks
  region: us-west-2
support:
  helm_chart_values_files: [support.values.yaml, enc-support.secret.values.yaml]
hubs:
  - name: staging
    display_name: Try here
    domain: staging.east.example.org
    helm_chart: hub
    helm_chart_values_files:
      - common.values.yaml
      - staging.values.yaml
      - enc-staging.secret.values.yaml
  - name: prod
    domain: east.example.org
    helm_chart: hub
    helm_chart_values_files:
      - common.values.yaml
      - enc-common.secret.values.yaml
      - prod.values.yaml
  - name: ops
    domain: ops.east.example.org
    helm_chart: hub
    helm_chart_values_files:
      - common.values.yaml
      - enc-common.secret.values.yaml
      - ops.values.yaml
""",
    "config/clusters/east/common.values.yaml": """\
# For all hubs of the cluster.
cull:
  timeout: 1800
  every: 300
limits: {memory: 2G}
users:
  - ada
  - bob
profiles:
  - {name: small, memory: 1}
  - {name: large, memory: 8}
page: {title: East, colour: blue}
""",
    "config/clusters/east/staging.values.yaml": "cull: {timeout: 60}\npage:\n  title: East, staging\n"
    "extra: &x\n  a: 1\n",
    "config/clusters/east/prod.values.yaml": "gateway: {enabled: true, workers: 4}\nremoved: null\n"
    "page: {logo: east}\n",
    "config/clusters/east/ops.values.yaml": "cull:\n  timeout: 10\n  every: 5\nfar: {enabled: true}\nnumber: 1.5\n",
    "config/clusters/east/support.values.yaml": "prometheus:\n  retention: 30d\n",
    "config/clusters/west/cluster.yaml": """\
name: west
provider: gcp
metadata: {}
gcp:
  key: enc-deployer.secret.json
  project: west-project
  cluster: west-gke
  zone: europe-west1-b
  billing: {paid_by_us: false}
support:
  helm_chart_values_files: [support.values.yaml]
hubs:
  - name: staging
    domain: staging.west.example.org
    helm_chart: hub
    helm_chart_values_files: [common.values.yaml, staging.values.yaml]
  - name: prod
    domain: west.example.org
    helm_chart: nested
    helm_chart_values_files: [prod.values.yaml, enc-prod.secret.values.yaml]
""",
    "config/clusters/west/common.values.yaml": "cull: {enabled: false}\npage:\n  title: West\n  colour: red\n",
    "config/clusters/west/staging.values.yaml": "page:\n  colour: grey\n",
    "config/clusters/west/prod.values.yaml": "hub:\n  cull:\n    timeout: 7200\n  page:\n    title: West\n",
    "config/clusters/west/support.values.yaml": "prometheus:\n  scrape: 30\n",
    "config/clusters/south/cluster.yaml": """\
name: south
provider: kubeconfig
metadata: {}
kubeconfig: {file: enc-kubeconfig.secret.yaml}
hubs:
  - name: main
    domain: south.example.org
    domain_override_file: enc-domain.secret.yaml
    helm_chart: hub
    chart_override: chart.yaml
    helm_chart_values_files: [main.values.yaml]
""",
    "config/clusters/south/main.values.yaml": "page:\n  title: South\n  colour: white\ncull:\n  every: 20\n",
    "config/clusters/south/chart.yaml": """\
apiVersion: v2
name: hub
version: 1.3.0
dependencies:
  - {name: common, version: 0.1.0, repository: "file://../common"}
  - {name: gateway, version: 1.0.0, repository: "https://charts.example.org", condition: gateway.enabled}
""",
}
"""Files as they are."""

SECRET = {
    "helm-charts/support/enc-support.secret.values.yaml": "grafana: {password: canary-1000-secret}\n",
    "config/clusters/east/enc-deployer.secret.json": '{"AccessKey": {"SecretAccessKey": "canary-1001-secret"}}\n',
    "config/clusters/east/enc-support.secret.values.yaml": "prometheus: {password: canary-1002-secret}\n",
    "config/clusters/east/enc-staging.secret.values.yaml": "login: {secret: canary-1003-secret}\n",
    "config/clusters/east/enc-common.secret.values.yaml": "login:\n"
    "  id: canary-1004-secret\n  secret: canary-1005-secret\nlist: [canary-1006-secret, canary-1007-secret]\n",
    "config/clusters/west/enc-deployer.secret.json": '{"private_key": "canary-1008-secret"}\n',
    "config/clusters/west/enc-prod.secret.values.yaml": "hub:\n  login:\n    secret: canary-1009-secret\n",
    "config/clusters/south/enc-kubeconfig.secret.yaml": "clusters:\n"
    "  - server: https://canary-1010-secret.example.org\n",
    "config/clusters/south/enc-domain.secret.yaml": "domain: canary-1011-secret.example.org\n",
}
"""Files that are encrypted; nothing of their values may be printed."""

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(prefix: str, data: bytes) -> str:
    """Text with a checksum, as age writes keys. Source: BIP 173."""

    def checksum(values: list[int]) -> int:
        result = 1
        for value in values:
            top = result >> 25
            result = (result & 0x1FFFFFF) << 5 ^ value
            for bit, number in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                result ^= number if top >> bit & 1 else 0
        return result

    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    end = checksum(spread + words + [0] * 6) ^ 1
    words += [end >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(CHARSET[word] for word in words)


class Keys:
    """A new key of age, in a file of its own."""

    def __init__(self, folder: Path) -> None:
        key = X25519PrivateKey.generate()
        private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.recipient = bech32("age", public)
        self.file = folder / f"{base64.b32encode(public[:5]).decode().lower()}.key"
        self.file.write_text(bech32("age-secret-key-", private).upper() + "\n")

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"SOPS_AGE_KEY_FILE": str(self.file)}


def encrypt(file: Path, recipient: str) -> None:
    """Encrypts a file in its place."""
    run = ["sops", "--disable-version-check", "--encrypt", "--age", recipient, "--in-place", str(file)]
    subprocess.run(run, check=True, capture_output=True)


def write(folder: Path, keys: Keys) -> None:
    """Writes the fleet."""
    for path, text in (PLAIN | SECRET).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for path in SECRET:
        encrypt(folder / path, keys.recipient)
