#!/usr/bin/env bash
# Builds the program and serves the demo service on http://127.0.0.1:8080, data in ./data.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/needs.sh run
cargo build --release --locked -p cap
exec "${CARGO_TARGET_DIR:-target}/release/cap" serve --demo
