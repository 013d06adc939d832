//! What the judge has beside the world.

use payvand_harness::Effect;

use crate::subjects::orders::Journal;

/// What is there at the end, beside what the world has written down.
pub(crate) struct Remains {
    pub(crate) effects: Vec<Effect>,
    /// What the account has spent at the provider, and what is left.
    pub(crate) money: Option<(u64, u64)>,
    pub(crate) journal: Option<Journal>,
    /// Tasks beside those that carry requests.
    pub(crate) tasks: usize,
    /// How many requests were left open after the last call, and how many of them are logins.
    pub(crate) parked: (usize, usize),
    /// When the calls at the end began that meet nobody.
    pub(crate) probes: Vec<usize>,
    /// What still holds the client's transport after its end.
    pub(crate) held: usize,
    pub(crate) panics: usize,
}
