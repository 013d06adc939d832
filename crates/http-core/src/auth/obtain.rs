//! How a token source comes to a token: from its store, or by a login.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::login::{Login, LoginCall};
use crate::auth::state::{CachedToken, LockOfFlight, Outdated, locked};
use crate::auth::store::{StoreError, StoredToken, TokenKey, TokenStore};
use crate::auth::token::Token;
use crate::client::{HttpClient, trace};
use crate::error::Error;
use crate::error::cause::Cause;
use crate::error::error_builder::ErrorBuilder;
use crate::secret::redactor::Redactor;
use crate::simulated::WallClock;
use crate::transport::deadline::{LATE, within};

/// A store that takes longer counts as unavailable.
const LONGEST_ANSWER: Duration = Duration::from_secs(2);

/// A store, and whose token is asked for.
pub(crate) struct KeyedStore {
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) key: TokenKey,
}

/// One time of asking a store and, if it has nothing, logging in for it. Half of the time is for waiting until others
/// have logged in, and at least a quarter for the login.
pub(crate) struct ByStore {
    pub(crate) ends_at: Instant,
    pub(crate) store: Arc<KeyedStore>,
    pub(crate) refused: Outdated,
    pub(crate) current: Option<Arc<CachedToken>>,
    /// A token of before is not enough.
    pub(crate) is_forced: bool,
    pub(crate) lock: LockOfFlight,
}

enum Plan {
    Take(CachedToken),
    /// The generation of the login, unless the store failed.
    LogIn(Option<u64>),
}

pub(crate) async fn obtain<L: Login>(
    call: &LoginCall<L>,
    ends_at: Instant,
    by_store: Option<ByStore>,
) -> Result<CachedToken, Error<L::Code>> {
    let Some(by_store) = by_store else {
        return log_in(call, ends_at).await;
    };
    match by_store.load_or_lock(call).await? {
        Plan::Take(token) => Ok(token),
        Plan::LogIn(None) => log_in(call, ends_at).await,
        Plan::LogIn(Some(generation)) => {
            let mut token = log_in(call, ends_at).await?;
            token.generation = Some(generation);
            by_store.save(&token, generation).await;
            Ok(token)
        }
    }
}

async fn log_in<L: Login>(call: &LoginCall<L>, ends_at: Instant) -> Result<CachedToken, Error<L::Code>> {
    let begin = WallClock::now();
    let session = HttpClient::make(call, ends_at).await?;
    let token = L::into_token(session).begun_by(begin);
    let redactor = call.http.redactor().and([token.secret()]);
    Ok(CachedToken::new(token, redactor))
}

impl ByStore {
    async fn load_or_lock<L: Login>(&self, call: &LoginCall<L>) -> Result<Plan, Error<L::Code>> {
        let KeyedStore { store, key } = &*self.store;
        let whole = self.ends_at.saturating_duration_since(Instant::now());
        let (patience, time_to_live) = (LONGEST_ANSWER.min(whole / 8), whole / 2);
        let mut outdated = self.refused.clone();
        self.current.iter().for_each(|token| outdated.add(token));

        let Some(stored) = self.load(call, patience).await? else {
            return Ok(Plan::LogIn(None));
        };
        if let Some(stored) = stored {
            if self.refused.holds(&stored) {
                Self::ask(call, patience, store.remove(key, stored.generation)).await?;
            } else if self.is_forced {
                outdated.add_generation(stored.generation);
            } else if let Some(token) = Self::take(call, stored, &outdated) {
                return Ok(Plan::Take(token));
            }
        }
        let lock = Self::ask(call, time_to_live + patience, store.lock(key, time_to_live));
        let Some(lock) = lock.await? else {
            return Ok(Plan::LogIn(None));
        };
        let generation = lock.generation();
        *locked(&self.lock) = Some(lock);
        // Another process may have logged in since.
        let stored = self.load(call, patience).await?.flatten();
        let token = stored.and_then(|stored| Self::take(call, stored, &outdated));
        Ok(token.map_or(Plan::LogIn(Some(generation)), Plan::Take))
    }

    async fn load<L: Login>(
        &self,
        call: &LoginCall<L>,
        patience: Duration,
    ) -> Result<Option<Option<StoredToken>>, Error<L::Code>> {
        let asked_at = Instant::now();
        let loaded = Self::ask(call, patience, self.store.store.load(&self.store.key)).await?;
        Ok(loaded.map(|stored| {
            stored.map(|mut stored| {
                stored.remaining = stored
                    .remaining
                    .map(|left| left.saturating_sub(asked_at.elapsed()));
                stored
            })
        }))
    }

    /// The token of a store, if it can be used.
    fn take<L: Login>(call: &LoginCall<L>, stored: StoredToken, outdated: &Outdated) -> Option<CachedToken> {
        if outdated.holds(&stored) || stored.remaining == Some(Duration::ZERO) {
            return None;
        }
        let redactor = call.http.redactor().and([&stored.secret]);
        let scheme = call.login().scheme();
        let token = Token::new(stored.secret, scheme, Instant::now(), stored.remaining).ok()?;
        let mut token = CachedToken::new(token, redactor);
        token.generation = Some(stored.generation);
        token.is_from_store = true;
        Some(token)
    }

    async fn save(&self, token: &CachedToken, generation: u64) {
        let (token, redactor) = (&token.token, &token.redactor);
        let stored = StoredToken::new(generation, token.expires_in(), token.secret().clone());
        // Those who wait for this login are to hear of it in time.
        let left = self.ends_at.saturating_duration_since(Instant::now() + LATE);
        let save = self.store.store.save(&self.store.key, &stored);
        match answer(LONGEST_ANSWER.min(left), save).await {
            Ok(true) => {}
            Ok(false) => trace::token_not_saved(),
            Err(error) => report(&error, redactor),
        }
    }

    /// What a store answers; none if it failed and the call can do without it.
    async fn ask<L: Login, T>(
        call: &LoginCall<L>,
        patience: Duration,
        question: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<Option<T>, Error<L::Code>> {
        let redactor = call.http.redactor();
        match answer(patience, question).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.is_misuse() => {
                let error = ErrorBuilder::configuration(redactor.redact(&error.to_string()));
                Err(error.before_sending(L::AUTHORIZED))
            }
            Err(error) => {
                report(&error, redactor);
                Ok(None)
            }
        }
    }
}

/// Done, given up or dropped: others may log in.
impl Drop for ByStore {
    fn drop(&mut self) {
        let lock = locked(&self.lock).take();
        drop(lock);
    }
}

async fn answer<T>(
    patience: Duration,
    question: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let answer = within(Instant::now() + patience, question).await;
    answer.unwrap_or_else(|| Err(StoreError::unavailable("no answer in time")))
}

fn report(error: &StoreError, redactor: &Redactor) {
    trace::store_failed(&Cause::flatten(error, redactor));
}
