use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use crate::budget::Budget;
use crate::error::JournalError;
use crate::hex::hex;
use crate::key::HashKey;
use crate::store::Store;

/// How long after its deadline a request may still reach the provider, or be worked on there.
const GRACE: Duration = Duration::from_secs(5 * 60);

/// Makes calls under keys, each at most once, across crashes. Cheap to clone: clones share the file.
///
/// A call's intent is durable before its first byte leaves, and its outcome before it is returned. A key that has an outcome
/// gives it again and sends nothing.
///
/// Dropping the last clone waits for what is being stored, and removes the lock file.
#[derive(Debug, Clone)]
pub struct Journal {
    pub(crate) shared: Arc<Shared>,
    pub(crate) account: Arc<str>,
    pub(crate) is_exclusive: bool,
    pub(crate) budget: Option<Budget>,
    pub(crate) grace: Duration,
}

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) hash_key: HashKey,
    /// Tells the requests of this owner apart.
    pub(crate) turns: AtomicI64,
}

impl Journal {
    /// Opens a file, or makes it. Any number of processes of one machine may open it at once, on a local disk: file locks
    /// tell them who lives.
    ///
    /// # Errors
    /// [`JournalError::Storage`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let (store, hash_key) = Store::open(path.as_ref().to_owned()).await?;
        store.write(|database| Ok(database.clean_up()?)).await?;
        Ok(Self {
            shared: Arc::new(Shared {
                store,
                hash_key,
                turns: AtomicI64::new(0),
            }),
            account: Arc::from("main"),
            is_exclusive: false,
            budget: None,
            grace: GRACE,
        })
    }

    /// The same journal for calls of another account: your name for it, `main` if you give none. It belongs to the request,
    /// so a key cannot be used again for another account.
    #[must_use]
    pub fn account(&self, name: impl Into<Arc<str>>) -> Self {
        Self {
            account: name.into(),
            ..self.clone()
        }
    }

    /// Promises that nobody but this journal spends from the account, and that nobody tops it up while an entry of it is in
    /// doubt. Then the balance is read before each order, one order is under way at a time, and reconciling can tell by the
    /// balance what became of one.
    #[must_use]
    pub fn exclusive(mut self) -> Self {
        self.is_exclusive = true;
        self
    }

    /// The most that the calls of the account may cost together in this span up to now, whoever made them with this file.
    /// What surely did not happen costs nothing, what is in doubt does.
    #[must_use]
    pub fn budget(mut self, most: u64, span: Duration) -> Self {
        self.budget = Some(Budget { most, span });
        self
    }

    /// How long after its deadline a request may still be on its way. Default: five minutes. Until then nobody can settle an
    /// entry as not done.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// A key made of what a row says, for rows that have none of their own: only a hash of it is stored. Equal rows are told
    /// apart by their occurrence: 0, 1, 2, …
    pub fn content_key<'a>(&self, content: impl IntoIterator<Item = &'a str>, occurrence: u32) -> String {
        let parts = content
            .into_iter()
            .map(str::to_owned)
            .chain([occurrence.to_string()]);
        let hash = self.shared.hash_key.hash("key/1", parts);
        format!("content:{}", hex(&hash))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
