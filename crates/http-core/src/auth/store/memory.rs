use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::auth::store::{
    LONGEST_LOCK, LoginLock, StoreError, StoredToken, TokenKey, TokenStore, next_generation,
};
use crate::simulated::WallClock;

/// Keeps tokens in memory, for several token sources of one process: for tests, and where clients of one account are
/// made in several places. Its clones share what they keep.
#[derive(Clone, Default)]
pub struct MemoryTokenStore {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    entries: Mutex<HashMap<Vec<u8>, Entry>>,
    /// A lock has ended.
    unlocked: Notify,
}

#[derive(Default)]
struct Entry {
    generation: u64,
    /// Of the login under way: it holds others up until then.
    locked_until: Option<Instant>,
    token: Option<(StoredToken, Instant)>,
}

impl MemoryTokenStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn entry<T>(&self, key: &TokenKey, work: impl FnOnce(&mut Entry) -> T) -> T {
        work(self.shared.lock().entry(key.as_bytes().to_vec()).or_default())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Locks for a new generation, or says until when it is locked.
    fn try_lock(&mut self, time_to_live: Duration) -> Result<u64, Instant> {
        let now = Instant::now();
        if let Some(until) = self.locked_until.filter(|until| now < *until) {
            return Err(until);
        }
        self.generation = next_generation(self.generation, WallClock::now());
        self.locked_until = Some(now + time_to_live);
        Ok(self.generation)
    }
}

#[async_trait]
impl TokenStore for MemoryTokenStore {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        Ok(self.entry(key, |entry| {
            let (token, saved_at) = entry.token.as_ref()?;
            let passed = saved_at.elapsed();
            let remaining = token.remaining.map(|life| life.saturating_sub(passed));
            (remaining != Some(Duration::ZERO)).then(|| StoredToken {
                remaining,
                ..token.clone()
            })
        }))
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        let time_to_live = time_to_live.min(LONGEST_LOCK);
        let latest = Instant::now() + time_to_live;
        loop {
            let unlocked = self.shared.unlocked.notified();
            let locked = self.entry(key, |entry| {
                if Instant::now() >= latest {
                    entry.locked_until = None;
                }
                entry.try_lock(time_to_live)
            });
            match locked {
                Ok(generation) => {
                    let (shared, key) = (Arc::clone(&self.shared), key.clone());
                    let guard = Guard {
                        shared,
                        key,
                        generation,
                    };
                    return Ok(LoginLock::new(generation, guard));
                }
                Err(until) => {
                    let _ = timeout_at(until.min(latest), unlocked).await;
                }
            }
        }
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        Ok(self.entry(key, |entry| {
            let is_last = entry.generation == token.generation;
            if is_last {
                entry.token = Some((token.clone(), Instant::now()));
            }
            is_last
        }))
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        self.entry(key, |entry| {
            entry.token.take_if(|(token, _)| token.generation == generation);
        });
        Ok(())
    }
}

impl fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTokenStore").finish_non_exhaustive()
    }
}

struct Guard {
    shared: Arc<Shared>,
    key: TokenKey,
    generation: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut entries = self.shared.lock();
        let entry = entries.get_mut(self.key.as_bytes());
        if let Some(entry) = entry.filter(|it| it.generation == self.generation) {
            entry.locked_until = None;
        }
        self.shared.unlocked.notify_waiters();
    }
}
