mod state;
mod under_way;

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_core::{
    Instant, MemoryRateLimit, RateLimit, SharedLimitError, SharedPermit, SharedRateLimit, async_trait,
};
use redis::Script;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, sleep_until, timeout, timeout_at};

use crate::connection::Redis;
use crate::error::RedisError;
use crate::rate_limit::state::{Report, State, Ticket};
use crate::rate_limit::under_way::UnderWay;

/// How long a call waits until Redis knows of its completion; after that it rides in the next question.
const LONGEST_TELL: Duration = Duration::from_millis(300);

/// From one question to the next while Redis fails.
const PACE: Duration = Duration::from_millis(50);

/// Whoever waits looks this often at what the one who asks has heard.
const LOOK: Duration = Duration::from_millis(250);

/// Whoever asks and has not asked for longer is not polled any more.
const LONGEST_SILENCE: Duration = Duration::from_secs(5);

static LIMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/limit.lua")));

/// What happens to requests while Redis does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Outage {
    /// They are held back: `Kind::Withheld`, not sent, retryable.
    #[default]
    Withhold,
    /// After a pause in which all that Redis allowed is over, each process lets as many leave in a window as this says (0 counts
    /// as 1): its share of the limit. **That keeps the limit only if every process has lost Redis.** While some still reach
    /// it, those share the whole limit and the others come on top.
    LocalShare(u32),
}

/// A limit that machines keep together, in Redis, for one account of one provider. Give its clones to the clients of a process.
///
/// Of all requests before it, a request leaves only when no more than `count - 1` are under way or were completed less
/// than a window ago: the rule of `RateLimit`, by the clock of Redis alone. First come, first served among processes: one
/// of each asks at a time.
///
/// A permit is a lease: its request must have left within the *send window*, and counts as completed when that is over,
/// should nobody say so before. A killed process therefore takes its places away for no longer than send window and window
/// together. For as long nobody lets a request leave when a limit is first used, and when Redis was started again, was
/// replaced by another one or lost the key: nobody knows then what has left before.
#[derive(Clone)]
pub struct RedisRateLimit {
    redis: Redis,
    keys: Arc<[Vec<u8>; 2]>,
    count: u32,
    window: Duration,
    send_window: Duration,
    /// In an outage.
    share: Option<MemoryRateLimit>,
    state: Arc<Mutex<State>>,
    /// One waiter of the process asks for all.
    asking: Arc<Semaphore>,
}

/// The right to ask, and the request that asks. Whoever gives up leaves the request to the next waiter: if Redis has allowed
/// it already, nobody knows.
struct Turn {
    limit: RedisRateLimit,
    ticket: Ticket,
    _permit: Option<OwnedSemaphorePermit>,
}

enum Allowed {
    /// After this time, by an answer to a question of then.
    ByRedis(Ticket, Duration, Instant),
    /// Under this share, for nobody can ask.
    Alone(MemoryRateLimit),
}

/// What the script answers: whether the request may leave, in how many milliseconds at the soonest, how long the pause is,
/// when to ask again, and the place in the queue.
type Answer = (bool, u64, u64, u64, String);

impl RedisRateLimit {
    /// At most `count` requests (0 counts as 1) in any window of this length, over all processes that use this Redis and prefix
    /// with the same account. `account` names provider and account, such as `smsafzar/shop`: it stands in the keys. All of
    /// them must say the same of the limit.
    pub fn new(redis: &Redis, account: &str, count: u32, per: Duration) -> Self {
        let keys = ["limit", "queue"].map(|what| redis.key(account.as_bytes(), what));
        Self {
            redis: redis.clone(),
            keys: Arc::new(keys),
            count: count.max(1),
            window: per,
            send_window: Duration::from_secs(2),
            share: None,
            state: Arc::default(),
            asking: Arc::new(Semaphore::new(1)),
        }
    }

    /// What happens while Redis does not answer; by default the requests are held back.
    #[must_use]
    pub fn outage(mut self, outage: Outage) -> Self {
        self.share = match outage {
            Outage::Withhold => None,
            Outage::LocalShare(count) => Some(MemoryRateLimit::new(RateLimit::new(count, self.window))),
        };
        self
    }

    /// How long a request may take from the permission to its first byte, connecting included: two seconds, unless this
    /// says otherwise; at least half a second.
    #[must_use]
    pub fn send_window(mut self, time: Duration) -> Self {
        self.send_window = time.max(Duration::from_millis(500));
        self
    }

    /// As long as anything can matter that was allowed before.
    fn memory(&self) -> Duration {
        self.send_window.saturating_add(self.window)
    }

    /// A request allowed at this time has left by then; what is left of its lease is for the way to the server.
    fn send_by(&self, allowed_at: Instant) -> Instant {
        allowed_at + self.send_window * 7 / 8
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn turn(&self, deadline: Instant) -> Result<Turn, SharedLimitError> {
        let mut waiting = pin!(Arc::clone(&self.asking).acquire_owned());
        let mut patience = Duration::ZERO;
        let permit = loop {
            let look_at = deadline.min(Instant::now() + patience);
            if let Ok(permit) = timeout_at(look_at, waiting.as_mut()).await {
                break permit.ok();
            }
            let state = self.lock();
            state.check(Instant::now(), deadline)?;
            if state.asked_at.is_some_and(|at| at.elapsed() > LONGEST_SILENCE) {
                break None;
            }
            patience = LOOK;
        };
        let ticket = self.lock().ticket.take().unwrap_or_default();
        Ok(Turn {
            limit: self.clone(),
            ticket,
            _permit: permit,
        })
    }

    /// Tells Redis what has happened, and asks for this request.
    async fn ask(&self, ticket: Option<&Ticket>) -> Result<Answer, RedisError> {
        let report = self.lock().report(self.memory());
        let answer = self.redis.run(&LIMIT, &*self.keys, |connection| {
            self.arguments(&connection.server, ticket, &report)
        });
        let answer: Result<Answer, _> = answer.await;
        self.lock().heard(&report, answer.as_ref().map(|it| it.2));
        answer
    }

    fn arguments(&self, server: &str, ticket: Option<&Ticket>, report: &Report) -> Vec<String> {
        let millis = |time: Duration| time.as_millis().to_string();
        let pause = report
            .pause
            .map(|until| until.saturating_duration_since(Instant::now()));
        let (id, place) = ticket.map_or(("", ""), |it| (&*it.id, &*it.place));
        let mut arguments = vec![
            server.to_owned(),
            millis(self.send_window),
            millis(self.window),
            self.count.to_string(),
            millis(pause.unwrap_or_default()),
            u8::from(report.left_alone).to_string(),
            id.to_owned(),
            place.to_owned(),
        ];
        for ended in &report.ended {
            // Long ago, if nothing was sent.
            let at_least = if ended.was_sent {
                Duration::ZERO
            } else {
                self.memory()
            };
            arguments.extend([ended.id.clone(), millis(at_least + ended.at.elapsed())]);
        }
        arguments
    }

    /// What a failure of Redis means for whoever asks: to go on under the share, or to ask again.
    fn without_redis(
        &self,
        error: RedisError,
        deadline: Instant,
    ) -> Result<Option<MemoryRateLimit>, SharedLimitError> {
        let now = Instant::now();
        let lost_for = self.lock().lost_since.map_or(Duration::ZERO, |since| now - since);
        match &self.share {
            Some(share) if lost_for >= self.memory() => Ok(Some(share.clone())),
            share if now + PACE >= deadline || share.is_none() && lost_for >= self.send_window => {
                Err(SharedLimitError::unavailable(error))
            }
            _ => Ok(None),
        }
    }

    /// What was not told yet, while the caller waits for a moment.
    async fn tell(&self) {
        if self.lock().has_news() {
            let _ = timeout(LONGEST_TELL, self.ask(None)).await;
        }
    }

    /// The permit of a request that may leave after this time; none if it came too late to send.
    async fn leave(
        &self,
        allowed: Allowed,
        deadline: Instant,
    ) -> Result<Option<SharedPermit>, SharedLimitError> {
        let (ticket, wait, asked_at) = match allowed {
            Allowed::ByRedis(ticket, wait, asked_at) => (ticket, wait, asked_at),
            Allowed::Alone(share) => {
                let permit = share.acquire(deadline).await?;
                // Redis may be back by now.
                let is_alone = self.lock().leaves_alone();
                return Ok(is_alone.then(|| permit.send_by(self.send_by(Instant::now()))));
            }
        };
        let mut under_way = UnderWay::new(Arc::clone(&self.state), ticket.id);
        let leaves_at = Instant::now() + wait;
        if leaves_at >= deadline {
            return Err(SharedLimitError::too_late());
        }
        // A timer fires a millisecond late.
        if !wait.is_zero() {
            sleep_until(leaves_at).await;
        }
        let send_by = self.send_by(asked_at);
        if Instant::now() >= send_by {
            return Ok(None);
        }
        under_way.may_be_sent();
        Ok(Some(SharedPermit::new(under_way).send_by(send_by)))
    }
}

#[async_trait]
impl SharedRateLimit for RedisRateLimit {
    async fn acquire(&self, deadline: Instant) -> Result<SharedPermit, SharedLimitError> {
        loop {
            let mut turn = self.turn(deadline).await?;
            let allowed = turn.ask(deadline).await?;
            drop(turn);
            if let Some(permit) = self.leave(allowed, deadline).await? {
                return Ok(permit);
            }
        }
    }

    async fn complete(&self, permit: SharedPermit) {
        drop(permit);
        self.tell().await;
    }

    async fn pause(&self, time: Duration) {
        self.lock().pause(time);
        if let Some(share) = &self.share {
            share.pause(time).await;
        }
        self.tell().await;
    }
}

impl Turn {
    async fn ask(&mut self, deadline: Instant) -> Result<Allowed, SharedLimitError> {
        let mut has_answered = false;
        loop {
            let asked_at = Instant::now();
            let Ok(answer) = timeout_at(deadline, self.limit.ask(Some(&self.ticket))).await else {
                return Err(if has_answered {
                    SharedLimitError::too_late()
                } else {
                    SharedLimitError::unavailable(RedisError::NoAnswer)
                });
            };
            has_answered = answer.is_ok();
            let again = match answer {
                Ok((true, wait, ..)) => {
                    let (ticket, wait) = (std::mem::take(&mut self.ticket), Duration::from_millis(wait));
                    return Ok(Allowed::ByRedis(ticket, wait, asked_at));
                }
                Ok((false, soonest, _, again, place)) => {
                    self.ticket.place = place;
                    let soonest = Instant::now() + Duration::from_millis(soonest);
                    self.limit.lock().check(soonest, deadline)?;
                    Duration::from_millis(again)
                }
                Err(error) => {
                    if let Some(share) = self.limit.without_redis(error, deadline)? {
                        return Ok(Allowed::Alone(share));
                    }
                    PACE
                }
            };
            sleep(again).await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let ticket = std::mem::take(&mut self.ticket);
        self.limit.lock().ticket.get_or_insert(ticket);
    }
}

impl fmt::Debug for RedisRateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRateLimit")
            .field("redis", &self.redis)
            .field("count", &self.count)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}
