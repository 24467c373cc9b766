#!/usr/bin/env bash
# A PostGIS server for the tests, on loopback and on a free port, with everything in one temporary folder.
#
#   tests/postgis/serve.sh start FOLDER     prints the address for SANXIAN_TEST_POSTGIS
#   tests/postgis/serve.sh stop FOLDER      stops it and removes the folder
#
# Needs the Debian packages postgresql-15 and postgresql-15-postgis-3 (or newer ones). A server refuses to run as root:
# then it runs as the user postgres, which the package makes.
set -euo pipefail

fail() { printf 'postgis: %s\n' "$*" >&2; exit 1; }

[ $# = 2 ] || fail "usage: serve.sh start|stop FOLDER"
folder=$2
binaries=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$binaries" ] || fail "no server under /usr/lib/postgresql: apt-get install postgresql-15 postgresql-15-postgis-3"

# From the folder itself: a checkout may lie where the user postgres cannot look.
as_server() {
    if [ "$(id -u)" = 0 ]; then (cd "$folder" && runuser -u postgres -- "$@"); else (cd "$folder" && "$@"); fi
}

case $1 in
start)
    mkdir -p "$folder"
    chmod 755 "$folder"
    if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_server "$binaries/initdb" --pgdata "$folder/data" --username sanxian --auth trust --encoding UTF8 --locale C \
        >"$folder.log" 2>&1 || { cat "$folder.log" >&2; fail "initdb failed"; }
    as_server "$binaries/pg_ctl" --pgdata "$folder/data" --log "$folder/log" --wait --timeout 60 \
        --options "-h 127.0.0.1 -p $port -k $folder -c fsync=off" start >"$folder.log" 2>&1 </dev/null ||
        { cat "$folder.log" "$folder/log" >&2; fail "the server does not start"; }
    as_server "$binaries/createdb" --host 127.0.0.1 --port "$port" --username sanxian sanxian
    echo "postgresql://sanxian@127.0.0.1:$port/sanxian"
    ;;
stop)
    as_server "$binaries/pg_ctl" --pgdata "$folder/data" --mode immediate --wait stop >/dev/null || true
    rm -rf "$folder" "$folder.log"
    ;;
*) fail "usage: serve.sh start|stop FOLDER" ;;
esac
