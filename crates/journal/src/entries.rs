//! What is in a journal, and forgetting it.

use std::time::Duration;

use futures_core::Stream;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};

use crate::budget::millis;
use crate::entry::Doubt;
use crate::error::JournalError;
use crate::filter::Filter;
use crate::journal::Journal;
use crate::record::Record;
use crate::state::State;
use crate::store::{Access, Row};

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
        let rows = self.clone().rows(filter);
        rows.map_ok(Record::of)
    }

    /// The entry of a key.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub async fn entry(&self, key: &str) -> Result<Option<Record>, JournalError> {
        self.look_for_dead_owners().await?;
        let key = key.to_owned();
        let store = &self.shared.store;
        let found = store.transaction(Access::Read, move |transaction| {
            async move { Ok(transaction.find(&key).await?) }.boxed()
        });
        Ok(found.await?.map(Record::of))
    }

    /// The entries that are in doubt, those of processes that have died too, of all accounts. Ask it at the start.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub async fn in_doubt(&self) -> Result<Vec<Doubt>, JournalError> {
        let rows = self.clone().rows(Filter::default().state(State::InDoubt));
        let doubts = rows.map_ok(|row| Doubt {
            journal: self.account(&*row.account),
            record: Box::new(Record::of(row)),
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
            let hash_key = self.shared.hash_key.clone();
            let page = self.shared.store.transaction(Access::Write, move |transaction| {
                async move {
                    let before = transaction.now().await?.saturating_sub(millis(age));
                    let rows = transaction.page(&Filter::default(), after, PAGE).await?;
                    let is_open = |row: &Row| matches!(row.state, State::Running | State::InDoubt);
                    let last = rows
                        .last()
                        .filter(|_| !rows.iter().any(is_open))
                        .map(|row| row.number);
                    // Others are what reconciling looks at.
                    let is_old = |row: &Row| row.balance.is_none() && row.ended.is_some_and(|it| it < before);
                    let mut count = 0;
                    for row in rows.into_iter().take_while(|it| !is_open(it)).filter(is_old) {
                        let hash = (row.state == State::Done).then(|| hash_key.of_pruned(&row.key));
                        transaction.prune(row.number, hash.as_deref()).await?;
                        count += 1;
                    }
                    Ok((last, count))
                }
                .boxed()
            });
            let (last, count) = page.await?;
            pruned += count;
            let Some(last) = last else {
                return Ok(pruned);
            };
            after = last;
        }
    }

    fn rows(self, filter: Filter) -> impl Stream<Item = Result<Row, JournalError>> + Send + 'static {
        let pages = stream::try_unfold((self, filter, 0), |(journal, filter, after)| async move {
            if after == 0 {
                journal.look_for_dead_owners().await?;
            }
            let of_page = filter.clone();
            let page = journal
                .shared
                .store
                .transaction(Access::Read, move |transaction| {
                    async move { Ok(transaction.page(&of_page, after, PAGE).await?) }.boxed()
                });
            let page = page.await?;
            let last = page.last().map(|row| row.number);
            Ok::<_, JournalError>(last.map(|last| (stream::iter(page).map(Ok), (journal, filter, last))))
        });
        pages.try_flatten()
    }

    /// What a dead process was doing is in doubt.
    async fn look_for_dead_owners(&self) -> Result<(), JournalError> {
        let store = &self.shared.store;
        let running = store.transaction(Access::Read, |transaction| {
            async move { Ok(transaction.running_owners().await?) }.boxed()
        });
        let running = running.await?;
        if running.is_empty() {
            return Ok(());
        }
        let marked = store.transaction(Access::Write, |transaction| {
            async move {
                for owner in running {
                    if !transaction.is_alive(&owner).await? {
                        transaction.doubt(&owner).await?;
                    }
                }
                Ok(())
            }
            .boxed()
        });
        marked.await
    }
}
