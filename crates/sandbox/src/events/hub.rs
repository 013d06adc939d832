use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::Serialize;

use super::frame;
use super::listener::Listener;

const MOST_LISTENERS: usize = 64;

/// Sends events to the listeners. Without one an event costs a look at a number.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    count: AtomicUsize,
    listeners: Mutex<Vec<Weak<Listener>>>,
}

impl Hub {
    /// Hears everything from now on, until it is dropped; `None` if too many listen.
    pub(crate) fn listen(&self) -> Option<Arc<Listener>> {
        let mut listeners = self.lock();
        listeners.retain(|it| it.strong_count() > 0);
        if listeners.len() >= MOST_LISTENERS {
            return None;
        }
        let listener = Arc::default();
        listeners.push(Arc::downgrade(&listener));
        self.count.store(listeners.len(), Ordering::Release);
        Some(listener)
    }

    /// Sends an event, which is made only if somebody listens.
    pub(crate) fn send<T: Serialize>(&self, name: &str, data: impl FnOnce() -> T) {
        if self.count.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut listeners = self.lock();
        listeners.retain(|it| it.strong_count() > 0);
        self.count.store(listeners.len(), Ordering::Release);
        if listeners.is_empty() {
            return;
        }
        let mut event = Vec::with_capacity(256);
        frame::write(&mut event, name, &data());
        for listener in listeners.iter().filter_map(Weak::upgrade) {
            listener.push(&event);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Listener>>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
