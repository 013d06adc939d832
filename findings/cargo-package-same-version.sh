#!/usr/bin/env bash
# Against what does `cargo package --workspace` verify a crate that depends on another one of the workspace?
#
# Seen on 2026-11-27 with cargo 1.95.0; crate b depends on crate a, neither is published, and their versions stay the same:
# - After a first run, a and b are changed together: a's function gets another name, and b calls it by that. `cargo build`
#   is fine. `cargo package` fails: b is verified against the a of the first run.
# - The other way round, a alone is changed, so that `cargo build` fails. `cargo package` says that all is well.
# Cargo unpacks a from a registry of its own in the target folder, keeps what it has unpacked in its home by name and
# version, and never looks whether the package is another one by now. So neither answer counts before the version is raised, unless
# the target folder is a new one, whose registry has a name of its own.
#
# It fails if any of this changes. It needs cargo (`cargo +1.95.0` for that version), and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_HOME="$work/home" CARGO_NET_OFFLINE=true
mkdir -p "$work/a/src" "$work/b/src"
cd "$work"
cat >Cargo.toml <<'TOML'
[workspace]
resolver = "2"
members = ["a", "b"]
TOML
for name in a b; do
    cat >"$name/Cargo.toml" <<TOML
[package]
name = "finding_$name"
version = "0.1.0"
edition = "2021"
description = "$name"
license = "MIT"
TOML
done
printf '[dependencies]\nfinding_a = { path = "../a", version = "0.1.0" }\n' >>b/Cargo.toml

failed=0
# The name of a's function, that by which b calls it, the target folder, and what a build and a package are to say.
try() {
    local seen
    echo "pub fn $1() {}" >a/src/lib.rs
    echo "pub fn call() { finding_a::$2() }" >b/src/lib.rs
    seen=$(for what in 'build' 'package --workspace --allow-dirty'; do
        # shellcheck disable=SC2086
        if CARGO_TARGET_DIR="$work/$3" cargo $what --quiet >"$work/log" 2>&1; then printf 'ok '; else printf 'error '; fi
    done)
    printf 'a has %s, b calls %s, in %s: build and package say %s\n' "$1" "$2" "$3" "$seen"
    [ "$seen" = "$4 " ] || { echo "  changed: it was $4"; cat "$work/log"; failed=1; }
}
cargo --version
try one one target   'ok ok'
try two two target   'ok error'
try two one target   'error ok'
try two two elsewhere 'ok ok'
exit $failed
