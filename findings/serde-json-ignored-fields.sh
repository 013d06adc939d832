#!/usr/bin/env bash
# How closely does serde_json look at a field that nobody reads?
#
# Seen on 2026-11-27 with serde_json 1.0.154 and serde 1.0.229, reading `{"id":1,"other":…}` into structs that differ in
# nothing but `other`:
# - Not named in the struct, or named as a `&RawValue`: half of a surrogate pair, `1e400` and a list in a list 200 deep
#   are read without an error. Escapes, control characters and the form of numbers are checked there too.
# - Not named, and bytes that are no UTF-8: no error by `from_slice`. As a `&RawValue` they are one.
# - As a `Value` all four are errors.
# - Not named, beside one field with `#[serde(flatten)]` whose values are `IgnoredAny`: all four are errors as well. Who
#   adds a `flatten` to a struct loses answers that he could read before.
# - Half a surrogate pair that a quote follows is reported as "unexpected end of hex escape", though the escape is whole.
# So whether an answer can be read depends on which of its fields the caller names.
#
# It fails if any of this changes. It needs cargo and the public registry, and nothing else.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
cat >"$work/Cargo.toml" <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "=1.0.229", features = ["derive"] }
serde_json = { version = "=1.0.154", features = ["raw_value"] }
TOML
cat >"$work/src/main.rs" <<'RUST'
#![allow(dead_code)]

use std::collections::HashMap;
use std::io::Read;

use serde::de::IgnoredAny;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::Value;

#[derive(Deserialize)]
struct Unnamed {
    id: u32,
}

#[derive(Deserialize)]
struct Raw<'a> {
    id: u32,
    #[serde(borrow)]
    other: &'a RawValue,
}

#[derive(Deserialize)]
struct Whole {
    id: u32,
    other: Value,
}

#[derive(Deserialize)]
struct Flattened {
    id: u32,
    #[serde(flatten)]
    others: HashMap<String, IgnoredAny>,
}

fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> String {
    let error = serde_json::from_slice::<T>(json).err();
    error.map_or("read".to_owned(), |error| error.to_string())
}

fn main() {
    let mut json = Vec::new();
    std::io::stdin().read_to_end(&mut json).unwrap();
    println!("{}", match std::env::args().nth(1).as_deref() {
        Some("unnamed") => read::<Unnamed>(&json),
        Some("raw") => read::<Raw>(&json),
        Some("value") => read::<Whole>(&json),
        _ => read::<Flattened>(&json),
    });
}
RUST
cargo build --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target"

failed=0
# ask WHAT, the value as printf writes it, and what is expected of: unnamed raw value flattened
ask() {
    local json seen
    json='{"id":1,"other":'"$2"'}'
    echo "$1"
    shift 2
    for struct in unnamed raw value flattened; do
        seen=$(printf '%b' "$json" | "$work/target/debug/finding" "$struct")
        printf '  %-10s %s\n' "$struct" "$seen"
        [ "${seen%% at line*}" = "$1" ] || { echo "  changed: it was $1"; failed=1; }
        shift
    done
}
surrogate='unexpected end of hex escape'
range='number out of range'
utf8='invalid unicode code point'
deep='recursion limit exceeded'
ask 'half of a surrogate pair' '"\\ud83d"' read read "$surrogate" "$surrogate"
ask 'the number 1e400'         '1e400'       read read "$range" "$range"
ask 'a byte that is no UTF-8'  '"\xff"'      read "$utf8" "$utf8" "$utf8"
ask 'a list 200 deep' "$(printf '[%.0s' {1..200})$(printf ']%.0s' {1..200})" read read "$deep" "$deep"
exit $failed
