//! What all parts of a case share: the clocks, and the record of calls and attempts that the judge reads.

use std::fmt;
use std::hash::{DefaultHasher, Hash};
use std::io::Write;
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_core::Kind;
use http_core::bytes::Bytes;
use http_core::http::Request;
use payvand_harness::{Arguments, Effect, Failure, Journal, Outcome, What};
use tokio::time::Instant;

use crate::conditions::Conditions;
use crate::fate::{Fate, Trouble};
use crate::plan::{Manner, Plan};
use crate::runtimes::{Millis, millis};

/// The user agent of logins that no token source knows of: they have a client of their own.
pub(crate) const DIRECT: &str = "direct";

/// When every case begins.
const BEGIN: Duration = Duration::from_secs(1_700_000_000);

pub(crate) struct World {
    /// From here on its clocks go on.
    pub(crate) start: Instant,
    pub(crate) conditions: Conditions,
    /// Whether all that happens is printed, for whoever looks for a fault.
    pub(crate) is_printed: bool,
    pub(crate) state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    /// Of everything that happened, in its order.
    pub(crate) hash: DefaultHasher,
    /// Nothing goes wrong any more.
    pub(crate) is_calm: bool,
    /// When each process of the clients began.
    pub(crate) processes: Vec<Millis>,
    pub(crate) calls: Vec<Call>,
    pub(crate) attempts: Vec<Attempt>,
    /// What earlier calls made.
    ids: Vec<String>,
    pub(crate) revocations: Vec<Millis>,
    /// How far the wall clock is ahead from when on, in seconds.
    pub(crate) jumps: Vec<(Millis, i64)>,
    pub(crate) remains: Remains,
}

/// A call of a caller.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) plan: Plan,
    pub(crate) process: usize,
    pub(crate) arguments: Arguments,
    pub(crate) begun: Millis,
    /// `None`: it never ended.
    pub(crate) end: Option<Millis>,
    pub(crate) what: What,
    pub(crate) failure: Option<Failure>,
}

/// A request that was given to the transport.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    pub(crate) is_login: bool,
    /// Whose it is; `None`: no token source knows of it.
    pub(crate) process: Option<usize>,
    /// The marker of its call, where it says so.
    pub(crate) marker: Option<String>,
    /// The token that it carries.
    pub(crate) token: Option<String>,
    pub(crate) fate: Fate,
    pub(crate) begun: Millis,
    pub(crate) deadline: Millis,
    pub(crate) arrived: Option<Millis>,
    /// When the server answered, and with which status.
    pub(crate) served: Option<(Millis, u16)>,
    pub(crate) end: Option<(Millis, End)>,
    /// The token that the server's answer to a login brings.
    pub(crate) brought: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Answered,
    Failed,
    /// Its future was dropped.
    GivenUp,
}

/// What is there after the last call.
#[derive(Debug, Default)]
pub(crate) struct Remains {
    pub(crate) effects: Vec<Effect>,
    /// What the account has spent at the provider, and what all that it bought costs.
    pub(crate) spent: Option<(u64, u64)>,
    pub(crate) journal: Option<Journal>,
    pub(crate) tasks: usize,
    /// The requests that were open and nobody had given up: whether each was a login.
    pub(crate) open: Vec<bool>,
    /// What still holds the client's transport after its end.
    pub(crate) held: usize,
    pub(crate) panics: usize,
}

impl World {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down that something has happened.
    pub(crate) fn note(&self, what: impl fmt::Display, write: impl FnOnce(&mut State, Millis)) {
        let now = self.since_start(Instant::now());
        let line = format!("{now:>8} ms  {what}");
        if self.is_printed {
            // Whoever reads it may have seen enough.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
        let mut state = self.lock();
        line.hash(&mut state.hash);
        write(&mut state, now);
    }

    fn since_start(&self, moment: Instant) -> Millis {
        millis(moment.saturating_duration_since(self.start))
    }

    /// What the server's clock shows.
    pub(crate) fn server_time(&self) -> SystemTime {
        UNIX_EPOCH + BEGIN + Instant::now().saturating_duration_since(self.start)
    }

    /// What the wall clock of the clients' machine shows.
    pub(crate) fn wall_clock(&self) -> SystemTime {
        let ahead = self.lock().ahead();
        let (back, forward) = (ahead.min(0).unsigned_abs(), ahead.max(0).unsigned_abs());
        self.server_time() + Duration::from_secs(forward) - Duration::from_secs(back)
    }

    /// A process begins; its number.
    pub(crate) fn begin_process(&self) -> usize {
        let process = self.lock().processes.len();
        self.note(format!("process {process} begins"), |state, now| {
            state.processes.push(now);
        });
        process
    }

    /// A caller begins; the number of the call, and what it is given.
    pub(crate) fn begin(&self, plan: Plan, rival: &str, process: usize) -> (usize, Arguments) {
        let (number, id) = {
            let state = self.lock();
            let id = state.ids.get(plan.choice % state.ids.len().max(1));
            (state.calls.len(), id.filter(|_| plan.call.uses_id).cloned())
        };
        let arguments = Arguments {
            marker: format!("sim-{}{rival}", plan.number),
            id,
            timeout: plan.timeout,
            now: Some(self.server_time()),
        };
        let call = Call {
            plan,
            process,
            arguments: arguments.clone(),
            begun: self.since_start(Instant::now()),
            end: None,
            what: What::Dropped,
            failure: None,
        };
        let what = format!("call {number}: {call:?}");
        self.note(what, |state, _| state.calls.push(call));
        (number, arguments)
    }

    /// A caller is told what came of the call, or has dropped it.
    pub(crate) fn end(&self, call: usize, outcome: Option<Outcome>) {
        let what = outcome.as_ref().map_or(What::Dropped, What::from);
        let texts = Vec::new();
        let failure = outcome.and_then(Result::err).map(|it| Failure { texts, ..it });
        let why = failure.as_ref().map(|it| (it.kind, it.attempts, it.retry_after));
        self.note(format!("call {call} is told {what:?} {why:?}"), |state, now| {
            state.ids.extend(what.id().cloned());
            let call = &mut state.calls[call];
            (call.end, call.what, call.failure) = (Some(now), what, failure);
        });
    }

    /// The transport was given a request; its number and what becomes of it.
    pub(crate) fn attempt(&self, request: &Request<Bytes>, deadline: Instant) -> (usize, Fate) {
        let target = request.uri().to_string();
        let body = String::from_utf8_lossy(request.body());
        let header = |name| request.headers().get(name)?.to_str().ok();
        let is_login = target.ends_with("/auth/token") || target.ends_with("/authenticate");
        let number = self.lock().attempts.len();
        let mut fate = self.conditions.fate(number, is_login);
        if self.lock().is_calm {
            fate.trouble = Trouble::None;
        }
        let token: Option<&str> = header("authorization").and_then(|it: &str| it.split(' ').next_back());
        let attempt = Attempt {
            is_login,
            process: header("user-agent").and_then(|it| it.parse().ok()),
            marker: marker_in(&target).or_else(|| marker_in(&body)),
            token: token.map(str::to_owned),
            fate: fate.clone(),
            begun: self.since_start(Instant::now()),
            deadline: self.since_start(deadline),
            ..Attempt::default()
        };
        let what = format!("attempt {number}: {request:?} {attempt:?}");
        self.note(what, |state, _| state.attempts.push(attempt));
        (number, fate)
    }

    pub(crate) fn jump(&self, by: i64) {
        let what = format!("the wall clock is set by {by} s");
        self.note(what, |state, now| state.jumps.push((now, state.ahead() + by)));
    }
}

impl State {
    /// How far the wall clock is ahead, in seconds.
    fn ahead(&self) -> i64 {
        self.jumps.last().map_or(0, |jump| jump.1)
    }

    /// How far it was ahead between two moments, each time.
    pub(crate) fn ahead_in(&self, time: RangeInclusive<Millis>) -> impl Iterator<Item = i64> {
        let before = self.jumps.iter().rev().find(|jump| jump.0 < *time.start());
        let within = self.jumps.iter().filter(move |jump| time.contains(&jump.0));
        std::iter::once(before.map_or(0, |jump| jump.1)).chain(within.map(|jump| jump.1))
    }

    /// Whether the server asked for a pause.
    pub(crate) fn was_told_to_pause(&self) -> bool {
        let mut statuses = self.attempts.iter().filter_map(|it| it.served);
        statuses.any(|(_, status)| matches!(status, 429 | 503))
    }
}

impl Call {
    /// How long it took; for ever, if it never ended.
    pub(crate) fn time(&self) -> Millis {
        self.end.map_or(Millis::MAX, |end| end - self.begun)
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        self.failure.as_ref().map(|it| it.kind)
    }

    /// How many requests the failure speaks of.
    pub(crate) fn attempts(&self) -> u32 {
        self.failure.as_ref().map_or(0, |it| it.attempts)
    }

    pub(crate) fn is_patient(&self) -> bool {
        self.plan.manner == Manner::Patient
    }

    /// Whether its runtime may end or stand still meanwhile.
    pub(crate) fn may_stand_still(&self, conditions: &Conditions) -> bool {
        self.plan.runtime > 0 && conditions.ends > 0
    }
}

impl Attempt {
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.end, Some((_, End::Answered)))
    }

    /// When it ended; never, if nobody has seen that.
    pub(crate) fn ended(&self) -> Millis {
        self.end.map_or(Millis::MAX, |(at, _)| at)
    }

    /// Whether it is of this call.
    pub(crate) fn is_of(&self, call: &Call) -> bool {
        self.marker.as_ref() == Some(&call.arguments.marker)
    }
}

fn marker_in(text: &str) -> Option<String> {
    let marker = &text[text.find("sim-")?..];
    let end = marker.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    Some(marker[..end.unwrap_or(marker.len())].to_owned())
}

/// A JWT, or an opaque one of the sandbox's.
pub(crate) fn token_in(text: &str) -> Option<String> {
    let is_end = |c: char| c == '"' || c == '\\' || c.is_whitespace();
    let mut words = text.split(is_end);
    let token = words.find(|word| word.starts_with("eyJ") || word.contains("-opaque-token-"));
    token.map(str::to_owned)
}
