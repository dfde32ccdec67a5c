#!/usr/bin/env bash
# A throw-away PostgreSQL cluster for the tests, reached by a socket in a private folder.
#   postgres.sh start   makes and starts it (after stopping an older one), prints its URL
#   postgres.sh stop    stops it and removes every trace
# PostgreSQL refuses to run as root; then its system user `postgres` runs it.
set -euo pipefail
cd "$(dirname "$0")/.."
note=${CARGO_TARGET_DIR:-target}/postgres-folder

as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

bin=$(command -v initdb || find /usr/lib/postgresql/*/bin -name initdb | sort -V | tail -n 1)
bin=${bin%/initdb}

start() {
    stop
    local folder
    folder=$(as_owner mktemp -d /tmp/cap-postgres.XXXXXX)
    mkdir -p "$(dirname "$note")"
    echo "$folder" >"$note"
    as_owner "$bin/initdb" --pgdata "$folder/data" --username cap --auth trust \
        --encoding UTF8 --locale C.UTF-8 >"$note.log"
    # Durable as in production, because the program refuses a database that is not.
    as_owner "$bin/pg_ctl" start --pgdata "$folder/data" --wait --silent --log "$folder/log" \
        --options "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=200 \
            -c fsync=on -c full_page_writes=on -c synchronous_commit=on" >&2
    echo "postgres://cap@${folder//\//%2F}/postgres"
}

stop() {
    [ -f "$note" ] || return 0
    local folder
    folder=$(cat "$note")
    if [ -f "$folder/data/postmaster.pid" ]; then
        # A cluster that died before leaves its note of a process behind; that is no reason to keep its folder.
        as_owner "$bin/pg_ctl" stop --pgdata "$folder/data" --mode immediate --silent >&2 || true
    fi
    rm -rf "$folder" "$note" "$note.log"
}

case ${1:-} in
    start) start ;;
    stop) stop ;;
    *)
        echo "usage: scripts/postgres.sh start|stop" >&2
        exit 2
        ;;
esac
