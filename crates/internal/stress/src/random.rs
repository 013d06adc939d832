//! Random choices that repeat.

use std::time::Duration;

/// Random numbers that are the same for the same seed and thing. Written here, and not taken from a library: a seed has
/// to mean the same plan next year, on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// For this thing, such as `"fault"` of a call.
    pub(crate) fn of(seed: u64, thing: &str, numbers: &[u64]) -> Self {
        let bytes = thing.bytes().map(u64::from);
        let state = bytes
            .chain(numbers.iter().copied())
            .fold(seed, |state, part| mixed(state ^ part));
        Self(state)
    }

    /// Any number (`SplitMix64`).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// From zero to one less than `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Both ends included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub(crate) fn millis(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(self.between(least, most))
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let index = self.below(things.len() as u64);
        things.get(usize::try_from(index).unwrap_or_default())
    }

    /// This many letters and digits.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let letters = std::iter::repeat_with(|| self.pick(LETTERS).copied().map(char::from));
        letters.flatten().take(count).collect()
    }
}

fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A seed that is written down somewhere must not come to mean something else. The values come from another
    /// implementation.
    #[test]
    fn a_seed_means_the_same_forever() {
        let mut random = Random::of(7, "fault", &[3, 1]);
        let drawn: Vec<_> = (0..5).map(|_| random.below(100)).collect();
        assert_eq!(drawn, [32, 51, 68, 86, 88]);
        assert_eq!(Random::of(7, "secret", &[]).letters(8), "dKsS9MH3");
        assert_ne!(
            Random::of(8, "fault", &[3, 1]).next(),
            Random::of(7, "fault", &[3, 1]).next()
        );
    }

    #[test]
    fn chances_are_what_they_say() {
        let hits = (0..10_000)
            .filter(|&n| Random::of(1, "hit", &[n]).percent(30))
            .count();
        assert!((2800..3200).contains(&hits), "{hits}");
        let mut random = Random::of(1, "between", &[]);
        let drawn: Vec<_> = (0..1000).map(|_| random.between(3, 5)).collect();
        assert!([3, 4, 5].iter().all(|number| drawn.contains(number)));
        assert!(drawn.iter().all(|number| (3..=5).contains(number)));
    }
}
