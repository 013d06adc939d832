use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, request};
use url::form_urlencoded;

use crate::call_route::Made;
use crate::calls;
use crate::fault::Fault;

/// One request as it arrived, and what became of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    arrival: Arc<Arrival>,
    fault: Option<Arc<Fault>>,
    status: Option<StatusCode>,
    answer: Option<Arc<Response<Bytes>>>,
}

#[derive(Debug)]
struct Arrival {
    number: u64,
    method: Method,
    target: Box<str>,
    /// Where the path is in the target.
    path: Range<usize>,
    query: OnceLock<Vec<(String, String)>>,
    /// Each header's name and the length of its value.
    header_names: Box<[(HeaderName, usize)]>,
    /// All values, in memory of their own: what comes from the server library is a slice of a large buffer.
    header_values: Bytes,
    headers: OnceLock<HeaderMap>,
    body: Bytes,
    body_size: usize,
    /// About how much memory all of this takes.
    size: usize,
    connection: u64,
    provider: Option<&'static str>,
    received_at: SystemTime,
}

impl RecordedRequest {
    /// Its number: the sandbox's first request is 1.
    pub fn number(&self) -> u64 {
        self.arrival.number
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.arrival.method
    }

    /// The request target exactly as it stood in the request line: path and query, nothing decoded.
    pub fn target(&self) -> &str {
        &self.arrival.target
    }

    /// The path as it stood in the request line, not decoded.
    pub fn path(&self) -> &str {
        let it = &self.arrival;
        it.target.get(it.path.clone()).unwrap_or_default()
    }

    /// The query's pairs, decoded, in their order.
    pub fn query(&self) -> &[(String, String)] {
        let query = || form_urlencoded::parse(self.raw_query().as_bytes());
        self.arrival.query.get_or_init(|| query().into_owned().collect())
    }

    fn raw_query(&self) -> &str {
        let it = &self.arrival;
        it.target.get(it.path.end + 1..).unwrap_or_default()
    }

    /// The first value of this name in the query.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query()
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The headers, in the order of their arrival; the server library gives their names in lower case.
    pub fn headers(&self) -> &HeaderMap {
        let it = &self.arrival;
        it.headers.get_or_init(|| {
            let mut values = it.header_values.clone();
            let each = it.header_names.iter().filter_map(|(name, length)| {
                let value = HeaderValue::from_maybe_shared(values.split_to(*length));
                Some((name.clone(), value.ok()?))
            });
            each.collect()
        })
    }

    /// The first header of this name, if it has one that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The body, empty if there was none. In the record it ends at
    /// [`recorded_body_limit`](crate::SandboxBuilder::recorded_body_limit); an observer and a choice of faults see it in full.
    pub fn body(&self) -> &Bytes {
        &self.arrival.body
    }

    /// How many bytes the whole body had.
    pub fn body_size(&self) -> usize {
        self.arrival.body_size
    }

    /// The number of the connection that it came on: the sandbox's first is 1.
    pub fn connection(&self) -> u64 {
        self.arrival.connection
    }

    /// The provider that its path belongs to; `None` for a path that no provider has.
    pub fn provider(&self) -> Option<&'static str> {
        self.arrival.provider
    }

    /// The call that it makes at its provider, by its name in the contract, such as `order`, whether its arguments are
    /// right or not; `open` is a visit to a short link's public address.
    pub fn call(&self) -> Option<&'static str> {
        let provider = self.provider()?;
        let made = Made {
            method: self.method(),
            path: self.path(),
            query: self.raw_query(),
            body: self.body(),
        };
        calls::name(provider, &made)
    }

    /// The fault that was played on it.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_deref()
    }

    /// When it had arrived in full, by the sandbox's clock.
    pub fn received_at(&self) -> SystemTime {
        self.arrival.received_at
    }

    /// The status that it was answered with; `None` while it waits, and for good if it got no answer, or one made of
    /// a fault's [raw](Fault::raw) bytes.
    ///
    /// It is noted just before the answer is written, however far that gets.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The answer in full, if [`SandboxBuilder::record_answers`](crate::SandboxBuilder::record_answers) asked for it;
    /// `None` for a request on which a fault was played.
    pub fn answer(&self) -> Option<&Response<Bytes>> {
        self.answer.as_deref()
    }

    /// A request that has just arrived, with as much of its body as is to be kept.
    pub(super) fn new(
        number: u64,
        head: &request::Parts,
        body: Bytes,
        body_size: usize,
        circumstances: &Circumstances,
        received_at: SystemTime,
    ) -> Self {
        let (target, path) = target(&head.uri);
        let size = 512 + 4 * target.len() + size_of_headers(&head.headers) + body.len();
        let headers = head.headers.iter();
        let header_names = headers.map(|(name, value)| (name.clone(), value.len()));
        let mut header_values = Vec::with_capacity(head.headers.values().map(HeaderValue::len).sum());
        for value in head.headers.values() {
            header_values.extend_from_slice(value.as_bytes());
        }
        Self {
            arrival: Arc::new(Arrival {
                number,
                method: head.method.clone(),
                target,
                path,
                query: OnceLock::new(),
                header_names: header_names.collect(),
                header_values: header_values.into(),
                headers: OnceLock::new(),
                body,
                body_size,
                size,
                connection: circumstances.connection,
                provider: circumstances.provider,
                received_at,
            }),
            fault: None,
            status: None,
            answer: None,
        }
    }

    /// About how much memory it takes.
    pub(super) fn size(&self) -> usize {
        let answer = self.answer.as_ref();
        let answer = answer.map_or(0, |answer| {
            size_of_headers(answer.headers()) + answer.body().len()
        });
        self.arrival.size + answer
    }

    pub(crate) fn set_fault(&mut self, fault: &Fault) {
        self.fault = Some(Arc::new(fault.clone()));
    }

    pub(crate) fn answered(&mut self, status: StatusCode, answer: Option<Arc<Response<Bytes>>>) {
        self.status = Some(status);
        self.answer = answer;
    }
}

/// The target as it stood in the request line, and where its path is.
fn target(uri: &Uri) -> (Box<str>, Range<usize>) {
    let path_and_query = uri.path_and_query().map_or("", PathAndQuery::as_str);
    let target: Box<str> = if uri.authority().is_some() {
        uri.to_string().into()
    } else {
        path_and_query.into()
    };
    let start = target.len().saturating_sub(path_and_query.len());
    (target, start..start + uri.path().len())
}

fn size_of_headers(headers: &HeaderMap) -> usize {
    let each = headers.iter();
    each.map(|(name, value)| name.as_str().len() + value.len() + 128)
        .sum()
}

/// What the server knows about a request besides its head and body.
#[derive(Debug)]
pub(crate) struct Circumstances {
    pub(crate) connection: u64,
    pub(crate) provider: Option<&'static str>,
}
