//! Ending what is in doubt, by somebody who knows what became of it.

use crate::begin::with_owner_looked_at;
use crate::entry::Doubt;
use crate::error::JournalError;
use crate::journal::Journal;
use crate::record::{Record, time};
use crate::sqlite::database::Database;
use crate::state::State;

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
        self.settle_as(key, settled, None, settled == Settled::Happened)
            .await
    }

    /// The same, without the wait: for who knows by other means that nothing is on its way any more.
    ///
    /// # Errors
    /// As [`settle`](Self::settle), without `NotYet`.
    pub async fn settle_early(&self, key: &str, settled: Settled) -> Result<(), JournalError> {
        self.settle_as(key, settled, None, true).await
    }

    pub(crate) async fn settle_as(
        &self,
        key: &str,
        settled: Settled,
        fields: Option<String>,
        early: bool,
    ) -> Result<(), JournalError> {
        let key = key.to_owned();
        let work = self.shared.store.write(move |database| {
            let mut row = in_doubt(&key, !early, database)?;
            row.fields = fields;
            row.state = match settled {
                Settled::Happened => State::Done,
                Settled::DidNot => State::NotDone,
            };
            database.end(&row, Database::now())?;
            Ok(())
        });
        work.await
    }
}

/// The entry of a key, if it is in doubt and nobody works on it, nor, if asked, its request may still be on its way.
pub(crate) fn in_doubt(key: &str, is_over: bool, database: &mut Database) -> Result<Record, JournalError> {
    let key = key.to_owned();
    let Some(row) = database.find(&key)? else {
        return Err(JournalError::NotInDoubt { key });
    };
    let row = with_owner_looked_at(row, database)?;
    let until = time(row.until);
    match row.state {
        State::InDoubt if is_over && Database::now() < row.until => Err(JournalError::NotYet { until }),
        State::InDoubt => Ok(row),
        State::Running => Err(JournalError::RunningElsewhere { key }),
        State::Done | State::NotDone => Err(JournalError::NotInDoubt { key }),
    }
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
