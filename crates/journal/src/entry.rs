use crate::journal::Journal;
use crate::record::Record;
use crate::state::State;

/// What became of a call that a journal made.
#[derive(Debug)]
pub enum Entry<F, E> {
    /// It took effect, now or in an earlier run: what the journal keeps of its answer.
    Done(F),
    /// It surely did not take effect: it was refused, or never sent. The key stays bound to this request, and running it
    /// again makes the call again.
    NotDone(E),
    /// Nobody knows. It is not made again before it is settled.
    InDoubt(Doubt),
}

impl<F, E> Entry<F, E> {
    /// Which of the three it is.
    pub fn state(&self) -> State {
        match self {
            Self::Done(_) => State::Done,
            Self::NotDone(_) => State::NotDone,
            Self::InDoubt(_) => State::InDoubt,
        }
    }
}

/// An entry that is in doubt: find out what became of it, and settle it.
#[derive(Debug, Clone)]
pub struct Doubt {
    pub(crate) journal: Journal,
    pub(crate) record: Box<Record>,
    pub(crate) cause: Option<String>,
}

impl Doubt {
    /// The entry.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The key that it was run under.
    pub fn key(&self) -> &str {
        self.record.key()
    }

    /// What the call failed with, if it was made just now. It is not stored.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}
