//! What the clients report about themselves, line by line: they run in another process and keep nothing.

use std::io::Write as _;

use payvand_harness::What;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    Ended(Ended),
    Finished(Finished),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) group: u16,
    pub(crate) number: u32,
    pub(crate) call: String,
    /// The id that it used, of what another call made.
    pub(crate) id: Option<String>,
    pub(crate) outcome: What,
}

/// What the clients' process says when all calls have ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Finished {
    pub(crate) panics: u32,
    /// The most file descriptors in use.
    pub(crate) files: usize,
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
