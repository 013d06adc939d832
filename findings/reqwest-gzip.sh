#!/usr/bin/env bash
# What does reqwest take for gzip, with its feature `gzip` on?
#
# Seen on 2026-11-27 with reqwest 0.13.5, whose decompression is tower-http 0.6.11's, against a server on loopback:
# - A body of two gzip members (RFC 1952, 2.2: together one file; `cat a.gz b.gz` makes one) is read as the first member
#   alone, without an error, where it comes with a Content-Length. In chunks of a member each it is an error. gunzip,
#   Node 20 and requests 2.34 read both members; curl 7.88 prints the first and exits with 23.
# - `Content-Encoding: GZIP` and `x-gzip` are the same coding (RFC 9110, 8.4.1 and 8.4.1.3): the body comes compressed,
#   as a success. So it does for `gzip, identity`.
# - An empty body that says gzip is an empty text and no error.
# A reader of JSON sees an end in the middle of its text, or bytes that are none. It has to look whether a
# Content-Encoding is left on the answer.
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
flate2 = "=1.1.11"
reqwest = { version = "=0.13.5", default-features = false, features = ["gzip"] }
tokio = { version = "=1.54.1", features = ["rt"] }
tower-http = "=0.6.11"
TOML
cat >"$work/src/main.rs" <<'RUST'
use std::error::Error;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};

use flate2::write::GzEncoder;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Sends each text as a gzip member of its own under this Content-Encoding, with a length or in chunks, and prints the
/// text that the client gives, or that it is still compressed.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (coding, framing) = (&arguments[0], &arguments[1]);
    let members: Vec<_> = arguments[2..].iter().map(|text| gzip(text)).collect();
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\n").into_bytes();
    if framing == "chunks" {
        answer.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
        for member in &members {
            answer.extend(format!("{:x}\r\n", member.len()).bytes());
            answer.extend(member);
            answer.extend_from_slice(b"\r\n");
        }
        answer.extend_from_slice(b"0\r\n\r\n");
    } else {
        let body = members.concat();
        answer.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
        answer.extend(body);
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 4096];
        stream.read(&mut bytes).unwrap();
        stream.write_all(&answer).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        while stream.read(&mut bytes).unwrap_or(0) > 0 {}
    });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(async { client.get(url).send().await?.bytes().await }) {
        Ok(body) if body.starts_with(&[0x1f, 0x8b]) => println!("still compressed"),
        Ok(body) => println!("{:?}", String::from_utf8_lossy(&body)),
        Err(error) => println!("error: {}", error.source().unwrap()),
    }
}
RUST
cargo build --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target"

failed=0
# ask EXPECTED CODING FRAMING MEMBER…
ask() {
    local expected=$1 seen
    shift
    seen=$("$work/target/debug/finding" "$@")
    printf '%-40s %s\n' "$*" "$seen"
    [ "$seen" = "$expected" ] || { echo "  changed: it was $expected"; failed=1; }
}
ask '"hello"'           gzip             length hello
ask '"hel"'             gzip             length hel lo
ask 'error: there are extra bytes after body has been decompressed' gzip chunks hel lo
ask 'still compressed'  GZIP             length hello
ask 'still compressed'  x-gzip           length hello
ask 'still compressed'  'gzip, identity' length hello
ask '""'                gzip             length
exit $failed
