#!/usr/bin/env bash
# Every check and every test; the last line counts them: "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/needs.sh test
source scripts/check.sh
trap 'scripts/postgres.sh stop; rm -f "$steps_log"' EXIT

on_postgres() {
    local url
    url=$(scripts/postgres.sh start) || return 1
    TEST_DB=$url cargo test --locked -p cap --no-fail-fast --test areas --test sweeps
}

check_steps
# The areas' tests of reports start this program.
step "The program that sets PDFs" cargo build --locked -p cap-pdf
# The whole workspace includes the browser journeys (tests/journeys).
step "Tests on SQLite, with the browser journeys" cargo test --workspace --locked --no-fail-fast
step "Areas and sweeps on PostgreSQL" on_postgres
closing_line
