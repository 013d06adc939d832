//! The transaction that stores an intent, or finds what became of it before.

use std::time::Duration;

use crate::budget::Budget;
use crate::error::JournalError;
use crate::millis::millis;
use crate::record::{Record, time};
use crate::request::Request;
use crate::sqlite::database::Database;
use crate::state::State;

/// How a request is to be begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begin {
    pub(crate) turn: i64,
    /// How long its answer may take, grace included.
    pub(crate) time: Duration,
    pub(crate) budget: Option<Budget>,
    pub(crate) is_exclusive: bool,
    pub(crate) balance: Option<Balance>,
}

/// The balance of an exclusive account, and what was its last entry then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Balance {
    pub(crate) latest: Option<i64>,
    pub(crate) balance: Option<i64>,
}

pub(crate) enum Begun {
    /// The intent is stored: the call may be made.
    Now(Vec<Record>),
    /// All of it has an outcome.
    Before(Vec<Record>),
    /// The balance has to be read while this is the last entry.
    ReadBalance { latest: Option<i64> },
    /// It cannot be begun yet, for this reason.
    NotYet(JournalError),
}

impl Begin {
    pub(crate) fn begin(self, request: &Request, database: &mut Database) -> Result<Begun, JournalError> {
        let Some(first) = request.rows.first() else {
            return Ok(Begun::Before(Vec::new()));
        };
        let known = database.bind(&first.provider, &request.origin)?;
        if known != request.origin {
            return Err(JournalError::OtherOrigin {
                provider: first.provider.clone(),
                known,
                asked: request.origin.clone(),
            });
        }
        let mut known = Vec::new();
        for row in &request.rows {
            let key = row.key.clone();
            if database.is_pruned(&key)? {
                return Err(JournalError::Pruned { key });
            }
            let Some(found) = database.find(&key)? else {
                continue;
            };
            if found.fingerprint != row.fingerprint {
                let (known, asked) = (found.name(), row.name());
                return Err(JournalError::KeyReused { key, known, asked });
            }
            let found = with_owner_looked_at(found, database)?;
            match found.state {
                State::Running => return Ok(Begun::NotYet(JournalError::RunningElsewhere { key })),
                State::NotDone => {}
                State::Done | State::InDoubt => known.push(found),
            }
        }
        match (known.len(), request.rows.len() - known.len()) {
            (0, _) => self.store(first, request, database),
            (_, 0) => Ok(Begun::Before(known)),
            (known, new) => Err(JournalError::SomeKnown { known, new }),
        }
    }

    fn store(
        self,
        first: &Record,
        request: &Request,
        database: &mut Database,
    ) -> Result<Begun, JournalError> {
        let now = Database::now();
        if self.is_exclusive {
            if let Some(other) = database.under_way(first, now)? {
                let other = with_owner_looked_at(other, database)?;
                return Ok(Begun::NotYet(JournalError::AccountBusy {
                    until: (other.state == State::InDoubt).then(|| time(other.until)),
                    key: other.key,
                }));
            }
            let latest = database.latest(first)?;
            if self.balance.is_none_or(|it| it.latest != latest) {
                return Ok(Begun::ReadBalance { latest });
            }
        }
        if let Some(budget) = self.budget {
            budget.check(first, request, now, database)?;
        }
        let owner = database.owner()?;
        let mut rows = request.rows.clone();
        for row in &mut rows {
            (row.owner, row.turn, row.begun) = (owner, self.turn, now);
            row.until = now.saturating_add(millis(self.time));
            row.balance = self.balance.and_then(|it| it.balance);
            database.insert(row)?;
        }
        Ok(Begun::Now(rows))
    }
}

/// An entry that runs is in doubt if its owner is dead; then all that the owner began is.
pub(crate) fn with_owner_looked_at(mut row: Record, database: &mut Database) -> Result<Record, JournalError> {
    if row.state == State::Running && database.doubt_if_dead(&row.owner)? {
        row.state = State::InDoubt;
    }
    Ok(row)
}
