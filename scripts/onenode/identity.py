"""Who is who in a node: certificates, tokens, and the files in which programs find theirs."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
from pathlib import Path

from onenode import newer
from onenode.places import ADDRESS, PORT, STATE

NAMES = (
    f"IP:{ADDRESS},IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,"
    "DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,"
    f"DNS:{newer.SERVICE}.{newer.NAMESPACE}.svc"
)
"""As whom the API server, the kubelet, etcd and what serves newer versions of APIs answer."""

ACCOUNTS = {
    "admin": ("admin", "system:masters"),
    "controllers": ("system:kube-controller-manager", ""),
    "scheduler": ("system:kube-scheduler", ""),
    "kubelet": ("system:node:node", "system:nodes"),
    "proxy": ("system:kube-proxy", ""),
}
"""Those who have a token, each with its user and group. Nobody but `admin` may do everything."""


def write(folder: Path, port: int) -> None:
    """Writes all of it; `port` is where the administrator reaches the API server on this machine's loopback."""
    keys = folder / "pki"
    keys.mkdir()
    authority(keys)
    sign(keys, "server", "/CN=node", f"subjectAltName={NAMES}")
    # As the API server comes to etcd, to the kubelet and to what serves newer versions.
    sign(keys, "client", "/CN=kube-apiserver", "extendedKeyUsage=clientAuth")
    run("openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", keys / "accounts.key")
    tokens = {name: secrets.token_hex(32) for name in ACCOUNTS}
    lines = [f'{tokens[name]},{user},{user},"{group}"' for name, (user, group) in ACCOUNTS.items()]
    (keys / "tokens.csv").write_text("\n".join(lines) + "\n")
    for name, token in tokens.items():
        (keys / f"{name}.kubeconfig").write_text(kubeconfig(keys, f"https://{ADDRESS}:{PORT}", token))
    (folder / "kubeconfig").write_text(kubeconfig(keys, f"https://127.0.0.1:{port}", tokens["admin"]))
    for path in (*keys.iterdir(), folder / "kubeconfig"):
        path.chmod(0o600)


def authority(keys: Path) -> None:
    new: list[str | Path] = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        keys / "ca.key",
    ]
    run("openssl", "req", "-x509", *new, "-out", keys / "ca.crt", "-subj", "/CN=hubfleet-node", "-days", "30")


def sign(keys: Path, name: str, subject: str, extension: str) -> None:
    """A key with a certificate of the node's authority."""
    key: list[str | Path] = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        keys / f"{name}.key",
    ]
    run("openssl", "req", *key, "-out", keys / f"{name}.csr", "-subj", subject)
    (keys / f"{name}.ext").write_text(extension)
    by: list[str | Path] = ["-CA", keys / "ca.crt", "-CAkey", keys / "ca.key", "-CAcreateserial", "-days", "30"]
    files: list[str | Path] = [
        "-in",
        keys / f"{name}.csr",
        "-out",
        keys / f"{name}.crt",
        "-extfile",
        keys / f"{name}.ext",
    ]
    run("openssl", "x509", "-req", *files, *by)


def kubeconfig(keys: Path, server: str, token: str) -> str:
    """JSON, which is YAML."""
    trusted = base64.b64encode((keys / "ca.crt").read_bytes()).decode()
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "node",
            "clusters": [{"name": "node", "cluster": {"server": server, "certificate-authority-data": trusted}}],
            "users": [{"name": "node", "user": {"token": token}}],
            "contexts": [{"name": "node", "context": {"cluster": "node", "user": "node"}}],
        }
    )


def inside(name: str) -> str:
    """The path of a file of these inside the node."""
    return f"{STATE}/pki/{name}"


def run(*command: str | Path) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise OSError(f"{command[0]} failed: {done.stdout[-500:]}")
