#!/usr/bin/env bash
# Which line does csv name for a record, and in an error, where lines end in CR LF?
#
# Seen on 2026-11-27 with csv 1.4.0: one too small, the line on which the record before it ended; with LF it is right. The
# error for a record with too few fields names the wrong line as well. Files of spreadsheets end their lines in CR LF. An
# empty line makes it too small with LF too, and with CR alone every record is on line 1.
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
csv = "=1.4.0"
TOML
cat >"$work/src/main.rs" <<'RUST'
fn main() {
    for (name, text) in [
        ("LF", "name,phone\nsara,1\nali\n"),
        ("CR LF", "name,phone\r\nsara,1\r\nali\r\n"),
        ("CR", "name,phone\rsara,1\rali\r"),
        ("an empty line", "name,phone\n\nsara,1\n\nali\n"),
        ("a line break in quotes", "name,phone\r\n\"sa\r\nra\",1\r\nali\r\n"),
    ] {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for record in reader.records() {
            match record {
                Ok(record) => print!("{name}: line {}", record.position().unwrap().line()),
                Err(error) => println!(", {error}"),
            }
        }
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target")
expected='LF: line 2, CSV error: record 2 (line: 3, byte: 18): found record with 1 fields, but the previous record has 2 fields
CR LF: line 1, CSV error: record 2 (line: 2, byte: 19): found record with 1 fields, but the previous record has 2 fields
CR: line 1, CSV error: record 2 (line: 1, byte: 18): found record with 1 fields, but the previous record has 2 fields
an empty line: line 2, CSV error: record 2 (line: 4, byte: 19): found record with 1 fields, but the previous record has 2 fields
a line break in quotes: line 1, CSV error: record 2 (line: 3, byte: 23): found record with 1 fields, but the previous record has 2 fields'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
