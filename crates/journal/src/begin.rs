//! The transaction that stores an intent, or finds what became of it before.

use std::time::Duration;

use crate::budget::{Budget, millis};
use crate::error::JournalError;
use crate::record::time;
use crate::request::Request;
use crate::state::State;
use crate::store::{Row, Transaction};

/// How a request is to be begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begin {
    pub(crate) turn: i64,
    /// How long its answer may take, grace included.
    pub(crate) time: Duration,
    pub(crate) budget: Option<Budget>,
    pub(crate) exclusive: Option<Balance>,
}

/// The balance of an exclusive account, and what was its last entry then.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Balance {
    Unread,
    Read {
        latest: Option<i64>,
        balance: Option<i64>,
    },
}

pub(crate) enum Begun {
    /// The intent is stored: the call may be made.
    Now(Vec<Row>),
    /// All of it has an outcome.
    Before(Vec<Row>),
    /// The balance has to be read while this is the last entry.
    ReadBalance { latest: Option<i64> },
    /// It cannot be begun yet, for this reason.
    NotYet(JournalError),
}

impl Begin {
    pub(crate) async fn begin(
        self,
        request: &Request,
        transaction: &mut dyn Transaction,
    ) -> Result<Begun, JournalError> {
        let provider = &request.account.provider;
        let known = transaction.bind(provider, &request.origin).await?;
        if known != request.origin {
            return Err(JournalError::OtherOrigin {
                provider: provider.clone(),
                known,
                asked: request.origin.clone(),
            });
        }
        let mut known = Vec::new();
        for row in &request.rows {
            if transaction.is_pruned(&row.key_hash).await? {
                let key = row.key.clone();
                return Err(JournalError::Pruned { key });
            }
            let Some(found) = transaction.find(&row.key).await? else {
                continue;
            };
            if found.fingerprint != row.fingerprint {
                return Err(request.reused(row, &found));
            }
            let found = with_owner_looked_at(found, transaction).await?;
            match found.state {
                State::Running => {
                    let key = found.key;
                    return Ok(Begun::NotYet(JournalError::RunningElsewhere { key }));
                }
                State::NotDone => {}
                State::Done | State::InDoubt => known.push(found),
            }
        }
        match (known.len(), request.rows.len() - known.len()) {
            (0, _) => self.store(request, transaction).await,
            (_, 0) => Ok(Begun::Before(known)),
            (known, new) => Err(JournalError::SomeKnown { known, new }),
        }
    }

    async fn store(
        self,
        request: &Request,
        transaction: &mut dyn Transaction,
    ) -> Result<Begun, JournalError> {
        let now = transaction.now().await?;
        let mut before = None;
        if let Some(exclusive) = self.exclusive {
            let other = transaction.under_way(&request.account, now).await?;
            if let Some(other) = other {
                let other = with_owner_looked_at(other, transaction).await?;
                return Ok(Begun::NotYet(JournalError::AccountBusy {
                    until: (other.state == State::InDoubt).then(|| time(other.until)),
                    key: other.key,
                }));
            }
            let last = transaction.latest(&request.account).await?;
            match exclusive {
                Balance::Read { latest, balance } if latest == last => before = balance,
                _ => return Ok(Begun::ReadBalance { latest: last }),
            }
        }
        if let Some(budget) = self.budget {
            budget.check(request, now, transaction).await?;
        }
        let owner = transaction.owner().await?;
        let mut rows = Vec::with_capacity(request.rows.len());
        for row in &request.rows {
            let row = Row {
                number: 0,
                key: row.key.clone(),
                fingerprint: row.fingerprint.clone(),
                provider: request.account.provider.clone(),
                operation: request.operation.to_owned(),
                account: request.account.name.clone(),
                description: row.description.clone(),
                unit: request.unit.to_owned(),
                cost: i64::try_from(row.cost).unwrap_or(i64::MAX),
                state: State::Running,
                owner,
                turn: self.turn,
                begun: now,
                until: now.saturating_add(millis(self.time)),
                ended: None,
                balance: before,
                fields: None,
            };
            transaction.insert(&row).await?;
            rows.push(row);
        }
        Ok(Begun::Now(rows))
    }
}

/// An entry that runs is in doubt if its owner is dead; then all that the owner began is.
pub(crate) async fn with_owner_looked_at(
    mut row: Row,
    transaction: &mut dyn Transaction,
) -> Result<Row, JournalError> {
    if row.state == State::Running && !transaction.is_alive(&row.owner).await? {
        transaction.doubt(&row.owner).await?;
        row.state = State::InDoubt;
    }
    Ok(row)
}
