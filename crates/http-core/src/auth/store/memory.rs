use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::auth::store::{LoginLock, StoreError, StoredToken, TokenKey, TokenStore, Wait, next_generation};
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
    /// A login of this generation is under way, and holds others up until then at the latest.
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
        let mut wait = Wait::new(time_to_live);
        loop {
            let unlocked = self.shared.unlocked.notified();
            let locked = self.entry(key, |entry| {
                let (now, is_over) = (Instant::now(), wait.is_over(entry.generation));
                if let Some(until) = entry.locked_until.filter(|until| now < *until && !is_over) {
                    return Err(until.min(wait.ends_at));
                }
                entry.locked_until = Some(now + wait.time_to_live);
                entry.generation = next_generation(entry.generation, WallClock::now());
                Ok(entry.generation)
            });
            let until = match locked {
                Ok(generation) => {
                    let (shared, key) = (Arc::clone(&self.shared), key.clone());
                    let guard = Guard {
                        shared,
                        key,
                        generation,
                    };
                    return Ok(LoginLock::new(generation, guard));
                }
                Err(until) => until,
            };
            let _ = timeout_at(until, unlocked).await;
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
