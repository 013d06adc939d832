//! What the clients report about themselves, line by line: they run in another process and keep nothing.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
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

impl Ended {
    pub(crate) fn was_given_up(&self) -> bool {
        matches!(self.outcome, Outcome::Dropped | Outcome::Hung) || self.has_kind("Timeout")
    }

    pub(crate) fn has_kind(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    pub(crate) fn began(&self) -> u64 {
        self.at - self.millis * 1000
    }
}

/// What the clients' process says when all calls have ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Finished {
    pub(crate) panics: u32,
    /// The most heap and file descriptors that were in use, after a fifth of the calls and in all.
    pub(crate) early: (usize, usize),
    pub(crate) most: (usize, usize),
    pub(crate) log_lines: u64,
    pub(crate) log_bytes: u64,
    pub(crate) leaks: Vec<String>,
    pub(crate) unheard: Vec<String>,
}

/// Writes entries to standard output, on a thread of its own.
#[derive(Debug, Clone)]
pub(crate) struct Reporter(SyncSender<Entry>);

impl Reporter {
    pub(crate) fn start() -> (Self, std::thread::JoinHandle<()>) {
        let (sender, receiver) = sync_channel(4096);
        let writer = std::thread::spawn(move || write_all(&receiver));
        (Self(sender), writer)
    }

    pub(crate) fn report(&self, entry: Entry) {
        self.0.send(entry).expect("the writer outlives the calls");
    }
}

fn write_all(entries: &Receiver<Entry>) {
    let mut output = std::io::stdout().lock();
    for entry in entries {
        let line = serde_json::to_string(&entry).expect("an entry is JSON");
        writeln!(output, "{line}").expect("somebody reads the entries");
    }
    output.flush().expect("somebody reads the entries");
}

/// Microseconds since 1970: both processes are on one machine.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
