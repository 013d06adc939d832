use std::process::{Child, Command, Stdio};
use std::thread;

use crate::harness::{User, finish, until};

/// A Redis of the test's own, which ends with it. `None` where there is none, unless one is required.
struct Redis(Child, String);

impl Redis {
    fn start(user: &User) -> Option<Self> {
        let socket = user.home.join("redis.socket");
        let path = socket.to_str().unwrap();
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket", path])
            .stdout(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            let is_required = std::env::var_os("PAYVAND_REQUIRE_SERVERS").is_some();
            assert!(!is_required, "there is no redis-server");
            eprintln!("did not run: there is no redis-server (Debian: apt-get install redis-server)");
            return None;
        };
        let redis = Self(child, format!("unix://{path}"));
        until("redis-server listens", || socket.exists());
        Some(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Processes as on several machines: each has a folder of its own, and they share a Redis.
#[tokio::test(flavor = "multi_thread")]
async fn machines_share_a_token_and_a_limit() {
    let mut user = User::new().await;
    user.set("PAYVAND_REDIS_URL", "redis:/none");
    user.run("sms balance --via smsafzar")
        .fails(2, "PAYVAND_REDIS_URL: the address of Redis");
    let Some(redis) = Redis::start(&user) else { return };
    user.set("PAYVAND_REDIS_URL", &redis.1);
    let afzar = user.sandbox.smsafzar();
    afzar.set_rate_limit(Some(5));
    let balance = |machine: usize| {
        let home = user.home.join(format!("machine-{machine}"));
        let mut command = user.command("sms balance --via smsafzar --json");
        finish(command.env("PAYVAND_HOME", home).spawn().unwrap())
    };
    thread::scope(|scope| {
        let runs: Vec<_> = (0..12)
            .map(|machine| scope.spawn(move || balance(machine)))
            .collect();
        for run in runs {
            let run = run.join().unwrap();
            assert_eq!(run.code, 0, "{}", run.err);
        }
    });
    assert_eq!(afzar.logins(), 1);
    assert_eq!((afzar.too_many(), user.sandbox.request_count()), (0, 13));
    let kept = user.run("token status smsafzar --json").json();
    assert_eq!(kept[0]["has_token"], true);
    user.run("token forget smsafzar");
    assert_eq!(
        user.run("token status smsafzar --json").json()[0]["has_token"],
        false
    );
}
