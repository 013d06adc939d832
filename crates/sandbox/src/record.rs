//! What arrived: every request, kept for the test to look at.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, request};
use url::form_urlencoded;

use crate::clock::Clock;
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
    method: Method,
    target: String,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
    connection: u64,
    provider: Option<&'static str>,
    received_at: SystemTime,
}

impl RecordedRequest {
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
        &self.arrival.path
    }

    /// The query's pairs, decoded, in their order.
    pub fn query(&self) -> &[(String, String)] {
        &self.arrival.query
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
        &self.arrival.headers
    }

    /// The first header of this name, if it has one that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The body, empty if there was none.
    pub fn body(&self) -> &Bytes {
        &self.arrival.body
    }

    /// The number of the connection that it came on: the sandbox's first is 1.
    pub fn connection(&self) -> u64 {
        self.arrival.connection
    }

    /// The provider that its path belongs to; `None` for a path that no provider has.
    pub fn provider(&self) -> Option<&'static str> {
        self.arrival.provider
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

    pub(crate) fn set_fault(&mut self, fault: &Fault) {
        self.fault = Some(Arc::new(fault.clone()));
    }

    pub(crate) fn answered(&mut self, status: StatusCode, answer: Option<Arc<Response<Bytes>>>) {
        self.status = Some(status);
        self.answer = answer;
    }
}

/// What the server knows about a request besides its head and body.
#[derive(Debug)]
pub(crate) struct Circumstances {
    pub(crate) connection: u64,
    pub(crate) provider: Option<&'static str>,
    pub(crate) fault: Option<Fault>,
}

/// The latest requests, up to a limit, and the count of all.
#[derive(Debug)]
pub(crate) struct Records {
    limit: usize,
    answers: bool,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    count: u64,
    /// The newest ones: the last has the number `count`.
    kept: VecDeque<RecordedRequest>,
}

impl Records {
    pub(crate) fn new(limit: usize, answers: bool) -> Self {
        Self {
            limit,
            answers,
            log: Mutex::default(),
        }
    }

    pub(crate) fn keeps_answers(&self) -> bool {
        self.answers
    }

    /// Takes a request in; the number finds it again in [`set_answer`](Self::set_answer).
    pub(crate) fn push(
        &self,
        head: &request::Parts,
        body: Bytes,
        circumstances: Circumstances,
        clock: &Clock,
    ) -> (u64, RecordedRequest) {
        let query = head.uri.query().unwrap_or_default();
        let mut arrival = Arrival {
            method: head.method.clone(),
            target: head.uri.to_string(),
            path: head.uri.path().to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: head.headers.clone(),
            body,
            connection: circumstances.connection,
            provider: circumstances.provider,
            received_at: SystemTime::UNIX_EPOCH,
        };
        let mut log = self.lock();
        // Read under the lock, so that the record's order is the order of its times.
        arrival.received_at = clock.now();
        let request = RecordedRequest {
            arrival: Arc::new(arrival),
            fault: circumstances.fault.map(Arc::new),
            status: None,
            answer: None,
        };
        log.count += 1;
        if self.limit > 0 {
            if log.kept.len() == self.limit {
                log.kept.pop_front();
            }
            log.kept.push_back(request.clone());
        }
        (log.count, request)
    }

    pub(crate) fn set_fault(&self, number: u64, fault: &Fault) {
        self.change(number, |request| request.set_fault(fault));
    }

    pub(crate) fn set_answer(&self, number: u64, status: StatusCode, answer: Option<Arc<Response<Bytes>>>) {
        self.change(number, |request| request.answered(status, answer));
    }

    /// Does nothing for a request that has left the record meanwhile.
    fn change(&self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let mut log = self.lock();
        let age = log
            .count
            .checked_sub(number)
            .and_then(|age| usize::try_from(age).ok());
        let index = age.and_then(|age| log.kept.len().checked_sub(age + 1));
        if let Some(request) = index.and_then(|index| log.kept.get_mut(index)) {
            change(request);
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().kept.iter().cloned().collect()
    }

    pub(crate) fn count(&self) -> u64 {
        self.lock().count
    }

    pub(crate) fn clear(&self) {
        self.lock().kept.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(records: &Records, target: &str) -> u64 {
        let (head, ()) = http::Request::get(target).body(()).unwrap().into_parts();
        let circumstances = Circumstances {
            connection: 1,
            provider: None,
            fault: None,
        };
        records
            .push(&head, Bytes::new(), circumstances, &Clock::start())
            .0
    }

    fn targets(records: &Records) -> Vec<String> {
        records
            .all()
            .iter()
            .map(|request| request.target().to_owned())
            .collect()
    }

    #[test]
    fn the_newest_are_kept_and_all_are_counted() {
        let records = Records::new(2, false);
        let numbers = ["/a", "/b?x=%20", "/c"].map(|target| push(&records, target));
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(targets(&records), ["/b?x=%20", "/c"]);
        assert_eq!(records.count(), 3);
    }

    #[test]
    fn a_status_finds_its_request_or_nothing() {
        let records = Records::new(2, false);
        let numbers = ["/a", "/b", "/c"].map(|target| push(&records, target));
        let statuses = |records: &Records| {
            records
                .all()
                .iter()
                .map(|request| request.status().map(|s| s.as_u16()))
                .collect::<Vec<_>>()
        };
        records.set_answer(numbers[0], StatusCode::OK, None);
        records.set_answer(numbers[2], StatusCode::ACCEPTED, None);
        assert_eq!(statuses(&records), [None, Some(202)]);
        records.clear();
        records.set_answer(numbers[2], StatusCode::OK, None);
        push(&records, "/d");
        records.set_answer(numbers[2], StatusCode::OK, None);
        assert_eq!(statuses(&records), [None]);
    }

    #[test]
    fn a_limit_of_zero_keeps_nothing() {
        let records = Records::new(0, false);
        let number = push(&records, "/a");
        records.set_answer(number, StatusCode::OK, None);
        assert!(records.all().is_empty());
        assert_eq!(records.count(), 1);
    }
}
