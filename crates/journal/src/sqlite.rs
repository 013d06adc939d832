//! A journal in one SQLite file.

mod error;
mod open;
pub(crate) mod owner;
mod schema;
mod transaction;
mod writer;

use std::path::Path;

use tokio::sync::oneshot;

use crate::error::{JournalError, StorageError};
use crate::key::HashKey;
use crate::sqlite::writer::Writer;
use crate::store::{Access, Work};

/// The thread that has the connection.
pub(crate) struct Sqlite {
    writer: Writer,
}

impl Sqlite {
    pub(crate) async fn open(path: &Path) -> Result<(Self, HashKey), StorageError> {
        let path = path.to_owned();
        let (reply, opened) = oneshot::channel();
        let writer = Writer::start(move || {
            let (database, outcome) = open::open(&path).map_or_else(
                |error| (None, Err(error)),
                |(database, key)| (Some(database), Ok(key)),
            );
            let _ = reply.send(outcome);
            database
        });
        let writer = writer.map_err(|error| StorageError::Other(error.to_string()))?;
        let key = opened.await.map_err(|_| gone())??;
        Ok((Self { writer }, key))
    }

    pub(crate) async fn transaction<T: Send + 'static>(
        &self,
        access: Access,
        work: impl Work<T>,
    ) -> Result<T, JournalError> {
        let (reply, done) = oneshot::channel();
        self.submit(access, work, |outcome| drop(reply.send(outcome)));
        done.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// The work is done even if nobody waits for it any more.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        access: Access,
        work: impl Work<T>,
        then: impl FnOnce(Result<T, JournalError>) + Send + 'static,
    ) {
        self.writer
            .submit(Box::new(move |database| then(database.transaction(access, work))));
    }
}

fn gone() -> StorageError {
    StorageError::Other("the thread of the database has ended".to_owned())
}
