#!/usr/bin/env bash
# What does OpenTelemetry get of the fields of a tracing span?
#
# Seen on 2026-11-27 with tracing-opentelemetry 0.34.0, tracing 0.1.44, opentelemetry_sdk 0.33.1 and its in-memory exporter:
# - Signed integers, floats and booleans keep their type. Unsigned ones of every width, usize and a u16 in an Option among
#   them, become text: an HTTP status recorded as the u16 that the http crate gives is "503", where the semantic conventions
#   have an int. So no filter `>= 500` on the attribute finds it. The same holds for the fields of events.
# - A field that is recorded twice becomes two attributes with the same key; OpenTelemetry's specification has unique keys.
# - `error.type` alone leaves the span's status unset: only the field otel.status_code sets it, in any case of letters.
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
opentelemetry = { version = "=0.33.1", default-features = false, features = ["trace"] }
opentelemetry_sdk = { version = "=0.33.1", default-features = false, features = ["testing", "trace"] }
tracing = "=0.1.44"
tracing-opentelemetry = { version = "=0.34.0", default-features = false }
tracing-subscriber = { version = "=0.3.23", default-features = false, features = ["registry"] }
TOML
cat >"$work/src/main.rs" <<'RUST'
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::field::Empty;
use tracing::{info, info_span};
use tracing_subscriber::layer::SubscriberExt as _;

fn main() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("finding"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false)
        .with_level(false);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let numbers = info_span!(
            "numbers", i32 = 3_i32, i64 = 3_i64, f64 = 0.5, bool = true, u8 = 3_u8, u16 = 503_u16, u64 = 3_u64,
            usize = 3_usize, some_u16 = Some(443_u16)
        );
        numbers.in_scope(|| info!(u64 = 3_u64, i64 = 3_i64, "event"));
        let twice = info_span!("twice", field = Empty);
        twice.record("field", 1_i64);
        twice.record("field", 2_i64);
        drop(info_span!("error_type", error.type = "timeout"));
        drop(info_span!("status_code", otel.status_code = "ERROR"));
    });
    for span in exporter.get_finished_spans().unwrap() {
        let shown = |list: &[opentelemetry::KeyValue]| {
            let pairs = list.iter().map(|it| format!("{}={:?}", it.key, it.value));
            pairs.collect::<Vec<_>>().join(" ")
        };
        println!("{} {:?} {}", span.name, span.status, shown(&span.attributes));
        for event in &span.events.events {
            println!("{} {}", event.name, shown(&event.attributes));
        }
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target")
printf '%s\n' "$seen"

failed=0
expect() {
    grep -qxF -- "$1" <<<"$seen" || { echo "changed: it was $1"; failed=1; }
}
expect 'numbers Unset i32=I64(3) i64=I64(3) f64=F64(0.5) bool=Bool(true) u8=String(Owned("3")) u16=String(Owned("503")) u64=String(Owned("3")) usize=String(Owned("3")) some_u16=String(Owned("443"))'
expect 'event level=String(Static("INFO")) target=String(Static("finding")) u64=String(Owned("3")) i64=I64(3)'
expect 'twice Unset field=I64(1) field=I64(2)'
expect 'error_type Unset error.type=String(Owned("timeout"))'
expect 'status_code Error { description: "" } '
exit $failed
