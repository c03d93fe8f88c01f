# What scripts/tools needs of the system: its programs, its Python and its packages.

say() { echo "tools: $*" >&2; }
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
sha256() { if have sha256sum; then sha256sum; else shasum -a 256; fi; }

# The system's own Python before one on PATH: a Python below a private home is unreadable to other users.
# Debian's python3 has no ensurepip without the package python3-venv.
find_python() {
    local candidate
    for candidate in /usr/bin/python3 python3; do
        if have "$candidate" && "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
        then
            python="$candidate"
            return 0
        fi
    done
    return 1
}

# install_packages NAME...
install_packages() {
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    if ! have apt-get || ! $sudo true 2>/dev/null; then
        fail "missing: $*. Install them (Debian, Ubuntu: apt-get install --no-install-recommends $*) and run this again"
    fi
    say "installing with apt: $*"
    apt() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >>"$work/apt.log" 2>&1; }
    # A run that was killed may have left packages unpacked only; apt refuses to go on then.
    $sudo dpkg --configure -a >"$work/apt.log" 2>&1 || true
    apt update || say "apt-get update failed; trying with the lists as they are"
    apt install --yes --no-install-recommends "$@" || { cat "$work/apt.log" >&2; fail "apt could not install: $*"; }
}
