//! What a client's observer was told, and what is left of its budget.

use std::collections::BTreeMap;

/// What stands written of everything that costs something.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// By the marker of each call.
    pub heard: BTreeMap<String, Heard>,
    /// Outcomes without an intent, or after another outcome.
    pub contradictions: usize,
    pub budget_left: u64,
}

/// The last that was heard of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Intent,
    Placed,
    NotPlaced,
    Unknown,
}
