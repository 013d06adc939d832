use std::hash::{BuildHasher, RandomState};

/// One that nobody else has: the standard library's hash keys are random enough.
pub(crate) fn new() -> String {
    let random = RandomState::new();
    format!("{:016x}{:016x}", random.hash_one(0), random.hash_one(1))
}
