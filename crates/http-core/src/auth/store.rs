//! Tokens that outlive a process or serve several: what a store is to do, and what it keeps.

#[cfg(feature = "file-store")]
pub(crate) mod file;
pub(crate) mod memory;
#[cfg(feature = "sealed-store")]
pub(crate) mod sealed;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::time::Instant;

use crate::error::Error;
use crate::error::code::Code;
use crate::error::configuration::ConfigurationError;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;

/// No login takes that long.
const LONGEST_LOCK: Duration = Duration::from_secs(60 * 60);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps tokens outside of a [`TokenSource`](crate::TokenSource), so that they outlive it and serve several processes:
/// `FileTokenStore` (feature `file-store`), [`MemoryTokenStore`](crate::MemoryTokenStore), or one of your own.
///
/// A store keeps at most one token for each key, and one number, the *generation*, which only grows: each
/// [`lock`](Self::lock) raises it, and a token is saved and removed under the generation of its login. So a process that
/// was paused in a login, and finds that others went on without it, overwrites nothing.
///
/// The time that a token has left is counted by one clock of the store's, from the moment of `save` on; clocks of
/// different machines may differ. It is never longer than what was saved, whatever happens to that clock.
#[async_trait]
pub trait TokenStore: Send + Sync + 'static {
    /// The token of this key; `None` if there is none, or nothing is left of its time.
    ///
    /// # Errors
    /// [`StoreError`] says which failures stop the call and which do not.
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError>;

    /// Waits until nobody else logs in with this key, and raises the generation: to the larger of the last one plus
    /// one, and of the store's time in milliseconds, so that it grows even where the store was emptied.
    ///
    /// The lock ends when the returned value is dropped, when its owner's process ends, or after `time_to_live`: nobody
    /// waits for one owner for longer. It keeps two processes from logging in at once; that nothing newer is overwritten, the
    /// generation sees to.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError>;

    /// Saves a token if its generation is still the last one that `lock` gave out, and says whether it is.
    ///
    /// # Errors
    /// As [`load`](Self::load). The token may have been saved all the same.
    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError>;

    /// Removes the token of this key if it is of this generation. The generation itself stays.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError>;
}

#[async_trait]
impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        (**self).load(key).await
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        (**self).lock(key, time_to_live).await
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        (**self).save(key, token).await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        (**self).remove(key, generation).await
    }
}

/// Whose token it is: the provider, the address of its login, and all that is sent to log in but the password. It
/// prints nothing of itself.
#[derive(Clone)]
pub struct TokenKey {
    bytes: Vec<u8>,
    #[cfg_attr(not(feature = "sealed-store"), expect(dead_code, reason = "for sealing"))]
    secrets: Vec<Secret>,
}

impl TokenKey {
    pub(crate) fn new<'a>(parts: &[&str], secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self {
            // An array of texts: no two lists of parts are written alike.
            bytes: serde_json::to_vec(parts).unwrap_or_default(),
            secrets: secrets.into_iter().cloned().collect(),
        }
    }

    /// The key: the same for the same account, in every process and version. It holds the user's name, and no password.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey").finish_non_exhaustive()
    }
}

/// A token as a store keeps it. It does not print the token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StoredToken {
    /// Of the [`LoginLock`] under which it was fetched.
    pub generation: u64,
    /// How much of its life is left, when it is given to a store and when a store gives it back; `None` if nobody knows
    /// its end.
    pub remaining: Option<Duration>,
    /// The token itself, without the word that a header may have before it.
    pub secret: Secret,
}

impl StoredToken {
    /// For a store of your own.
    pub fn new(generation: u64, remaining: Option<Duration>, secret: Secret) -> Self {
        Self {
            generation,
            remaining,
            secret,
        }
    }
}

/// The right to log in with one key. Dropping it lets the next one go on.
#[must_use = "dropping it lets others log in"]
pub struct LoginLock {
    generation: u64,
    _guard: Box<dyn Send>,
}

impl LoginLock {
    /// The lock of this generation; `guard` ends it when it is dropped.
    pub fn new(generation: u64, guard: impl Send + 'static) -> Self {
        Self {
            generation,
            _guard: Box::new(guard),
        }
    }

    /// The generation of the login, and of the token that it brings.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

impl fmt::Debug for LoginLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginLock")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// Why a [`TokenStore`] did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct StoreError {
    is_misuse: bool,
    detail: String,
    source: Option<BoxError>,
}

impl StoreError {
    /// It cannot be reached, or failed. The call goes on without it; a token source logs in by itself.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        Self {
            is_misuse: false,
            detail: "the token store is unavailable".to_owned(),
            source: Some(source.into()),
        }
    }

    /// It must not be used as it is, such as a file that others may read: an error of the call,
    /// [`Kind::Configuration`](crate::Kind::Configuration). `detail` says what to change, and quotes no secret.
    pub fn configuration(detail: impl Into<String>) -> Self {
        Self {
            is_misuse: true,
            detail: detail.into(),
            source: None,
        }
    }

    /// Whether the call can do without the store.
    pub(crate) fn is_misuse(&self) -> bool {
        self.is_misuse
    }
}

/// For `?` where a store is made.
impl<C: Code> From<StoreError> for Error<C> {
    fn from(error: StoreError) -> Self {
        let configuration = ConfigurationError::new(&*error.detail);
        match &error.source {
            Some(source) => configuration.caused_by(&**source, &Redactor::default()).into(),
            None => configuration.into(),
        }
    }
}

/// The generation after this one. It is also larger than all that a store gave out before it was emptied.
fn next_generation(last: u64, now: SystemTime) -> u64 {
    let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since_epoch.as_millis()).unwrap_or_default();
    millis.max(last.saturating_add(1))
}

/// Waiting for a lock: as long as it lives, and once more for whoever takes it over before this one does.
#[derive(Clone, Copy)]
struct Wait {
    time_to_live: Duration,
    ends_at: Instant,
    /// The generations of the first owner and of the last one.
    owners: Option<(u64, u64)>,
}

impl Wait {
    fn new(time_to_live: Duration) -> Self {
        let time_to_live = time_to_live.min(LONGEST_LOCK);
        Self {
            time_to_live,
            ends_at: Instant::now() + time_to_live,
            owners: None,
        }
    }

    /// Whether it has lasted long enough for the owner of this generation.
    fn is_over(&mut self, generation: u64) -> bool {
        let (first, last) = self.owners.unwrap_or((generation, generation));
        if generation != last {
            self.ends_at = Instant::now() + self.time_to_live;
        }
        self.owners = Some((first, generation));
        Instant::now() >= self.ends_at
    }

    /// Whether there was another owner before.
    #[cfg(feature = "file-store")]
    fn has_seen_another(&self) -> bool {
        self.owners.is_some_and(|(first, last)| first != last)
    }
}

#[cfg(test)]
#[path = "../../tests/common/store_rules.rs"]
#[allow(clippy::unwrap_used)]
mod store_rules;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use tokio::time::advance;

    pub(crate) use super::store_rules::{HOUR, SECOND, token};

    pub(crate) async fn keeps_the_rules(store: impl TokenStore + Clone) {
        store_rules::keeps_the_rules(store, key).await;
    }

    pub(crate) fn key(user: &str) -> TokenKey {
        let password = Secret::from("not-a-real-password");
        TokenKey::new(&["test.login", "https://api.example/login", user], [&password])
    }

    #[tokio::test(start_paused = true)]
    async fn every_store_keeps_the_rules() {
        let memory = memory::MemoryTokenStore::new();
        keeps_the_rules(memory.clone()).await;
        keeps_the_rules(Arc::new(memory::MemoryTokenStore::new()) as Arc<dyn TokenStore>).await;
        #[cfg(feature = "sealed-store")]
        keeps_the_rules(sealed::Sealed::new(memory::MemoryTokenStore::new(), [7; 32])).await;
        // Its time is tokio's.
        let lock = memory.lock(&key("short"), SECOND).await.unwrap();
        memory
            .save(&key("short"), &token(lock.generation(), Some(HOUR)))
            .await
            .unwrap();
        advance(59 * 60 * SECOND).await;
        assert_eq!(
            memory.load(&key("short")).await.unwrap().unwrap().remaining,
            Some(60 * SECOND)
        );
        advance(60 * SECOND).await;
        assert!(memory.load(&key("short")).await.unwrap().is_none());
    }

    #[test]
    fn generations_grow_whatever_the_clock_does() {
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(next_generation(0, at(5000)), 5000);
        assert_eq!(next_generation(5000, at(5000)), 5001);
        assert_eq!(next_generation(9000, at(5000)), 9001);
        assert_eq!(next_generation(9000, UNIX_EPOCH - SECOND), 9001);
        assert_eq!(next_generation(u64::MAX, at(1)), u64::MAX);
    }

    #[test]
    fn a_key_and_a_token_print_nothing_of_themselves() {
        let lock = LoginLock::new(1, ());
        let printed = format!("{:?} {:?} {lock:?}", key("not-a-real-user"), token(1, None));
        assert!(!printed.contains("not-a-real"), "{printed}");
    }
}
