//! Ending what is in doubt, by somebody who knows what became of it.

use futures_util::FutureExt;

use crate::begin::with_owner_looked_at;
use crate::entry::Doubt;
use crate::error::JournalError;
use crate::journal::Journal;
use crate::record::time;
use crate::state::State;
use crate::store::{Access, Ending, Row, Transaction};

/// What became of an entry that was in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settled {
    /// It took effect.
    Happened,
    /// It did not take effect. Running its key again makes the call again.
    DidNot,
}

impl Journal {
    /// Ends an entry that is in doubt.
    ///
    /// # Errors
    /// [`JournalError::NotYet`] for [`Settled::DidNot`] while its request may still be on its way;
    /// [`JournalError::RunningElsewhere`] while its owner lives; [`JournalError::NotInDoubt`].
    pub async fn settle(&self, key: &str, settled: Settled) -> Result<(), JournalError> {
        self.settle_as(key, settled.into(), settled == Settled::Happened)
            .await
    }

    /// The same, without the wait: for who knows by other means that nothing is on its way any more.
    ///
    /// # Errors
    /// As [`settle`](Self::settle), without `NotYet`.
    pub async fn settle_early(&self, key: &str, settled: Settled) -> Result<(), JournalError> {
        self.settle_as(key, settled.into(), true).await
    }

    pub(crate) async fn settle_as(&self, key: &str, ending: Ending, early: bool) -> Result<(), JournalError> {
        let key = key.to_owned();
        let store = &self.shared.store;
        let work = store.transaction(Access::Write, move |transaction| {
            async move {
                let row = in_doubt(&key, transaction).await?;
                let now = transaction.now().await?;
                if !early {
                    check_time(&row, now)?;
                }
                transaction.end(&row, &ending, now).await?;
                Ok(())
            }
            .boxed()
        });
        work.await
    }
}

/// The entry of a key, if it is in doubt and nobody works on it.
pub(crate) async fn in_doubt(key: &str, transaction: &mut dyn Transaction) -> Result<Row, JournalError> {
    let key = key.to_owned();
    let Some(row) = transaction.find(&key).await? else {
        return Err(JournalError::NotInDoubt { key });
    };
    match with_owner_looked_at(row, transaction).await? {
        row if row.state == State::InDoubt => Ok(row),
        row if row.state == State::Running => Err(JournalError::RunningElsewhere { key }),
        _ => Err(JournalError::NotInDoubt { key }),
    }
}

pub(crate) fn check_time(row: &Row, now: i64) -> Result<(), JournalError> {
    if now < row.until {
        let until = time(row.until);
        return Err(JournalError::NotYet { until });
    }
    Ok(())
}

impl Doubt {
    /// Ends it, as [`Journal::settle`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn settle(&self, settled: Settled) -> Result<(), JournalError> {
        self.journal.settle(self.key(), settled).await
    }

    /// Ends it without the wait, as [`Journal::settle_early`] does.
    ///
    /// # Errors
    /// As there.
    pub async fn settle_early(&self, settled: Settled) -> Result<(), JournalError> {
        self.journal.settle_early(self.key(), settled).await
    }
}

impl From<Settled> for Ending {
    fn from(settled: Settled) -> Self {
        match settled {
            Settled::Happened => State::Done.into(),
            Settled::DidNot => State::NotDone.into(),
        }
    }
}
