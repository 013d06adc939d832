//! What all parts of a case share: the clocks, and the record of calls and attempts that the judge reads.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_core::bytes::Bytes;
use http_core::http::{Request, Response};
use payvand_harness::{Arguments, Call as Kind};
use tokio::time::Instant;

use crate::log::Log;
use crate::network::fate::Fate;
use crate::plan::{Manner, Plan};
use crate::subjects::{DIRECT, Told, What};

/// When every case begins.
const BEGIN: Duration = Duration::from_secs(1_700_000_000);

/// A moment or time, in milliseconds of the case.
pub(crate) type Millis = u64;

pub(crate) struct World {
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) log: Log,
    pub(crate) calls: Vec<Call>,
    pub(crate) attempts: Vec<Attempt>,
    /// What earlier calls made.
    pub(crate) ids: Vec<String>,
    pub(crate) revocations: Vec<Millis>,
    /// How far the wall clock is ahead from when on, in seconds.
    pub(crate) jumps: Vec<(Millis, i64)>,
}

/// A call of a caller.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) of: &'static Kind,
    pub(crate) arguments: Arguments,
    pub(crate) manner: Manner,
    pub(crate) runtime: usize,
    pub(crate) begun: Millis,
    /// `None`: it never ended.
    pub(crate) ended: Option<(Millis, Told)>,
}

/// A request that was given to the transport.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) is_login: bool,
    /// Whether no token source knows of it.
    pub(crate) is_direct: bool,
    /// The marker of its call, where it says so.
    pub(crate) marker: Option<String>,
    /// The `Authorization` that it carries.
    pub(crate) token: Option<String>,
    pub(crate) fate: Fate,
    pub(crate) begun: Millis,
    pub(crate) deadline: Millis,
    pub(crate) arrived: Option<Millis>,
    /// When the server answered.
    pub(crate) served: Option<Millis>,
    pub(crate) ended: Option<(Millis, End)>,
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

impl World {
    /// On a runtime, whose clock goes on from here.
    pub(crate) fn new(start: Instant, log: Log) -> Arc<Self> {
        let state = State {
            log,
            calls: Vec::new(),
            attempts: Vec::new(),
            ids: Vec::new(),
            revocations: Vec::new(),
            jumps: Vec::new(),
        };
        let state = Mutex::new(state);
        Arc::new(Self { start, state })
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn elapsed(&self) -> Duration {
        Instant::now().saturating_duration_since(self.start)
    }

    pub(crate) fn now(&self) -> Millis {
        millis(self.elapsed())
    }

    /// What the server's clock shows.
    pub(crate) fn server_time(&self) -> SystemTime {
        UNIX_EPOCH + BEGIN + self.elapsed()
    }

    /// What the wall clock of the clients' machine shows.
    pub(crate) fn wall_clock(&self) -> SystemTime {
        let jumps = &self.lock().jumps;
        let ahead = jumps.last().map_or(0, |(_, ahead)| *ahead);
        let distance = Duration::from_secs(ahead.unsigned_abs());
        let time = self.server_time();
        if ahead < 0 {
            time - distance
        } else {
            time + distance
        }
    }

    pub(crate) fn jump(&self, by: i64) {
        let now = self.now();
        let mut state = self.lock();
        let ahead = state.jumps.last().map_or(0, |(_, ahead)| *ahead) + by;
        state.jumps.push((now, ahead));
        state
            .log
            .line(now, format_args!("the wall clock is set by {by} s"));
    }

    pub(crate) fn revoked(&self) {
        let now = self.now();
        let mut state = self.lock();
        state.revocations.push(now);
        state.log.line(now, format_args!("all tokens are revoked"));
    }

    /// A caller begins; the number of the call, and what it is given.
    pub(crate) fn begin(&self, plan: &Plan, rival: &str) -> (usize, Arguments) {
        let now = self.now();
        let mut state = self.lock();
        let count = state.ids.len() as u64;
        let id = usize::try_from(plan.choice % count.max(1)).unwrap_or_default();
        let arguments = Arguments {
            marker: format!("sim-{}{rival}", plan.number),
            id: state.ids.get(id).filter(|_| plan.call.uses_id).cloned(),
            timeout: plan.timeout,
            now: Some(self.server_time()),
        };
        let name = plan.call.name;
        state
            .log
            .line(now, format_args!("{name} {arguments:?} {:?}", plan.manner));
        state.calls.push(Call {
            of: plan.call,
            arguments: arguments.clone(),
            manner: plan.manner,
            runtime: plan.runtime,
            begun: now,
            ended: None,
        });
        (state.calls.len() - 1, arguments)
    }

    pub(crate) fn end(&self, call: usize, told: Told) {
        let now = self.now();
        let mut state = self.lock();
        let of = state.calls[call].arguments.marker.clone();
        state.log.line(now, format_args!("{of} is told {told:?}"));
        if let What::Done { id: Some(id) } = &told.what {
            state.ids.push(id.clone());
        }
        state.calls[call].ended = Some((now, told));
    }

    /// The transport was given a request; its number.
    pub(crate) fn attempt(
        &self,
        request: &Request<Bytes>,
        deadline: Instant,
        fate: impl FnOnce(u64, bool) -> Fate,
    ) -> usize {
        let now = self.now();
        let mut state = self.lock();
        let target = request.uri().to_string();
        let is_login = target.ends_with("/auth/token") || target.ends_with("/authenticate");
        let text = String::from_utf8_lossy(request.body());
        let marker = marker_in(&target).or_else(|| marker_in(&text)).map(str::to_owned);
        let token = request.headers().get("authorization");
        let token = token.and_then(|token| token.to_str().ok()).map(str::to_owned);
        let number = state.attempts.len();
        let fate = fate(number as u64, is_login);
        state.log.bytes(target.as_bytes());
        state.log.bytes(request.body());
        for value in request.headers().values() {
            state.log.bytes(value.as_bytes());
        }
        state.log.line(
            now,
            format_args!(
                "attempt {number}: {} for {marker:?}, {fate:?}",
                request.uri().path()
            ),
        );
        state.attempts.push(Attempt {
            is_login,
            is_direct: request.headers().get("user-agent").is_some_and(|it| it == DIRECT),
            marker,
            token,
            fate,
            begun: now,
            deadline: millis(deadline.saturating_duration_since(self.start)),
            arrived: None,
            served: None,
            ended: None,
            brought: None,
        });
        number
    }

    pub(crate) fn arrived(&self, attempt: usize) {
        let now = self.now();
        let mut state = self.lock();
        state.attempts[attempt].arrived = Some(now);
        state.log.line(now, format_args!("attempt {attempt} arrives"));
    }

    pub(crate) fn answered(&self, attempt: usize, answer: &Response<Bytes>) {
        let now = self.now();
        let mut state = self.lock();
        let text = String::from_utf8_lossy(answer.body());
        if state.attempts[attempt].is_login {
            state.attempts[attempt].brought = token_in(&text).map(str::to_owned);
        }
        state.attempts[attempt].served = Some(now);
        state.log.bytes(answer.body());
        state
            .log
            .line(now, format_args!("the answer to {attempt}: {}", answer.status()));
    }

    pub(crate) fn attempt_ended(&self, attempt: usize, end: End) {
        let now = self.now();
        let mut state = self.lock();
        if state.attempts[attempt].ended.is_none() {
            state.attempts[attempt].ended = Some((now, end));
            state
                .log
                .line(now, format_args!("attempt {attempt} ends: {end:?}"));
        }
    }
}

impl State {
    /// How many requests are open that nobody has given up, and how many of them are logins.
    pub(crate) fn open_attempts(&self) -> (usize, usize) {
        let open = || self.attempts.iter().filter(|attempt| attempt.ended.is_none());
        (open().count(), open().filter(|attempt| attempt.is_login).count())
    }

    /// Whether the server asked for a pause.
    pub(crate) fn was_told_to_pause(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.fate.asks_for_pause())
    }

    /// How far the wall clock was ahead, in seconds.
    pub(crate) fn ahead_at(&self, at: Millis) -> i64 {
        let mut jumps = self.jumps.iter().rev();
        jumps.find(|jump| jump.0 <= at).map_or(0, |jump| jump.1)
    }
}

pub(crate) fn millis(time: Duration) -> Millis {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn marker_in(text: &str) -> Option<&str> {
    let marker = &text[text.find("sim-")?..];
    let end = marker.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    Some(&marker[..end.unwrap_or(marker.len())])
}

/// A JWT, or an opaque one of the sandbox's.
fn token_in(text: &str) -> Option<&str> {
    let is_end = |c: char| c == '"' || c == '\\' || c.is_whitespace();
    let mut words = text.split(is_end);
    words.find(|word| word.starts_with("eyJ") || word.contains("-opaque-token-"))
}
