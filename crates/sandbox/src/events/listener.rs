use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use serde_json::json;

use super::frame::event;

/// How much may wait for one listener, with what it takes to keep it. The server library buffers a few events more: with
/// them a listener that does not read costs less than 256 KiB.
const MOST_WAITING: usize = 128 * 1024;
const COST: usize = 64;

/// What has been sent to one listener, and not read yet.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Bytes>,
    size: usize,
    /// How many events had no room since the last one in the queue.
    lost: u64,
    waker: Option<Waker>,
}

impl Queue {
    fn add(&mut self, event: Bytes) {
        self.size += event.len() + COST;
        self.events.push_back(event);
    }

    fn take(&mut self) -> Option<Bytes> {
        let event = self.events.pop_front();
        match event {
            Some(event) => {
                self.size -= event.len() + COST;
                Some(event)
            }
            None => self.take_lost(),
        }
    }

    fn take_lost(&mut self) -> Option<Bytes> {
        let lost = std::mem::take(&mut self.lost);
        (lost > 0).then(|| event("lost", &json!({ "events": lost })))
    }
}

impl Listener {
    /// An event that finds no room is lost, and counted.
    pub(super) fn push(&self, event: &Bytes) {
        let waker = {
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.size + event.len() + COST > MOST_WAITING {
                queue.lost += 1;
                return;
            }
            if let Some(lost) = queue.take_lost() {
                queue.add(lost);
            }
            queue.add(event.clone());
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The next event. Where some were lost before it, one that says how many: `lost`.
    pub(crate) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Bytes> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = queue.take() {
            return Poll::Ready(event);
        }
        queue.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::Hub;
    use super::*;

    fn read(listener: &Listener) -> Option<String> {
        let mut context = Context::from_waker(Waker::noop());
        match listener.poll_next(&mut context) {
            Poll::Ready(event) => Some(String::from_utf8(event.to_vec()).unwrap()),
            Poll::Pending => None,
        }
    }

    fn number(event: &str) -> u64 {
        let (_, data) = event.split_once("data: ").unwrap();
        let data: serde_json::Value = serde_json::from_str(data.trim_end()).unwrap();
        data.as_u64().or_else(|| data["events"].as_u64()).unwrap()
    }

    #[test]
    fn who_does_not_read_costs_little_and_is_told_what_was_lost() {
        let hub = Hub::default();
        let (slow, quick) = (hub.listen().unwrap(), hub.listen().unwrap());
        for index in 0..10_000 {
            hub.send("request", || json!(index));
            assert_eq!(number(&read(&quick).unwrap()), index);
            assert!(slow.queue.lock().unwrap().size <= MOST_WAITING);
        }
        assert_eq!(read(&quick), None);

        let mut kept = 0;
        for index in 0..10 {
            assert_eq!(number(&read(&slow).unwrap()), index);
            kept += 1;
        }
        hub.send("request", || json!(10_000));
        let (mut next, mut lost) = (kept, 0);
        while let Some(event) = read(&slow) {
            if event.starts_with("event: lost\n") {
                lost += number(&event);
                next += number(&event);
            } else {
                assert_eq!(number(&event), next, "in order, and the loss stands where it was");
                kept += 1;
                next += 1;
            }
        }
        assert_eq!((kept + lost, next), (10_001, 10_001));
        assert!(kept > 1000 && lost > 1000, "{kept} kept, {lost} lost");
    }

    #[test]
    fn a_loss_after_the_last_event_is_told_too() {
        let hub = Hub::default();
        let listener = hub.listen().unwrap();
        for _ in 0..3 {
            hub.send("change", || "a".repeat(MOST_WAITING - 200).into());
        }
        assert!(read(&listener).unwrap().starts_with("event: change\n"));
        assert_eq!(read(&listener).unwrap(), "event: lost\ndata: {\"events\":2}\n\n");
        assert_eq!(read(&listener), None);
    }

    #[test]
    fn nothing_is_made_for_nobody_and_not_everybody_may_listen() {
        let hub = Hub::default();
        let nobody = || unreachable!("nobody listens");
        hub.send("change", nobody);
        let listeners: Vec<_> = std::iter::from_fn(|| hub.listen()).collect();
        assert_eq!(listeners.len(), 64);
        drop(listeners);
        hub.send("change", nobody);
        assert!(hub.listen().is_some());
    }
}
