use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Fault, Kind};

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
}
