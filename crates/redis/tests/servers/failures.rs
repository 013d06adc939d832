//! What callers see of each failure of Redis, in a table: two machines with ten callers each, without retries.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use http_core::{Effect, Kind};
use payvand_redis::{Outage, Redis, RedisRateLimit, RedisTokenStore};
use payvand_sandbox::{Fault, Sandbox};
use smsafzar_auth::{Client, RetryPolicy, TokenSource};
use tokio::time::{Instant, sleep};

use crate::machines::{Arrivals, credentials, sandbox};
use crate::relay;
use crate::server::Server;

const SECOND: Duration = Duration::from_secs(1);
const CALLERS: usize = 10;
/// How long each failure lasts.
const OUTAGE: Duration = Duration::from_secs(4);

/// What the callers saw: how often each kind of failure, and the longest wait for an answer or an error.
#[derive(Default)]
struct Seen {
    failures: BTreeMap<String, usize>,
    longest: Duration,
}

impl Seen {
    fn add(&mut self, waited: Duration, error: Option<smsafzar_auth::Error>) {
        self.longest = self.longest.max(waited);
        if let Some(error) = error {
            assert_eq!(error.effect(), Effect::None, "{error:?}");
            let kind = match error.kind() {
                Kind::Withheld => format!("Withheld: {}", reason(&error)),
                kind => format!("{kind:?}"),
            };
            *self.failures.entry(kind).or_default() += 1;
        }
    }
}

struct Row {
    name: &'static str,
    server: Server,
    /// Takes over.
    replica: Option<Server>,
    sandbox: Sandbox,
    /// Where new connections go.
    port: Arc<AtomicU16>,
    seen: Arc<Mutex<Seen>>,
}

impl Row {
    async fn start(name: &'static str) -> Option<Self> {
        let server = Server::start(&["--repl-diskless-sync-delay", "0"])?;
        let sandbox = sandbox().await;
        let port = Arc::new(AtomicU16::new(server.port));
        Some(Self {
            name,
            server,
            replica: None,
            sandbox,
            port,
            seen: Arc::default(),
        })
    }

    fn machine(&self, redis: &Redis, outage: Outage) -> TokenSource {
        let limit = RedisRateLimit::new(redis, "smsafzar/sandbox", 5, SECOND).outage(outage);
        let client = Client::builder()
            .base_url(self.sandbox.url())
            .timeout(10 * SECOND)
            .retry(RetryPolicy::never())
            .shared_rate_limit(limit);
        let tokens = client.build().unwrap().token_source(credentials());
        tokens.store(RedisTokenStore::new(redis))
    }

    async fn call(&self, outage: Outage) {
        let relay = relay::start_to(Arc::clone(&self.port), Duration::ZERO).await;
        for _ in 0..2 {
            let redis = Redis::open(&format!("redis://127.0.0.1:{relay}")).unwrap();
            let tokens = self.machine(&redis, outage);
            for _ in 0..CALLERS {
                let (tokens, seen) = (tokens.clone(), Arc::clone(&self.seen));
                tokio::spawn(async move {
                    loop {
                        let begin = Instant::now();
                        let call = tokens.authorized().get("account/balance").read_only();
                        let outcome = call.await;
                        seen.lock().unwrap().add(begin.elapsed(), outcome.err());
                        sleep(Duration::from_millis(20)).await;
                    }
                });
            }
        }
        // The first use lets nothing leave for three seconds.
        while self.sandbox.request_count() < 10 {
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn fail(&mut self) {
        let server = &mut self.server;
        match self.name {
            "stopped (SIGSTOP)" | "stopped, with `LocalShare(2)`" => {
                server.signal("-STOP");
                sleep(OUTAGE * 2).await;
                server.signal("-CONT");
            }
            "killed, started again empty" => {
                server.kill();
                sleep(OUTAGE).await;
                server.run();
            }
            "killed with five requests in flight, started again with data of 5 s ago" => {
                server.ask::<()>("SAVE");
                sleep(5 * SECOND).await;
                self.sandbox.fail_next_n(5, Fault::usual().delayed(2 * SECOND));
                sleep(2 * SECOND).await;
                server.start_again();
            }
            "memory full, `noeviction`" | "memory full, `allkeys-lru`" => {
                let policy = self.name.split('`').nth(1).unwrap();
                server.ask::<()>(&format!("CONFIG SET maxmemory-policy {policy}"));
                server.ask::<()>("CONFIG SET maxmemory 1");
                sleep(OUTAGE).await;
                server.ask::<()>("CONFIG SET maxmemory 0");
            }
            "`CLIENT PAUSE`" => {
                server.ask::<()>("CLIENT PAUSE 4000");
                sleep(OUTAGE).await;
            }
            "`CLIENT KILL`, ten times a second" => {
                for _ in 0..40 {
                    server.ask::<i64>("CLIENT KILL TYPE normal");
                    sleep(SECOND / 10).await;
                }
            }
            "password changed, then changed back" => {
                server.ask::<()>("CONFIG SET requirepass not-a-real-password");
                server.ask_as::<i64>(":not-a-real-password@", "CLIENT KILL TYPE normal");
                sleep(OUTAGE).await;
                server.ask_as::<()>(":not-a-real-password@", "CONFIG SET requirepass ");
            }
            _ => {
                let master = format!("127.0.0.1 {}", server.port);
                let replica = Server::start(&["--replicaof", &master]).unwrap();
                while !replica
                    .ask::<String>("INFO replication")
                    .contains("master_link_status:up")
                {
                    sleep(Duration::from_millis(50)).await;
                }
                sleep(SECOND).await;
                server.kill();
                sleep(OUTAGE).await;
                replica.ask::<()>("REPLICAOF NO ONE");
                self.port.store(replica.port, Ordering::SeqCst);
                self.replica = Some(replica);
            }
        }
    }

    /// A line of the table.
    async fn run(mut self, outage: Outage) -> String {
        self.call(outage).await;
        *self.seen.lock().unwrap() = Seen::default();
        let begin = SystemTime::now();
        self.fail().await;
        let over = SystemTime::now();
        sleep(8 * SECOND).await;

        let arrivals = Arrivals::of(&self.sandbox);
        arrivals.keep_the_limit(&self.sandbox);
        let after = arrivals.times.iter().find(|it| **it >= over).unwrap();
        let recovery = after.duration_since(over).unwrap();
        let during = arrivals.times.iter().filter(|it| (begin..over).contains(*it));
        let seen = self.seen.lock().unwrap();
        let mut failures = String::new();
        for (kind, count) in &seen.failures {
            let _ = write!(failures, "{count} × {kind}; ");
        }
        format!(
            "| {} | {} | {:.1} s | {} in {:.0} s | {:.1} s |",
            self.name,
            failures.trim_end_matches("; "),
            seen.longest.as_secs_f64(),
            during.count(),
            over.duration_since(begin).unwrap().as_secs_f64(),
            recovery.as_secs_f64()
        )
    }
}

/// The last of an error's causes.
fn reason(error: &smsafzar_auth::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    match reason.to_string() {
        text if text.contains("turn") => "too late".to_owned(),
        text => text,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "half a minute: check --long"]
async fn each_failure_of_redis_breaks_no_limit_and_ends() {
    let names = [
        "stopped (SIGSTOP)",
        "stopped, with `LocalShare(2)`",
        "killed, started again empty",
        "killed with five requests in flight, started again with data of 5 s ago",
        "memory full, `noeviction`",
        "memory full, `allkeys-lru`",
        "`CLIENT PAUSE`",
        "`CLIENT KILL`, ten times a second",
        "password changed, then changed back",
        "killed, a replica takes over",
    ];
    let mut rows = Vec::new();
    for name in names {
        let Some(row) = Row::start(name).await else { return };
        let outage = if name.contains("LocalShare") {
            Outage::LocalShare(2)
        } else {
            Outage::Withhold
        };
        rows.push(tokio::spawn(row.run(outage)));
    }
    println!(
        "| Redis | failures, all without effect | longest wait | arrived meanwhile | first arrival after |"
    );
    println!("|---|---|---|---|---|");
    for row in rows {
        println!("{}", row.await.unwrap());
    }
}
