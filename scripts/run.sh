#!/usr/bin/env bash
# Builds the program and serves the demo service on http://127.0.0.1:8080, data in ./data.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/needs.sh run
cargo build --release --locked -p cap
# The program that sets PDFs takes far longer to build: the service runs meanwhile, and says that
# PDFs are not ready until it is there.
folder=${CARGO_TARGET_DIR:-target}/release
if ! [ "$folder/cap-pdf" -nt Cargo.lock ] || [ -n "$(find crates/pdf/src -newer "$folder/cap-pdf")" ]; then
    echo "PDFs: cap-pdf is being built; $folder/cap-pdf.log says how far it is." >&2
    nice -n 19 cargo build --release --locked -p cap-pdf >"$folder/cap-pdf.log" 2>&1 &
fi
exec "${CARGO_TARGET_DIR:-target}/release/cap" serve --demo
