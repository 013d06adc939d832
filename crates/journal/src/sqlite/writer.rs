use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use crate::sqlite::transaction::Database;

pub(super) type Job = Box<dyn FnOnce(&mut Database) + Send>;

/// A thread that has the connection and does one job after the other. Dropping it waits for those that were submitted, and
/// for the lock file to be gone.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(open: impl FnOnce() -> Option<Database> + Send + 'static) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = thread::Builder::new().name("payvand-journal".to_owned());
        let thread = thread.spawn(move || {
            if let Some(mut database) = open() {
                for job in queue {
                    job(&mut database);
                }
            }
        })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// A job that cannot be done is dropped, and whoever waits for it is told.
    pub(super) fn submit(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
