//! An answer as the bytes that it is on the wire, with the places where it can be cut.

use std::io::Write as _;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode, header};

use crate::fault::cut::{Framing, Point};

#[derive(Debug)]
pub(crate) struct Wire {
    bytes: Vec<u8>,
    head: usize,
    half_body: usize,
    last_byte: usize,
}

impl Wire {
    pub(crate) fn of_answer(head: &Parts, body: &Bytes, framing: Framing) -> Self {
        let mut bytes = self::head(head.status, &head.headers, framing, Some(body.len() as u64));
        let end_of_head = bytes.len();
        let (first, second) = body.split_at(body.len() / 2);
        if framing != Framing::Chunked {
            bytes.extend_from_slice(body);
            return Self {
                half_body: end_of_head + first.len(),
                last_byte: bytes.len() - usize::from(!body.is_empty()),
                head: end_of_head,
                bytes,
            };
        }
        push_chunk(&mut bytes, first);
        let half_body = bytes.len();
        push_chunk(&mut bytes, second);
        let last_byte = bytes.len();
        bytes.extend_from_slice(b"0\r\n\r\n");
        Self {
            bytes,
            head: end_of_head,
            half_body,
            last_byte,
        }
    }

    /// Bytes that may be no answer at all: what looks like a head is one, and the rest is the body.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let head = after(bytes, b"\r\n\r\n");
        let body = bytes.len() - head;
        Self {
            bytes: bytes.to_vec(),
            head,
            half_body: head + body / 2,
            last_byte: bytes.len() - usize::from(body > 0),
        }
    }

    pub(crate) fn up_to(&self, point: Point) -> &[u8] {
        let status_line = after(&self.bytes[..self.head], b"\r\n");
        let end = match point {
            Point::Start => 0,
            Point::StatusLine => status_line,
            Point::HalfHead => status_line.midpoint(self.head),
            Point::Head => self.head,
            Point::HalfBody => self.half_body,
            Point::LastByte => self.last_byte,
            Point::End => self.bytes.len(),
        };
        &self.bytes[..end]
    }
}

/// `length` is used by the framing that needs one.
pub(crate) fn head(
    status: StatusCode,
    headers: &HeaderMap,
    framing: Framing,
    length: Option<u64>,
) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in headers {
        if name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
    }
    match framing {
        Framing::Length => {
            let _ = write!(head, "content-length: {}\r\n", length.unwrap_or_default());
        }
        Framing::Chunked => head.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Framing::UntilClose => {}
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// An empty chunk would end the body.
fn push_chunk(bytes: &mut Vec<u8>, data: &[u8]) {
    if !data.is_empty() {
        let _ = write!(bytes, "{:x}\r\n", data.len());
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(b"\r\n");
    }
}

/// Where this pattern ends for the first time, or else the bytes.
fn after(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
        .map_or(bytes.len(), |start| start + pattern.len())
}
