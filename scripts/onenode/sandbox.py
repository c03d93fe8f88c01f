"""The root folder and the network of a node: what it sees of this machine, and may change of it, which is nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from onenode.places import ADDRESS, KUBERNETES, PROGRAMS, STATE, TOOLS, NodeFolder

READ_ONLY = ("usr", "etc", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
TUNABLES = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}
"""Settings of the whole machine that a kubelet would change. It is shown these, and finds them as it wants them."""
FOR_THIS_NETWORK = {
    "net/ipv4/ip_forward": "1",
    "net/ipv4/conf/all/route_localnet": "1",
    "net/bridge/bridge-nf-call-iptables": "1",
}


def enter(folder: Path) -> str:
    """Makes a new root folder, and goes there. This process must have mounts and processes of its own.

    Returns the cgroup for pods.
    """
    group = str(NodeFolder(folder.name).facts()["cgroup"])
    root = folder / "root"
    root.mkdir()
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", root)
    for name in READ_ONLY:
        show(Path("/", name), root / name)
    for name in ("dev", "proc", "sys", "run", "tmp", "var", "node", "old"):
        (root / name).mkdir()
    (root / "tmp").chmod(0o1777)
    mount("--rbind", "/dev", root / "dev")
    mount("-t", "proc", "proc", root / "proc")
    mount("-t", "sysfs", "sysfs", root / "sys")
    mount("--rbind", "/sys/fs/cgroup", root / "sys/fs/cgroup")
    for source, target in ((TOOLS / "kubernetes", KUBERNETES), (TOOLS / "node", PROGRAMS)):
        show(source.resolve(), root / target[1:])
    prepare_store(folder)
    (root / STATE[1:]).mkdir()
    mount("--bind", folder, root / STATE[1:])
    # On the disk: logs of pods are there.
    (folder / "var").mkdir()
    mount("--bind", folder / "var", root / "var")
    (folder / "var/run").symlink_to("/run")
    os.chdir(root)
    run("pivot_root", ".", "old")
    os.chdir("/")
    run("umount", "--lazy", "/old")
    # What a pod's mount brings must reach other pods; nothing of it leaves these namespaces.
    mount("--make-rshared", "/")
    show_store()
    hide_tunables()
    return group


def show(source: Path, target: Path) -> None:
    """Gives a folder to the node for reading, or a link as it is."""
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
    elif source.is_dir():
        target.mkdir(parents=True)
        mount("--bind", source, target)
        mount("-o", "remount,bind,ro", target)


SNAPSHOTS = "io.containerd.snapshotter.v1.overlayfs/snapshots"


def prepare_store(folder: Path) -> None:
    """Gives the node's containerd a root with all images, of which only what it writes to is copied."""
    store, copy = TOOLS / "node/store", folder / "containerd"
    for path, folders, files in os.walk(store):
        place = copy / Path(path).relative_to(store)
        place.mkdir()
        shutil.copymode(path, place)
        if Path(path).parent == store / SNAPSHOTS:
            # Files of images come by mounts.
            folders.clear()
            (place / "fs").mkdir()
            (place / "work").mkdir()
            continue
        for name in files:
            # Blobs never change, databases do.
            take = os.link if "blobs" in Path(path).parts else shutil.copy
            take(Path(path, name), place / name)


def show_store() -> None:
    for snapshot in Path(PROGRAMS, "store", SNAPSHOTS).iterdir():
        target = Path(STATE, "containerd", SNAPSHOTS, snapshot.name, "fs")
        mount("--bind", snapshot / "fs", target)
        mount("-o", "remount,bind,ro", target)


def hide_tunables() -> None:
    shown = Path("/run/tunables")
    for name, value in TUNABLES.items():
        file = shown / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value)
        mount("--bind", file, Path("/proc/sys", name))


def make_network() -> None:
    """A bridge and loopback: there is no way from here to any other network."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "cni0", "type", "bridge")
    run("ip", "address", "add", f"{ADDRESS}/24", "dev", "cni0")
    run("ip", "link", "set", "cni0", "up")
    for name, value in FOR_THIS_NETWORK.items():
        # The last is there where the kernel's bridges know of rules for packets.
        if Path("/proc/sys", name).exists():
            Path("/proc/sys", name).write_text(value)


def mount(*arguments: str | Path) -> None:
    run("mount", *arguments)


def run(*command: str | Path) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command))}: {done.stdout.strip()}")
