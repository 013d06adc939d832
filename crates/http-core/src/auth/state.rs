//! What a token source remembers: its token, the logins under way, and the pauses after failures.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::auth::shared::Shared;
use crate::auth::store::{LoginLock, StoredToken};
use crate::auth::token::Token;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::longest_pause;
use crate::error::kind::Kind;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;

/// The pause after the first failure; it doubles with each one that follows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A token that was good for so long was no bad one, although no call worked with it: clearly longer than any pause in
/// which a bad one may not be dropped.
const LASTED: Duration = Duration::from_secs(120);

/// How many refused tokens are remembered by their text.
const MOST_OUTDATED: usize = 4;

pub(crate) struct State<C: Code> {
    pub(crate) token: Option<Arc<CachedToken>>,
    /// Refused tokens, which a store may still have.
    pub(crate) refused: Outdated,
    /// The logins under way, one for each runtime: what waits for a timer or a socket goes on on its own runtime alone.
    flights: Vec<Flight<C>>,
    /// The last login failed, and until then there is no other.
    failure: Option<(Error<C>, Instant)>,
    failures_in_a_row: u32,
    /// Tokens in a row that were refused before they had worked once.
    failed_tokens_in_a_row: u32,
    may_drop_failed_token_at: Option<Instant>,
}

/// A login under way. It owns the login and not the source, which owns it.
#[derive(Clone)]
pub(crate) struct Flight<C: Code> {
    pub(crate) runtime: Handle,
    pub(crate) ends_at: Instant,
    pub(crate) outcome: Shared<Outcome<C>>,
    pub(crate) lock: LockOfFlight,
}

/// The lock of a store, while the login that it is for goes on.
pub(crate) type LockOfFlight = Arc<Mutex<Option<LoginLock>>>;

pub(crate) type Outcome<C> = Result<Arc<CachedToken>, Error<C>>;

/// The token in use.
pub(crate) struct CachedToken {
    pub(crate) token: Token,
    pub(crate) redactor: Redactor,
    /// In the store.
    pub(crate) generation: Option<u64>,
    /// It was made by a login of another source.
    pub(crate) is_from_store: bool,
    has_worked: AtomicBool,
    is_refused: AtomicBool,
}

impl<C: Code> State<C> {
    pub(crate) fn new() -> Self {
        Self {
            token: None,
            refused: Outdated::default(),
            flights: Vec::new(),
            failure: None,
            failures_in_a_row: 0,
            failed_tokens_in_a_row: 0,
            may_drop_failed_token_at: None,
        }
    }

    /// The failure of the last login, and how much of its pause is left; none if that is over.
    pub(crate) fn failure(&self, now: Instant) -> Option<(&Error<C>, Duration)> {
        let (error, until) = self.failure.as_ref().filter(|(_, until)| now < *until)?;
        Some((error, *until - now))
    }

    pub(crate) fn flight_on(&self, runtime: &Handle) -> Option<&Flight<C>> {
        self.flights.iter().find(|it| it.runtime.id() == runtime.id())
    }

    pub(crate) fn begin(&mut self, flight: Flight<C>) -> Flight<C> {
        self.flights.push(flight.clone());
        flight
    }

    /// Takes out the logins whose time is over: nobody waited for them to the end, so they are no failures. Where a new
    /// one is to begin, those whose runtime has ended as well.
    pub(crate) fn remove_over(&mut self, now: Instant, runtime: &Handle) -> Vec<Flight<C>> {
        let is_over = |flight: &mut Flight<C>| flight.ends_at <= now;
        let mut over: Vec<_> = self.flights.extract_if(.., is_over).collect();
        if self.flight_on(runtime).is_none() {
            over.extend(self.flights.extract_if(.., |it| it.has_lost_its_runtime()));
        }
        over
    }

    /// Takes the outcome of a login over, and gives the logins that are over with it; none if somebody has done so, or if
    /// its time was over before.
    pub(crate) fn record(&mut self, flight: &Flight<C>, outcome: &Outcome<C>) -> Option<Vec<Flight<C>>> {
        let is_it = |it: &Flight<C>| it.outcome.is_the_same_as(&flight.outcome);
        let place = self.flights.iter().position(is_it)?;
        let mut over = vec![self.flights.swap_remove(place)];
        match outcome {
            Ok(token) => {
                self.token = Some(Arc::clone(token));
                self.failure = None;
                self.failures_in_a_row = 0;
                over.extend(self.flights.extract_if(.., |it| it.outcome.is_parked()));
            }
            // The runtime lacks something: the next caller may have a better one.
            Err(error) if error.kind() == Kind::Configuration => {}
            Err(error) => self.fail(error),
        }
        Some(over)
    }

    fn fail(&mut self, error: &Error<C>) {
        self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let usual = if error.is_retryable() {
            pause(self.failures_in_a_row)
        } else {
            LONGEST_PAUSE
        };
        let asked_for = error.retry_after().unwrap_or_default();
        let pause = usual.max(asked_for.min(longest_pause(error.kind())));
        self.failure = Some((error.clone(), Instant::now() + pause));
    }

    /// Drops the token that was refused, unless another one is in use by now, and says whether a call may be made again.
    pub(crate) fn drop_refused(&mut self, token: &Arc<CachedToken>) -> bool {
        let is_in_use = self.token.as_ref().is_some_and(|it| Arc::ptr_eq(it, token));
        if !is_in_use {
            return true;
        }
        if token.has_worked.load(Ordering::Relaxed) || token.token.age() > LASTED {
            self.failed_tokens_in_a_row = 0;
        } else {
            let now = Instant::now();
            if self.may_drop_failed_token_at.is_some_and(|at| now < at) {
                return false;
            }
            self.failed_tokens_in_a_row = self.failed_tokens_in_a_row.saturating_add(1);
            self.may_drop_failed_token_at = Some(now + pause(self.failed_tokens_in_a_row));
        }
        token.is_refused.store(true, Ordering::Relaxed);
        self.refused.add(token);
        self.token = None;
        true
    }
}

/// Tokens that are not taken from a store: they were refused, or are to be replaced.
#[derive(Clone, Default)]
pub(crate) struct Outdated {
    /// So is every token up to this generation.
    generation: u64,
    /// A token that is not from a login under a lock has no generation, and may be in the store all the same.
    secrets: VecDeque<Secret>,
}

impl Outdated {
    pub(crate) fn add(&mut self, token: &CachedToken) {
        self.add_generation(token.generation.unwrap_or_default());
        if self.secrets.len() == MOST_OUTDATED {
            self.secrets.pop_front();
        }
        self.secrets.push_back(token.token.secret().clone());
    }

    pub(crate) fn add_generation(&mut self, generation: u64) {
        self.generation = self.generation.max(generation);
    }

    pub(crate) fn holds(&self, stored: &StoredToken) -> bool {
        let is_it = |secret: &Secret| secret.expose() == stored.secret.expose();
        stored.generation <= self.generation || self.secrets.iter().any(is_it)
    }
}

/// After this number of failures in a row.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

/// Who leaves a login that nobody else waits for lets other processes log in. They may do so beside it, if somebody comes
/// and goes on with it: then what it brings is not saved.
impl<C: Code> Drop for Flight<C> {
    fn drop(&mut self) {
        if self.outcome.clones() <= 2 {
            // The state has the other one.
            let lock = locked(&self.lock).take();
            drop(lock);
        }
    }
}

pub(crate) fn locked(lock: &LockOfFlight) -> MutexGuard<'_, Option<LoginLock>> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: Code> Flight<C> {
    /// A runtime that has ended takes no task.
    fn has_lost_its_runtime(&self) -> bool {
        let task = self.runtime.spawn(std::future::pending::<()>());
        let is_refused = task.is_finished();
        task.abort();
        is_refused
    }
}

impl CachedToken {
    pub(crate) fn new(token: Token, redactor: Redactor) -> Self {
        Self {
            token,
            redactor,
            generation: None,
            is_from_store: false,
            has_worked: AtomicBool::new(false),
            is_refused: AtomicBool::new(false),
        }
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

    pub(crate) fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }
}
