#!/usr/bin/env bash
# Measures the release build beside its floors and prints the tables of docs/benchmarks.md.
# Without arguments: bench run. `scripts/bench.sh run --write` puts the tables into the document.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/needs.sh run
cargo build --release --locked -p cap -p bench
exec "${CARGO_TARGET_DIR:-target}/release/bench" "${@:-run}"
