#!/usr/bin/env bash
# The fault tests at full length: the server is killed 2,000 times in the middle of saves.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/needs.sh run
TEST_KILLS=2000 cargo test --release --locked -p cap --test faults -- --nocapture
