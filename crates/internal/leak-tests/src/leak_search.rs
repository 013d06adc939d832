//! Searches texts and the log lines of the whole process as they come, and keeps none of them: some runs log gigabytes.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, RwLock, Weak};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::secret_patterns::{Leak, SecretPatterns};

/// No more leaks than these are kept: one is enough to fail.
const MOST_LEAKS: usize = 40;

/// Every search that is given the log lines.
static SEARCHES: RwLock<Vec<Weak<Inner>>> = RwLock::new(Vec::new());

/// A search for some secrets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LeakSearch {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    patterns: SecretPatterns,
    /// Log targets, and whether a line of each has been heard.
    targets: Vec<(&'static str, AtomicBool)>,
    lines: AtomicUsize,
    bytes: AtomicUsize,
    leaks: Mutex<Vec<Leak>>,
}

impl LeakSearch {
    /// Searches from now on, at the finest log level of every crate: for these secrets, each with what it is called,
    /// and for lines of these targets, such as `reqwest::`. Secrets are at least eight characters long.
    pub fn start<'a>(
        secrets: impl IntoIterator<Item = (&'a str, &'a str)>,
        targets: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let targets = targets.into_iter().map(|target| (target, AtomicBool::new(false)));
        let inner = Arc::new(Inner {
            patterns: SecretPatterns::new(secrets),
            targets: targets.collect(),
            lines: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            leaks: Mutex::default(),
        });
        let mut searches = SEARCHES.write().unwrap_or_else(PoisonError::into_inner);
        searches.push(Arc::downgrade(&inner));
        drop(searches);
        subscribe();
        Self { inner }
    }

    /// How many log lines have been searched, and how many bytes they had.
    pub fn searched(&self) -> (usize, usize) {
        let Inner { lines, bytes, .. } = &*self.inner;
        (lines.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed))
    }

    /// The first leaks, in log lines and elsewhere.
    pub fn leaks(&self) -> Vec<Leak> {
        self.inner.lock().clone()
    }

    /// The targets of which no line was heard: a search that hears nothing finds nothing.
    pub fn unheard(&self) -> Vec<&'static str> {
        let targets = self.inner.targets.iter();
        let unheard = targets.filter(|(_, heard)| !heard.load(Ordering::Relaxed));
        unheard.map(|(target, _)| *target).collect()
    }

    /// Searches a text that was at this place.
    pub fn saw(&self, place: &str, text: impl AsRef<[u8]>) {
        self.inner.saw(place, &String::from_utf8_lossy(text.as_ref()));
    }

    /// Searches texts, each with what it is.
    pub fn saw_all(&self, place: &str, texts: impl IntoIterator<Item = (String, String)>) {
        let texts = texts.into_iter();
        texts.for_each(|(what, text)| self.saw(&format!("{place}: {what}"), text));
    }
}

impl Inner {
    fn saw(&self, place: &str, text: &str) {
        if let Some(leak) = self.patterns.search(place, text) {
            let mut leaks = self.lock();
            if leaks.len() < MOST_LEAKS {
                leaks.push(leak);
            }
        }
    }

    fn heard(&self, line: &str) {
        self.lines.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(line.len(), Ordering::Relaxed);
        for (target, heard) in &self.targets {
            if !heard.load(Ordering::Relaxed) && line.contains(&format!(" {target}")) {
                heard.store(true, Ordering::Relaxed);
            }
        }
        self.saw("the log", line);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Leak>> {
        self.leaks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the searches every line, those of the crate `log` too, for the rest of the process.
fn subscribe() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_writer(|| LogWriter)
            .finish()
            .try_init()
            .expect("nobody else listens");
    });
}

struct LogWriter;

impl io::Write for LogWriter {
    /// It is given each event in one piece.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let searches = SEARCHES.read().unwrap_or_else(PoisonError::into_inner);
        for search in searches.iter().filter_map(Weak::upgrade) {
            search.heard(&line);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
