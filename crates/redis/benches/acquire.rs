//! What a permit costs beside the bare script: `cargo bench -p payvand-redis`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

#[path = "../tests/servers/server.rs"]
#[allow(dead_code, reason = "for tests")]
mod server;

use std::time::{Duration, Instant};

use http_core::SharedRateLimit;
use payvand_redis::RedisRateLimit;
use redis::Script;
use server::Server;

const ROUNDS: usize = 5000;

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[times.len() * share / 100];
    println!("{what:<28} median {:>8.1?}   99 % {:>8.1?}", at(50), at(99));
}

/// A limit under which nobody has to wait.
fn limit(server: &Server) -> RedisRateLimit {
    let window = Duration::from_millis(1);
    RedisRateLimit::new(&server.redis(), "bench", 1_000_000, window).send_window(Duration::ZERO)
}

async fn permits(server: &Server) {
    let limit = limit(server);
    let (mut acquire, mut complete) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let permit = limit
            .acquire(http_core::Instant::now() + Duration::from_secs(60))
            .await;
        let permit = permit.unwrap();
        acquire.push(begin.elapsed());
        let begin = Instant::now();
        limit.complete(permit).await;
        complete.push(begin.elapsed());
    }
    print("acquire", acquire);
    print("complete", complete);
}

async fn bare(server: &Server) {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let script = Script::new(include_str!("../src/scripts/limit.lua"));
    let run: String = server.ask("INFO server");
    let run = run
        .lines()
        .find_map(|line| line.strip_prefix("run_id:"))
        .unwrap()
        .to_owned();
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let id = format!("{round:032x}");
        let begin = Instant::now();
        let mut ask = script.key("payvand:{bench}:limit");
        ask.key("payvand:{bench}:queue");
        for argument in [&*run, "500", "1", "1000000", "0", "0", &*id, ""] {
            ask.arg(argument);
        }
        let answer: (bool, u64, u64, u64, String) = ask.invoke_async(&mut connection).await.unwrap();
        times.push(begin.elapsed());
        assert!(answer.0);
        // As a permit that is completed.
        let mut tell = script.key("payvand:{bench}:limit");
        tell.key("payvand:{bench}:queue");
        for argument in [&*run, "500", "1", "1000000", "0", "0", "", "", &*id, "0"] {
            tell.arg(argument);
        }
        let _: (bool, u64, u64, u64, String) = tell.invoke_async(&mut connection).await.unwrap();
    }
    print("bare EVALSHA", times);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let Some(server) = Server::start(&[]) else { return };
    permits(&server).await;
    bare(&server).await;
}
