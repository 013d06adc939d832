use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Method, Response};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Code;
use crate::retry::longest_pause;
use crate::runtime::require_runtime;
use crate::{
    Authorized, Effect, Error, Failure, HttpClient, Kind, Operation, Redactor, Secret, Semantics, Token,
    TransportError, within,
};

/// The pause after the first failure; it doubles with each one that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What a provider crate knows about its login, and about calls that carry the token.
#[async_trait]
pub trait Login: Send + Sync + 'static {
    /// The provider's codes.
    type Code: Code;

    /// The client to call with; the token goes to its origin and to no other.
    fn http(&self) -> &HttpClient;

    /// What is sent to log in and must not come out again.
    fn secrets(&self) -> Vec<Secret>;

    /// Logs in once. It may be dropped at any moment, and is then done anew by somebody else.
    async fn log_in(&self) -> Result<Token, Error<Self::Code>>;

    /// How calls with the token are named in errors and traces.
    fn operation(&self) -> &'static Operation;

    /// What a call of the caller's own does, where he does not say it.
    fn semantics(&self, method: &Method, _path: &str) -> Semantics {
        if matches!(*method, Method::GET | Method::HEAD) {
            Semantics::Idempotent
        } else {
            Semantics::NonIdempotent
        }
    }

    /// Why a call of the caller's own must never be made, whatever he wants with it.
    fn forbidden(&self, _method: &Method, _path: &str) -> Option<&'static str> {
        None
    }

    /// Finds the provider's refusal, or a gateway's page, in the answer to a call with the token. What says that the
    /// token is not accepted is marked as [`Failure::token_refused`].
    fn check(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<(), Failure<Self::Code>>;

    /// The code for a call that would carry the token to another origin.
    fn foreign_address(&self) -> Self::Code;

    /// The code for a call that cannot be written as an HTTP request.
    fn invalid_request(&self) -> Self::Code;
}

/// Logs in when a token is needed, and keeps the token: cheap to clone, and shared by all clones.
///
/// - However many callers wait, there is one login. If it fails, all of them are told the same error, and so are
///   those who come in the pause after it (one second, doubled with each failure up to a minute; a minute at once when
///   the provider refused the account, since asking again may lock it; longer if the server asks for it with
///   `Retry-After`: up to an hour in the provider's own answer, up to a minute in any other). Such an error has no
///   attempts, and its `retry_after()` is what is left of the pause.
/// - In the last tenth of a token's life (at most five minutes) one caller replaces it, and nobody else waits while
///   the old one is valid. If that fails, the old one stays in use and the next try waits for the pause.
/// - A caller that is dropped or out of time in the middle of a login leaves it to the next one. There is no task in
///   the background: without callers there are no logins.
/// - A token that the provider refuses is dropped, and only that one: many refusals of one token cost one login.
///   Where fresh tokens are refused as well, logins come in growing pauses instead of with every call.
pub struct TokenSource<L: Login> {
    inner: Arc<Inner<L>>,
}

struct Inner<L: Login> {
    login: L,
    state: RwLock<State<L::Code>>,
    /// Held by whoever logs in.
    turn: Mutex<()>,
}

struct State<C: Code> {
    held: Option<Arc<Held>>,
    /// Logins that have come to an end.
    logins: u64,
    failure: Option<LoginFailure<C>>,
    failures_in_a_row: u32,
    /// Tokens in a row that were refused before they had worked once.
    stillborn_in_a_row: u32,
    may_drop_stillborn_at: Option<Instant>,
}

struct LoginFailure<C: Code> {
    error: Error<C>,
    /// The number of the login that failed.
    login: u64,
    pause_until: Instant,
}

/// The token in use.
pub(crate) struct Held {
    token: Token,
    pub(crate) redactor: Redactor,
    has_worked: AtomicBool,
    is_refused: AtomicBool,
}

enum Found<C: Code> {
    Fresh(Arc<Held>),
    /// Valid, and to be replaced by the one who has the turn.
    Ageing(Arc<Held>),
    None {
        logins: u64,
    },
    Failed(Error<C>),
}

impl<L: Login> TokenSource<L> {
    /// A source that has not logged in yet.
    pub fn new(login: L) -> Self {
        Self {
            inner: Arc::new(Inner {
                login,
                state: RwLock::new(State {
                    held: None,
                    logins: 0,
                    failure: None,
                    failures_in_a_row: 0,
                    stillborn_in_a_row: 0,
                    may_drop_stillborn_at: None,
                }),
                turn: Mutex::new(()),
            }),
        }
    }

    /// The value of the `Authorization` header, for any HTTP stack: from memory, or from a login when there is no
    /// valid token. It is marked sensitive.
    ///
    /// Send it to the provider's own origin and nowhere else, and tell [`refused`](Self::refused) when the provider
    /// does not accept it. [`authorized`](Self::authorized) does both by itself.
    pub async fn authorization(&self) -> Result<HeaderValue, Error<L::Code>> {
        if let Some(authorization) = self.inner.cached() {
            return Ok(authorization);
        }
        let deadline = self.inner.login.http().deadline(None);
        Ok(self.held(deadline).await?.token.authorization())
    }

    /// The provider refused this authorization: it is not given out again. Another one that is in use by now stays.
    pub fn refused(&self, authorization: &HeaderValue) {
        let held = self.inner.read().held.clone();
        if let Some(held) = held.filter(|held| held.token.authorization() == authorization) {
            self.inner.refused(&held);
        }
    }

    /// Calls of the provider that need the token.
    pub fn authorized(&self) -> Authorized<L> {
        Authorized::new(self.clone())
    }

    pub(crate) fn login(&self) -> &L {
        &self.inner.login
    }

    /// A valid token before the deadline.
    pub(crate) async fn held(&self, deadline: Instant) -> Result<Arc<Held>, Error<L::Code>> {
        let inner = &*self.inner;
        require_runtime().map_err(|failure| failure.before_sending(inner.login.operation()))?;
        match inner.look() {
            Found::Fresh(held) => Ok(held),
            Found::Failed(error) => Err(error),
            Found::Ageing(held) => match inner.turn.try_lock() {
                Ok(_turn) => inner.refresh(held, deadline).await,
                Err(_) => Ok(held),
            },
            Found::None { logins } => {
                let Some(_turn) = within(deadline, inner.turn.lock()).await else {
                    return Err(inner.too_late());
                };
                match inner.look() {
                    Found::Fresh(held) | Found::Ageing(held) => Ok(held),
                    Found::Failed(error) => Err(inner.failure_since(logins).unwrap_or(error)),
                    Found::None { .. } => match inner.failure_since(logins) {
                        Some(error) => Err(error),
                        None => within(deadline, inner.log_in())
                            .await
                            .unwrap_or_else(|| Err(inner.too_late())),
                    },
                }
            }
        }
    }

    /// The error of a call whose turn came with no token that was still good.
    pub(crate) fn no_token_lasted(&self) -> Error<L::Code> {
        self.inner.without_token("no token lasted until the call's turn")
    }

    /// Drops the token that was refused, and says whether the call may be made again with another one.
    pub(crate) fn drop_refused(&self, held: &Arc<Held>) -> bool {
        self.inner.refused(held)
    }
}

impl<L: Login> Inner<L> {
    /// The way of nearly every call: one read lock, one look at each clock, no allocation.
    fn cached(&self) -> Option<HeaderValue> {
        let state = self.read();
        let held = state.held.as_ref()?;
        (!held.token.is_due()).then(|| held.token.authorization())
    }

    fn look(&self) -> Found<L::Code> {
        let state = self.read();
        let now = Instant::now();
        let pausing = state.failure.as_ref().filter(|failure| now < failure.pause_until);
        match &state.held {
            Some(held) if !held.token.is_due() => Found::Fresh(Arc::clone(held)),
            Some(held) if !held.token.is_expired() => match pausing {
                Some(_) => Found::Fresh(Arc::clone(held)),
                None => Found::Ageing(Arc::clone(held)),
            },
            _ => match pausing {
                Some(failure) => Found::Failed(failure.error.clone().told_again(failure.pause_until - now)),
                None => Found::None { logins: state.logins },
            },
        }
    }

    /// The failure of a login that ended after so many had: whoever waited for it shares it.
    fn failure_since(&self, logins: u64) -> Option<Error<L::Code>> {
        let state = self.read();
        let failure = state.failure.as_ref()?;
        (failure.login > logins).then(|| failure.error.clone())
    }

    async fn refresh(&self, old: Arc<Held>, deadline: Instant) -> Result<Arc<Held>, Error<L::Code>> {
        if let Found::Fresh(held) = self.look() {
            return Ok(held);
        }
        let failure = match within(deadline, self.log_in()).await {
            Some(Ok(held)) => return Ok(held),
            Some(Err(error)) => error,
            None => self.too_late(),
        };
        let still_there = self
            .read()
            .held
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(held, &old));
        if still_there && !old.token.is_expired() {
            Ok(old)
        } else {
            Err(failure)
        }
    }

    /// To be called by whoever has the turn.
    async fn log_in(&self) -> Result<Arc<Held>, Error<L::Code>> {
        let begin = SystemTime::now();
        let outcome = self.login.log_in().await.map(|token| token.begun_by(begin));
        let mut state = self.write();
        state.logins += 1;
        match outcome {
            Ok(token) => {
                tracing::debug!(target: "payvand", expires_in = ?token.expires_in(), "logged in");
                let secrets = self.login.secrets();
                let redactor = self
                    .login
                    .http()
                    .redactor()
                    .and(secrets.iter().chain([token.secret()]));
                let held = Arc::new(Held::new(token, redactor));
                state.held = Some(Arc::clone(&held));
                state.failure = None;
                state.failures_in_a_row = 0;
                Ok(held)
            }
            // The runtime lacks something: the next caller may have a better one.
            Err(error) if error.kind() == Kind::Configuration => Err(error),
            Err(error) => {
                state.failures_in_a_row = state.failures_in_a_row.saturating_add(1);
                let usual = if error.is_retryable() {
                    pause(state.failures_in_a_row)
                } else {
                    LONGEST_PAUSE
                };
                let asked_for = error
                    .retry_after()
                    .unwrap_or_default()
                    .min(longest_pause(error.kind()));
                state.failure = Some(LoginFailure {
                    error: error.clone(),
                    login: state.logins,
                    pause_until: Instant::now() + usual.max(asked_for),
                });
                Err(error)
            }
        }
    }

    fn refused(&self, held: &Arc<Held>) -> bool {
        let mut state = self.write();
        if !state
            .held
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, held))
        {
            return true;
        }
        if held.has_worked.load(Ordering::Relaxed) || held.token.age() > LONGEST_PAUSE {
            state.stillborn_in_a_row = 0;
        } else {
            let now = Instant::now();
            if state.may_drop_stillborn_at.is_some_and(|at| now < at) {
                return false;
            }
            state.stillborn_in_a_row = state.stillborn_in_a_row.saturating_add(1);
            state.may_drop_stillborn_at = Some(now + pause(state.stillborn_in_a_row));
        }
        tracing::debug!(target: "payvand", "the token was refused");
        held.is_refused.store(true, Ordering::Relaxed);
        state.held = None;
        true
    }

    fn too_late(&self) -> Error<L::Code> {
        self.without_token("there was no token by then")
    }

    fn without_token(&self, why: &str) -> Error<L::Code> {
        let error = TransportError::deadline(Effect::None).with_detail(why);
        Failure::from_transport(&error, &Redactor::default()).into_error(
            self.login.operation(),
            Semantics::NonIdempotent,
            0,
            false,
        )
    }

    fn read(&self) -> RwLockReadGuard<'_, State<L::Code>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<L::Code>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn new(token: Token, redactor: Redactor) -> Self {
        Self {
            redactor,
            token,
            has_worked: AtomicBool::new(false),
            is_refused: AtomicBool::new(false),
        }
    }

    pub(crate) fn authorization(&self) -> HeaderValue {
        self.token.authorization()
    }

    /// A call with it was answered as it should be.
    pub(crate) fn worked(&self) {
        if !self.has_worked.load(Ordering::Relaxed) {
            self.has_worked.store(true, Ordering::Relaxed);
        }
    }

    /// Neither refused nor expired since it was given out.
    pub(crate) fn is_usable(&self) -> bool {
        !self.is_refused.load(Ordering::Relaxed) && !self.token.is_expired()
    }
}

/// After so many failures in a row.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

impl<L: Login> Clone for TokenSource<L> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<L: Login> fmt::Debug for TokenSource<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("token", &self.inner.read().held.as_ref().map(|held| &held.token))
            .finish_non_exhaustive()
    }
}
