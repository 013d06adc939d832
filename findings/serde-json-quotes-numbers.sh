#!/usr/bin/env bash
# What stands in the error where JSON has a number and a program reads text?
#
# Seen on 2026-11-27 with serde_json 1.0.154: the number itself, "invalid type: integer `9123456789`, expected a text". A
# visitor cannot prevent it by its own `visit_u64`: `deserialize_str` does not ask the visitor, from text or from a `Value`.
# So a phone number or a one-time code that a sender wrote without quotes stands in the log of whoever prints the error, even
# if its type hides it in `Debug`.
# With `deserialize_any` the visitor is asked, but then csv 1.4.0 asks it too, with a number, for 09123456789: the zero is
# lost. Whoever wants to hide the value has to look at the error.
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
serde = "=1.0.229"
serde_json = "=1.0.154"
csv = "=1.4.0"
TOML
cat >"$work/src/main.rs" <<'RUST'
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Read by `deserialize_any` if `ANY`, else by `deserialize_str`.
struct Phone<const ANY: bool>(String);

impl<'de, const ANY: bool> Deserialize<'de> for Phone<ANY> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if ANY {
            deserializer.deserialize_any(PhoneVisitor)
        } else {
            deserializer.deserialize_str(PhoneVisitor)
        }
    }
}

struct PhoneVisitor<const ANY: bool>;

impl<const ANY: bool> Visitor<'_> for PhoneVisitor<ANY> {
    type Value = Phone<ANY>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Phone<ANY>, E> {
        Ok(Phone(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Phone<ANY>, E> {
        Err(E::custom("the visitor was asked"))
    }
}

fn print<const ANY: bool, E: std::fmt::Display>(name: &str, result: Result<Phone<ANY>, E>) {
    match result {
        Ok(phone) => println!("{name}: {}", phone.0),
        Err(error) => println!("{name}: error: {error}"),
    }
}

fn main() {
    let json = "9123456789";
    let value: serde_json::Value = json.parse().unwrap();
    print("JSON, str", serde_json::from_str::<Phone<false>>(json));
    print("Value, str", serde_json::from_value::<Phone<false>>(value));
    print("JSON, any", serde_json::from_str::<Phone<true>>(json));
    let record = csv::StringRecord::from(vec!["09123456789"]);
    print("CSV, str", record.deserialize::<(Phone<false>,)>(None).map(|it| it.0));
    print("CSV, any", record.deserialize::<(Phone<true>,)>(None).map(|it| it.0));
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target")
expected='JSON, str: error: invalid type: integer `9123456789`, expected a text at line 1 column 10
Value, str: error: invalid type: integer `9123456789`, expected a text
JSON, any: error: the visitor was asked at line 1 column 10
CSV, str: 09123456789
CSV, any: error: CSV deserialize error: the visitor was asked'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
