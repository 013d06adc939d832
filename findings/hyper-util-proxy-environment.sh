#!/usr/bin/env bash
# Which proxy do hyper-util 0.1.21, and so reqwest 0.13, take from the environment?
#
# Seen on 2026-11-27, in a package that has hyper-util =0.1.21 alone (feature client-proxy), asked by
# `Matcher::from_env().intercept("https://provider.test/")`, which touches no network:
# - An empty HTTPS_PROXY hides a set https_proxy: nothing is proxied. An empty HTTP_PROXY hides no ALL_PROXY, though.
#   curl and Go pass an empty variable by and ask the next.
# - REQUEST_METHOD, which every CGI program has, switches off HTTPS_PROXY and ALL_PROXY too. Go leaves out HTTP_PROXY
#   alone then, since only that one can be a request's header, and curl never reads it.
# A program behind a proxy that must not be passed by has to look at these variables itself.
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
http = "=1.4.0"
hyper-util = { version = "=0.1.21", default-features = false, features = ["client-proxy"] }
TOML
cat >"$work/src/main.rs" <<'RUST'
use hyper_util::client::proxy::matcher::Matcher;

fn main() {
    let target: http::Uri = std::env::args().nth(1).unwrap().parse().unwrap();
    match Matcher::from_env().intercept(&target) {
        Some(proxy) => println!("{}", proxy.uri()),
        None => println!("direct"),
    }
}
RUST
cargo build --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target"

failed=0
# ask WHAT TARGET EXPECTED VARIABLE=VALUE…
ask() {
    local what=$1 target=$2 expected=$3
    shift 3
    local seen
    seen=$(env -i "$@" "$work/target/debug/finding" "$target")
    printf '%-62s %s\n' "$what" "$seen"
    [ "$seen" = "$expected" ] || { echo "  changed: it was $expected"; failed=1; }
}
proxy=http://proxy.test:3128
ask 'https_proxy'                              https://provider.test/ "$proxy/" https_proxy=$proxy
ask 'https_proxy, and an empty HTTPS_PROXY'    https://provider.test/ direct    https_proxy=$proxy HTTPS_PROXY=
ask 'ALL_PROXY'                                http://provider.test/  "$proxy/" ALL_PROXY=$proxy
ask 'ALL_PROXY, and an empty HTTP_PROXY'       http://provider.test/  "$proxy/"   ALL_PROXY=$proxy HTTP_PROXY=
ask 'HTTPS_PROXY'                              https://provider.test/ "$proxy/" HTTPS_PROXY=$proxy
ask 'HTTPS_PROXY, and REQUEST_METHOD'          https://provider.test/ direct    HTTPS_PROXY=$proxy REQUEST_METHOD=GET
ask 'ALL_PROXY, and REQUEST_METHOD'            https://provider.test/ direct    ALL_PROXY=$proxy REQUEST_METHOD=GET
exit $failed
