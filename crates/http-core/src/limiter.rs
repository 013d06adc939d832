use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// Timers are no finer.
const TICK: Duration = Duration::from_millis(1);

/// How many requests a provider takes in a time.
///
/// The limit holds at the *server*, however slow the network between: of all requests before it, a request leaves
/// only when no more than `count - 1` are under way or have been completed less than `per` ago. So no window of
/// that length can see one arrival too many. It is first come, first served, and shared by a client's clones.
///
/// ```
/// # use http_core::RateLimit;
/// # use std::time::Duration;
/// assert_eq!(RateLimit::per_second(5), RateLimit::new(5, Duration::from_secs(1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimit(Option<Limit>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    count: NonZeroU32,
    per: Duration,
}

impl RateLimit {
    /// At most `count` requests in any window of this length; 0 counts as 1.
    pub const fn new(count: u32, per: Duration) -> Self {
        let count = match NonZeroU32::new(count) {
            Some(count) => count,
            None => NonZeroU32::MIN,
        };
        Self(Some(Limit { count, per }))
    }

    /// At most `count` requests in any second.
    pub const fn per_second(count: u32) -> Self {
        Self::new(count, Duration::from_secs(1))
    }

    /// No limit.
    pub const fn unlimited() -> Self {
        Self(None)
    }

    pub(crate) fn limiter(self) -> Option<Limiter> {
        self.0.map(|limit| Limiter {
            limit,
            state: Mutex::default(),
        })
    }
}

/// Lets requests leave as a [`RateLimit`] says.
pub(crate) struct Limiter {
    limit: Limit,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Who waits, in the order of arrival, so in that of the ids.
    queue: VecDeque<Waiter>,
    last_id: u64,
    in_flight: usize,
    /// When the completed ones stop to count, earliest first.
    cooling: VecDeque<Instant>,
    /// The server asked to be left alone until then.
    rest_until: Option<Instant>,
}

struct Waiter {
    id: u64,
    wake: Arc<Notify>,
}

/// The turn of a request would come after its deadline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLate {
    /// What is left of the pause that the server asked for.
    pub(crate) pause: Option<Duration>,
}

impl Limiter {
    /// Waits for the turn of one request; fails as soon as it is certain that the turn comes too late.
    pub(crate) async fn pass(&self, deadline: Instant) -> Result<Passage<'_>, TooLate> {
        let place = {
            let mut state = self.lock();
            if state.queue.is_empty() && state.take(Instant::now(), self.limit) {
                return Ok(self.passage());
            }
            self.queue_up(&mut state)
        };
        loop {
            let look_again = {
                let mut state = self.lock();
                let now = Instant::now();
                let position = state.position(place.id);
                if position == 0 && state.take(now, self.limit) {
                    return Ok(self.passage());
                }
                let earliest = state.earliest(position, now, self.limit);
                if earliest >= deadline {
                    return Err(TooLate {
                        pause: state.pause_left(now),
                    });
                }
                earliest.max(now + TICK)
            };
            let _ = timeout_at(look_again, place.wake.notified()).await;
        }
    }

    /// Lets nobody leave for this long.
    pub(crate) fn rest(&self, time: Duration) {
        let until = after(Instant::now(), time);
        let mut state = self.lock();
        state.rest_until = state.rest_until.max(Some(until));
        for waiter in &state.queue {
            waiter.wake.notify_one();
        }
    }

    fn passage(&self) -> Passage<'_> {
        Passage {
            limiter: self,
            is_used: true,
        }
    }

    fn queue_up(&self, state: &mut State) -> Place<'_> {
        state.last_id += 1;
        let id = state.last_id;
        let wake = Arc::new(Notify::new());
        state.queue.push_back(Waiter {
            id,
            wake: Arc::clone(&wake),
        });
        Place {
            limiter: self,
            id,
            wake,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, now: Instant, limit: Limit) -> bool {
        while self.cooling.front().is_some_and(|until| *until <= now) {
            self.cooling.pop_front();
        }
        let free = self.in_flight + self.cooling.len() < limit.slots();
        let may_leave = free && self.rest_until.is_none_or(|until| until <= now);
        self.in_flight += usize::from(may_leave);
        may_leave
    }

    /// The earliest moment at which the request at this place of the queue may leave, if everything before it
    /// leaves and is completed at its own earliest.
    fn earliest(&self, position: usize, now: Instant, limit: Limit) -> Instant {
        let (round, slot) = (position / limit.slots(), position % limit.slots());
        let free = limit.slots().saturating_sub(self.in_flight + self.cooling.len());
        let slot_ready = match slot.checked_sub(free) {
            None => now,
            Some(cooling) => self
                .cooling
                .get(cooling)
                .copied()
                .unwrap_or_else(|| after(now, limit.per)),
        };
        let first_round = slot_ready.max(self.rest_until.unwrap_or(now));
        let rounds = limit.per.saturating_mul(u32::try_from(round).unwrap_or(u32::MAX));
        after(first_round, rounds)
    }

    fn pause_left(&self, now: Instant) -> Option<Duration> {
        let left = self.rest_until?.saturating_duration_since(now);
        Some(left).filter(|left| !left.is_zero())
    }

    fn position(&self, id: u64) -> usize {
        self.queue.partition_point(|waiter| waiter.id < id)
    }

    fn wake_first(&self) {
        if let Some(first) = self.queue.front() {
            first.wake.notify_one();
        }
    }
}

impl Limit {
    fn slots(self) -> usize {
        usize::try_from(self.count.get()).unwrap_or(usize::MAX)
    }
}

/// A place in the queue, left when it is dropped: by going through, giving up, or being cancelled.
struct Place<'a> {
    limiter: &'a Limiter,
    id: u64,
    wake: Arc<Notify>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        let position = state.position(self.id);
        state.queue.remove(position);
        state.wake_first();
    }
}

/// One request under way; dropping it is its completion, however it ended.
pub(crate) struct Passage<'a> {
    limiter: &'a Limiter,
    is_used: bool,
}

impl Passage<'_> {
    /// Nothing is sent after all: the next one may go in its place.
    pub(crate) fn give_back(mut self) {
        self.is_used = false;
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.in_flight -= 1;
        if self.is_used {
            let until = after(Instant::now(), self.limiter.limit.per);
            state.cooling.push_back(until);
        }
        state.wake_first();
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

fn after(start: Instant, time: Duration) -> Instant {
    /// As good as never, and it fits every clock.
    const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    start.checked_add(time).unwrap_or_else(|| start + NEVER)
}
