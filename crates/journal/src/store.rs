//! The thread that has the database.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::error::{JournalError, StorageError};
use crate::key::HashKey;
use crate::sqlite::database::Database;
use crate::sqlite::open::open;

type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// Does one transaction after the other. Dropping it waits for those that were submitted, and for the lock file to be gone.
pub(crate) struct Store {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// What is done in a transaction.
pub(crate) trait Work<T>: FnOnce(&mut Database) -> Result<T, JournalError> + Send + 'static {}

impl<T, W: FnOnce(&mut Database) -> Result<T, JournalError> + Send + 'static> Work<T> for W {}

/// How a transaction begins that changes nothing, and one that does.
const READ: &str = "BEGIN";
const WRITE: &str = "BEGIN IMMEDIATE";

impl Store {
    pub(crate) async fn open(path: PathBuf) -> Result<(Self, HashKey), StorageError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (reply, opened) = oneshot::channel();
        let thread = thread::Builder::new().name("payvand-journal".to_owned());
        let thread = thread.spawn(move || match open(&path) {
            Ok(mut database) => {
                let _ = reply.send(Ok(database.hash_key.clone()));
                for job in queue {
                    job(&mut database);
                }
            }
            Err(error) => drop(reply.send(Err(error))),
        });
        let thread = thread.map_err(|error| StorageError::Other(error.to_string()))?;
        let store = Self {
            jobs: Some(jobs),
            thread: Some(thread),
        };
        let key = opened.await.map_err(|_| gone())??;
        Ok((store, key))
    }

    pub(crate) async fn read<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, JournalError> {
        self.transaction(READ, work).await
    }

    /// An error means nothing for certain: perhaps it is stored.
    pub(crate) async fn write<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, JournalError> {
        self.transaction(WRITE, work).await
    }

    /// The work is done even if nobody waits for it any more.
    async fn transaction<T: Send + 'static>(
        &self,
        begin: &'static str,
        work: impl Work<T>,
    ) -> Result<T, JournalError> {
        let (reply, done) = oneshot::channel();
        self.submit(move |database| drop(reply.send(database.transaction(begin, work))));
        done.await.unwrap_or_else(|_| Err(gone().into()))
    }

    /// Does this without anybody who waits for it.
    pub(crate) fn write_later(&self, work: impl Work<()>) {
        self.submit(move |database| drop(database.transaction(WRITE, work)));
    }

    /// A job that cannot be done is dropped, and whoever waits for it is told.
    fn submit(&self, job: impl FnOnce(&mut Database) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Box::new(job));
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn gone() -> StorageError {
    StorageError::Other("the thread of the database has ended".to_owned())
}
