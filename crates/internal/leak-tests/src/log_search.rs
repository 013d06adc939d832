//! Everything that any crate of this process logs, searched line by line and not kept: for runs that log gigabytes.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::logs;
use crate::needles::{Leak, Needles};

/// No more leaks than these are kept: one is enough to fail.
const MOST_LEAKS: usize = 20;

/// Searches log lines, and whatever else it is shown, for some secrets. Cheap to clone.
#[derive(Clone)]
pub struct LogSearch {
    inner: Arc<Inner>,
}

struct Inner {
    needles: Needles,
    lines: AtomicU64,
    bytes: AtomicU64,
    leaks: Mutex<Vec<Leak>>,
    voices: Vec<(&'static str, AtomicBool)>,
}

impl LogSearch {
    /// Listens from now on, for the rest of the process, at the finest level of every crate: for these secrets, each
    /// with what it is called, and for lines of these targets, such as `reqwest::`.
    ///
    /// # Panics
    /// If something else takes the process's log lines already, such as a [`Hunt`](crate::Hunt).
    pub fn start<'a>(
        secrets: impl IntoIterator<Item = (&'a str, &'a str)>,
        voices: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let secrets: Vec<_> = secrets
            .into_iter()
            .map(|(name, secret)| (name.to_owned(), secret.to_owned()))
            .collect();
        let search = Self {
            inner: Arc::new(Inner {
                needles: Needles::new(&secrets),
                lines: AtomicU64::new(0),
                bytes: AtomicU64::new(0),
                leaks: Mutex::default(),
                voices: voices
                    .into_iter()
                    .map(|voice| (voice, AtomicBool::new(false)))
                    .collect(),
            }),
        };
        let ear = search.clone();
        logs::listen(move || Ear(ear.clone()));
        search
    }

    /// How many lines have been searched.
    pub fn lines(&self) -> u64 {
        self.inner.lines.load(Ordering::Relaxed)
    }

    /// How many bytes they had.
    pub fn bytes(&self) -> u64 {
        self.inner.bytes.load(Ordering::Relaxed)
    }

    /// The first leaks, in log lines and elsewhere.
    pub fn leaks(&self) -> Vec<Leak> {
        self.lock().clone()
    }

    /// The targets of which no line was heard: a search that is deaf finds nothing.
    pub fn unheard(&self) -> Vec<&'static str> {
        let voices = self.inner.voices.iter();
        voices
            .filter(|(_, heard)| !heard.load(Ordering::Relaxed))
            .map(|(voice, _)| *voice)
            .collect()
    }

    /// Searches a text that was at this place.
    pub fn saw(&self, place: &str, text: &str) {
        if let Some(leak) = self.inner.needles.search(place, text) {
            let mut leaks = self.lock();
            if leaks.len() < MOST_LEAKS {
                leaks.push(leak);
            }
        }
    }

    /// Searches everything that an error of any library says.
    pub fn saw_error(&self, place: &str, error: &(dyn StdError + 'static)) {
        let mut link = Some(error);
        while let Some(error) = link {
            self.saw(place, &format!("{error} {error:?}"));
            link = error.source();
        }
    }

    fn heard(&self, line: &str) {
        self.inner.lines.fetch_add(1, Ordering::Relaxed);
        self.inner.bytes.fetch_add(line.len() as u64, Ordering::Relaxed);
        for (voice, heard) in &self.inner.voices {
            if !heard.load(Ordering::Relaxed) && line.contains(&format!(" {voice}")) {
                heard.store(true, Ordering::Relaxed);
            }
        }
        self.saw("the log", line);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Leak>> {
        self.inner.leaks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LogSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogSearch")
            .field("lines", &self.lines())
            .finish_non_exhaustive()
    }
}

struct Ear(LogSearch);

impl io::Write for Ear {
    /// It is given each event in one piece.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.heard(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
