//! What a database has to do for a journal. What its transactions mean stands in the other files, once for all databases.

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use crate::error::{JournalError, StorageError};
use crate::filter::Filter;
use crate::sqlite::Sqlite;
use crate::state::State;

pub(crate) type Id = [u8; 16];

/// An entry as it is stored. Times are milliseconds since 1970 by the database's clock.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Grows with each entry that is begun.
    pub(crate) number: i64,
    pub(crate) key: String,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) provider: String,
    pub(crate) operation: String,
    pub(crate) account: String,
    pub(crate) description: String,
    pub(crate) unit: String,
    pub(crate) cost: i64,
    pub(crate) state: State,
    /// Who made the call, and which of his requests it was.
    pub(crate) owner: Id,
    pub(crate) turn: i64,
    pub(crate) begun: i64,
    /// Until then the request may still be on its way.
    pub(crate) until: i64,
    pub(crate) ended: Option<i64>,
    /// The account's balance before the call.
    pub(crate) balance: Option<i64>,
    /// What the answer said, as JSON.
    pub(crate) fields: Option<String>,
}

/// What became of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub(crate) state: State,
    pub(crate) fields: Option<String>,
}

impl From<State> for Ending {
    fn from(state: State) -> Self {
        Self { state, fields: None }
    }
}

/// Whose calls are counted together.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) provider: String,
    pub(crate) name: String,
}

type Result<T> = std::result::Result<T, StorageError>;

/// The statements of one transaction.
#[async_trait]
pub(crate) trait Transaction: Send {
    async fn now(&mut self) -> Result<i64>;

    /// Who this journal is, from now on alive for others.
    async fn owner(&mut self) -> Result<Id>;

    async fn is_alive(&mut self, owner: &Id) -> Result<bool>;

    /// The owners of the entries that are running.
    async fn running_owners(&mut self) -> Result<Vec<Id>>;

    /// Running entries of an owner that is dead are in doubt.
    async fn doubt(&mut self, owner: &Id) -> Result<()>;

    /// The origin that a provider is bound to: the first one.
    async fn bind(&mut self, provider: &str, origin: &str) -> Result<String>;

    async fn find(&mut self, key: &str) -> Result<Option<Row>>;

    /// The entries with a number beyond this one, in the order of their numbers.
    async fn page(&mut self, filter: &Filter, after: i64, most: i64) -> Result<Vec<Row>>;

    /// Adds an entry under a number of its own, in place of one of the same key.
    async fn insert(&mut self, row: &Row) -> Result<()>;

    /// Ends an entry of this owner and turn that is running or in doubt; `false` if there is none.
    async fn end(&mut self, row: &Row, ending: &Ending, now: i64) -> Result<bool>;

    /// Ends all entries of a turn that still run.
    async fn end_turn(&mut self, owner: &Id, turn: i64, state: State, now: i64) -> Result<()>;

    /// The last entry of an account.
    async fn latest(&mut self, account: &Account) -> Result<Option<i64>>;

    /// An entry of an account that runs, or may still be on its way.
    async fn under_way(&mut self, account: &Account, now: i64) -> Result<Option<Row>>;

    /// What the entries of an account cost since then, those apart that surely did not happen.
    async fn spent(&mut self, account: &Account, unit: &str, since: i64) -> Result<i64>;

    async fn is_pruned(&mut self, hash: &[u8]) -> Result<bool>;

    /// Forgets an entry, all but this hash of its key.
    async fn prune(&mut self, number: i64, hash: Option<&[u8]>) -> Result<()>;
}

/// Where the entries are.
pub(crate) enum Store {
    Sqlite(Sqlite),
}

/// Whether a transaction changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Store {
    /// Does this in one transaction. An error means nothing for certain once it began to write: perhaps it is stored.
    pub(crate) async fn transaction<T, W>(
        &self,
        access: Access,
        work: W,
    ) -> std::result::Result<T, JournalError>
    where
        T: Send + 'static,
        W: Work<T>,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.transaction(access, work).await,
        }
    }

    /// Does this without anybody who waits for it.
    pub(crate) fn transaction_later(&self, work: impl Work<()>) {
        match self {
            Self::Sqlite(sqlite) => sqlite.submit(Access::Write, work, |_| {}),
        }
    }
}

/// What is done in a transaction.
pub(crate) trait Work<T>:
    for<'t> FnOnce(&'t mut dyn Transaction) -> BoxFuture<'t, std::result::Result<T, JournalError>>
    + Send
    + 'static
{
}

impl<T, W> Work<T> for W where
    W: for<'t> FnOnce(&'t mut dyn Transaction) -> BoxFuture<'t, std::result::Result<T, JournalError>>
        + Send
        + 'static
{
}
