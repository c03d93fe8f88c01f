"""What a program's needs are called by others: the tag of a wheel, the packages of Debian."""

from __future__ import annotations

from packing.elf import Needs, NotPackable

Number = tuple[int, ...]

# Below it no pip of today looks.
OLDEST_TAG = (2, 17)

# Libraries that every Linux of a tag has (PEP 600), and Debian's package of each.
LOADERS = ("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1")
LIBRARIES = {
    **dict.fromkeys(("libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", *LOADERS), "libc6"),
    **dict.fromkeys(("libutil.so.1", "libresolv.so.2"), "libc6"),
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
    "libz.so.1": "zlib1g",
}

# For each family of symbols beside GLIBC, the C library of the oldest Linux that has it in such a version. They follow
# what auditwheel knows of the distributions of each tag; scripts/long/installing.py asks it about a real wheel.
SINCE: dict[str, list[tuple[Number, Number]]] = {
    "GLIBCXX": [
        ((3, 4, 19), (2, 17)),
        ((3, 4, 22), (2, 24)),
        ((3, 4, 24), (2, 27)),
        ((3, 4, 28), (2, 31)),
        ((3, 4, 29), (2, 34)),
        ((3, 4, 30), (2, 35)),
        ((3, 4, 33), (2, 39)),
    ],
    "CXXABI": [
        ((1, 3, 7), (2, 17)),
        ((1, 3, 10), (2, 24)),
        ((1, 3, 11), (2, 27)),
        ((1, 3, 12), (2, 31)),
        ((1, 3, 13), (2, 34)),
        ((1, 3, 15), (2, 39)),
    ],
    "GCC": [((4, 8, 0), (2, 17)), ((7, 0, 0), (2, 27)), ((12, 0, 0), (2, 35)), ((14, 0, 0), (2, 39))],
    "ZLIB": [((1, 2, 5, 2), (2, 17)), ((1, 2, 9), (2, 27)), ((1, 2, 12), (2, 37))],
}

# The release of GCC that brought a version of its C++ library, as Debian's own list of that library has it.
GCC_OF_GLIBCXX: list[tuple[Number, str]] = [
    ((3, 4, 21), "5"),
    ((3, 4, 22), "6"),
    ((3, 4, 24), "7"),
    ((3, 4, 25), "8"),
    ((3, 4, 28), "9"),
    ((3, 4, 29), "11"),
    ((3, 4, 30), "12"),
    ((3, 4, 32), "13.1"),
    ((3, 4, 33), "14"),
]


def dotted(number: Number) -> str:
    return ".".join(str(part) for part in number)


def check(needs: Needs) -> None:
    """Refuses a program that would not start on every Linux of its tag."""
    strange = [library for library in needs.libraries if library not in LIBRARIES]
    if strange:
        raise NotPackable(
            f"the program needs {', '.join(strange)}, which not every Linux has; link it with --static-swift-stdlib"
        )
    folders = [folder for path in needs.run_paths for folder in path.split(":") if folder != "$ORIGIN"]
    if folders:
        raise NotPackable(f"the program looks for libraries in {', '.join(folders)}, which only this machine has")
    private = [
        f"{name} of {library}"
        for library, names in needs.versions.items()
        for name in names
        if name.endswith("PRIVATE")
    ]
    if private:
        raise NotPackable(f"the program needs {', '.join(private)}, which the next C library may not have")


def oldest_glibc(needs: Needs) -> Number:
    """The oldest C library that a machine may have for this program, as its symbols say; two numbers."""
    needed = [OLDEST_TAG, (needs.highest("GLIBC") or OLDEST_TAG)[:2]]
    # The form of relocations that came with 2.36 has a name instead of a number.
    if any("GLIBC_ABI_DT_RELR" in names for names in needs.versions.values()):
        needed.append((2, 36))
    for family, since in SINCE.items():
        highest = needs.highest(family)
        if highest is None:
            continue
        fitting = [glibc for version, glibc in since if highest <= version]
        if not fitting:
            raise NotPackable(f"the program needs {family}_{dotted(highest)}: add it to scripts/packing/platforms.py")
        needed.append(fitting[0])
    return max(needed)


def wheel_tag(needs: Needs) -> str:
    """The platform tag that tells pip and uv the truth about the program, by PEP 600."""
    check(needs)
    major, minor = oldest_glibc(needs)
    return f"manylinux_{major}_{minor}_{needs.machine}"


def debian_architecture(needs: Needs) -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}[needs.machine]


def debian_depends(needs: Needs) -> list[str]:
    """The packages of Debian that hold what the program needs, each with the oldest version that will do."""
    check(needs)
    # What a library's own symbols ask for; that of the C library alone, because Debian mixes them as it likes.
    versions = {"libc6": dotted((needs.highest("GLIBC") or OLDEST_TAG)[:2])}
    gcc = needs.highest("GCC")
    if gcc is not None:
        versions["libgcc-s1"] = dotted(gcc).removesuffix(".0").removesuffix(".0")
    glibcxx = needs.highest("GLIBCXX")
    if glibcxx is not None:
        versions["libstdc++6"] = next((gcc for version, gcc in GCC_OF_GLIBCXX if glibcxx <= version), "14")
    zlib = needs.highest("ZLIB")
    if zlib is not None:
        versions["zlib1g"] = "1:" + dotted(zlib)
    packages = sorted({LIBRARIES[library] for library in needs.libraries})
    return [f"{package} (>= {versions[package]})" if package in versions else package for package in packages]
