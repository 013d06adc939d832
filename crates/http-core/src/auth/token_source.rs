use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Method, Response};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use crate::auth::shared::Shared;
use crate::auth::token::Token;
use crate::client::HttpClient;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::error_builder::longest_pause;
use crate::error::kind::{Effect, Kind};
use crate::error::transport::TransportError;
use crate::operation::{Operation, Semantics};
use crate::secret::Secret;
use crate::secret::redactor::Redactor;
use crate::transport::deadline::until;
use crate::transport::runtime::require_runtime;

/// The pause after the first failure; it doubles with each one that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A token that was good for so long was no bad one, although no call worked with it: clearly longer than any pause in
/// which a bad one may not be dropped.
const LASTED: Duration = Duration::from_secs(120);
/// How long a caller with a valid token waits for the one that replaces it.
const REFRESH_PATIENCE: Duration = Duration::from_secs(1);

/// What a provider crate knows about its login, and about calls that carry the token.
#[async_trait]
pub trait Login: Send + Sync + 'static {
    /// The provider's codes.
    type Code: Code;

    /// The client to call with; the token goes to its origin and to no other.
    fn http(&self) -> &HttpClient;

    /// What is sent to log in and must not come out again.
    fn secrets(&self) -> Vec<Secret>;

    /// Logs in once. All who wait for it poll it, so it goes on when the caller who began it leaves; with nobody
    /// waiting it stops until the next caller comes, and it may be dropped at any moment.
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
    /// token is not accepted is marked as [`ErrorBuilder::token_refused`].
    fn check(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<(), ErrorBuilder<Self::Code>>;
}

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
    login: Arc<L>,
    state: RwLock<State<L::Code>>,
}

struct State<C: Code> {
    token: Option<Arc<CachedToken>>,
    /// The logins under way, one for each runtime: what waits for a timer or a socket goes on on its own runtime alone.
    flights: Vec<Flight<C>>,
    last_flight: u64,
    failure: Option<LoginFailure<C>>,
    failures_in_a_row: u32,
    /// Tokens in a row that were refused before they had worked once.
    failed_tokens_in_a_row: u32,
    may_drop_failed_token_at: Option<Instant>,
}

struct LoginFailure<C: Code> {
    error: Error<C>,
    pause_until: Instant,
}

/// A login under way. It owns the [`Login`] and not the source, which owns it.
pub(crate) struct Flight<C: Code> {
    number: u64,
    runtime: Option<Handle>,
    ends_at: Instant,
    outcome: Shared<Outcome<C>>,
}

type Outcome<C> = Result<Arc<CachedToken>, Error<C>>;

/// The token in use.
pub(crate) struct CachedToken {
    token: Token,
    pub(crate) redactor: Redactor,
    has_worked: AtomicBool,
    is_refused: AtomicBool,
}

enum Snapshot<C: Code> {
    Fresh(Arc<CachedToken>),
    /// Valid, and to be replaced.
    Aging(Arc<CachedToken>),
    Missing,
    Failed(Error<C>),
}

/// How a caller comes to a token.
enum Step<C: Code> {
    Use(Arc<CachedToken>),
    /// With the login that replaces the token, and whether this caller began it.
    Refresh(Arc<CachedToken>, Flight<C>, bool),
    Wait(Flight<C>),
    Fail(Error<C>),
}

impl<L: Login> TokenSource<L> {
    /// A source that has not logged in yet.
    pub fn new(login: L) -> Self {
        Self {
            inner: Arc::new(Inner {
                login: Arc::new(login),
                state: RwLock::new(State {
                    token: None,
                    flights: Vec::new(),
                    last_flight: 0,
                    failure: None,
                    failures_in_a_row: 0,
                    failed_tokens_in_a_row: 0,
                    may_drop_failed_token_at: None,
                }),
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
        Ok(self.inner.refreshed(deadline).await?.authorization())
    }

    /// The provider refused this authorization: it is not given out again. Another one that is in use by now stays.
    pub fn refused(&self, authorization: &HeaderValue) {
        let token = self.inner.read().token.clone();
        if let Some(token) = token.filter(|token| token.token.authorization() == authorization) {
            self.inner.refused(&token);
        }
    }

    pub(crate) fn login(&self) -> &L {
        &self.inner.login
    }

    /// A valid token before the deadline, and the login that replaces it, for [`beside`](Self::beside).
    pub(crate) async fn token(
        &self,
        deadline: Instant,
    ) -> Result<(Arc<CachedToken>, Option<Flight<L::Code>>), Error<L::Code>> {
        loop {
            return match self.inner.step() {
                Step::Use(token) => Ok((token, None)),
                Step::Refresh(token, flight, _) => Ok((token, Some(flight))),
                Step::Fail(error) => Err(error),
                Step::Wait(flight) => match self.inner.wait(flight, deadline).await {
                    Some(outcome) => outcome.map(|token| (token, None)),
                    None => continue,
                },
            };
        }
    }

    /// Makes a call, and beside it goes on with the login that replaces its token, for as long as the call takes.
    pub(crate) async fn beside<T>(
        &self,
        refresh: Option<Flight<L::Code>>,
        call: impl Future<Output = T>,
    ) -> T {
        let mut call = pin!(call);
        let mut refresh = pin!(refresh.map(|flight| self.inner.refresh(flight)));
        poll_fn(|cx| {
            if let Some(running) = refresh.as_mut().as_pin_mut()
                && running.poll(cx).is_ready()
            {
                refresh.set(None);
            }
            call.as_mut().poll(cx)
        })
        .await
    }

    /// The error of a call whose turn came with no token that was still good.
    pub(crate) fn no_token_lasted(&self) -> Error<L::Code> {
        self.inner.without_token("no token lasted until the call's turn")
    }

    /// Drops the token that was refused, and says whether the call may be made again with another one.
    pub(crate) fn drop_refused(&self, token: &Arc<CachedToken>) -> bool {
        self.inner.refused(token)
    }
}

impl<L: Login> Inner<L> {
    /// The way of nearly every call: one read lock, one look at each clock, no allocation.
    fn cached(&self) -> Option<HeaderValue> {
        let state = self.read();
        let token = state.token.as_ref()?;
        (!token.token.is_due()).then(|| token.authorization())
    }

    fn step(&self) -> Step<L::Code> {
        if let Err(failure) = require_runtime() {
            return Step::Fail(failure.before_sending(self.login.operation()));
        }
        let now = Instant::now();
        match self.read().snapshot(now) {
            Snapshot::Fresh(token) => return Step::Use(token),
            Snapshot::Failed(error) => return Step::Fail(error),
            Snapshot::Aging(_) | Snapshot::Missing => {}
        }
        let runtime = Handle::try_current().ok();
        let ends_at = self.login.http().deadline(None);
        let (step, over) = {
            let mut state = self.write();
            let over = state.remove_over(now, runtime.as_ref());
            // Somebody may have logged in since.
            let step = match state.snapshot(now) {
                Snapshot::Fresh(token) => Step::Use(token),
                Snapshot::Failed(error) => Step::Fail(error),
                Snapshot::Aging(token) => {
                    let (flight, is_new) = self.flight(&mut state, runtime, ends_at);
                    Step::Refresh(token, flight, is_new)
                }
                Snapshot::Missing => Step::Wait(self.flight(&mut state, runtime, ends_at).0),
            };
            (step, over)
        };
        // Not under the lock: this drops logins, which are not ours.
        drop(over);
        step
    }

    /// The login of this runtime, and whether it is a new one.
    fn flight(
        &self,
        state: &mut State<L::Code>,
        runtime: Option<Handle>,
        ends_at: Instant,
    ) -> (Flight<L::Code>, bool) {
        if let Some(flight) = state.flights.iter().find(|it| it.is_on(runtime.as_ref())) {
            return (flight.clone(), false);
        }
        state.last_flight += 1;
        let flight = Flight {
            number: state.last_flight,
            runtime,
            ends_at,
            outcome: log_in(Arc::clone(&self.login)),
        };
        state.flights.push(flight.clone());
        (flight, true)
    }

    /// A valid token, a new one if it comes at once.
    async fn refreshed(&self, deadline: Instant) -> Outcome<L::Code> {
        loop {
            match self.step() {
                Step::Use(token) => return Ok(token),
                Step::Fail(error) => return Err(error),
                Step::Wait(flight) => {
                    if let Some(outcome) = self.wait(flight, deadline).await {
                        return outcome;
                    }
                }
                Step::Refresh(token, flight, is_new) => {
                    let now = Instant::now();
                    let until = if is_new {
                        deadline.min(now + REFRESH_PATIENCE)
                    } else {
                        now
                    };
                    match timeout_at(until, self.refresh(flight)).await {
                        Ok(Ok(fresh)) => return Ok(fresh),
                        _ if token.is_usable() => return Ok(token),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Waits for a login with nothing else to go on with; `None` if that says nothing and the caller is to look again.
    async fn wait(&self, flight: Flight<L::Code>, deadline: Instant) -> Option<Outcome<L::Code>> {
        let login = timeout_at(flight.ends_at, flight.outcome.clone());
        let outcome = match until(deadline, Duration::ZERO, login).await {
            Some(Ok(outcome)) => outcome,
            Some(Err(_)) => {
                let outcome = Err(self.login_took_too_long());
                return self.record(&flight, &outcome).then_some(outcome);
            }
            None => match flight.outcome.peek() {
                Some(Ok(token)) if !token.is_usable() => Err(self.too_late()),
                Some(outcome) => outcome,
                None => return Some(Err(self.too_late())),
            },
        };
        self.record(&flight, &outcome);
        match &outcome {
            Ok(token) if token.is_refused() => None,
            _ => Some(outcome),
        }
    }

    async fn refresh(&self, flight: Flight<L::Code>) -> Outcome<L::Code> {
        let outcome = flight.outcome.clone().await;
        self.record(&flight, &outcome);
        outcome
    }

    /// Takes the outcome of a login over, unless somebody has done so or its time was over before; says whether it did.
    fn record(&self, flight: &Flight<L::Code>, outcome: &Outcome<L::Code>) -> bool {
        let over = {
            let mut state = self.write();
            let number = flight.number;
            let Some(place) = state.flights.iter().position(|it| it.number == number) else {
                return false;
            };
            let mut over = vec![state.flights.swap_remove(place)];
            match outcome {
                Ok(token) => {
                    state.token = Some(Arc::clone(token));
                    state.failure = None;
                    state.failures_in_a_row = 0;
                    over.extend(state.flights.extract_if(.., |it| it.outcome.is_parked()));
                }
                // The runtime lacks something: the next caller may have a better one.
                Err(error) if error.kind() == Kind::Configuration => {}
                Err(error) => state.fail(error),
            }
            over
        };
        if let Ok(token) = outcome {
            tracing::debug!(target: "payvand", expires_in = ?token.token.expires_in(), "logged in");
        }
        drop(over);
        true
    }

    fn refused(&self, token: &Arc<CachedToken>) -> bool {
        let mut state = self.write();
        if !state
            .token
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, token))
        {
            return true;
        }
        if token.has_worked.load(Ordering::Relaxed) || token.token.age() > LASTED {
            state.failed_tokens_in_a_row = 0;
        } else {
            let now = Instant::now();
            if state.may_drop_failed_token_at.is_some_and(|at| now < at) {
                return false;
            }
            state.failed_tokens_in_a_row = state.failed_tokens_in_a_row.saturating_add(1);
            state.may_drop_failed_token_at = Some(now + pause(state.failed_tokens_in_a_row));
        }
        tracing::debug!(target: "payvand", "the token was refused");
        token.is_refused.store(true, Ordering::Relaxed);
        state.token = None;
        true
    }

    fn too_late(&self) -> Error<L::Code> {
        self.without_token("there was no token by then")
    }

    fn without_token(&self, why: &str) -> Error<L::Code> {
        let error = TransportError::deadline(Effect::None).with_detail(why);
        ErrorBuilder::from_transport(&error, &Redactor::default()).into_error(
            self.login.operation(),
            Semantics::NonIdempotent,
            0,
            false,
        )
    }

    fn login_took_too_long(&self) -> Error<L::Code> {
        let error = TransportError::deadline(Effect::Unknown)
            .with_detail("the login took longer than the client's timeout");
        failed_login(&*self.login, &error)
    }

    fn read(&self) -> RwLockReadGuard<'_, State<L::Code>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<L::Code>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Code> State<C> {
    fn snapshot(&self, now: Instant) -> Snapshot<C> {
        let pausing = self.failure.as_ref().filter(|failure| now < failure.pause_until);
        match (&self.token, pausing) {
            (Some(token), _) if !token.token.is_due() => Snapshot::Fresh(Arc::clone(token)),
            (Some(token), Some(_)) if !token.token.is_expired() => Snapshot::Fresh(Arc::clone(token)),
            (Some(token), None) if !token.token.is_expired() => Snapshot::Aging(Arc::clone(token)),
            (_, Some(failure)) => {
                let left = failure.pause_until.saturating_duration_since(now);
                Snapshot::Failed(failure.error.clone().told_again(left))
            }
            (_, None) => Snapshot::Missing,
        }
    }

    /// Takes out the logins whose time is over: nobody waited for them to the end, so they are no failures. Where a new
    /// one is to begin, those whose runtime has ended as well.
    fn remove_over(&mut self, now: Instant, runtime: Option<&Handle>) -> Vec<Flight<C>> {
        let is_over = |flight: &mut Flight<C>| flight.ends_at <= now;
        let mut over: Vec<_> = self.flights.extract_if(.., is_over).collect();
        if !self.flights.iter().any(|flight| flight.is_on(runtime)) {
            over.extend(
                self.flights
                    .extract_if(.., |flight| flight.has_lost_its_runtime()),
            );
        }
        over
    }

    fn fail(&mut self, error: &Error<C>) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let usual = if error.is_retryable() {
            pause(self.failures_in_a_row)
        } else {
            LONGEST_PAUSE
        };
        let longest = longest_pause(error.kind());
        let asked_for = error.retry_after().unwrap_or_default().min(longest);
        self.failure = Some(LoginFailure {
            error: error.clone(),
            pause_until: Instant::now() + usual.max(asked_for),
        });
    }
}

impl<C: Code> Flight<C> {
    fn is_on(&self, runtime: Option<&Handle>) -> bool {
        self.runtime.as_ref().map(Handle::id) == runtime.map(Handle::id)
    }

    /// A runtime that has ended takes no task.
    fn has_lost_its_runtime(&self) -> bool {
        self.runtime.as_ref().is_some_and(|runtime| {
            let task = runtime.spawn(std::future::pending::<()>());
            let is_refused = task.is_finished();
            task.abort();
            is_refused
        })
    }
}

impl<C: Code> Clone for Flight<C> {
    fn clone(&self) -> Self {
        Self {
            number: self.number,
            runtime: self.runtime.clone(),
            ends_at: self.ends_at,
            outcome: self.outcome.clone(),
        }
    }
}

/// One login for all who wait for it. A panic is told to all of them as a failure, and not only to the one who polled.
fn log_in<L: Login>(login: Arc<L>) -> Shared<Outcome<L::Code>> {
    Shared::new(async move {
        let begin = SystemTime::now();
        let mut work = pin!(login.log_in());
        let outcome = poll_fn(
            |cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
                Ok(poll) => poll.map(Some),
                Err(_) => Poll::Ready(None),
            },
        );
        match outcome.await {
            Some(Ok(token)) => {
                let secrets = login.secrets();
                let redactor = login
                    .http()
                    .redactor()
                    .and(secrets.iter().chain([token.secret()]));
                Ok(Arc::new(CachedToken::new(token.begun_by(begin), redactor)))
            }
            Some(Err(error)) => Err(error),
            None => {
                let error = TransportError::unknown("a panic").with_detail("the login panicked");
                Err(failed_login(&*login, &error))
            }
        }
    })
}

fn failed_login<L: Login>(login: &L, error: &TransportError) -> Error<L::Code> {
    ErrorBuilder::from_transport(error, &Redactor::default()).into_error(
        login.operation(),
        Semantics::Idempotent,
        0,
        true,
    )
}

impl CachedToken {
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
        !self.is_refused() && !self.token.is_expired()
    }

    fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }
}

/// After this number of failures in a row.
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
            .field(
                "token",
                &self.inner.read().token.as_ref().map(|token| &token.token),
            )
            .finish_non_exhaustive()
    }
}
