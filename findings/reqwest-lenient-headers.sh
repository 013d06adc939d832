#!/usr/bin/env bash
# What do reqwest's three lenient switches for HTTP/1 read, and what do they leave out?
#
# Seen on 2026-11-27 with reqwest 0.13.5, hyper 1.12.0 and httparse 1.10.1, against a server on loopback:
# - No switch reaches the trailers of a chunked answer: one malformed line there (a space before its colon is enough)
#   fails the body, though all of it has come.
# - `http1_ignore_invalid_headers_in_responses` alone does not pass over a folded header: its value ends at the fold,
#   without an error. Only `http1_allow_obsolete_multiline_headers_in_responses` reads the rest.
# - With both, a control character in the continuation drops the whole header, the part before it as well; without the
#   second, that part stays.
# - A first line that is indented is an error with the folds allowed, as long as invalid lines are not ignored.
# - Lines that are ignored do not count towards the limit of 100 headers.
# Whoever switches on one of the three wants all of them, and still has to expect an error after a complete body.
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
httparse = "=1.10.1"
hyper = "=1.12.0"
reqwest = { version = "=0.13.5", default-features = false }
tokio = { version = "=1.54.1", features = ["rt"] }
TOML
cat >"$work/src/main.rs" <<'RUST'
use std::error::Error;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};

/// Answers one request with the bytes of standard input, and prints what the client makes of them: the header `x-a`,
/// the number of headers and the body, or the last cause of the error.
fn main() {
    let switches = std::env::args().nth(1).unwrap();
    let mut answer = Vec::new();
    std::io::stdin().read_to_end(&mut answer).unwrap();
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
    let client = reqwest::Client::builder()
        .no_proxy()
        .http1_allow_spaces_after_header_name_in_responses(switches.contains("space"))
        .http1_allow_obsolete_multiline_headers_in_responses(switches.contains("fold"))
        .http1_ignore_invalid_headers_in_responses(switches.contains("invalid"))
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let read = runtime.block_on(async {
        let response = client.get(url).send().await?;
        let headers = response.headers().clone();
        Ok::<_, reqwest::Error>((headers, response.text().await?))
    });
    match read {
        Ok((headers, body)) => println!("{:?} {} {body}", headers.get("x-a"), headers.len()),
        Err(error) => {
            let mut cause: &dyn Error = &error;
            while let Some(source) = cause.source() {
                cause = source;
            }
            println!("error: {cause}");
        }
    }
}
RUST
cargo build --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target"

failed=0
# ask WHAT SWITCHES EXPECTED LINES, the lines of the answer as printf writes them
ask() {
    local seen
    seen=$(printf 'HTTP/1.1 200 OK\r\n%b' "$4" | "$work/target/debug/finding" "$2")
    printf '%-52s %-20s %s\n' "$1" "$2" "$seen"
    [ "$seen" = "$3" ] || { echo "  changed: it was $3"; failed=1; }
}
all=space,fold,invalid
length='content-length: 4\r\n'
fine='\r\nfine'
chunked='transfer-encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n'
ask 'a trailer'                            none    'None 1 fine'                   "${chunked}x-b: c\r\n\r\n"
ask 'a space before the colon of a header' $all    'Some("b") 2 fine'              "x-a : b\r\n$length$fine"
ask 'a space before the colon of a trailer' $all   'error: invalid header name'    "${chunked}x-b : c\r\n\r\n"
ask 'a trailer without a colon'            $all    'error: invalid header name'    "${chunked}Notice\r\n\r\n"
ask 'a control character in a trailer'     $all    'error: invalid header value'   "${chunked}x-b: \x01\r\n\r\n"
ask 'a folded header'                      none    'error: invalid HTTP header parsed' "x-a: one\r\n two\r\n$length$fine"
ask 'a folded header'                      invalid 'Some("one") 2 fine'            "x-a: one\r\n two\r\n$length$fine"
ask 'a folded header'                      fold    'Some("one two") 2 fine'        "x-a: one\r\n two\r\n$length$fine"
ask 'a control character behind the fold'  invalid 'Some("one") 2 fine'            "x-a: one\r\n t\x01wo\r\n$length$fine"
ask 'a control character behind the fold'  $all    'None 1 fine'                   "x-a: one\r\n t\x01wo\r\n$length$fine"
ask 'an indented first line'               fold    'error: invalid HTTP header parsed' " x-a: one\r\n$length$fine"
ask 'an indented first line'               $all    'None 1 fine'                   " x-a: one\r\n$length$fine"
ask '101 headers'                          $all    'error: message head is too large' \
    "$(printf 'x-b: c\\r\\n%.0s' {1..100})$length$fine"
ask '100 headers and 500 invalid lines'    $all    'None 100 fine' \
    "$(printf 'Notice\\r\\n%.0s' {1..500})$(printf 'x-b: c\\r\\n%.0s' {1..99})$length$fine"
exit $failed
