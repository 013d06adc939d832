use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Response, StatusCode, request};

use super::recorded_request::{Circumstances, RecordedRequest};
use crate::clock::Clock;
use crate::fault::Fault;

/// How much is recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) requests: usize,
    pub(crate) body: usize,
    pub(crate) memory: usize,
    pub(crate) answers: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: 1000,
            body: 16 * 1024,
            memory: 32 * 1024 * 1024,
            answers: false,
        }
    }
}

/// The latest requests, up to the limits, and the count of all.
#[derive(Debug)]
pub(crate) struct Records {
    limits: Limits,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    count: u64,
    /// The newest ones: the last has the number `count`.
    kept: VecDeque<RecordedRequest>,
    size: usize,
    dropped: u64,
}

impl Log {
    /// Lets the oldest go until the rest keeps to the limits.
    fn shrink(&mut self, limits: &Limits) {
        while self.kept.len() > limits.requests || self.size > limits.memory {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            self.size -= oldest.size();
            self.dropped += 1;
        }
    }
}

impl Records {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            log: Mutex::default(),
        }
    }

    pub(crate) fn keeps_answers(&self) -> bool {
        self.limits.answers
    }

    pub(crate) fn push(
        &self,
        head: &request::Parts,
        body: &Bytes,
        circumstances: &Circumstances,
        clock: &Clock,
    ) -> RecordedRequest {
        let mut log = self.lock();
        log.count += 1;
        // The clock is read under the lock, so that the record's order is the order of its times.
        let (number, now) = (log.count, clock.now());
        let with = |part: Bytes| RecordedRequest::new(number, head, part, body.len(), circumstances, now);
        if self.limits.requests == 0 {
            return with(body.clone());
        }
        // In memory of its own: what comes from the server library may be a slice of a large buffer.
        let part = Bytes::copy_from_slice(&body[..body.len().min(self.limits.body)]);
        let kept = with(part);
        log.size += kept.size();
        log.kept.push_back(kept.clone());
        log.shrink(&self.limits);
        if kept.body().len() < body.len() {
            with(body.clone())
        } else {
            kept
        }
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
            let before = request.size();
            change(request);
            let after = request.size();
            log.size = log.size + after - before;
            log.shrink(&self.limits);
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.lock().kept.iter().cloned().collect()
    }

    pub(crate) fn count(&self) -> u64 {
        self.lock().count
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    pub(crate) fn clear(&self) {
        let mut log = self.lock();
        log.kept.clear();
        log.size = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(requests: usize) -> Records {
        Records::new(Limits {
            requests,
            ..Limits::default()
        })
    }

    fn push(records: &Records, target: &str, body: usize) -> u64 {
        let (head, ()) = http::Request::get(target).body(()).unwrap().into_parts();
        let circumstances = Circumstances {
            connection: 1,
            provider: None,
        };
        let body = vec![b'a'; body].into();
        records
            .push(&head, &body, &circumstances, &Clock::start())
            .number()
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
        let records = records(2);
        let numbers = ["/a", "/b?x=%20", "/c"].map(|target| push(&records, target, 0));
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(targets(&records), ["/b?x=%20", "/c"]);
        assert_eq!((records.count(), records.dropped()), (3, 1));
    }

    #[test]
    fn what_is_kept_is_bounded_in_bytes_too() {
        let records = Records::new(Limits {
            body: 100,
            memory: 4000,
            ..Limits::default()
        });
        for size in [10, 100, 101, 1_000_000] {
            push(&records, "/", size);
        }
        let kept: Vec<_> = records
            .all()
            .iter()
            .map(|request| (request.body().len(), request.body_size()))
            .collect();
        assert_eq!(kept, [(10, 10), (100, 100), (100, 101), (100, 1_000_000)]);
        let body = Response::new(Bytes::from_static(&[b'a'; 2000]));
        records.set_answer(4, StatusCode::OK, Some(Arc::new(body)));
        assert_eq!((records.all().len(), records.dropped()), (3, 1));
        for _ in 0..100 {
            push(&records, "/", 100);
        }
        assert!(records.all().len() < 7 && records.lock().size <= 4000);
        records.clear();
        assert_eq!(records.lock().size, 0);
    }

    #[test]
    fn a_status_finds_its_request_or_nothing() {
        let records = records(2);
        let numbers = ["/a", "/b", "/c"].map(|target| push(&records, target, 0));
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
        push(&records, "/d", 0);
        records.set_answer(numbers[2], StatusCode::OK, None);
        assert_eq!(statuses(&records), [None]);
    }

    #[test]
    fn a_limit_of_zero_keeps_nothing() {
        let records = records(0);
        let number = push(&records, "/a", 0);
        records.set_answer(number, StatusCode::OK, None);
        assert!(records.all().is_empty());
        assert_eq!((records.count(), records.dropped()), (1, 0));
    }
}
