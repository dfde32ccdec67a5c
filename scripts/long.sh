#!/usr/bin/env bash
# The fault tests at length: 2,000 kills in the middle of saves (`make test` has 200), or KILLS of
# them, at the moments of another SEED if one is given.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/needs.sh run
KILLS=${KILLS:-2000} cargo test --locked -p cap --test faults -- --nocapture
