//! Faults: what a sandbox does wrong when a test asks for it.

mod all;
pub(crate) mod cut;
pub(crate) mod delivery;
pub(crate) mod fault_error;
pub(crate) mod gateway_pages;
mod gzip;
pub(crate) mod raw_reply;
mod wire;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::fault::cut::{Ending, Framing, Point};
use crate::fault::delivery::Delivery;
use crate::fault::fault_error::FaultError;
use crate::fault::gateway_pages::Cdn;
use crate::fault::raw_reply::{Flood, RawReply};

/// A flood with a length promises this much, a tebibyte, and never sends it.
const HUGE: u64 = 1 << 40;

/// One thing that goes wrong with one request (or, for [`Fault::close_on_accept`], with one connection).
///
/// A fault is a plain value: make it, refine it, hand it to [`Sandbox::fail_next`](crate::Sandbox::fail_next) or to
/// a provider's [`fail_next`](crate::ProviderControl::fail_next). It says
///
/// - **what** is answered: the [`usual`](Self::usual) answer, [another](Self::answer), any [bytes](Self::raw),
///   a [flood](Self::flood), or nothing ([`close`](Self::close), [`reset`](Self::reset), [`stall`](Self::stall));
/// - **how** it gets to the client: [cut off](Self::cut) at a point, [one byte at a time](Self::byte_by_byte), otherwise
///   [framed](Self::framed), with other bytes [before](Self::preceded_by) or [after](Self::followed_by) it;
/// - **when**: [late](Self::delayed), before the request takes effect or [after](Self::after_processing).
///
/// ```
/// use std::time::Duration;
/// use payvand_sandbox::{Cdn, Ending, Fault, Point};
///
/// // A gateway's page instead of an answer; the provider never saw the request.
/// let page = Fault::cdn_page(Cdn::ArvanCloud, 502);
/// // The order was placed, but its answer is lost.
/// let lost = Fault::close().after_processing();
/// // The order was placed, and half of its answer arrives.
/// let half = Fault::usual().cut(Point::HalfBody, Ending::Reset);
/// // The order was placed, and five seconds later comes a 504.
/// let late = Fault::answer(504, "").after_processing().delayed(Duration::from_secs(5));
/// # let _ = (page, lost, half, late);
/// ```
///
/// [`Fault::all`] has one of every sort.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: Kind,
    delivery: Delivery,
    after_processing: bool,
    delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// The provider's answer, with these headers in place of its own.
    Usual {
        headers: HeaderMap,
    },
    Answer {
        status: StatusCode,
        headers: HeaderMap,
        body: Data,
    },
    Raw(Data),
    Flood {
        framing: Framing,
        most: u64,
    },
    CloseOnAccept,
    Impossible(FaultError),
}

/// Bytes of which only the beginning is printed: floods and bombs are faults too.
#[derive(Clone, PartialEq)]
struct Data(Bytes);

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.len().min(200);
        write!(f, "{:?}", self.0.slice(..shown))?;
        match self.0.len() - shown {
            0 => Ok(()),
            more => write!(f, " and {more} bytes more"),
        }
    }
}

/// What is answered.
impl Fault {
    /// The request takes its effect and gets the provider's own answer: only what is added to this goes wrong.
    ///
    /// ```
    /// # use payvand_sandbox::Fault;
    /// let mislabelled = Fault::usual().header("content-type", "image/png");
    /// # let _ = mislabelled;
    /// ```
    pub fn usual() -> Self {
        Self::of(Kind::Usual {
            headers: HeaderMap::new(),
        })
    }

    /// Answers with this status and body instead of the provider's answer.
    ///
    /// A status that is no final answer (below 200 or above 999) is a [`FaultError::Status`]: see [`check`](Self::check).
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if status.as_u16() >= 200 => Self::of(Kind::Answer {
                status,
                headers: HeaderMap::new(),
                body: Data(body.into()),
            }),
            _ => Self::of(Kind::Impossible(FaultError::Status(status))),
        }
    }

    /// Answers with an error page like those of a CDN that stands before the provider.
    pub fn cdn_page(cdn: Cdn, status: u16) -> Self {
        let page = StatusCode::from_u16(status)
            .map(|status| cdn.page(status))
            .unwrap_or_default();
        let mut fault = Self::answer(status, page);
        if let Kind::Answer { headers, .. } = &mut fault.kind {
            headers.extend(cdn.headers());
        }
        fault
    }

    /// Sends the client elsewhere, with a status such as 302 or 307.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::answer(status, "").header("location", location)
    }

    /// Answers 200 with a few kilobytes that are this number of bytes once `content-encoding: gzip` is undone: spaces.
    ///
    /// It is compressed here and now, in some milliseconds for a megabyte.
    pub fn gzip_bomb(decoded: u64) -> Self {
        match gzip::spaces(decoded) {
            Ok(body) => Self::answer(200, body).header("content-encoding", "gzip"),
            Err(error) => Self::of(Kind::Impossible(FaultError::GzipBomb(error.to_string()))),
        }
    }

    /// Answers 200 and then sends spaces as fast as they are taken: at most this many bytes, for at most a minute.
    /// The body never comes to the end that its framing asks for; with a length, it promises a tebibyte.
    pub fn flood(framing: Framing, most: u64) -> Self {
        Self::of(Kind::Flood { framing, most })
    }

    /// Sends these bytes, HTTP or not, and closes the connection (or does what [`cut`](Self::cut) says).
    ///
    /// ```
    /// # use payvand_sandbox::Fault;
    /// let not_http = Fault::raw("SSH-2.0-OpenSSH_9.6\r\n");
    /// let no_headers = Fault::raw("HTTP/1.1 200 OK\r\n\r\n");
    /// # let _ = (not_http, no_headers);
    /// ```
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::of(Kind::Raw(Data(bytes.into())))
    }

    /// Answers as usual, but only after this time.
    ///
    /// The request waits *before* it takes effect, and takes effect even if the client has gone meanwhile;
    /// with [`after_processing`](Self::after_processing) it takes effect at once and only the answer is late.
    pub fn delay(by: Duration) -> Self {
        Self::usual().delayed(by)
    }

    /// Reads the whole request, then closes the connection without a byte of answer.
    pub fn close() -> Self {
        Self::raw("").cut(Point::Start, Ending::Close)
    }

    /// Reads the whole request, then resets the connection (a TCP `RST`) without a byte of answer.
    pub fn reset() -> Self {
        Self::raw("").cut(Point::Start, Ending::Reset)
    }

    /// Reads the whole request and never answers: the connection stays open until the client leaves or the sandbox
    /// stops.
    pub fn stall() -> Self {
        Self::raw("").cut(Point::Start, Ending::Stall)
    }

    /// Closes the next *new* connection before a byte of it is read.
    ///
    /// A connection that is already open is not touched, and no request is recorded. Which provider the
    /// connection was meant for cannot be known, so this fault takes the next one, whoever queued it.
    /// A client that has already written sees a reset rather than an end of stream, as on a real network.
    pub fn close_on_accept() -> Self {
        Self::of(Kind::CloseOnAccept)
    }

    /// Adds a header to an [`answer`](Self::answer), or puts it in place of those that the [`usual`](Self::usual)
    /// answer has of this name. Other faults have no headers and stay as they are.
    ///
    /// The sandbox frames the body itself: `content-length` and `transfer-encoding` cannot be set. Such a header,
    /// or one that HTTP does not allow, is a [`FaultError::Header`]: see [`check`](Self::check).
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Answer { headers, .. } | Kind::Usual { headers } = &mut self.kind {
            match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                (Ok(name), Ok(value))
                    if name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING =>
                {
                    headers.append(name, value);
                }
                _ => {
                    let (name, value) = (name.to_owned(), value.to_owned());
                    self.kind = Kind::Impossible(FaultError::Header { name, value });
                }
            }
        }
        self
    }
}

/// Whether it can be played.
impl Fault {
    /// Whether the sandbox can play it as it was asked for.
    ///
    /// A fault that it cannot play is answered with a 500 whose body says why, whole and in one piece, and
    /// [`RecordedRequest::fault`](crate::RecordedRequest::fault) has it.
    ///
    /// # Errors
    ///
    /// The first thing that cannot be sent.
    ///
    /// ```
    /// use payvand_sandbox::{Fault, FaultError};
    ///
    /// assert_eq!(Fault::answer(503, "").check(), Ok(()));
    /// assert_eq!(Fault::answer(42, "").check(), Err(FaultError::Status(42)));
    /// ```
    pub fn check(&self) -> Result<(), FaultError> {
        match &self.kind {
            Kind::Impossible(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

/// How it gets to the client. After any of these the connection ends with the answer, unless [`cut`](Fault::cut)
/// says otherwise; none of them means anything for [`close_on_accept`](Fault::close_on_accept).
impl Fault {
    /// Sends the answer up to this point, and does this to the connection there.
    ///
    /// A flood has no points: it ends in this way when it is over.
    #[must_use]
    pub fn cut(mut self, at: Point, ending: Ending) -> Self {
        self.delivery.cut = Some((at, ending));
        self
    }

    /// Sends one byte at a time, with this pause after each.
    #[must_use]
    pub fn byte_by_byte(mut self, pace: Duration) -> Self {
        self.delivery.pace = Some(pace);
        self
    }

    /// Marks the body's end in this way; for the [`usual`](Self::usual) and [another](Self::answer) answer.
    #[must_use]
    pub fn framed(mut self, framing: Framing) -> Self {
        self.delivery.framing = Some(framing);
        self
    }

    /// Sends these bytes before the answer: an informational answer, or what does not belong there.
    #[must_use]
    pub fn preceded_by(mut self, bytes: impl Into<Bytes>) -> Self {
        self.delivery.before = bytes.into();
        self
    }

    /// Sends these bytes after the whole answer: another answer, that nobody asked for.
    #[must_use]
    pub fn followed_by(mut self, bytes: impl Into<Bytes>) -> Self {
        self.delivery.after = bytes.into();
        self
    }
}

/// When it happens.
impl Fault {
    /// Lets the request take its effect first: *processed, and then 502*.
    ///
    /// Means nothing for [`close_on_accept`](Self::close_on_accept), which has no request, and for
    /// [`usual`](Self::usual), which always has an effect, only whether it comes before a delay or after it.
    #[must_use]
    pub fn after_processing(mut self) -> Self {
        self.after_processing = true;
        self
    }

    /// Waits this long (real time, not the sandbox's clock) before the fault happens.
    #[must_use]
    pub fn delayed(mut self, by: Duration) -> Self {
        self.delay = Some(by);
        self
    }
}

impl Fault {
    pub(crate) fn processes_first(&self) -> bool {
        self.after_processing
    }

    pub(crate) fn needs_usual_answer(&self) -> bool {
        matches!(self.kind, Kind::Usual { .. } | Kind::CloseOnAccept)
    }

    pub(crate) async fn pause(&self) {
        if let Some(delay) = self.delay {
            tokio::time::sleep(delay).await;
        }
    }

    /// How the request ends; `usual` is there if the request has taken its effect.
    pub(crate) async fn outcome(self, usual: Option<Response>) -> Outcome {
        let shows_status = self.delivery.shows_status();
        let answer = match self.kind {
            Kind::Usual { headers } => relabel(usual.unwrap_or_default(), &headers),
            Kind::Answer {
                status,
                headers,
                body,
            } => (status, headers, Body::from(body.0)).into_response(),
            Kind::Raw(bytes) => return Outcome::RawReply(self.delivery.of_bytes(&bytes.0), None),
            Kind::Flood { framing, most } => return flood(framing, most, &self.delivery),
            Kind::CloseOnAccept => usual.unwrap_or_default(),
            Kind::Impossible(error) => return Outcome::Answer(impossible(&error)),
        };
        if self.delivery.is_plain() {
            return Outcome::Answer(answer);
        }
        let status = shows_status.then_some(answer.status());
        Outcome::RawReply(self.delivery.of_answer(answer).await, status)
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            delivery: Delivery::default(),
            after_processing: false,
            delay: None,
        }
    }
}

/// A test that asks for the impossible should see why, in the one place where it looks: the answer.
fn impossible(error: &FaultError) -> Response {
    let body = format!("payvand-sandbox: {error}");
    (StatusCode::INTERNAL_SERVER_ERROR, Body::from(body)).into_response()
}

fn relabel(mut answer: Response, headers: &HeaderMap) -> Response {
    for name in headers.keys() {
        answer.headers_mut().remove(name);
    }
    answer.headers_mut().extend(headers.clone());
    answer
}

fn flood(framing: Framing, most: u64, delivery: &Delivery) -> Outcome {
    let head = wire::head(StatusCode::OK, &HeaderMap::new(), framing, Some(HUGE));
    let raw_reply = RawReply {
        bytes: head.into(),
        pace: None,
        flood: Some(Flood {
            chunked: framing == Framing::Chunked,
            most,
        }),
        ending: delivery.ending(),
    };
    Outcome::RawReply(raw_reply, Some(StatusCode::OK))
}

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Response),
    /// With the status that the client gets to see, as far as it is known.
    RawReply(RawReply, Option<StatusCode>),
}

/// The faults that wait, first in, first out; those of connections apart from those of requests, because they
/// are used up at different moments.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    queues: Mutex<Queues>,
}

#[derive(Debug, Default)]
struct Queues {
    requests: VecDeque<(usize, Fault)>,
    connections: VecDeque<(usize, Fault)>,
}

impl Faults {
    pub(crate) fn push(&self, times: usize, fault: Fault) {
        if times == 0 {
            return;
        }
        let mut queues = self.lock();
        match fault.kind {
            Kind::CloseOnAccept => queues.connections.push_back((times, fault)),
            _ => queues.requests.push_back((times, fault)),
        }
    }

    pub(crate) fn next_for_request(&self) -> Option<Fault> {
        take(&mut self.lock().requests)
    }

    pub(crate) fn next_for_connection(&self) -> Option<Fault> {
        take(&mut self.lock().connections)
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Queues::default();
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(queue: &mut VecDeque<(usize, Fault)>) -> Option<Fault> {
    let (times, fault) = queue.front_mut()?;
    *times -= 1;
    if *times == 0 {
        queue.pop_front().map(|(_, fault)| fault)
    } else {
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_in_order_and_as_often_as_asked() {
        let faults = Faults::default();
        faults.push(0, Fault::reset());
        faults.push(2, Fault::close());
        faults.push(1, Fault::close_on_accept());
        faults.push(1, Fault::answer(503, ""));
        assert_eq!(faults.next_for_request(), Some(Fault::close()));
        assert_eq!(faults.next_for_request(), Some(Fault::close()));
        assert_eq!(faults.next_for_request(), Some(Fault::answer(503, "")));
        assert_eq!(faults.next_for_request(), None);
        assert_eq!(faults.next_for_connection(), Some(Fault::close_on_accept()));
        assert_eq!(faults.next_for_connection(), None);
    }

    #[test]
    fn for_ever_is_possible_until_cleared() {
        let faults = Faults::default();
        faults.push(usize::MAX, Fault::close());
        for _ in 0..100 {
            assert!(faults.next_for_request().is_some());
        }
        faults.clear();
        assert_eq!(faults.next_for_request(), None);
    }

    #[tokio::test]
    async fn what_http_cannot_carry_is_a_typed_error_that_the_answer_names() {
        let status = FaultError::Status;
        let header = |name: &str, value: &str| FaultError::Header {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let fine = || Fault::answer(200, "");
        for (fault, error) in [
            (Fault::answer(42, ""), status(42)),
            (Fault::answer(100, ""), status(100)),
            (Fault::answer(1000, ""), status(1000)),
            (Fault::cdn_page(Cdn::Derak, 7), status(7)),
            (Fault::redirect(0, "/"), status(0)),
            (fine().header("bad name", "x"), header("bad name", "x")),
            (fine().header("x", "line\r\nbreak"), header("x", "line\r\nbreak")),
            (
                fine().header("Content-Length", "1"),
                header("Content-Length", "1"),
            ),
            (
                Fault::usual().header("Transfer-Encoding", "chunked"),
                header("Transfer-Encoding", "chunked"),
            ),
            (
                Fault::redirect(302, "line\r\nbreak"),
                header("location", "line\r\nbreak"),
            ),
            (
                Fault::answer(42, "")
                    .header("bad name", "x")
                    .cut(Point::Start, Ending::Reset),
                status(42),
            ),
        ] {
            assert_eq!(fault.check(), Err(error.clone()));
            let Outcome::Answer(answer) = fault.outcome(None).await else {
                panic!("an answer")
            };
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
                .await
                .unwrap();
            assert_eq!(body, format!("payvand-sandbox: {error}"));
        }
        assert!(Fault::all().into_iter().all(|(_, fault)| fault.check().is_ok()));
    }
}
