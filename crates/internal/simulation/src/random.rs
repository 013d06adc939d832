//! Random choices that repeat.

use std::time::Duration;

/// Random numbers that are the same for the same seed and numbers. A choice that is drawn by what it is for, and not in
/// turn, stays the same while others come and go: so a run of fewer calls is the beginning of a longer one.
#[derive(Debug)]
pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub(crate) fn of(seed: u64, numbers: &[u64]) -> Self {
        let first = fastrand::Rng::with_seed(seed);
        let next = |mut rng: fastrand::Rng, number: &u64| fastrand::Rng::with_seed(rng.u64(..) ^ number);
        Self(numbers.iter().fold(first, next))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// Both ends included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0.u64(least..=most.max(least))
    }

    pub(crate) fn millis(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.between(least, most))
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.0.u64(..100) < chance
    }

    pub(crate) fn index(&mut self, count: usize) -> usize {
        self.0.usize(..count)
    }

    pub(crate) fn pick<T: Clone>(&mut self, things: &[T]) -> T {
        things[self.index(things.len())].clone()
    }
}
