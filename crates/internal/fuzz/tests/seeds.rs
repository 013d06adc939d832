//! Plays every seed, and small changes to each: what the fuzzers begin with, and what they have ever found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use payvand_fuzz::{TARGETS, Target};
use payvand_harness::PROVIDERS;

/// Changes to each seed. The fuzzers make millions; these few are for whoever has no nightly.
const CHANGES: u64 = 20;

fn folders(of: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(of);
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_owned());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders("seeds"), targets);
    assert_eq!(folders("fuzz_targets"), targets);
    let clients: BTreeSet<_> = PROVIDERS.iter().map(|it| it.name().to_owned()).collect();
    assert_eq!(folders("seeds/answers"), clients);
}

/// One sequence for one seed, on every machine.
struct Random(u64);

impl Random {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    /// Drops, doubles, replaces or inserts a few bytes.
    fn change(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.roll(3) {
            let at = self.roll(bytes.len() + 1);
            let end = (at + self.roll(12)).min(bytes.len());
            match self.roll(5) {
                0 => drop(bytes.drain(at..end)),
                1 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                2 => bytes.truncate(at),
                3 => bytes.insert(at, u8::try_from(self.roll(256)).unwrap()),
                _ => {
                    let marks = [
                        &b"\""[..],
                        b"{",
                        b"}",
                        b"[",
                        b",",
                        b":",
                        b"null",
                        b"true",
                        b"false",
                        b"\\u06cc",
                        b"\xff",
                        b"\x10",
                    ];
                    bytes.splice(at..end, marks[self.roll(marks.len())].iter().copied());
                }
            }
        }
        bytes
    }
}

fn play(folder: &Path, target: Target) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            play(&path, target);
            continue;
        }
        let seed = fs::read(&path).unwrap();
        let mut random = Random(seed.len() as u64);
        let changed = (0..CHANGES).map(|_| random.change(&seed)).collect::<Vec<_>>();
        for input in [seed].into_iter().chain(changed) {
            let outcome = catch_unwind(|| target(&input));
            assert!(
                outcome.is_ok(),
                "{}: {:?}",
                path.display(),
                String::from_utf8_lossy(&input)
            );
        }
    }
}

#[test]
fn every_seed_is_as_it_should_be() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, target) in TARGETS {
        play(&seeds.join(name), target);
    }
}
