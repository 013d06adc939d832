use std::time::Duration;

use http_core::{Instant, SharedLimitError};

use crate::error::RedisError;
use crate::id;

/// What a process knows of a limit, and has not told Redis yet.
#[derive(Default)]
pub(super) struct State {
    /// Of one who gave up.
    pub(super) ticket: Option<Ticket>,
    pub(super) asked_at: Option<Instant>,
    /// The first failure since the last answer.
    pub(super) lost_since: Option<Instant>,
    /// As Redis last said.
    paused_until: Option<Instant>,
    ended: Vec<Ended>,
    /// Asked for by the server, of this process.
    pause: Option<Instant>,
    /// How many requests left without Redis, and how many of them it knows of.
    alone: u64,
    alone_told: u64,
}

/// A request that asks whether it may leave. Asking again with the same id takes no second place.
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) place: String,
}

impl Default for Ticket {
    fn default() -> Self {
        Self {
            id: id::new(),
            place: String::new(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Ended {
    pub(super) id: String,
    pub(super) at: Instant,
    /// It may have been sent.
    pub(super) was_sent: bool,
}

/// What one question tells Redis.
pub(super) struct Report {
    pub(super) ended: Vec<Ended>,
    pub(super) pause: Option<Instant>,
    pub(super) left_alone: bool,
    alone: u64,
}

impl State {
    /// Whether a request that leaves at the soonest then leaves before its deadline.
    pub(super) fn check(&self, soonest: Instant, deadline: Instant) -> Result<(), SharedLimitError> {
        match self.paused_until {
            Some(until) if until >= deadline => {
                let left = until.saturating_duration_since(Instant::now());
                Err(SharedLimitError::paused(left))
            }
            _ if soonest >= deadline => Err(SharedLimitError::too_late()),
            _ => Ok(()),
        }
    }

    pub(super) fn end(&mut self, ended: Ended) {
        self.ended.push(ended);
    }

    /// Whether a request may leave without Redis, as it does if so.
    pub(super) fn leaves_alone(&mut self) -> bool {
        let is_lost = self.lost_since.is_some();
        self.alone += u64::from(is_lost);
        is_lost
    }

    pub(super) fn pause(&mut self, time: Duration) {
        self.pause = self.pause.max(Instant::now().checked_add(time));
    }

    pub(super) fn has_news(&self) -> bool {
        !self.ended.is_empty() || self.pause.is_some()
    }

    /// What ended before `memory` does not matter any more.
    pub(super) fn report(&mut self, memory: Duration) -> Report {
        self.ended.retain(|it| it.at.elapsed() < memory);
        self.asked_at = Some(Instant::now());
        Report {
            ended: self.ended.clone(),
            pause: self.pause,
            left_alone: self.alone != self.alone_told,
            alone: self.alone,
        }
    }

    /// The pause that Redis knows of, in milliseconds, or its failure.
    pub(super) fn heard(&mut self, report: &Report, pause: Result<u64, &RedisError>) {
        let now = Instant::now();
        self.asked_at = Some(now);
        match pause {
            Ok(pause) => {
                let is_told = |ended: &Ended| report.ended.iter().any(|it| it.id == ended.id);
                self.ended.retain(|ended| !is_told(ended));
                self.pause = self.pause.filter(|_| self.pause != report.pause);
                self.alone_told = report.alone;
                self.lost_since = None;
                self.paused_until = now.checked_add(Duration::from_millis(pause));
            }
            Err(error) => {
                if self.lost_since.is_none() {
                    tracing::warn!(%error, "the shared rate limit does not answer");
                }
                self.lost_since.get_or_insert(now);
            }
        }
    }
}
