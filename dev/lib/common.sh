# Shared by the scripts in dev/.  Source it; it sets paths and small helpers.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
DEV=$ROOT/.dev
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/intacct_connector
VENV=$DEV/venv

# The database cluster cannot live in the checkout: the postgres user may not be
# able to enter it, and a socket's path holds 107 bytes at most.  The name is
# derived from the checkout, so that each has its own; dev/lib/paths.py derives the
# same one.
CLUSTER_DIR=/var/tmp/intacct-$(printf %s "$ROOT" | sha256sum | cut -c1-10)

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

die() {
    say "error: $1"
    shift
    local line
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

# Runs a command as root: directly when we are, else through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "\"$*\" needs root" "Run it as root, or install sudo, then repeat."
    fi
}

# cache_locked COMMAND... - runs it while no other checkout works on the cache.
cache_locked() {
    mkdir -p "$CACHE"
    (flock 8 && "$@") 8>"$CACHE/lock"
}

# fingerprint FILE... - one hash over the contents of the files and over stdin.
fingerprint() { { cat "$@"; cat; } | sha256sum | cut -c1-16; }

# stamped NAME VALUE - true when step NAME was finished with this very input.
stamped() { [ "$(cat "$DEV/stamps/$1" 2>/dev/null)" = "$2" ]; }

stamp() {
    mkdir -p "$DEV/stamps"
    printf '%s\n' "$2" >"$DEV/stamps/$1"
}
