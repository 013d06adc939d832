use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http_core::Instant;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::sleep;
use tracing::{Instrument, debug_span, field, warn};

use crate::begin::{Balance, Begin, Begun};
use crate::call::{JournalCall, Outcome, left};
use crate::entry::{Doubt, Entry};
use crate::error::JournalError;
use crate::journal::{Journal, Shared};
use crate::record::{Record, Unrecorded};
use crate::request::Request;
use crate::sqlite::database::Database;
use crate::state::State;

/// How often a key that is running elsewhere is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

type EntryOf<C> = Entry<<C as JournalCall>::Fields, <C as JournalCall>::Failure>;

impl Journal {
    /// Makes a call, unless this key has made it before: then what became of it comes back, and nothing is sent.
    ///
    /// A key has 1 to 256 bytes. It belongs to one request: operation, address, account and arguments. While the key is
    /// running elsewhere, this waits until the call's own deadline.
    ///
    /// If this future is dropped, the entry is in doubt once its call was begun.
    ///
    /// # Errors
    /// [`JournalError`]; its [`effect`](JournalError::effect) says whether the call may have been made.
    pub async fn run<C: JournalCall>(
        &self,
        key: impl Into<String>,
        call: C,
    ) -> Result<Entry<C::Fields, C::Failure>, JournalError> {
        let mut entries = self.run_many([key], call).await?;
        entries.pop().ok_or(JournalError::KeyCount { rows: 0, keys: 1 })
    }

    /// Makes a call that has several rows, such as a batch of messages, with a key for each row in their order. All rows are
    /// begun together; what became of each comes back in their order. Rows that the answer leaves open are in doubt.
    ///
    /// # Errors
    /// As [`run`](Self::run); also [`JournalError::SomeKnown`] if some of the keys have an entry already.
    pub async fn run_many<C: JournalCall, K: Into<String>>(
        &self,
        keys: impl IntoIterator<Item = K>,
        call: C,
    ) -> Result<Vec<Entry<C::Fields, C::Failure>>, JournalError> {
        let keys: Vec<_> = keys.into_iter().map(Into::into).collect();
        let span = debug_span!(
            target: "payvand",
            "journal",
            payvand.operation = call.operation(),
            payvand.journal.rows = i64::try_from(keys.len()).unwrap_or(i64::MAX),
            payvand.journal.state = field::Empty,
        );
        let outcome = self.make(keys, call).instrument(span.clone()).await;
        if let Ok([entry]) = outcome.as_deref() {
            span.record("payvand.journal.state", entry.state().as_str());
        }
        outcome
    }

    async fn make<C: JournalCall>(
        &self,
        keys: Vec<String>,
        call: C,
    ) -> Result<Vec<EntryOf<C>>, JournalError> {
        let deadline = call.deadline();
        let Some(intent) = call.intent() else {
            let outcomes = call.make(deadline).await.into_iter();
            let not_sent = outcomes.filter_map(|it| match it {
                Outcome::NotDone(why) | Outcome::InDoubt(why) => Some(Entry::NotDone(why)),
                Outcome::Done(_) => None,
            });
            return Ok(not_sent.collect());
        };
        let request = Arc::new(self.request(&call, intent, keys)?);
        let mut turn = Turn {
            number: self.shared.turns.fetch_add(1, Ordering::Relaxed),
            shared: Arc::clone(&self.shared),
            if_dropped: None,
        };
        let mut balance = None;
        let rows = loop {
            match self.begin(&request, &mut turn, balance, deadline).await? {
                Begun::Now(rows) => break rows,
                Begun::Before(rows) => return Ok(rows.into_iter().map(|row| self.known(row)).collect()),
                Begun::ReadBalance { latest } => match call.balance(deadline).await {
                    Ok(read) => {
                        balance = Some(Balance {
                            latest,
                            balance: read,
                        });
                    }
                    Err(why) => return Ok(vec![Entry::NotDone(why)]),
                },
                Begun::NotYet(error) if deadline <= Instant::now() + LOOK_AGAIN => return Err(error),
                Begun::NotYet(_) => sleep(LOOK_AGAIN).await,
            }
        };
        turn.if_dropped = Some(State::InDoubt);
        let outcomes = call.make(deadline).await;
        self.finish(turn, rows, outcomes).await
    }

    async fn begin(
        &self,
        request: &Arc<Request>,
        turn: &mut Turn,
        balance: Option<Balance>,
        deadline: Instant,
    ) -> Result<Begun, JournalError> {
        let begin = Begin {
            turn: turn.number,
            time: left(deadline) + self.grace,
            budget: self.budget,
            is_exclusive: self.is_exclusive,
            balance,
        };
        let request = Arc::clone(request);
        turn.if_dropped = Some(State::NotDone);
        let store = &self.shared.store;
        let work = store.write(move |database| begin.begin(&request, database));
        let outcome = work.await;
        // An error of the database may come after the intent was stored.
        if !matches!(outcome, Ok(Begun::Now(_)) | Err(JournalError::Storage(_))) {
            turn.if_dropped = None;
        }
        outcome
    }

    /// Stores what became of a call.
    async fn finish<F: Serialize, E: Display>(
        &self,
        mut turn: Turn,
        rows: Vec<Record>,
        outcomes: Vec<Outcome<F, E>>,
    ) -> Result<Vec<Entry<F, E>>, JournalError> {
        let mut outcomes = outcomes.into_iter();
        let ended = rows.into_iter().map(|mut row| {
            let entry = match outcomes.next() {
                Some(Outcome::Done(fields)) => {
                    row.fields = serde_json::to_string(&fields).ok();
                    Entry::Done(fields)
                }
                Some(Outcome::NotDone(why)) => Entry::NotDone(why),
                Some(Outcome::InDoubt(why)) => self.doubt(row.clone(), Some(why.to_string())),
                None => self.doubt(row.clone(), None),
            };
            row.state = entry.state();
            (row, entry)
        });
        let (rows, entries): (Vec<_>, Vec<_>) = ended.unzip();
        let ended = rows.clone();
        let stored = self.shared.store.write(move |database| {
            let now = Database::now();
            for row in rows {
                if !database.end(&row, now)? {
                    return Err(JournalError::NotInDoubt { key: row.key });
                }
            }
            Ok(())
        });
        if let Err(error) = stored.await {
            warn!(target: "payvand", error = %error, "an outcome could not be stored");
            return Err(JournalError::NotRecorded {
                outcome: Unrecorded(ended),
                source: Box::new(error),
            });
        }
        turn.if_dropped = None;
        Ok(entries)
    }

    fn doubt<F, E>(&self, mut row: Record, cause: Option<String>) -> Entry<F, E> {
        row.state = State::InDoubt;
        Entry::InDoubt(Doubt {
            journal: self.clone(),
            record: Box::new(row),
            cause,
        })
    }

    /// What became of an entry before.
    fn known<F: DeserializeOwned + Default, E>(&self, row: Record) -> Entry<F, E> {
        if row.state != State::Done {
            return self.doubt(row, None);
        }
        Entry::Done(row.kept().unwrap_or_default())
    }
}

/// Sees to it that what was begun is ended in this process, whatever happens to the future that holds this.
struct Turn {
    shared: Arc<Shared>,
    number: i64,
    if_dropped: Option<State>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(state) = self.if_dropped {
            let number = self.number;
            self.shared.store.write_later(move |database| {
                let owner = database.owner()?;
                Ok(database.end_turn(&owner, number, state, Database::now())?)
            });
        }
    }
}
