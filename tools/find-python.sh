# Sourced by ./run and ./test with $here set: leaves a Python of 3.11 or newer in $python.

usable() {
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# One that can make an environment wins over a newer one that cannot: Debian packs venv apart.
can_make_environments() {
    "$1" -I -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=$here/.venv/bin/python
if ! usable "$python"; then
    python=
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if can_make_environments "$name"; then
            python=$name
            break
        fi
        if [ -z "$python" ] && usable "$name"; then
            python=$name # bootstrap.py then says which package is missing
        fi
    done
fi
if [ -z "$python" ]; then
    echo "Tocsin needs Python 3.11 or newer, and none was found on PATH." >&2
    echo "On Debian 12 or Ubuntu 24.04 and later: apt-get install python3 python3-venv" >&2
    exit 1
fi
