//! One of every sort of fault, by name.

use std::sync::LazyLock;
use std::time::Duration;

use crate::fault::Fault;
use crate::fault::cut::{Ending, Framing, Point};
use crate::fault::gateway_pages::Cdn;

use Ending::{Close, Reset, Stall};
use Framing::{Chunked, Length, UntilClose};
use Point::{End, HalfBody, HalfHead, Head, LastByte, StatusLine};

/// Longer than any test waits.
const MINUTE: Duration = Duration::from_secs(60);

/// What a flood sends, at most, and what a bomb is decoded: far more than a test's cap, far less than a machine has.
const MUCH: u64 = 16 * 1024 * 1024;

/// It would be a success to whoever took it for the answer to a request.
const UNASKED: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 27\r\n\r\n\
                       {\"status\":true,\"balance\":7}";

const TWO_LENGTHS: &str =
    "HTTP/1.1 200 OK\r\ncontent-length: 15\r\ncontent-length: 2\r\n\r\n{\"status\":true}";

impl Fault {
    /// One of every sort, by name, for a test that goes through them all. A name that begins with `processed` says
    /// that the request takes its effect.
    ///
    /// Many of them end only with the client's patience: give the calls a deadline.
    ///
    /// ```
    /// # use payvand_sandbox::Fault;
    /// for (name, fault) in Fault::all() {
    ///     println!("{name}: {fault:?}");
    /// }
    /// ```
    pub fn all() -> Vec<(&'static str, Self)> {
        ALL.clone()
    }

    /// The one of [`all`](Self::all) that has this name; a number, such as `503`, is an empty answer with that status.
    pub fn named(name: &str) -> Option<Self> {
        let found = ALL.iter().find(|(known, _)| *known == name);
        let of_status = || name.parse().ok().map(|status| Self::answer(status, ""));
        found.map(|(_, fault)| fault.clone()).or_else(of_status)
    }

    /// The names of [`all`](Self::all).
    pub(crate) fn names() -> Vec<&'static str> {
        ALL.iter().map(|(name, _)| *name).collect()
    }
}

/// Made once: bombs are compressed.
static ALL: LazyLock<Vec<(&'static str, Fault)>> = LazyLock::new(|| {
    [
        no_byte(),
        broken_off(),
        slow_or_odd(),
        too_much(),
        of_a_gateway(),
        meaningless(),
    ]
    .concat()
});

fn no_byte() -> Vec<(&'static str, Fault)> {
    vec![
        ("closed before reading", Fault::close_on_accept()),
        ("closed", Fault::close()),
        ("processed, closed", Fault::close().after_processing()),
        ("reset", Fault::reset()),
        ("processed, reset", Fault::reset().after_processing()),
        ("stalled", Fault::stall()),
        ("processed, stalled", Fault::stall().after_processing()),
        ("late", Fault::delay(MINUTE)),
        ("processed, late", Fault::delay(MINUTE).after_processing()),
    ]
}

fn broken_off() -> Vec<(&'static str, Fault)> {
    let usual = Fault::usual;
    let chunked = || usual().framed(Chunked);
    let until_close = || usual().framed(UntilClose);
    vec![
        (
            "processed, stalled after the status line",
            usual().cut(StatusLine, Stall),
        ),
        (
            "processed, closed after the status line",
            usual().cut(StatusLine, Close),
        ),
        (
            "processed, closed among the headers",
            usual().cut(HalfHead, Close),
        ),
        ("processed, reset among the headers", usual().cut(HalfHead, Reset)),
        (
            "stalled after the headers",
            Fault::answer(200, "{\"status\":true}").cut(Head, Stall),
        ),
        ("processed, stalled after the headers", usual().cut(Head, Stall)),
        ("processed, closed after the headers", usual().cut(Head, Close)),
        ("processed, stalled in the body", usual().cut(HalfBody, Stall)),
        ("processed, closed in the body", usual().cut(HalfBody, Close)),
        ("processed, reset in the body", usual().cut(HalfBody, Reset)),
        (
            "processed, closed before the last byte",
            usual().cut(LastByte, Close),
        ),
        (
            "processed, chunks, closed in the body",
            chunked().cut(HalfBody, Close),
        ),
        (
            "processed, chunks, closed before the last",
            chunked().cut(LastByte, Close),
        ),
        (
            "processed, chunks, stalled before the last",
            chunked().cut(LastByte, Stall),
        ),
        (
            "processed, no length, closed in the body",
            until_close().cut(HalfBody, Close),
        ),
        (
            "processed, no length, reset at the end",
            until_close().cut(End, Reset),
        ),
        (
            "502, closed in the body",
            Fault::cdn_page(Cdn::Cloudflare, 502).cut(HalfBody, Close),
        ),
    ]
}

fn slow_or_odd() -> Vec<(&'static str, Fault)> {
    let usual = Fault::usual;
    vec![
        ("processed, in chunks", usual().framed(Chunked)),
        ("processed, no length", usual().framed(UntilClose)),
        ("processed, byte by byte", usual().byte_by_byte(Duration::ZERO)),
        (
            "processed, a byte now and then",
            usual().byte_by_byte(Duration::from_millis(50)),
        ),
        (
            "processed, early hints first",
            usual().preceded_by("HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n"),
        ),
        ("processed, stalled after the answer", usual().cut(End, Stall)),
        (
            "processed, another answer after it",
            usual().followed_by(UNASKED).cut(End, Stall),
        ),
        (
            "processed, a notice before the status line",
            usual().preceded_by("Notice: undefined index\n"),
        ),
        (
            "processed, wrong content type",
            usual().header("content-type", "image/png"),
        ),
        (
            "processed, gzip claimed",
            usual().header("content-encoding", "gzip"),
        ),
    ]
}

fn too_much() -> Vec<(&'static str, Fault)> {
    let mut headers = b"HTTP/1.1 200 OK\r\n".to_vec();
    for _ in 0..10_000 {
        headers.extend_from_slice(
            b"x-flood: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n",
        );
    }
    vec![
        ("a flood in chunks", Fault::flood(Chunked, MUCH)),
        ("a flood of no length", Fault::flood(UntilClose, MUCH)),
        ("a flood of a huge length", Fault::flood(Length, MUCH)),
        (
            "processed, a flood",
            Fault::flood(Chunked, MUCH).after_processing(),
        ),
        ("a flood of headers", Fault::raw(headers)),
        ("a gzip bomb", Fault::gzip_bomb(MUCH)),
        (
            "processed, a gzip bomb",
            Fault::gzip_bomb(MUCH).after_processing(),
        ),
    ]
}

fn of_a_gateway() -> Vec<(&'static str, Fault)> {
    vec![
        ("ArvanCloud's 403", Fault::cdn_page(Cdn::ArvanCloud, 403)),
        ("ArvanCloud's 502", Fault::cdn_page(Cdn::ArvanCloud, 502)),
        ("Derak.cloud's 429", Fault::cdn_page(Cdn::Derak, 429)),
        ("Derak.cloud's 503", Fault::cdn_page(Cdn::Derak, 503)),
        ("Cloudflare's 403", Fault::cdn_page(Cdn::Cloudflare, 403)),
        ("Cloudflare's 429", Fault::cdn_page(Cdn::Cloudflare, 429)),
        (
            "processed, Cloudflare's 504",
            Fault::cdn_page(Cdn::Cloudflare, 504).after_processing(),
        ),
        ("408, empty", Fault::answer(408, "")),
        ("500, empty", Fault::answer(500, "")),
        ("processed, 502", Fault::answer(502, "").after_processing()),
        (
            "a redirect to another host",
            Fault::redirect(302, "https://elsewhere.invalid/login"),
        ),
        (
            "processed, a redirect that keeps the method",
            Fault::redirect(307, "https://elsewhere.invalid/").after_processing(),
        ),
        (
            "a page with 200",
            Fault::answer(200, "<html><body>Welcome to nginx</body></html>\n")
                .header("content-type", "text/html"),
        ),
    ]
}

fn meaningless() -> Vec<(&'static str, Fault)> {
    vec![
        ("200, empty", Fault::answer(200, "")),
        ("processed, 200, empty", Fault::answer(200, "").after_processing()),
        ("204", Fault::answer(204, "")),
        (
            "invalid UTF-8",
            Fault::answer(200, &b"{\"status\":true,\"message\":\"\xC3\x28\xFF\"}"[..]),
        ),
        ("a status line and no more", Fault::raw("HTTP/1.1 200 OK\r\n\r\n")),
        (
            "100 and nothing more",
            Fault::raw("HTTP/1.1 100 Continue\r\n\r\n").cut(End, Stall),
        ),
        (
            "101",
            Fault::raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
        ),
        ("two lengths", Fault::raw(TWO_LENGTHS)),
        ("a TLS alert", Fault::raw(&b"\x15\x03\x03\x00\x02\x02\x46"[..])),
        ("another protocol", Fault::raw("SSH-2.0-OpenSSH_9.6\r\n")),
    ]
}
