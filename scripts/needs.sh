#!/usr/bin/env bash
# What building (`needs.sh run`) or testing (`needs.sh test`) takes: installs what is missing
# where it may, and otherwise says in a sentence what to do.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
packages=()
sentences=()

# want COMMAND PACKAGES...: the Debian packages to install if the command fails.
want() {
    local probe=$1
    shift
    eval "$probe" >/dev/null 2>&1 || packages+=("$@")
}

# at_least WANTED FOUND: compares dotted version numbers.
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

want 'command -v cc && command -v make' build-essential
want 'command -v perl' perl
want 'command -v pkg-config' pkg-config
want 'pkg-config --exists openssl' libssl-dev
want 'command -v node' nodejs
want 'command -v npm' npm
if [ "$purpose" = test ]; then
    want 'command -v chromium || command -v chromium-browser || command -v google-chrome' chromium
    want 'command -v chromedriver' chromium-driver
    want "test -x /usr/sbin/clamd || command -v clamd" clamav-daemon
    want 'command -v initdb || ls /usr/lib/postgresql/*/bin/initdb' postgresql
fi

if [ ${#packages[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
        echo "Installing ${packages[*]} …" >&2
        "${as_root[@]}" apt-get update -qq >&2
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null >&2
    else
        sentences+=("Please install these packages (Debian's names): ${packages[*]}.")
    fi
fi

rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if ! command -v cargo >/dev/null; then
    sentences+=("Please install Rust $rust or newer, from https://rustup.rs.")
elif ! at_least "$rust" "$(rustc --version | cut -d ' ' -f 2)"; then
    sentences+=("Please update Rust to $rust or newer: rustup update stable.")
fi
if command -v node >/dev/null && ! at_least 18 "$(node --version | tr -d v)"; then
    sentences+=("Please install Node 18 or newer; this one is $(node --version).")
fi

if [ ${#sentences[@]} -gt 0 ]; then
    printf '%s\n' "${sentences[@]}" >&2
    exit 1
fi
