use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use serde_json::json;

use super::frame;

/// How much may wait for one listener. The server library buffers some chunks more: with them a listener that does not
/// read costs less than 256 KiB.
const MOST_WAITING: usize = 128 * 1024;

/// Events that wait are sent together, up to this size.
const CHUNK: usize = 4 * 1024;

/// What has been sent to one listener, and not read yet.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    chunks: VecDeque<Vec<u8>>,
    size: usize,
    /// How many events had no room since the last one in the queue.
    lost: u64,
    waker: Option<Waker>,
}

impl Queue {
    fn add(&mut self, event: &[u8]) {
        self.size += event.len();
        match self.chunks.back_mut() {
            Some(last) if last.len() + event.len() <= CHUNK => last.extend_from_slice(event),
            _ => {
                let mut chunk = Vec::with_capacity(event.len().max(CHUNK));
                chunk.extend_from_slice(event);
                self.chunks.push_back(chunk);
            }
        }
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        let Some(chunk) = self.chunks.pop_front() else {
            return self.take_lost();
        };
        self.size -= chunk.len();
        Some(chunk)
    }

    fn take_lost(&mut self) -> Option<Vec<u8>> {
        let lost = std::mem::take(&mut self.lost);
        let mut event = Vec::new();
        if lost > 0 {
            frame::write(&mut event, "lost", &json!({ "events": lost }));
        }
        (lost > 0).then_some(event)
    }
}

impl Listener {
    /// An event that finds no room is lost, and counted.
    pub(super) fn push(&self, event: &[u8]) {
        let waker = {
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.size + event.len() > MOST_WAITING {
                queue.lost += 1;
                return;
            }
            if let Some(lost) = queue.take_lost() {
                queue.add(&lost);
            }
            queue.add(event);
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The next events. Where some were lost before them, one that says how many: `lost`.
    pub(crate) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Bytes> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = queue.take() {
            return Poll::Ready(events.into());
        }
        queue.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::Hub;
    use super::*;

    /// The events of the next chunk.
    fn read(listener: &Listener) -> Vec<String> {
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(chunk) = listener.poll_next(&mut context) else {
            return Vec::new();
        };
        let text = String::from_utf8(chunk.to_vec()).unwrap();
        text.split_inclusive("\n\n").map(str::to_owned).collect()
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
            assert_eq!(
                read(&quick).iter().map(|it| number(it)).collect::<Vec<_>>(),
                [index]
            );
            assert!(slow.queue.lock().unwrap().size <= MOST_WAITING);
        }
        assert!(read(&quick).is_empty());

        let mut events = read(&slow);
        hub.send("request", || json!(10_000));
        events.extend(std::iter::from_fn(|| Some(read(&slow)).filter(|it| !it.is_empty())).flatten());
        let (mut kept, mut next, mut lost) = (0, 0, 0);
        for event in &events {
            if event.starts_with("event: lost\n") {
                lost += number(event);
                next += number(event);
            } else {
                assert_eq!(number(event), next, "in order, and the loss stands where it was");
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
            hub.send("change", || "a".repeat(MOST_WAITING - 200));
        }
        assert!(read(&listener)[0].starts_with("event: change\n"));
        assert_eq!(read(&listener), ["event: lost\ndata: {\"events\":2}\n\n"]);
        assert!(read(&listener).is_empty());
    }

    #[test]
    fn nothing_is_made_for_nobody_and_not_everybody_may_listen() {
        let hub = Hub::default();
        let nobody = || -> u64 { unreachable!("nobody listens") };
        hub.send("change", nobody);
        let listeners: Vec<_> = std::iter::from_fn(|| hub.listen()).collect();
        assert_eq!(listeners.len(), 64);
        drop(listeners);
        hub.send("change", nobody);
        assert!(hub.listen().is_some());
    }
}
