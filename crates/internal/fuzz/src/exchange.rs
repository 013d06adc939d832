//! An input as a person may write it: which client makes which call, and what comes back.
//!
//! ```text
//! aparat-api order 200
//! retry-after: 3
//!
//! {"status":true,"uniqid":"fake0001"}
//! ```
//!
//! Any bytes mean something: an unknown word is a client or a call all the same, and where there is no empty line,
//! everything after the first one is the body. In a header's value and in a body the control characters from 0x10 on stand
//! for secrets, see [`planted`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_core::bytes::Bytes;
use http_core::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_core::{CallOptions, Transport, TransportError, async_trait};
use payvand_harness::secret_parts::spellings;
use tokio::runtime::{Builder, Runtime};

/// An input that mutates into no status still gets one that means something.
const STATUSES: [u16; 16] = [
    200, 200, 200, 200, 201, 204, 302, 307, 400, 401, 403, 404, 429, 500, 502, 503,
];

/// How many of the spellings have a control character of their own.
const WHOLE: usize = 10;

/// Far more than any call of one input may send.
const MOST_REQUESTS: usize = 12;

pub(crate) struct Input<'a> {
    pub(crate) client: &'a [u8],
    pub(crate) call: &'a [u8],
    status: &'a [u8],
    headers: &'a [u8],
    body: &'a [u8],
}

impl<'a> Input<'a> {
    pub(crate) fn parse(data: &'a [u8]) -> Self {
        let (first, rest) = split(data, b"\n").unwrap_or((data, b""));
        let (headers, body) = match rest.strip_prefix(b"\n") {
            Some(body) => (&b""[..], body),
            None => split(rest, b"\n\n").unwrap_or((b"", rest)),
        };
        let mut words = first.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let [client, call, status] = [(); 3].map(|()| words.next().unwrap_or_default());
        Self {
            client,
            call,
            status,
            headers,
            body,
        }
    }

    /// What comes back, with echoes of these secrets.
    pub(crate) fn response(&self, secrets: &[String]) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(planted(self.body, secrets)));
        *response.status_mut() = status_of(self.status);
        for line in self.headers.split(|byte| *byte == b'\n') {
            let (name, value) = split(line, b":").unwrap_or_default();
            let value = HeaderValue::from_bytes(&planted(value.trim_ascii(), secrets));
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// The one of this name; any word means one of them.
pub(crate) fn chosen<'a, T>(all: &'a [T], name: fn(&T) -> &str, word: &[u8]) -> &'a T {
    let named = all.iter().find(|it| name(it).as_bytes() == word);
    named.unwrap_or(&all[sum(word) % all.len()])
}

pub(crate) fn split<'a>(data: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = data.windows(at.len()).position(|window| window == at)?;
    Some((&data[..found], &data[found + at.len()..]))
}

fn sum(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from(*byte)).sum()
}

fn status_of(word: &[u8]) -> StatusCode {
    let status = StatusCode::from_bytes(word).ok().filter(|it| it.as_u16() < 600);
    status.unwrap_or_else(|| StatusCode::from_u16(STATUSES[sum(word) % STATUSES.len()]).unwrap())
}

/// The bytes with an echo of a secret in place of each control character from 0x10 on: 0x10 to 0x19 in one spelling
/// after the other, those above in some spelling, cut short on either side. The secrets take turns.
pub(crate) fn planted(bytes: &[u8], secrets: &[String]) -> Vec<u8> {
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

/// A transport that gives the same answer to all requests but, perhaps, the first, and counts them.
pub(crate) struct Wire {
    first: Option<Response<Bytes>>,
    then: Response<Bytes>,
    requests: AtomicUsize,
}

impl Wire {
    pub(crate) fn new(first: Option<Response<Bytes>>, then: Response<Bytes>) -> Arc<Self> {
        let requests = AtomicUsize::new(0);
        Arc::new(Self {
            first,
            then,
            requests,
        })
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        let before = self.requests.fetch_add(1, Ordering::Relaxed);
        assert!(before < MOST_REQUESTS, "one input, and no end of requests");
        let first = self.first.as_ref().filter(|_| before == 0);
        Ok(first.unwrap_or(&self.then).clone())
    }
}

/// Runs a call to its end; its pauses take no time.
pub(crate) fn run<T>(call: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(call))
}
