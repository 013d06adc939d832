//! What the clients report about themselves, line by line: they run in another process and keep nothing.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What came of a call, as far as the client can know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Done {
        id: Option<String>,
    },
    NoEffect,
    Unknown,
    /// Its future was dropped.
    Dropped,
    /// It did not end long after its deadline, and was dropped then.
    Hung,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    Ended(Ended),
    Finished(Finished),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) group: u16,
    pub(crate) session: u32,
    pub(crate) number: u32,
    pub(crate) call: String,
    /// The id that it used, of what another call made.
    pub(crate) id: Option<String>,
    pub(crate) outcome: Outcome,
    /// The kind of error.
    pub(crate) kind: Option<String>,
    pub(crate) millis: u64,
    pub(crate) timeout: u64,
    /// Whether its caller stopped polling it for a while.
    pub(crate) unpolled: bool,
    /// In microseconds.
    pub(crate) at: u64,
}

/// What the clients' process says when all calls have ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Finished {
    pub(crate) panics: u32,
    /// The most bytes of heap and the most file descriptors in use, after a fifth of the calls and in all.
    pub(crate) early: [usize; 2],
    pub(crate) most: [usize; 2],
    /// Lines and bytes.
    pub(crate) logged: (usize, usize),
    pub(crate) leaks: Vec<String>,
    pub(crate) unheard: Vec<String>,
}

/// Writes an entry to standard output.
pub(crate) fn report(entry: &Entry) {
    let line = serde_json::to_string(entry).expect("an entry is JSON");
    writeln!(std::io::stdout(), "{line}").expect("somebody reads the entries");
}

/// Microseconds since 1970: both processes are on one machine.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
