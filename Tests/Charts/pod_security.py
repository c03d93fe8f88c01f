"""The pod security standards of Kubernetes, as far as charts and spawners can break them."""

from __future__ import annotations

from charts import Object


def containers(pod: Object) -> list[Object]:
    """All containers of a pod, those of its start first."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def security_level(pod: Object) -> str:
    """The pod security standard that a pod meets, as far as charts can break it."""
    spec = pod["spec"]
    contexts = [{**spec.get("securityContext", {}), **item.get("securityContext", {})} for item in containers(pod)]
    volumes = [kind for volume in spec.get("volumes", []) for kind in volume if kind != "name"]
    added = {name for context in contexts for name in context.get("capabilities", {}).get("add", [])}
    allowed = {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
    host = any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
    if host or any(context.get("privileged") for context in contexts) or "hostPath" in volumes or not added <= allowed:
        return "privileged"
    # Volumes of NFS named in the pod itself are outside `restricted` only.
    restricted = all(
        context.get("runAsNonRoot") is True
        and context.get("runAsUser") != 0
        and context.get("allowPrivilegeEscalation") is False
        and "ALL" in context.get("capabilities", {}).get("drop", [])
        and context.get("seccompProfile", {}).get("type") == "RuntimeDefault"
        for context in contexts
    ) and set(volumes) <= {"configMap", "secret", "emptyDir", "projected", "downwardAPI", "persistentVolumeClaim"}
    return "restricted" if restricted and added <= {"NET_BIND_SERVICE"} else "baseline"
