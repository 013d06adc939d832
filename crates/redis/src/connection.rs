//! Connections to Redis, made again at a bounded pace; no operation is without an end.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, ConnectionInfo, FromRedisValue, IntoConnectionInfo, RedisResult, Script,
};
use tokio::runtime::{Handle, Id};
use tokio::time::{Instant, sleep, timeout};

use crate::error::RedisError;

/// Connecting, with the login and the first question, takes less.
const LONGEST_CONNECT: Duration = Duration::from_secs(1);

/// An answer takes less.
const LONGEST_ANSWER: Duration = Duration::from_secs(1);

/// From one connection to the next, and the longest pause after several failures.
const PACE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How often somebody looks who waits until another caller has connected.
const POLL: Duration = Duration::from_millis(5);

/// How many tokio runtimes have a connection of their own; the one used longest ago loses it.
const MOST_RUNTIMES: usize = 8;

/// In place of the id of a server that does not tell it.
pub(crate) const NO_ID: &str = "plain";

/// A Redis 6.2 or later. Its clones share its connections: one for each tokio runtime that asks, made when it is needed.
///
/// An operation that gets no answer within a second has failed, and ends its connection. The next one makes a connection, but
/// not sooner than 50 ms after the one before; after failures the pauses double, to at most a second, and whoever asks
/// in them hears of the last failure at once.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
    prefix: Arc<str>,
}

struct Inner {
    client: Client,
    runtimes: Mutex<Vec<(Id, State)>>,
}

/// The connection of one runtime.
#[derive(Default)]
struct State {
    connection: Option<Connection>,
    failure: Option<RedisError>,
    failures: u32,
    /// No connection is made before. While one is made: when that has taken too long.
    next_at: Option<Instant>,
    last_number: u64,
}

#[derive(Clone)]
pub(crate) struct Connection {
    number: u64,
    multiplexed: MultiplexedConnection,
    /// What tells the running server from one that was started again, and from another one.
    pub(crate) server: Arc<str>,
}

enum Step {
    Use(Connection),
    Connect,
    Wait,
}

impl Redis {
    /// The Redis at this address, to which nothing connects yet: `redis://user:password@host:6379/0`, `rediss://…` over TLS
    /// (feature `rustls`), or `unix:///path?db=0&user=…&pass=…`. The user is one of its ACL; without one it is the default
    /// user.
    ///
    /// # Errors
    /// [`RedisError::Address`].
    pub fn open(url: &str) -> Result<Self, RedisError> {
        let info = url.into_connection_info()?;
        #[cfg(feature = "rustls")]
        install_provider(&info);
        // It tells the server nothing of itself, which a user's rights may forbid.
        let settings = info.redis_settings().clone().set_skip_set_lib_name();
        let tcp = TcpSettings::default().set_nodelay(true);
        #[cfg(target_os = "linux")]
        let tcp = tcp.set_user_timeout(LONGEST_CONNECT + LONGEST_ANSWER);
        let info: ConnectionInfo = info.set_redis_settings(settings).set_tcp_settings(tcp);
        Ok(Self {
            inner: Arc::new(Inner {
                client: Client::open(info)?,
                runtimes: Mutex::default(),
            }),
            prefix: "payvand".into(),
        })
    }

    /// What all keys begin with, in place of `payvand`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into().into();
        self
    }

    /// Connects, unless there is a connection: for a program that wants to know at its start.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn check(&self) -> Result<(), RedisError> {
        self.connection().await.map(|_| ())
    }

    /// The key of something that belongs to one account: all of an account are in one slot of a cluster.
    pub(crate) fn key(&self, account: &[u8], what: &str) -> Vec<u8> {
        [self.prefix.as_bytes(), b":{", account, b"}:", what.as_bytes()].concat()
    }

    /// Runs a script. If the connection breaks it is run once more, so it may run twice.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[Vec<u8>],
        arguments: impl Fn(&Connection) -> Vec<String>,
    ) -> Result<T, RedisError> {
        let mut is_first = true;
        loop {
            let mut connection = self.connection().await?;
            let mut invocation = script.prepare_invoke();
            for key in keys {
                invocation.key(key);
            }
            invocation.arg(arguments(&connection));
            let answer = timeout(
                LONGEST_ANSWER,
                invocation.invoke_async(&mut connection.multiplexed),
            );
            let error = match answer.await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error.into(),
                Err(_) => RedisError::NoAnswer,
            };
            if error.ends_connection() {
                self.forget(connection.number, &error)?;
            }
            if !is_first || !matches!(error, RedisError::Unreachable(_)) {
                return Err(error);
            }
            is_first = false;
        }
    }

    async fn connection(&self) -> Result<Connection, RedisError> {
        loop {
            match self.with_state(State::step)?? {
                Step::Use(connection) => return Ok(connection),
                Step::Connect => break,
                Step::Wait => sleep(POLL).await,
            }
        }
        let connected = timeout(LONGEST_CONNECT, self.connect()).await;
        let connected = connected.unwrap_or(Err(RedisError::NoAnswer));
        self.with_state(|state| match connected {
            Ok((multiplexed, server)) => Ok(state.connected(multiplexed, server)),
            Err(error) => {
                state.failed(error.clone());
                Err(error)
            }
        })?
    }

    async fn connect(&self) -> Result<(MultiplexedConnection, Arc<str>), RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let client = &self.inner.client;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let info: RedisResult<String> = redis::cmd("INFO")
            .arg("server")
            .query_async(&mut connection)
            .await;
        let id = match &info {
            Ok(info) => info.lines().find_map(|line| line.strip_prefix("run_id:")),
            Err(error) if error.code() == Some("NOPERM") => None,
            Err(error) => return Err(error.clone().into()),
        };
        if id.is_none() {
            tracing::warn!("the Redis user may not use INFO: a Redis that lost writes is not noticed");
        }
        Ok((connection, id.unwrap_or(NO_ID).trim().into()))
    }

    fn forget(&self, number: u64, error: &RedisError) -> Result<(), RedisError> {
        self.with_state(|state| {
            if state.connection.take_if(|it| it.number == number).is_some() && *error == RedisError::NoAnswer
            {
                state.failed(error.clone());
            }
        })
    }

    /// With the state of the runtime that this runs on.
    fn with_state<T>(&self, work: impl FnOnce(&mut State) -> T) -> Result<T, RedisError> {
        let runtime = Handle::try_current().map_err(|error| RedisError::Unreachable(error.to_string()))?;
        let mut runtimes = self.inner.lock();
        let known = runtimes.iter().position(|(id, _)| *id == runtime.id());
        let (id, mut state) = match known {
            Some(place) => runtimes.remove(place),
            None => (runtime.id(), State::default()),
        };
        let outcome = work(&mut state);
        if runtimes.len() >= MOST_RUNTIMES {
            runtimes.remove(0);
        }
        runtimes.push((id, state));
        Ok(outcome)
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Vec<(Id, State)>> {
        self.runtimes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn step(&mut self) -> Result<Step, RedisError> {
        if let Some(connection) = &self.connection {
            return Ok(Step::Use(connection.clone()));
        }
        let now = Instant::now();
        if self.next_at.is_some_and(|at| now < at) {
            return match &self.failure {
                Some(failure) => Err(failure.clone()),
                None => Ok(Step::Wait),
            };
        }
        // Whoever connects may be dropped, or not be polled any more.
        self.failure = None;
        self.next_at = Some(now + LONGEST_CONNECT);
        Ok(Step::Connect)
    }

    fn connected(&mut self, multiplexed: MultiplexedConnection, server: Arc<str>) -> Connection {
        self.last_number += 1;
        let connection = Connection {
            number: self.last_number,
            multiplexed,
            server,
        };
        (self.failure, self.failures) = (None, 0);
        self.next_at = Some(Instant::now() + PACE);
        self.connection.insert(connection).clone()
    }

    fn failed(&mut self, error: RedisError) {
        let pause = PACE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures += 1;
        self.failure = Some(error);
        self.next_at = Some(Instant::now() + pause);
    }
}

/// Without one rustls panics where the program has several.
#[cfg(feature = "rustls")]
fn install_provider(info: &ConnectionInfo) {
    let is_tls = matches!(info.addr(), redis::ConnectionAddr::TcpTls { .. });
    if is_tls && rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without user and password.
        let address = self.inner.client.get_connection_info().addr().to_string();
        f.debug_struct("Redis")
            .field("address", &address)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
