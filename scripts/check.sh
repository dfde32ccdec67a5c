#!/usr/bin/env bash
# The checks that need no test run. `make test` begins with these same steps.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

types() {
    cd crates/ui || return 1
    if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
        npm ci --ignore-scripts || return 1
    fi
    npm run --silent check
}

check_steps() {
    step "Formatting" cargo fmt --all --check
    step "Types of our JavaScript" types
    step "Lints" cargo clippy --workspace --all-targets --locked -- -D warnings
    step "Documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
    if command -v shellcheck >/dev/null; then
        step "Shell scripts" shellcheck -x .ci/run scripts/*.sh
    fi
    if command -v cargo-deny >/dev/null; then
        step "Licences and bans" cargo deny --offline check licenses bans sources
    fi
}

# Run by name, not when test.sh sources it.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    scripts/needs.sh run
    check_steps
    closing_line
fi
