use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;

const CHUNK: usize = 256;

/// Waiters in the order of their ids, in chunks: counting those before one, and taking one out of the middle, costs
/// about the same for ten as for many thousands.
#[derive(Default)]
pub(super) struct Queue {
    /// None of them is empty.
    chunks: VecDeque<Vec<Waiter>>,
}

pub(super) struct Waiter {
    pub(super) id: u64,
    pub(super) wake: Arc<Notify>,
}

impl Queue {
    pub(super) fn first(&self) -> Option<&Waiter> {
        self.chunks.front()?.first()
    }

    pub(super) fn insert(&mut self, waiter: Waiter) {
        let at = self.chunk_of(waiter.id).min(self.chunks.len().saturating_sub(1));
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.chunks.push_back(vec![waiter]);
            return;
        };
        let place = chunk.partition_point(|other| other.id < waiter.id);
        chunk.insert(place, waiter);
        if chunk.len() > CHUNK {
            let rest = chunk.split_off(CHUNK / 2);
            self.chunks.insert(at + 1, rest);
        }
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Waiter> {
        let at = self.chunk_of(id);
        let chunk = self.chunks.get_mut(at)?;
        let place = chunk.binary_search_by_key(&id, |waiter| waiter.id).ok()?;
        let waiter = chunk.remove(place);
        if chunk.is_empty() {
            self.chunks.remove(at);
        }
        Some(waiter)
    }

    /// How many are before this one.
    pub(super) fn position(&self, id: u64) -> usize {
        let at = self.chunk_of(id);
        let before: usize = self.chunks.iter().take(at).map(Vec::len).sum();
        let within = self
            .chunks
            .get(at)
            .map_or(0, |chunk| chunk.partition_point(|waiter| waiter.id < id));
        before + within
    }

    /// The first chunk that does not end before this id.
    fn chunk_of(&self, id: u64) -> usize {
        self.chunks
            .partition_point(|chunk| chunk.last().is_some_and(|last| last.id < id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_ids_whatever_is_taken_out_and_put_back() {
        let waiter = |id| Waiter {
            id,
            wake: Arc::new(Notify::new()),
        };
        let mut queue = Queue::default();
        for id in 0..2000 {
            queue.insert(waiter(id));
        }
        for id in (0..2000).filter(|id| id % 3 != 0) {
            assert_eq!(queue.remove(id).map(|it| it.id), Some(id));
        }
        assert!(queue.remove(1).is_none());
        for id in (0..600).filter(|id| id % 3 == 1) {
            queue.insert(waiter(id));
        }
        let expected: Vec<u64> = (0..2000)
            .filter(|id| id % 3 == 0 || (*id < 600 && id % 3 == 1))
            .collect();
        for (position, id) in expected.iter().enumerate() {
            assert_eq!(queue.position(*id), position);
        }
        for id in expected {
            assert_eq!(queue.first().map(|it| it.id), Some(id));
            queue.remove(id);
        }
        assert!(queue.first().is_none() && queue.chunks.is_empty());
    }
}
