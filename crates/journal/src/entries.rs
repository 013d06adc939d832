//! What is in a journal, and forgetting it.

use std::time::Duration;

use futures_core::Stream;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::entry::Doubt;
use crate::error::JournalError;
use crate::filter::Filter;
use crate::journal::Journal;
use crate::millis::millis;
use crate::record::Record;
use crate::sqlite::database::Database;
use crate::state::State;

/// How many entries are held at once.
const PAGE: i64 = 256;

impl Journal {
    /// The entries, in the order in which they were begun. They are read as they are asked for, a page at a time.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub fn entries(
        &self,
        filter: Filter,
    ) -> impl Stream<Item = Result<Record, JournalError>> + Send + 'static {
        let pages = stream::try_unfold((self.clone(), filter, 0), |(journal, filter, after)| async move {
            if after == 0 {
                journal.look_for_dead_owners().await?;
            }
            let of_page = filter.clone();
            let page = journal
                .shared
                .store
                .read(move |it| Ok(it.page(&of_page, after, PAGE)?));
            let page = page.await?;
            let last = page.last().map(|row| row.number);
            Ok::<_, JournalError>(last.map(|last| (stream::iter(page).map(Ok), (journal, filter, last))))
        });
        pages.try_flatten()
    }

    /// The entry of a key.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub async fn entry(&self, key: &str) -> Result<Option<Record>, JournalError> {
        self.look_for_dead_owners().await?;
        let key = key.to_owned();
        self.shared.store.read(move |it| Ok(it.find(&key)?)).await
    }

    /// The entries that are in doubt, those of processes that have died too, of all accounts. Ask it at the start.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub async fn in_doubt(&self) -> Result<Vec<Doubt>, JournalError> {
        let rows = self.entries(Filter::default().state(State::InDoubt));
        let doubts = rows.map_ok(|row| Doubt {
            journal: self.account(&*row.account),
            record: Box::new(row),
            cause: None,
        });
        doubts.try_collect().await
    }

    /// Forgets what was done, or surely was not, longer ago than this, and says how many entries that were. Of what was done
    /// a hash of its key stays, so that it is not done again. What was begun after an entry that is still in doubt stays, and so
    /// does what an exclusive account did: their balances tell what became of others. Keep what your budget still counts.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub async fn prune(&self, age: Duration) -> Result<u64, JournalError> {
        let (mut after, mut pruned) = (0, 0);
        loop {
            let page = self.shared.store.write(move |database| {
                let before = Database::now().saturating_sub(millis(age));
                let rows = database.page(&Filter::default(), after, PAGE)?;
                let is_open = |row: &Record| matches!(row.state, State::Running | State::InDoubt);
                let is_any_open = rows.iter().any(is_open);
                let last = rows.last().filter(|_| !is_any_open).map(|row| row.number);
                // Others are what reconciling looks at.
                let is_old = |row: &&Record| row.balance.is_none() && row.ended.is_some_and(|it| it < before);
                let mut count = 0;
                for row in rows.iter().take_while(|it| !is_open(it)).filter(is_old) {
                    database.prune(row)?;
                    count += 1;
                }
                Ok((last, count))
            });
            let (last, count) = page.await?;
            pruned += count;
            let Some(last) = last else {
                return Ok(pruned);
            };
            after = last;
        }
    }

    /// What a dead process was doing is in doubt.
    async fn look_for_dead_owners(&self) -> Result<(), JournalError> {
        let store = &self.shared.store;
        let running = store.read(|database| Ok(database.running_owners()?)).await?;
        if running.is_empty() {
            return Ok(());
        }
        let marked = store.write(move |database| {
            for owner in running {
                database.doubt_if_dead(&owner)?;
            }
            Ok(())
        });
        marked.await
    }
}
