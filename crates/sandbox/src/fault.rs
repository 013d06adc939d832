//! Faults: what a sandbox does wrong when a test asks for it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::server::Rude;

/// One thing that goes wrong with one request (or, for [`Fault::close_on_accept`], with one connection).
///
/// A fault is a plain value: make it, refine it, hand it to [`Sandbox::fail_next`](crate::Sandbox::fail_next) or to
/// a provider's [`fail_next`](crate::ProviderControl::fail_next).
///
/// ```
/// use std::time::Duration;
/// use payvand_sandbox::Fault;
///
/// // A gateway's page instead of an answer; the provider never saw the request.
/// let page = Fault::answer(502, "<html>Bad Gateway</html>").header("content-type", "text/html");
/// // The order was placed, but its answer is lost.
/// let lost = Fault::close().after_processing();
/// // The order was placed, and five seconds later comes a 504.
/// let late = Fault::answer(504, "").after_processing().delayed(Duration::from_secs(5));
/// # let _ = (page, lost, late);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: Kind,
    after_processing: bool,
    delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// The usual answer: only the delay is wrong.
    Usual,
    Answer {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    },
    Rude(Rude),
    CloseOnAccept,
}

impl Fault {
    /// Answers with this status and body instead of the provider's answer.
    ///
    /// A status that is no final answer (below 200 or above 999) becomes a 500 that says so in its body.
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        match StatusCode::from_u16(status) {
            Ok(status) if status.as_u16() >= 200 => Self::of(Kind::Answer {
                status,
                headers: HeaderMap::new(),
                body: body.into(),
            }),
            _ => Self::mistake(&format!("Fault::answer cannot send the status {status}")),
        }
    }

    /// Answers as usual, but only after this time.
    ///
    /// The request waits *before* it takes effect, and takes effect even if the client has gone meanwhile;
    /// with [`after_processing`](Self::after_processing) it takes effect at once and only the answer is late.
    pub fn delay(by: Duration) -> Self {
        Self::of(Kind::Usual).delayed(by)
    }

    /// Reads the whole request, then closes the connection without a byte of answer.
    pub fn close() -> Self {
        Self::of(Kind::Rude(Rude::Close))
    }

    /// Reads the whole request, then resets the connection (a TCP `RST`) without a byte of answer.
    pub fn reset() -> Self {
        Self::of(Kind::Rude(Rude::Reset))
    }

    /// Closes the next *new* connection before a byte of it is read.
    ///
    /// A connection that is already open is not touched, and no request is recorded. Which provider the
    /// connection was meant for cannot be known, so this fault takes the next one, whoever queued it.
    /// A client that has already written sees a reset rather than an end of stream, as on a real network.
    pub fn close_on_accept() -> Self {
        Self::of(Kind::CloseOnAccept)
    }

    /// Adds a header to an [`answer`](Self::answer); other faults have no headers and stay as they are.
    ///
    /// The sandbox frames the body itself: `content-length` and `transfer-encoding` cannot be set. Such a header,
    /// or one that HTTP does not allow, makes the answer a 500 that says so in its body.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Answer { headers, .. } = &mut self.kind {
            match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                (Ok(name), Ok(value))
                    if name != header::CONTENT_LENGTH && name != header::TRANSFER_ENCODING =>
                {
                    headers.append(name, value);
                }
                _ => {
                    self.kind = Self::mistake(&format!("Fault::header cannot send {name:?}: {value:?}")).kind;
                }
            }
        }
        self
    }

    /// Lets the request take its effect first: *processed, and then 502*.
    ///
    /// Means nothing for [`close_on_accept`](Self::close_on_accept), which has no request.
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

    pub(crate) fn lets_process_first(&self) -> bool {
        self.after_processing
    }

    pub(crate) async fn pause(&self) {
        if let Some(delay) = self.delay {
            tokio::time::sleep(delay).await;
        }
    }

    /// What takes the place of the provider's answer, if anything does.
    pub(crate) fn outcome(self) -> Option<Outcome> {
        match self.kind {
            Kind::Usual | Kind::CloseOnAccept => None,
            Kind::Answer {
                status,
                headers,
                body,
            } => Some(Outcome::Answer(
                (status, headers, Body::from(body)).into_response(),
            )),
            Kind::Rude(rude) => Some(Outcome::Rude(rude)),
        }
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            after_processing: false,
            delay: None,
        }
    }

    /// A test that asks for the impossible should see why, in the one place where it looks: the answer.
    fn mistake(what: &str) -> Self {
        Self::of(Kind::Answer {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            headers: HeaderMap::new(),
            body: format!("payvand-sandbox: {what}").into(),
        })
    }
}

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Response),
    Rude(Rude),
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

    #[test]
    fn what_http_cannot_carry_becomes_an_answer_that_says_so() {
        for fault in [
            Fault::answer(42, ""),
            Fault::answer(100, ""),
            Fault::answer(1000, ""),
            Fault::answer(200, "").header("bad name", "x"),
            Fault::answer(200, "").header("x", "line\r\nbreak"),
            Fault::answer(200, "").header("Content-Length", "1"),
        ] {
            let Some(Outcome::Answer(answer)) = fault.outcome() else {
                panic!("an answer")
            };
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
}
