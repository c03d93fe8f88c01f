"""The programs of a node, with their arguments and files of settings."""

from __future__ import annotations

import json
from pathlib import Path

from onenode.identity import inside
from onenode.images import reference
from onenode.places import ADDRESS, CONTAINERD, KUBERNETES, PORT, PROGRAMS, STATE

PODS = "10.244.0.0/24"
SERVICES = "10.96.0.0/16"
STORE = "https://127.0.0.1:2379"
PEERS = "https://127.0.0.1:2380"

NETWORK = {
    "cniVersion": "0.4.0",
    "name": "node",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "cni0",
            "isGateway": True,
            "ipMasq": True,
            "hairpinMode": True,
            "ipam": {
                "type": "host-local",
                # The first is the node's own.
                "ranges": [[{"subnet": PODS, "rangeStart": "10.244.0.10"}]],
                "routes": [{"dst": "0.0.0.0/0"}],
            },
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}

RUNTIME = f"""\
version = 2
root = "{STATE}/containerd"
state = "/run/containerd"
[grpc]
  address = "{CONTAINERD}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{reference("pause")}"
  # Machines that are a container themselves may not protect processes from the kernel's choice.
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{PROGRAMS}/cni"
    conf_dir = "{STATE}/cni"
"""


def kubelet_settings(group: str) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ADDRESS,
        "tlsCertFile": inside("server.crt"),
        "tlsPrivateKeyFile": inside("server.key"),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": inside("ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{group}",
        "failSwapOn": False,
        "clusterDNS": [ADDRESS],
        "clusterDomain": "cluster.local",
        "resolvConf": f"{STATE}/resolv.conf",
        "serializeImagePulls": False,
        # A full disk of this machine is not the pods' fault.
        "evictionHard": {},
        "imageGCHighThresholdPercent": 100,
        "enforceNodeAllocatable": [],
    }


def write_settings(folder: Path, group: str) -> None:
    """Writes what the programs read; `group` is the cgroup of all pods."""
    (folder / "cni").mkdir()
    (folder / "cni/10-node.conflist").write_text(json.dumps(NETWORK))
    (folder / "containerd.toml").write_text(RUNTIME)
    (folder / "kubelet.yaml").write_text(json.dumps(kubelet_settings(group)))
    (folder / "resolv.conf").write_text(f"nameserver {ADDRESS}\n")
    (folder / "hosts").touch()


def flags(**values: str) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in values.items()]


def server_side(program: str, account: str, **more: str) -> list[str]:
    """A program that works for the API server. It answers on loopback, and only those who prove who they are."""
    common = {
        "kubeconfig": inside(f"{account}.kubeconfig"),
        "authentication_kubeconfig": inside(f"{account}.kubeconfig"),
        "authorization_kubeconfig": inside(f"{account}.kubeconfig"),
        "client_ca_file": inside("ca.crt"),
        "leader_elect": "false",
        "port": "0",
        "bind_address": "127.0.0.1",
        "cert_dir": f"{STATE}/{account}",
    }
    return [f"{KUBERNETES}/{program}", *flags(**common, **more)]


FIRST = {
    "containerd": [f"{PROGRAMS}/bin/containerd", "--config", f"{STATE}/containerd.toml"],
    "etcd": [
        f"{KUBERNETES}/etcd",
        *flags(
            data_dir=f"{STATE}/etcd",
            listen_client_urls=STORE,
            advertise_client_urls=STORE,
            listen_peer_urls=PEERS,
            initial_advertise_peer_urls=PEERS,
            initial_cluster=f"default={PEERS}",
            cert_file=inside("server.crt"),
            key_file=inside("server.key"),
            trusted_ca_file=inside("ca.crt"),
            client_cert_auth="true",
            peer_cert_file=inside("server.crt"),
            peer_key_file=inside("server.key"),
            peer_trusted_ca_file=inside("ca.crt"),
            peer_client_cert_auth="true",
        ),
        # Nothing here outlives the node.
        "--unsafe-no-fsync",
    ],
    "kube-apiserver": [
        f"{KUBERNETES}/kube-apiserver",
        *flags(
            etcd_servers=STORE,
            etcd_cafile=inside("ca.crt"),
            etcd_certfile=inside("client.crt"),
            etcd_keyfile=inside("client.key"),
            bind_address=ADDRESS,
            advertise_address=ADDRESS,
            secure_port=str(PORT),
            tls_cert_file=inside("server.crt"),
            tls_private_key_file=inside("server.key"),
            client_ca_file=inside("ca.crt"),
            anonymous_auth="false",
            token_auth_file=inside("tokens.csv"),
            authorization_mode="Node,RBAC",
            enable_admission_plugins="NodeRestriction",
            service_account_issuer="https://kubernetes.default.svc",
            service_account_signing_key_file=inside("accounts.key"),
            service_account_key_file=inside("accounts.key"),
            kubelet_certificate_authority=inside("ca.crt"),
            kubelet_client_certificate=inside("client.crt"),
            kubelet_client_key=inside("client.key"),
            kubelet_preferred_address_types="InternalIP",
            # As what it comes to what serves newer versions of APIs.
            proxy_client_cert_file=inside("client.crt"),
            proxy_client_key_file=inside("client.key"),
            service_cluster_ip_range=SERVICES,
            allow_privileged="true",
        ),
    ],
}
"""What starts first: the runtime, and the API server with its store."""

THEN = {
    "kube-controller-manager": server_side(
        "kube-controller-manager",
        "controllers",
        service_account_private_key_file=inside("accounts.key"),
        root_ca_file=inside("ca.crt"),
        use_service_account_credentials="true",
        cluster_cidr=PODS,
        pvclaimbinder_sync_period="1s",
        flex_volume_plugin_dir=f"{STATE}/volume-plugins",
    ),
    "kube-scheduler": server_side("kube-scheduler", "scheduler"),
    "kubelet": [
        f"{KUBERNETES}/kubelet",
        *flags(
            config=f"{STATE}/kubelet.yaml",
            kubeconfig=inside("kubelet.kubeconfig"),
            hostname_override="node",
            # As nodes for users have it.
            node_labels="hub.jupyter.org/node-purpose=user",
            node_ip=ADDRESS,
            root_dir=f"{STATE}/kubelet",
            cert_dir=f"{STATE}/kubelet/pki",
            volume_plugin_dir=f"{STATE}/volume-plugins",
            container_runtime="remote",
            container_runtime_endpoint=f"unix://{CONTAINERD}",
        ),
    ],
    "kube-proxy": [
        f"{KUBERNETES}/kube-proxy",
        *flags(
            kubeconfig=inside("proxy.kubeconfig"),
            hostname_override="node",
            proxy_mode="iptables",
            cluster_cidr=PODS,
            # The machine's own limit stays.
            conntrack_max_per_core="0",
            healthz_bind_address="127.0.0.1:10256",
            metrics_bind_address="127.0.0.1:10249",
            # The server says that it is too new for the API that this would use.
            feature_gates="EndpointSliceProxying=false",
        ),
    ],
    "dnsmasq": [
        "dnsmasq",
        *flags(
            addn_hosts=f"{STATE}/hosts",
            listen_address=ADDRESS,
            local="/cluster.local/",
            user="root",
            group="root",
            log_facility="-",
            pid_file="",
            cache_size="0",
        ),
        *("--keep-in-foreground", "--no-resolv", "--no-hosts", "--bind-interfaces", "--except-interface=lo"),
    ],
}
"""What starts when the API server is there."""
