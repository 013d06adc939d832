use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::task::Poll;
use std::time::Duration;

use http::HeaderValue;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use crate::auth::login::{Login, LoginCall};
use crate::auth::obtain::{ByStore, KeyedStore, obtain};
use crate::auth::shared::Shared;
use crate::auth::state::{CachedToken, Flight, LockOfFlight, Outcome, State};
use crate::auth::status::TokenStatus;
use crate::auth::store::{TokenKey, TokenStore};
use crate::auth::token::Token;
use crate::client::HttpClient;
use crate::client::trace;
use crate::error::Error;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::error::transport::TransportError;
use crate::operation::Semantics;
use crate::secret::redactor::Redactor;
use crate::transport::deadline::until;
use crate::transport::runtime::require_runtime;

/// How long a caller with a valid token waits for the one that replaces it.
const REFRESH_PATIENCE: Duration = Duration::from_secs(1);

/// Logs in when a token is needed, and keeps the token: cheap to clone, and shared by all clones.
///
/// - However many callers wait, there is one login (one for each tokio runtime that they are on). If it fails, all of
///   them are told the same error, and so are those who come in the pause after it (one second, doubled with each
///   failure up to a minute; a minute at once when the provider refused the account, since asking again may lock it;
///   longer if the server asks for it with `Retry-After`: up to an hour in the provider's own answer, up to a minute in
///   any other). In the pause the error has no attempts, and its `retry_after()` is what is left of it.
/// - A login takes at most the client's `timeout`, whatever time its callers have. Those who still wait then are told
///   that it failed. It goes on as long as anybody waits, also when the caller who began it was dropped, ran out of
///   time or is not polled any more. There is no task in the background: with nobody waiting it stops, and the next
///   caller goes on with it or, once its time is over, logs in.
/// - In the last tenth of a token's life (at most five minutes) it is replaced beside the calls that are made with it:
///   no call waits for that. [`authorization`](Self::authorization) gives the replacement a second. If it fails, the
///   old token stays in use and the next try waits for the pause.
/// - A token that the provider refuses is dropped, and only that one: many refusals of one token cost one login.
///   Where fresh tokens are refused as well, logins come in growing pauses instead of with every call.
pub struct TokenSource<L: Login> {
    inner: Arc<Inner<L>>,
}

struct Inner<L: Login> {
    http: HttpClient,
    login: Arc<L>,
    state: RwLock<State<L::Code>>,
    store: Option<Arc<KeyedStore>>,
}

/// How a caller comes to a token.
enum Step<L: Login> {
    Use(Arc<CachedToken>, Option<Refresh<L>>),
    Wait(Flight<L::Code>),
}

/// The login that replaces a token which is still valid.
pub(crate) struct Refresh<L: Login> {
    flight: Flight<L::Code>,
    /// This caller began it.
    is_new: bool,
}

impl<L: Login> TokenSource<L> {
    /// A source that has not logged in yet. The token goes to the client's origin and to no other.
    #[doc(hidden)]
    pub fn new(http: &HttpClient, login: L) -> Self {
        Self::by(LoginCall::new(http, login))
    }

    /// A source that logs in by this call.
    #[doc(hidden)]
    pub fn by(call: LoginCall<L>) -> Self {
        Self {
            inner: Arc::new(Inner {
                http: call.http,
                login: call.login,
                state: RwLock::new(State::new()),
                store: None,
            }),
        }
    }

    /// The same source, which also keeps its token in this store, where it outlives the process and serves others: a
    /// login follows only if the store has no token that is still good and was not refused.
    ///
    /// Of several processes one logs in and the others wait for it, at most half of the client's `timeout`. A store that
    /// fails, or takes longer than two seconds, stops no call: there is an event, and the source logs in by itself. One
    /// that must not be used as it is, such as a file that others may read, is
    /// [`Kind::Configuration`](crate::Kind::Configuration).
    ///
    /// **The store gives its token to whoever names the account, without a look at the password**: it is for accounts that
    /// you configured, and not for those whose names and passwords your users send. With the feature `sealed-store`,
    /// `Sealed` binds the password too.
    ///
    /// Clones that were made before are sources of their own.
    #[must_use]
    pub fn store(self, store: impl TokenStore) -> Self {
        let Inner { http, login, .. } = &*self.inner;
        let url = http.url(L::AUTHENTICATE);
        let account: Vec<_> = login.account().into_iter().collect();
        let parts = [L::AUTHENTICATE.name, url.as_str()].into_iter();
        let parts: Vec<_> = parts.chain(account.iter().map(|part| &**part)).collect();
        let store = KeyedStore {
            key: TokenKey::new(&parts, login.secrets()),
            store: Arc::new(store),
        };
        let mut state = State::new();
        state.token.clone_from(&self.read().token);
        Self {
            inner: Arc::new(Inner {
                http: http.clone(),
                login: Arc::clone(login),
                state: RwLock::new(state),
                store: Some(Arc::new(store)),
            }),
        }
    }

    /// Begins with this token, such as one that you kept yourself, instead of a login.
    ///
    /// ```
    /// # use payvand_http_core::{Instant, Scheme, Secret, Token};
    /// # use std::time::Duration;
    /// let hour = Duration::from_secs(3600);
    /// let token = Token::new(Secret::from("not-a-real-token"), Scheme::Bearer, Instant::now(), Some(hour))?;
    /// // tokens.with_token(token)
    /// # Ok::<(), payvand_http_core::Reason>(())
    /// ```
    #[must_use]
    pub fn with_token(self, token: Token) -> Self {
        let redactor = self.http().redactor().and([token.secret()]);
        self.write().token = Some(Arc::new(CachedToken::new(token, redactor)));
        self
    }

    /// What is known of the token, without a login: `None` before there was any.
    pub fn status(&self) -> Option<TokenStatus<L::Code>> {
        let state = self.read();
        let token = state.token.as_ref().filter(|token| token.is_usable());
        let failure = state.failure(Instant::now());
        let failure = failure.map(|(error, left)| error.clone().told_again(left));
        (token.is_some() || failure.is_some())
            .then(|| TokenStatus::new(token.map(|token| &token.token), failure))
    }

    /// Logs in now, whatever token there is: after a change of the account's rights, say. The token of before stays in
    /// use until the new one is there.
    ///
    /// A login that is under way already counts, also one of another process by the same store.
    ///
    /// # Errors
    /// Those of a login. In the pause after one that failed there is no other: this fails as it did.
    pub async fn refresh(&self) -> Result<(), Error<L::Code>> {
        require_runtime().map_err(|error| error.before_sending(L::AUTHORIZED))?;
        let deadline = self.http().deadline(None);
        loop {
            let (flight, is_new) = {
                let state = self.write();
                if let Some((error, left)) = state.failure(Instant::now()) {
                    return Err(error.clone().told_again(left));
                }
                self.flight(state, true)
            };
            match self.wait(flight, deadline).await {
                // It was asked for before this.
                Some(Ok(token)) if token.is_from_store && !is_new => {}
                Some(outcome) => return outcome.map(|_| ()),
                None => {}
            }
        }
    }

    /// The value of the `Authorization` header, for any HTTP stack: from memory, or from a login when there is no
    /// valid token. It is marked sensitive.
    ///
    /// Send it to the provider's own origin and nowhere else, and tell [`refused`](Self::refused) when the provider
    /// does not accept it. [`authorized`](Self::authorized) does both by itself.
    pub async fn authorization(&self) -> Result<HeaderValue, Error<L::Code>> {
        if let Some(token) = self.cached() {
            return Ok(token.token.authorization());
        }
        let deadline = self.http().deadline(None);
        loop {
            let (token, refresh) = self.token(deadline).await?;
            let Some(Refresh { flight, is_new }) = refresh else {
                return Ok(token.token.authorization());
            };
            let patience = if is_new { REFRESH_PATIENCE } else { Duration::ZERO };
            let until = deadline.min(Instant::now() + patience);
            match timeout_at(until, self.outcome(flight)).await {
                Ok(Ok(fresh)) => return Ok(fresh.token.authorization()),
                _ if token.is_usable() => return Ok(token.token.authorization()),
                _ => {}
            }
        }
    }

    /// The provider refused this authorization: it is not given out again. Another one that is in use by now stays.
    pub fn refused(&self, authorization: &HeaderValue) {
        let token = self.read().token.clone();
        if let Some(token) = token.filter(|token| token.token.authorization() == authorization) {
            self.drop_refused(&token);
        }
    }

    /// The client that calls are made with.
    #[doc(hidden)]
    pub fn http(&self) -> &HttpClient {
        &self.inner.http
    }

    /// Drops the token that was refused, and says whether the call may be made again with another one.
    pub(crate) fn drop_refused(&self, token: &Arc<CachedToken>) -> bool {
        let was_refused = token.is_refused();
        let may_go_on = self.write().drop_refused(token);
        if token.is_refused() && !was_refused {
            trace::token_refused();
        }
        may_go_on
    }

    /// A valid token before the deadline, and the login that replaces it, for [`beside`](Self::beside).
    pub(crate) async fn token(
        &self,
        deadline: Instant,
    ) -> Result<(Arc<CachedToken>, Option<Refresh<L>>), Error<L::Code>> {
        loop {
            match self.step()? {
                Step::Use(token, refresh) => return Ok((token, refresh)),
                Step::Wait(flight) => {
                    if let Some(outcome) = self.wait(flight, deadline).await {
                        return outcome.map(|token| (token, None));
                    }
                }
            }
        }
    }

    /// Makes a call, and beside it goes on with the login that replaces its token, for as long as the call takes.
    pub(crate) async fn beside<T>(
        &self,
        refresh: Option<Refresh<L>>,
        mut call: Pin<&mut impl Future<Output = T>>,
    ) -> T {
        let Some(refresh) = refresh else { return call.await };
        let mut refresh = Box::pin(self.outcome(refresh.flight));
        let mut is_over = false;
        poll_fn(|cx| {
            is_over = is_over || refresh.as_mut().poll(cx).is_ready();
            call.as_mut().poll(cx)
        })
        .await
    }

    /// The way of nearly every call: one read lock, one look at each clock, no allocation.
    fn cached(&self) -> Option<Arc<CachedToken>> {
        let state = self.read();
        let token = state.token.as_ref()?;
        (!token.token.is_due()).then(|| Arc::clone(token))
    }

    fn step(&self) -> Result<Step<L>, Error<L::Code>> {
        if let Some(token) = self.cached() {
            return Ok(Step::Use(token, None));
        }
        require_runtime().map_err(|error| error.before_sending(L::AUTHORIZED))?;
        let state = self.write();
        let valid = state.token.clone().filter(|token| !token.token.is_expired());
        match (valid, state.failure(Instant::now())) {
            // Somebody may have logged in since.
            (Some(token), failure) if failure.is_some() || !token.token.is_due() => {
                Ok(Step::Use(token, None))
            }
            (None, Some((error, left))) => Err(error.clone().told_again(left)),
            (valid, _) => {
                let (flight, is_new) = self.flight(state, false);
                Ok(match valid {
                    Some(token) => Step::Use(token, Some(Refresh { flight, is_new })),
                    None => Step::Wait(flight),
                })
            }
        }
    }

    /// Waits for a login with nothing else to go on with; `None` if that says nothing and the caller is to look again.
    async fn wait(&self, flight: Flight<L::Code>, deadline: Instant) -> Option<Outcome<L::Code>> {
        let latest = deadline.min(flight.ends_at);
        let in_time = until(latest, Duration::ZERO, flight.outcome.clone()).await;
        let is_late = in_time.is_none() && Instant::now() >= deadline;
        let too_late = || Err(failure::<L>(Effect::None, "there was no token by then"));
        let outcome = match in_time.or_else(|| flight.outcome.peek()) {
            Some(Ok(token)) if is_late && !token.is_usable() => too_late(),
            Some(outcome) => outcome,
            None if is_late => return Some(too_late()),
            None => {
                let why = "the login took longer than the client's timeout";
                let outcome = Err(failure::<L>(Effect::Unknown, why));
                return self.record(&flight, &outcome).then_some(outcome);
            }
        };
        self.record(&flight, &outcome);
        match &outcome {
            Ok(token) if token.is_refused() => None,
            _ => Some(outcome),
        }
    }

    async fn outcome(&self, flight: Flight<L::Code>) -> Outcome<L::Code> {
        let outcome = flight.outcome.clone().await;
        self.record(&flight, &outcome);
        outcome
    }

    /// Takes the outcome of a login over, unless somebody has done so or its time was over before; says whether it did.
    fn record(&self, flight: &Flight<L::Code>, outcome: &Outcome<L::Code>) -> bool {
        // Logins that are not ours are dropped when the lock is free again.
        let over = self.write().record(flight, outcome);
        if over.is_none() {
            return false;
        }
        match outcome {
            Ok(token) if token.is_from_store => trace::token_from_store(token.token.expires_in()),
            Ok(token) => trace::logged_in(token.token.expires_in()),
            Err(error) => {
                let pause = self.read().failure(Instant::now()).map(|(_, left)| left);
                trace::login_failed(error.kind(), pause.unwrap_or_default());
            }
        }
        true
    }

    /// The login under way on this runtime, or one that begins now, and whether it does.
    fn flight(
        &self,
        mut state: RwLockWriteGuard<'_, State<L::Code>>,
        is_forced: bool,
    ) -> (Flight<L::Code>, bool) {
        let runtime = Handle::current();
        let over = state.remove_over(Instant::now(), &runtime);
        let flight = state.flight_on(&runtime).cloned();
        let is_new = flight.is_none();
        let flight = flight.unwrap_or_else(|| {
            let flight = self.log_in(runtime, &state, is_forced);
            state.begin(flight)
        });
        // Not under the lock: this drops logins, which are not ours.
        drop(state);
        drop(over);
        (flight, is_new)
    }

    /// One login for all who wait for it. A panic is told to all of them as a failure, and not only to the one who polled.
    fn log_in(&self, runtime: Handle, state: &State<L::Code>, is_forced: bool) -> Flight<L::Code> {
        let ends_at = self.http().deadline(None);
        let call = LoginCall::over(self.http().clone(), Arc::clone(&self.inner.login));
        let lock = LockOfFlight::default();
        let by_store = self.inner.store.as_ref().map(|store| ByStore {
            ends_at,
            store: Arc::clone(store),
            refused: state.refused.clone(),
            current: state.token.clone(),
            is_forced,
            lock: Arc::clone(&lock),
        });
        let outcome = async move {
            let mut work = pin!(obtain(&call, ends_at, by_store));
            let token = poll_fn(
                |cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
                    Ok(poll) => poll,
                    Err(_) => Poll::Ready(Err(failed::<L>(
                        &TransportError::unknown("a panic").with_detail("the login panicked"),
                    ))),
                },
            );
            token.await.map(Arc::new)
        };
        Flight {
            runtime,
            ends_at,
            outcome: Shared::new(outcome),
            lock,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State<L::Code>> {
        self.inner.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<L::Code>> {
        self.inner.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The deadline passed before there was a token.
pub(crate) fn failure<L: Login>(effect: Effect, why: &str) -> Error<L::Code> {
    failed::<L>(&TransportError::deadline(effect).with_detail(why))
}

fn failed<L: Login>(error: &TransportError) -> Error<L::Code> {
    let error = ErrorBuilder::from_transport(error, &Redactor::default());
    let in_doubt = error.effect() == Effect::Unknown;
    error.into_error(L::AUTHORIZED, Semantics::Idempotent, 0, in_doubt)
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
            .field("token", &self.read().token.as_ref().map(|token| &token.token))
            .finish_non_exhaustive()
    }
}
