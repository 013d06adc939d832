//! An input as a person may write it: which call is made, and what comes back.
//!
//! ```text
//! order 200
//! retry-after: 3
//!
//! {"status":true,"uniqid":"fake0001"}
//! ```
//!
//! Any bytes mean something: an unknown word is a call all the same, and where there is no empty line, everything
//! after the first one is the body. In a body the control characters from 0x10 on stand for secrets, see [`planted`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use http_core::bytes::Bytes;
use http_core::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_core::{CallOptions, Transport, TransportError, async_trait};
use tokio::runtime::{Builder, Runtime};

use crate::secrets::spellings;

/// An input that mutates into no status still gets one that means something.
const STATUSES: [u16; 16] = [
    200, 200, 200, 200, 201, 204, 302, 307, 400, 401, 403, 404, 429, 500, 502, 503,
];

/// How many of the spellings have a control character of their own.
const WHOLE: usize = 10;

/// Far more than any call of one input may send.
const MOST_REQUESTS: usize = 12;

pub(crate) struct Exchange<'a> {
    pub(crate) call: &'a str,
    pub(crate) response: Response<Bytes>,
}

impl<'a> Exchange<'a> {
    pub(crate) fn read(data: &[u8], calls: &[&'a str], secrets: &[&str]) -> Self {
        let (first, rest) = split(data, b"\n").unwrap_or((data, b""));
        let (headers, body) = match split(rest, b"\n\n") {
            _ if rest.starts_with(b"\n") => (&b""[..], &rest[1..]),
            Some(parts) => parts,
            None => (&b""[..], rest),
        };
        let mut words = first.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let (call, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());

        let mut response = Response::new(Bytes::from(planted(body, secrets)));
        *response.status_mut() = status_of(status);
        for line in headers.split(|byte| *byte == b'\n') {
            let Some((name, value)) = split(line, b":") else {
                continue;
            };
            let header = (
                HeaderName::from_bytes(name),
                HeaderValue::from_bytes(value.trim_ascii()),
            );
            if let (Ok(name), Ok(value)) = header {
                response.headers_mut().append(name, value);
            }
        }
        Self {
            call: calls
                .iter()
                .find(|name| name.as_bytes() == call)
                .unwrap_or_else(|| &calls[sum(call) % calls.len()]),
            response,
        }
    }

    /// The body as JSON, as far as a plain reader of JSON sees it.
    pub(crate) fn json(&self) -> serde_json::Value {
        let body = self.response.body();
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        serde_json::from_slice(body).unwrap_or_default()
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }
}

fn split<'a>(data: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = data.windows(at.len()).position(|window| window == at)?;
    Some((&data[..found], &data[found + at.len()..]))
}

fn sum(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from(*byte)).sum()
}

fn status_of(word: &[u8]) -> StatusCode {
    StatusCode::from_bytes(word)
        .ok()
        .filter(|status| status.as_u16() < 600)
        .unwrap_or_else(|| StatusCode::from_u16(STATUSES[sum(word) % STATUSES.len()]).unwrap())
}

/// The bytes with an echo of a secret in place of each control character from 0x10 on: 0x10 to 0x19 in one spelling
/// after the other, those above in some spelling, cut short on either side. The secrets take turns.
pub(crate) fn planted(bytes: &[u8], secrets: &[&str]) -> Vec<u8> {
    let mut turns = secrets.iter().cycle();
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        let Some(secret) = (0x10..0x20).contains(&byte).then(|| turns.next()).flatten() else {
            out.push(byte);
            continue;
        };
        let spellings = spellings(secret);
        if let Some(spelling) = spellings[..WHOLE].get(usize::from(byte - 0x10)) {
            out.extend_from_slice(spelling.as_bytes());
        } else {
            let spelling = spellings[out.len() % spellings.len()].as_bytes();
            out.extend_from_slice(&spelling[spelling.len() / 6..spelling.len() - spelling.len() / 5]);
        }
    }
    out
}

/// A transport that answers what it was told to, and counts.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    first: VecDeque<Response<Bytes>>,
    then: Response<Bytes>,
    requests: usize,
}

impl Wire {
    /// From now on these answers first, and then this one for ever.
    pub(crate) fn play(&self, first: impl IntoIterator<Item = Response<Bytes>>, then: &Response<Bytes>) {
        let mut state = self.0.lock().unwrap();
        *state = State {
            first: first.into_iter().collect(),
            then: then.clone(),
            requests: 0,
        };
    }

    pub(crate) fn requests(&self) -> usize {
        self.0.lock().unwrap().requests
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        let mut state = self.0.lock().unwrap();
        state.requests += 1;
        assert!(
            state.requests <= MOST_REQUESTS,
            "one input, and no end of requests"
        );
        let answer = state.first.pop_front();
        Ok(answer.unwrap_or_else(|| state.then.clone()))
    }
}

/// Runs a call to its end; its pauses take no time.
pub(crate) fn run<T>(call: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(call))
}
