use std::convert::Infallible;
use std::fmt;
use std::pin::pin;
use std::sync::LazyLock;
use std::time::Duration;

use http_core::{LoginLock, Secret, StoreError, StoredToken, TokenKey, TokenStore, async_trait};
use redis::{FromRedisValue, Script};
use tokio::sync::oneshot::{Receiver, channel};
use tokio::time::{Instant, sleep, timeout_at};

use crate::connection::Redis;
use crate::id;

/// How often somebody who waits for a lock looks for it.
const POLL: Duration = Duration::from_millis(50);

/// A lock ends this long after its process, which says this often that it goes on.
const LEASE: Duration = Duration::from_secs(2);
const RENEWAL: Duration = Duration::from_millis(500);

/// No login takes that long.
const LONGEST_LOCK: Duration = Duration::from_secs(60 * 60);

/// As good as for ever, and it fits Redis.
const LONGEST_LIFE: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 10);

static LOAD: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/load_token.lua")));
static LOCK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/lock_login.lua")));
static HOLD: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/hold_login.lua")));
static SAVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/save_token.lua")));
static REMOVE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/remove_token.lua")));

/// Keeps tokens in Redis: a token outlives its process, and machines that share the Redis log in once between them.
///
/// A token lives by the clock of Redis, which removes it at its end. It is not encrypted: whoever may read its key may use
/// the account. `Sealed`, of the core's feature `sealed-store`, encrypts it.
///
/// A process that is killed while it logs in holds others up for two seconds. Where Redis fails, is empty or
/// went back to older data, each process logs in by itself.
#[derive(Clone)]
pub struct RedisTokenStore {
    redis: Redis,
}

impl RedisTokenStore {
    /// Tokens in this Redis.
    pub fn new(redis: &Redis) -> Self {
        Self { redis: redis.clone() }
    }

    fn key(&self, key: &TokenKey, what: &str) -> Vec<u8> {
        self.redis.key(key.as_bytes(), what)
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[Vec<u8>],
        arguments: &[&str],
    ) -> Result<T, StoreError> {
        let arguments = |_: &_| arguments.iter().map(|it| (*it).to_owned()).collect();
        let answer = self.redis.run(script, keys, arguments).await;
        answer.map_err(StoreError::unavailable)
    }
}

#[async_trait]
impl TokenStore for RedisTokenStore {
    async fn load(&self, key: &TokenKey) -> Result<Option<StoredToken>, StoreError> {
        let found: (Option<u64>, Option<String>, Option<String>, i64) =
            self.run(&LOAD, &[self.key(key, "token")], &[]).await?;
        let (Some(generation), Some(saved), Some(secret), left) = found else {
            return Ok(None);
        };
        // A clock that was set back does not lengthen a life.
        let remaining = saved.parse().ok().map(|saved: u64| {
            let left = u64::try_from(left).unwrap_or_default();
            Duration::from_millis(left.min(saved))
        });
        Ok(Some(StoredToken::new(
            generation,
            remaining,
            Secret::from(secret),
        )))
    }

    async fn lock(&self, key: &TokenKey, time_to_live: Duration) -> Result<LoginLock, StoreError> {
        let time_to_live = time_to_live.min(LONGEST_LOCK);
        let (login, owner) = ([self.key(key, "login")], id::new());
        let mut ends_at = Instant::now() + time_to_live;
        let mut last = None;
        loop {
            let is_over = Instant::now() >= ends_at;
            let waited_for = last.filter(|_| is_over).unwrap_or(0_u64);
            let ask = [
                &*owner,
                &*millis(LEASE.min(time_to_live)),
                &*waited_for.to_string(),
            ];
            let (generation, is_ours): (u64, bool) = self.run(&LOCK, &login, &ask).await?;
            if is_ours {
                let (guard, dropped) = channel();
                let ends_at = Instant::now() + time_to_live;
                let holder = hold(self.redis.clone(), login, owner, ends_at, dropped);
                tokio::spawn(holder);
                return Ok(LoginLock::new(generation, guard));
            }
            // Nobody waits for one owner for longer.
            if last.replace(generation).is_some_and(|last| last != generation) {
                ends_at = Instant::now() + time_to_live;
            }
            sleep(POLL).await;
        }
    }

    async fn save(&self, key: &TokenKey, token: &StoredToken) -> Result<bool, StoreError> {
        let keys = [self.key(key, "token"), self.key(key, "login")];
        let remaining = token.remaining.map(|it| millis(it.min(LONGEST_LIFE)));
        let remaining = remaining.unwrap_or_default();
        let token = [&*token.generation.to_string(), &*remaining, token.secret.expose()];
        self.run(&SAVE, &keys, &token).await
    }

    async fn remove(&self, key: &TokenKey, generation: u64) -> Result<(), StoreError> {
        let token = [self.key(key, "token")];
        self.run(&REMOVE, &token, &[&*generation.to_string()]).await
    }
}

/// Holds the lock while its guard lives, and then ends it: a task, since the others would wait for the lock's end.
async fn hold(
    redis: Redis,
    login: [Vec<u8>; 1],
    owner: String,
    ends_at: Instant,
    dropped: Receiver<Infallible>,
) {
    let mut dropped = pin!(dropped);
    while timeout_at(ends_at.min(Instant::now() + RENEWAL), dropped.as_mut())
        .await
        .is_err()
    {
        let time = if Instant::now() < ends_at {
            LEASE
        } else {
            Duration::ZERO
        };
        let held = redis
            .run(&HOLD, &login, |_| vec![owner.clone(), millis(time)])
            .await;
        if time.is_zero() || held == Ok(false) {
            return;
        }
    }
    let _: Result<bool, _> = redis
        .run(&HOLD, &login, |_| vec![owner.clone(), "0".to_owned()])
        .await;
}

fn millis(time: Duration) -> String {
    time.as_millis().to_string()
}

impl fmt::Debug for RedisTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTokenStore")
            .field("redis", &self.redis)
            .finish()
    }
}
