//! Values that belong to one runtime each.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Id;

/// How many runtimes have one at a time. A server with a runtime for each core needs no more; of programs that start
/// and end runtimes, those that have ended go first.
const MOST: usize = 64;

/// The least recently used goes when there are too many.
pub(super) struct PerRuntime<T>(Mutex<Vec<Entry<T>>>);

struct Entry<T> {
    /// `None` until a runtime asks for it.
    runtime: Option<Id>,
    value: Arc<T>,
}

impl<T: Default> PerRuntime<T> {
    /// The first runtime that asks gets this value, every other one a default.
    pub(super) fn starting_with(value: T) -> Self {
        let first = Entry {
            runtime: None,
            value: Arc::new(value),
        };
        Self(Mutex::new(vec![first]))
    }

    pub(super) fn of(&self, runtime: Id) -> Arc<T> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = entries
            .iter()
            .position(|it| it.runtime.is_none_or(|of| of == runtime));
        if let Some(at) = found {
            entries[..=at].rotate_right(1);
        } else {
            entries.truncate(MOST - 1);
            let value = Arc::default();
            entries.insert(0, Entry { runtime: None, value });
        }
        entries[0].runtime = Some(runtime);
        Arc::clone(&entries[0].value)
    }
}
