//! Machines, each a process of its own, that share an account of SMSAfzar: how many requests arrive, how many logins they
//! need, and what becomes of both when machines are killed. The sandbox is the judge.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use http_core::{Effect, Simulated};
use payvand_redis::{Redis, RedisRateLimit, RedisTokenStore};
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{RecordedRequest, Sandbox};
use smsafzar_auth::{Client, Credentials, RateLimit, TokenSource};
use tokio::time::{Instant, sleep};

use crate::relay;
use crate::server::Server;

const SECOND: Duration = Duration::from_secs(1);
const TASKS: usize = 40;
const TOKEN_LIFE: Duration = Duration::from_secs(3);
/// A token is replaced in the last tenth of its life.
const REFRESH: Duration = Duration::from_millis(2700);
/// How long nothing may arrive because of a kill: send window and window.
const SILENCE: Duration = Duration::from_secs(3);

/// `name redis-port sandbox-url hours`: what another process is to do.
const TASK: &str = "REDIS_MACHINE_TASK";

pub(crate) fn credentials() -> Credentials {
    let builder = Credentials::builder().username(Smsafzar::USERNAME);
    builder.password(Smsafzar::PASSWORD).build().unwrap()
}

/// The requests of a machine have its name.
fn machine(name: &str, redis: &Redis, sandbox: &str) -> TokenSource {
    let limit = RedisRateLimit::new(redis, "smsafzar/sandbox", 5, SECOND);
    let client = Client::builder()
        .base_url(sandbox)
        .user_agent(name)
        .timeout(60 * SECOND)
        .rate_limit(RateLimit::per_second(5))
        .shared_rate_limit(limit);
    let tokens = client.build().unwrap().token_source(credentials());
    tokens.store(RedisTokenStore::new(redis))
}

#[tokio::test]
#[ignore = "the tests beside it start it, with a task"]
async fn another_machine() {
    let Ok(task) = std::env::var(TASK) else { return };
    let [name, port, sandbox, hours] = <[&str; 4]>::try_from(task.split(' ').collect::<Vec<_>>()).unwrap();
    let ahead = hours.parse::<u32>().unwrap() * 3600 * SECOND;
    let _clock = Simulated::new(move || SystemTime::now() + ahead, || 7);
    let redis = Redis::open(&format!("redis://127.0.0.1:{port}")).unwrap();
    let tokens = machine(name, &redis, sandbox);
    println!("ready");
    let calls = (0..TASKS).map(|_| {
        let tokens = tokens.clone();
        // On one thread: the clock is its own.
        async move {
            loop {
                let outcome = tokens.authorized().get("account/balance").read_only().await;
                if let Err(error) = outcome {
                    // A token of three seconds may end while its call waits.
                    assert_eq!(error.effect(), Effect::None, "{error:?}");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    });
    let tasks: Vec<_> = calls.map(tokio::spawn).collect();
    for task in tasks {
        let () = task.await.unwrap();
    }
}

fn start(name: &str, port: u16, sandbox: &Sandbox, hours: usize) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "machines::another_machine"])
        .env(TASK, format!("{name} {port} {} {hours}", sandbox.url()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while lines.next().unwrap().unwrap() != "ready" {}
    std::thread::spawn(move || lines.for_each(drop));
    child
}

/// What has arrived, by the sandbox's clock.
pub(crate) struct Arrivals {
    pub(crate) times: Vec<SystemTime>,
    names: Vec<String>,
    logins: Vec<SystemTime>,
}

impl Arrivals {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        assert_eq!(sandbox.dropped_requests(), 0);
        let requests = sandbox.requests();
        let name = |it: &RecordedRequest| {
            it.header("user-agent")
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
                .to_owned()
        };
        let is_login = |it: &&RecordedRequest| !it.path().contains("balance");
        Self {
            times: requests.iter().map(RecordedRequest::received_at).collect(),
            names: requests.iter().map(name).collect(),
            logins: requests
                .iter()
                .filter(is_login)
                .map(RecordedRequest::received_at)
                .collect(),
        }
    }

    fn lasted(&self) -> Duration {
        self.times.last().unwrap().duration_since(self.times[0]).unwrap()
    }

    /// Never a sixth in any second.
    pub(crate) fn keep_the_limit(&self, sandbox: &Sandbox) {
        for (first, sixth) in self.times.iter().zip(&self.times[5..]) {
            let apart = sixth.duration_since(*first).unwrap();
            assert!(apart >= SECOND, "a sixth after {apart:?}");
        }
        assert_eq!(sandbox.smsafzar().too_many(), 0);
    }

    fn most_logins(&self, kills: usize) -> u128 {
        1 + self.lasted().as_millis() / REFRESH.as_millis() + kills as u128
    }

    /// Nothing arrived for as long, and how many machines were killed then or in the second before.
    fn silences(&self, kills: &[SystemTime]) -> Vec<(Duration, usize)> {
        let pairs = self.times.iter().zip(&self.times[1..]);
        let silence = |(one, next): (&SystemTime, &SystemTime)| {
            let is_cause = |kill: &&SystemTime| **kill + SECOND >= *one && *kill <= next;
            (
                next.duration_since(*one).unwrap(),
                kills.iter().filter(is_cause).count(),
            )
        };
        pairs.map(silence).collect()
    }
}

pub(crate) async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::builder().record_limit(10_000).start().await.unwrap();
    sandbox.smsafzar().set_token_life(TOKEN_LIFE);
    sandbox
}

fn end(mut machines: Vec<Child>) {
    for machine in &mut machines {
        machine.kill().unwrap();
        machine.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "half a minute: check --long"]
async fn four_machines_share_limit_and_token_fairly() {
    let Some(server) = Server::start(&[]) else { return };
    let sandbox = sandbox().await;
    let far = relay::start(server.port, Duration::from_millis(50)).await;
    let ports = [far, server.port, server.port, server.port];
    let machines = (0..4).map(|it| start(&format!("machine-{it}"), ports[it], &sandbox, 0));
    let machines: Vec<_> = machines.collect();
    sleep(36 * SECOND).await;
    end(machines);

    let arrivals = Arrivals::of(&sandbox);
    arrivals.keep_the_limit(&sandbox);
    let (all, lasted) = (arrivals.times.len(), arrivals.lasted());
    let shares: Vec<_> = (0..4)
        .map(|it| {
            arrivals
                .names
                .iter()
                .filter(|name| **name == format!("machine-{it}"))
                .count()
        })
        .collect();
    let logins = arrivals.logins.len();
    println!("{all} requests in {lasted:?}, by machine {shares:?}, {logins} of them logins");
    // What the sandbox and Redis take is not even counted.
    assert!(all as u128 * 10_000 >= lasted.as_millis() * 45, "too few");
    assert!(shares.iter().all(|share| share * 8 >= all), "not fair");
    assert!(
        logins >= 10 && logins as u128 <= arrivals.most_logins(0),
        "logins"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "half a minute: check --long"]
async fn machines_that_are_killed_hold_the_others_up_for_three_seconds_at_most() {
    let Some(server) = Server::start(&[]) else { return };
    let sandbox = sandbox().await;
    let port = relay::start(server.port, Duration::from_millis(50)).await;
    let mut machines: Vec<_> = (0..4)
        .map(|it| start(&format!("machine-{it}"), port, &sandbox, it))
        .collect();
    let begin = Instant::now();
    let mut kills = Vec::new();
    let mut random = std::process::id();
    while begin.elapsed() < 40 * SECOND {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        sleep(Duration::from_millis(u64::from(random >> 16) % 5000)).await;
        let place = (random >> 8) as usize % 4;
        kills.push(SystemTime::now());
        let fresh = start(&format!("machine-{place}"), port, &sandbox, place);
        let killed = std::mem::replace(&mut machines[place], fresh);
        end(vec![killed]);
    }
    end(machines);

    let arrivals = Arrivals::of(&sandbox);
    arrivals.keep_the_limit(&sandbox);
    let (all, lasted) = (arrivals.times.len(), arrivals.lasted());
    let (logins, most) = (arrivals.logins.len(), arrivals.most_logins(kills.len()));
    let silences = arrivals.silences(&kills);
    let longest = silences.iter().max().unwrap();
    println!(
        "{} kills: {all} requests in {lasted:?}, {logins} logins of {most}, silent for {:?} at most",
        kills.len(),
        longest.0
    );
    assert!(logins as u128 <= most, "logins");
    for (silence, kills) in silences {
        let most = SILENCE * u32::try_from(kills.max(1)).unwrap();
        assert!(silence <= most, "silent for {silence:?} after {kills} kills");
    }
}
