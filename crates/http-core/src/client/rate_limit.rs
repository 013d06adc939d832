use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::rate_limit::{Limit, RateLimit};

/// A waiter that leaves a free slot unused for longer is not polled any more: the next one may go before it.
const PATIENCE: Duration = Duration::from_millis(25);

/// Timers are no finer.
const TICK: Duration = Duration::from_millis(1);

impl RateLimit {
    /// The limiter ahead of a shared limit: there is one even without a limit, for its attempts are tasks.
    pub(crate) fn limiter_in_front(self) -> Option<Arc<Limiter>> {
        let most = Self::new(u32::MAX, Duration::ZERO);
        self.limiter().or_else(|| most.limiter())
    }

    pub(crate) fn limiter(self) -> Option<Arc<Limiter>> {
        self.0.map(|limit| {
            Arc::new(Limiter {
                limit,
                state: Mutex::default(),
            })
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
    /// Who left a free slot unused. They count for nothing until they are polled again, and then have their place back.
    passed_over: BTreeMap<u64, Waiter>,
    last_id: u64,
    /// The requests under way, by the deadlines at which they are over at the latest.
    in_flight: BTreeSet<(Instant, u64)>,
    /// When the completed ones stop to count, earliest first.
    recent: VecDeque<Instant>,
    /// The server asked for a pause until then.
    paused_until: Option<Instant>,
    /// Whose turn it is, and since when that waiter could have left.
    turn: Option<(u64, Instant)>,
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

enum Look {
    MayLeave,
    TooLate(TooLate),
    Again(Instant),
}

impl Limiter {
    /// Waits for the turn of one request; fails as soon as it is certain that the turn comes too late.
    pub(crate) async fn acquire(self: &Arc<Self>, deadline: Instant) -> Result<Permit, TooLate> {
        let place = {
            let mut state = self.lock();
            let now = Instant::now();
            state.settle(now, self.limit);
            if state.queue.is_empty() && state.is_free(now, self.limit) {
                return Ok(self.permit(&mut state, deadline));
            }
            self.queue_up(&mut state)
        };
        loop {
            let look_again = {
                let mut state = self.lock();
                match state.look(place.id, deadline, self.limit) {
                    Look::MayLeave => return Ok(self.permit(&mut state, deadline)),
                    Look::TooLate(error) => return Err(error),
                    Look::Again(at) => at,
                }
            };
            let _ = timeout_at(look_again, place.wake.notified()).await;
        }
    }

    /// Lets nobody leave for this long. It wakes none but the first, whose turn may be too late now; the others look when
    /// their own could come.
    pub(crate) fn pause(&self, time: Duration) {
        let until = after(Instant::now(), time);
        let mut state = self.lock();
        state.paused_until = state.paused_until.max(Some(until));
        state.wake_first();
    }

    /// How many requests may be under way at once.
    pub(crate) fn slots(&self) -> usize {
        self.limit.slots()
    }

    fn permit(self: &Arc<Self>, state: &mut State, deadline: Instant) -> Permit {
        let id = state.next_id();
        state.in_flight.insert((deadline, id));
        Permit {
            limiter: Arc::clone(self),
            key: (deadline, id),
        }
    }

    fn queue_up(&self, state: &mut State) -> Place<'_> {
        let id = state.next_id();
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
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// How many are ahead of a waiter.
    fn position(&self, id: u64) -> usize {
        self.queue.partition_point(|other| other.id < id)
    }

    fn leave_queue(&mut self, id: u64) -> Option<Waiter> {
        let place = self.queue.binary_search_by_key(&id, |other| other.id).ok()?;
        self.queue.remove(place)
    }

    fn look(&mut self, id: u64, deadline: Instant, limit: Limit) -> Look {
        let now = Instant::now();
        if now >= deadline {
            return self.too_late(now);
        }
        if let Some(waiter) = self.passed_over.remove(&id) {
            self.queue.insert(self.position(id), waiter);
        }
        self.settle(now, limit);
        let is_free = self.is_free(now, limit);
        while is_free && self.pass_over_first(id, now) {}
        let position = self.position(id);
        if position == 0 && is_free {
            return Look::MayLeave;
        }
        // While a slot is free nothing is certain: those before may have stopped to be polled.
        if !is_free && self.earliest(position, now, limit) >= deadline {
            return self.too_late(now);
        }
        Look::Again(self.look_again(position, now, limit).min(deadline))
    }

    fn too_late(&self, now: Instant) -> Look {
        let pause = self
            .paused_until
            .map(|until| until.saturating_duration_since(now));
        Look::TooLate(TooLate {
            pause: pause.filter(|left| !left.is_zero()),
        })
    }

    /// Passes over the first of the queue, if that is another one and has left a free slot unused for too long.
    fn pass_over_first(&mut self, id: u64, now: Instant) -> bool {
        let Some((first, since)) = self.turn else {
            return false;
        };
        if first == id || now < after(since, PATIENCE) {
            return false;
        }
        if let Some(waiter) = self.leave_queue(first) {
            self.passed_over.insert(first, waiter);
        }
        self.offer(now);
        true
    }

    /// When a waiter at this place is to look again, if nobody wakes it before: the first when it may leave, the others
    /// when all before them could have been passed over. So however many wait, few of them look at a time.
    fn look_again(&self, position: usize, now: Instant, limit: Limit) -> Instant {
        let earliest = self.earliest(0, now, limit);
        match (position, self.turn) {
            (0, _) => {
                let only_a_completion_helps = self.recent.is_empty() && self.in_flight.len() >= limit.slots();
                // That wakes the first.
                let least = if only_a_completion_helps { PATIENCE } else { TICK };
                earliest.max(after(now, least))
            }
            (_, Some((_, since))) => after(since, PATIENCE),
            (_, None) => {
                let waiters = u32::try_from(position).unwrap_or(u32::MAX);
                after(earliest, PATIENCE.saturating_mul(waiters))
            }
        }
    }

    /// Counts what has come to an end by now, and offers a free slot to the first of the queue.
    fn settle(&mut self, now: Instant, limit: Limit) {
        while let Some((deadline, _)) = self.in_flight.first().copied().filter(|it| it.0 <= now) {
            self.in_flight.pop_first();
            self.complete(deadline, limit);
        }
        let free_since = self.earliest(0, now, limit).min(now);
        while self.recent.front().is_some_and(|until| *until <= now) {
            self.recent.pop_front();
        }
        if !self.is_free(now, limit) {
            self.turn = None;
        } else if self.turn.map(|turn| turn.0) != self.queue.front().map(|first| first.id) {
            self.offer(free_since);
        }
    }

    fn complete(&mut self, at: Instant, limit: Limit) {
        let until = after(at, limit.per);
        let place = self.recent.partition_point(|other| *other <= until);
        self.recent.insert(place, until);
    }

    fn is_free(&self, now: Instant, limit: Limit) -> bool {
        self.in_flight.len() + self.recent.len() < limit.slots()
            && self.paused_until.is_none_or(|until| until <= now)
    }

    fn offer(&mut self, since: Instant) {
        self.turn = self.queue.front().map(|first| (first.id, since));
        self.wake_first();
    }

    fn wake_first(&self) {
        if let Some(first) = self.queue.front() {
            first.wake.notify_one();
        }
    }

    /// The earliest moment at which the request at this place of the queue may leave, if everything before it
    /// leaves and is completed at its own earliest.
    fn earliest(&self, position: usize, now: Instant, limit: Limit) -> Instant {
        let (round, slot) = (position / limit.slots(), position % limit.slots());
        let free = limit
            .slots()
            .saturating_sub(self.in_flight.len() + self.recent.len());
        let slot_ready = match slot.checked_sub(free) {
            None => now,
            Some(recent) => self
                .recent
                .get(recent)
                .copied()
                .unwrap_or_else(|| after(now, limit.per)),
        };
        let first_round = self
            .paused_until
            .map_or(slot_ready, |until| slot_ready.max(until));
        let rounds = limit.per.saturating_mul(u32::try_from(round).unwrap_or(u32::MAX));
        after(first_round, rounds)
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
        let was_first = state.queue.front().is_some_and(|first| first.id == self.id);
        state.leave_queue(self.id);
        state.passed_over.remove(&self.id);
        if was_first {
            let now = Instant::now();
            state.settle(now, self.limiter.limit);
            match state.turn {
                // It is the first from now on, however long the slot has been free.
                Some(_) => state.offer(now),
                None => state.wake_first(),
            }
        }
    }
}

/// One request under way. It is completed at its deadline, or when the first clone of this is dropped, however it
/// ended.
#[derive(Clone)]
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    key: (Instant, u64),
}

impl Permit {
    /// Nothing is sent after all: the next one may go in its place.
    pub(crate) fn give_back(self) {
        let mut state = self.limiter.lock();
        state.in_flight.remove(&self.key);
        state.settle(Instant::now(), self.limiter.limit);
        state.wake_first();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        let now = Instant::now();
        let limit = self.limiter.limit;
        // At the deadline it is completed as of then.
        state.settle(now, limit);
        if state.in_flight.remove(&self.key) {
            state.complete(now, limit);
            state.settle(now, limit);
            state.wake_first();
        }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::pin::Pin;

    use tokio::time::{advance, sleep};

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Result<Permit, TooLate>> + Send>>;

    const SECOND: Duration = Duration::from_secs(1);

    fn one_each_second() -> Arc<Limiter> {
        RateLimit::per_second(1).limiter().unwrap()
    }

    /// A waiter that was polled once.
    async fn unpolled(limiter: &Arc<Limiter>) -> Waiting {
        let limiter = Arc::clone(limiter);
        let deadline = Instant::now() + 100 * SECOND;
        let mut waiting: Waiting = Box::pin(async move { limiter.acquire(deadline).await });
        assert!(timeout_at(Instant::now(), &mut waiting).await.is_err());
        waiting
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_is_completed_at_its_deadline_whenever_somebody_looks() {
        let limiter = one_each_second();
        let begin = Instant::now();
        let permit = limiter.acquire(begin + 5 * SECOND).await.unwrap();
        advance(5 * SECOND).await;
        let next = limiter.acquire(begin + 10 * SECOND).await.unwrap();
        assert_eq!(begin.elapsed(), 6 * SECOND);
        drop(next);
        // Its own end comes too late to count.
        advance(10 * SECOND).await;
        drop(permit);
        assert!(limiter.acquire(Instant::now() + SECOND).await.is_ok());

        let begin = Instant::now();
        let _kept = limiter.acquire(begin + 5 * SECOND).await.unwrap();
        advance(6 * SECOND).await;
        assert!(limiter.acquire(begin + 6 * SECOND + PATIENCE).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_free_slot_is_left_to_the_first_for_25_ms() {
        let limiter = one_each_second();
        let begin = Instant::now();
        drop(limiter.acquire(begin + SECOND).await.unwrap());
        let first = unpolled(&limiter).await;
        limiter.acquire(begin + 10 * SECOND).await.unwrap();
        assert_eq!(begin.elapsed(), SECOND + PATIENCE);
        drop(first);
        let state = limiter.lock();
        assert!(state.queue.is_empty() && state.passed_over.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_next_is_woken_when_the_first_is_passed_over() {
        let limiter = one_each_second();
        let begin = Instant::now();
        let held = limiter.acquire(begin + 100 * SECOND).await.unwrap();
        let _first = unpolled(&limiter).await;
        let second = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move {
                let _permit = limiter.acquire(begin + 100 * SECOND).await;
                begin.elapsed()
            }
        });
        sleep(PATIENCE).await;
        held.give_back();
        sleep(2 * PATIENCE).await;
        let _third = unpolled(&limiter).await;
        assert_eq!(second.await.unwrap(), 3 * PATIENCE);
    }

    /// They may not react, and the slot is free: only waiting tells.
    #[tokio::test(start_paused = true)]
    async fn while_a_slot_is_free_no_turn_is_too_late() {
        let limiter = one_each_second();
        let held = limiter.acquire(Instant::now() + 100 * SECOND).await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..10 {
            waiting.push(unpolled(&limiter).await);
        }
        held.give_back();
        let begin = Instant::now();
        limiter.acquire(begin + SECOND).await.unwrap();
        assert_eq!(begin.elapsed(), 10 * PATIENCE);
        let error = limiter.acquire(begin + SECOND).await;
        assert_eq!(error.err(), Some(TooLate { pause: None }));
        assert_eq!(
            begin.elapsed(),
            10 * PATIENCE,
            "the slot is taken: that is certain"
        );
    }
}
