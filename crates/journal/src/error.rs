use std::time::SystemTime;

use http_core::Effect;
use thiserror::Error;

use crate::record::Unrecorded;

/// Why a journal did not do what it was asked to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A key is empty or has more than 256 bytes. Nothing was sent.
    #[error("a key has 1 to 256 bytes, and this one has {length}")]
    InvalidKey {
        /// Its bytes.
        length: usize,
    },
    /// There is not one key for each row of the call. Nothing was sent.
    #[error("the call has {rows} rows, and there are {keys} keys, all different")]
    KeyCount {
        /// The rows of the call.
        rows: usize,
        /// The keys that were given, each counted once.
        keys: usize,
    },
    /// The key belongs to another request. Nothing was sent.
    #[error("the key {key:?} belongs to another request: {known}; this one is {asked}")]
    KeyReused {
        /// The key.
        key: String,
        /// The request that it belongs to.
        known: String,
        /// The request that was to be made.
        asked: String,
    },
    /// Some of the keys have an entry and some have none. Nothing was sent: leave out the rows that have one.
    #[error("{known} of the keys have an entry already, and {new} have none: leave out those that have one")]
    SomeKnown {
        /// How many have one.
        known: usize,
        /// How many have none.
        new: usize,
    },
    /// The journal was used with another address of this provider. Nothing was sent.
    #[error("this journal belongs to {known} for {provider}, not to {asked}: use another file for it")]
    OtherOrigin {
        /// The provider.
        provider: String,
        /// The first address.
        known: String,
        /// That of this call.
        asked: String,
    },
    /// The key was done once, and its entry was pruned. Nothing was sent.
    #[error("the key {key:?} was done before; its entry was pruned")]
    Pruned {
        /// The key.
        key: String,
    },
    /// The call is being made elsewhere, and its outcome did not come in time. This one sent nothing.
    #[error("the key {key:?} is running elsewhere: its outcome is not known yet")]
    RunningElsewhere {
        /// The key.
        key: String,
    },
    /// An exclusive account has one call under way at a time, and one more did not end in time. Nothing was sent.
    #[error("another call of this account is under way, or in doubt and perhaps on its way: {key:?}")]
    AccountBusy {
        /// The key of the other call.
        key: String,
        /// Until when that one may still be on its way, if it is in doubt.
        until: Option<SystemTime>,
    },
    /// The call costs more than the budget has left. Nothing was sent.
    #[error("it costs {cost} {unit}, and the budget has {left} left")]
    OverBudget {
        /// What it costs.
        cost: u64,
        /// What is left.
        left: u64,
        /// In what.
        unit: String,
    },
    /// Not the call that the entry is of.
    #[error("the key {key:?} is an entry of another call: {known}")]
    OtherCall {
        /// The key.
        key: String,
        /// The call that it is of.
        known: String,
    },
    /// Its request may still be on its way. Nothing was changed.
    #[error("its request may still be on its way, for {} more seconds", seconds_until(*until))]
    NotYet {
        /// Until when, by the database's clock.
        until: SystemTime,
    },
    /// The entry is not in doubt any more.
    #[error("the key {key:?} is not in doubt")]
    NotInDoubt {
        /// The key.
        key: String,
    },
    /// The call was made, and what became of it could not be stored: it comes with this, so that it is not lost.
    #[error("what became of the call could not be stored: {outcome}")]
    NotRecorded {
        /// What became of it.
        outcome: Unrecorded,
        /// Why it could not be stored.
        source: Box<JournalError>,
    },
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn seconds_until(until: SystemTime) -> u64 {
    until
        .duration_since(SystemTime::now())
        .unwrap_or_default()
        .as_secs()
        + 1
}

impl JournalError {
    /// Whether the call may have taken effect: unknown while it is running elsewhere, and as its outcome says where that
    /// could not be stored.
    pub fn effect(&self) -> Effect {
        match self {
            Self::RunningElsewhere { .. } | Self::NotRecorded { .. } => Effect::Unknown,
            _ => Effect::None,
        }
    }
}

/// Why the database of a journal failed.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The SQLite in this program has a bug by which processes that share a file can corrupt it.
    #[error("SQLite {found} is linked into this program; a journal needs 3.51.3 or later")]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// The file is of a later version of this crate.
    #[error("the journal has version {found}, and this program knows versions up to {known}")]
    NewerVersion {
        /// Its version.
        found: i64,
        /// The last one that is known.
        known: i64,
    },
    /// The file is a database of something else, or no database at all.
    #[error("the file is no journal: {0}")]
    NotAJournal(String),
    /// The file is damaged.
    #[error("the journal is damaged: {0}")]
    Corrupt(String),
    /// The file or its folder cannot be written.
    #[error("the journal cannot be written: {0}")]
    ReadOnly(String),
    /// The disk is full.
    #[error("no space left for the journal: {0}")]
    Full(String),
    /// Another process held the database for too long.
    #[error("the journal is busy: {0}")]
    Busy(String),
    /// Anything else, such as a folder that is not there.
    #[error("the journal failed: {0}")]
    Other(String),
}
