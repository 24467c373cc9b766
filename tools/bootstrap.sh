#!/usr/bin/env bash
# Makes .venv with everything the build, the tests and the demo need. Nothing outside the checkout is changed
# but the caches of pip and cargo. What a bare Debian lacks is taken from PyPI or stood in for:
#   cmake      PROJ is built from the source that proj-sys carries; PyPI has cmake as a wheel
#   sqlite3    PROJ's build calls the sqlite3 program once to make proj.db; Python's own sqlite3 module can do that
#   nextest    the test runner, built by cargo when it is missing
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

# Debian splits Python's venv and the C++ compiler into packages of their own; as root they can be fetched, else named.
need_package() {
    local package=$1 why=$2
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "bootstrap: installing $package ($why)"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"
    else
        fail "$why: ask an administrator for 'apt-get install $package'"
    fi
}

python=
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.10 python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "no Python 3.10 or newer on the PATH"
command -v cargo >/dev/null || fail "no cargo on the PATH: Rust 1.95 or newer is needed (rust-toolchain of Cargo.toml)"
command -v c++ >/dev/null || command -v g++ >/dev/null || need_package g++ "PROJ needs a C++ compiler"

if [ ! -x .venv/bin/python ]; then
    "$python" -m venv .venv 2>/dev/null || {
        rm -rf .venv
        need_package "$(basename "$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}")')")-venv" "Python's venv module is missing"
        "$python" -m venv .venv
    }
fi

echo "bootstrap: Python packages (pinned in python/constraints.txt)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint python/constraints.txt \
    --requirement python/requirements-dev.txt

export PATH="$PWD/.venv/bin:$PATH"
if ! command -v cmake >/dev/null; then
    echo "bootstrap: cmake from PyPI"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint python/constraints.txt cmake
fi
if ! command -v sqlite3 >/dev/null; then
    echo "bootstrap: standing in for the sqlite3 program"
    printf '#!%s\n' "$PWD/.venv/bin/python" | cat - tools/sqlite3_program.py >.venv/bin/sqlite3
    chmod +x .venv/bin/sqlite3
fi
touch .venv/.ready
