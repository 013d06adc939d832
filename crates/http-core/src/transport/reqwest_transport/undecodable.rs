//! What makes an answer that came whole unreadable below its body: how it is compressed, and a header without measure.

use std::error::Error as StdError;
use std::io;

use bytes::Bytes;
use http::{Response, header};

use crate::error::transport::TransportError;

/// Whatever else stands in a `Content-Encoding`, such as `identity` or a charset, leaves the body as it is.
const CODINGS: [&str; 7] = [
    "gzip",
    "x-gzip",
    "deflate",
    "compress",
    "x-compress",
    "br",
    "zstd",
];

/// hyper's words, which has no other way to ask that does not name its types.
const HEAD_TOO_LARGE: &str = "message head is too large";

/// tower-http's, of a decompressed body.
const EXTRA_BYTES: &str = "there are extra bytes after body has been decompressed";

/// Fails if the body is still compressed; where it was decompressed, the header is gone. A failed answer is a gateway's
/// page more often than not, and its status says more than its coding.
pub(super) fn require_decoded(answer: &Response<Bytes>) -> Result<(), TransportError> {
    if answer.body().is_empty() || !answer.status().is_success() {
        return Ok(());
    }
    let named = answer.headers().get_all(header::CONTENT_ENCODING);
    let coding = named
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|coding| {
            let coding = coding.trim();
            CODINGS
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(coding))
        });
    match coding {
        Some(coding) => Err(TransportError::undecodable(format!(
            "it says that it is compressed as `{coding}`, which this client does not ask for or read"
        ))
        .with_status(answer.status())),
        None => Ok(()),
    }
}

/// Looks for it below an error of reading the answer; `None` when the connection failed.
pub(super) fn problem(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause = error.source()?;
    while cause.is::<reqwest::Error>() {
        cause = cause.source()?;
    }
    // What the connection says, hyper wraps. An error without it is the decompressor's.
    if cause.is::<io::Error>() || cause.to_string() == EXTRA_BYTES {
        return Some(
            "it says that it is compressed (Content-Encoding), and what came cannot be decompressed",
        );
    }
    let is_head = cause
        .source()
        .is_some_and(|source| source.to_string() == HEAD_TOO_LARGE);
    is_head.then_some("it has more than 100 header lines, or longer ones than anybody reads")
}
