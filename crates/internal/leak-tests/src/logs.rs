//! Everything that any crate of this process logs, through `tracing` or `log`.

use std::io;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::{DefaultFields, FmtSpan, Format};
use tracing_subscriber::fmt::{MakeWriter, SubscriberBuilder};
use tracing_subscriber::util::SubscriberInitExt as _;

static HEARD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Listens from now on, for the rest of the process, and keeps every line.
pub(crate) fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        subscriber(|| Ear)
            .with_span_events(FmtSpan::FULL)
            .finish()
            .try_init()
            .expect("nobody else listens");
    });
}

/// Hands every line to such a writer from now on.
pub(crate) fn listen<W: io::Write>(writer: impl Fn() -> W + Send + Sync + 'static) {
    subscriber(writer)
        .finish()
        .try_init()
        .expect("nobody else listens");
}

/// Everything at the finest level. Its `try_init` also takes the lines of the crate `log`.
fn subscriber<M>(writer: M) -> SubscriberBuilder<DefaultFields, Format, LevelFilter, M>
where
    M: for<'a> MakeWriter<'a> + 'static,
{
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(writer)
}

pub(crate) fn lines() -> Vec<String> {
    String::from_utf8_lossy(&lock())
        .lines()
        .map(str::to_owned)
        .collect()
}

struct Ear;

impl io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lock() -> MutexGuard<'static, Vec<u8>> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}
