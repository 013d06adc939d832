//! The limit: what one process, and several, let leave, and when nothing leaves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_core::{Instant, SharedLimitError, SharedPermit, SharedRateLimit};
use payvand_redis::{Outage, Redis, RedisError, RedisRateLimit};
use tokio::time::{sleep, timeout};

use crate::relay;
use crate::server::Server;

const SECOND: Duration = Duration::from_secs(1);
const COUNT: usize = 5;
const WINDOW: Duration = ms(400);
const SEND_WINDOW: Duration = ms(500);

const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

fn limit(redis: &Redis) -> RedisRateLimit {
    RedisRateLimit::new(redis, "test/user", 5, WINDOW).send_window(SEND_WINDOW)
}

/// A limit of this server's that is used for the first time.
async fn fresh(server: &Server) -> RedisRateLimit {
    server.ask::<()>("FLUSHALL");
    let limit = limit(&server.redis());
    limit.complete(take(&limit).await).await;
    sleep(WINDOW).await;
    limit
}

async fn take(limit: &RedisRateLimit) -> SharedPermit {
    limit.acquire(Instant::now() + 20 * SECOND).await.unwrap()
}

/// Why nothing leaves by then.
async fn refusal(limit: &RedisRateLimit, time: Duration) -> SharedLimitError {
    limit.acquire(Instant::now() + time).await.unwrap_err()
}

fn redis_error(error: &SharedLimitError) -> Option<&RedisError> {
    std::error::Error::source(error)?.downcast_ref()
}

/// When each request left and was completed, and whose it was.
type Seen = Arc<Mutex<Vec<(Instant, Instant, usize)>>>;

/// Counted as the limit says; and how many were of each process.
fn judge(seen: &Seen, processes: usize) -> Vec<usize> {
    let seen = seen.lock().unwrap();
    for (left, ..) in seen.iter() {
        let counts =
            |(other, completed, _): &&(Instant, Instant, usize)| other < left && *completed + WINDOW > *left;
        let before = seen.iter().filter(counts).count();
        assert!(before < COUNT, "{before} before one");
    }
    (0..processes)
        .map(|process| seen.iter().filter(|it| it.2 == process).count())
        .collect()
}

async fn processes_keep_the_limit_together_and_a_far_one_has_its_share() {
    let Some(server) = Server::start(&[]) else { return };
    let far = relay::start(server.port, ms(50)).await;
    let far = Redis::open(&format!("redis://127.0.0.1:{far}")).unwrap();
    let (seen, begin) = (Seen::default(), Instant::now());
    let processes = [far, server.redis(), server.redis(), server.redis()];
    let mut tasks = Vec::new();
    for (process, redis) in processes.iter().enumerate() {
        let limit = limit(redis);
        for task in 0..5 {
            let (limit, seen) = (limit.clone(), Arc::clone(&seen));
            tasks.push(tokio::spawn(async move {
                while begin.elapsed() < 4 * SECOND {
                    let permit = take(&limit).await;
                    let left = Instant::now();
                    sleep(ms(task * 7)).await;
                    seen.lock().unwrap().push((left, Instant::now(), process));
                    // Its caller left: nobody tells Redis before the next one asks.
                    match task {
                        0 => drop(permit),
                        _ => limit.complete(permit).await,
                    }
                }
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let shares = judge(&seen, processes.len());
    let all: usize = shares.iter().sum();
    eprintln!("{all} requests, by process {shares:?}");
    assert!(shares.iter().all(|share| share * 8 >= all), "{shares:?} of {all}");
}

async fn nothing_leaves_while_nobody_knows_what_left_before() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    let limit = limit(&server.redis());
    let block = WINDOW + SEND_WINDOW;
    for loss in [
        "first use",
        "emptied",
        "evicted",
        "started again",
        "started with older data",
    ] {
        match loss {
            "first use" => {}
            "emptied" => server.ask::<()>("FLUSHALL"),
            "evicted" => server.ask("DEL payvand:{test/user}:limit"),
            "started again" => server.start_again(),
            _ => {
                server.ask::<()>("SAVE");
                limit.complete(take(&limit).await).await;
                server.start_again();
                let keys: Vec<String> = server.ask("KEYS *");
                assert_eq!(keys, ["payvand:{test/user}:limit"]);
            }
        }
        let begin = Instant::now();
        limit.complete(take(&limit).await).await;
        assert!(begin.elapsed() >= block, "{loss}: {:?}", begin.elapsed());
    }
}

async fn a_killed_process_takes_its_places_for_a_lease_and_a_window() {
    let Some(server) = Server::start(&[]) else { return };
    let killed = fresh(&server).await;
    let begin = Instant::now();
    for _ in 0..COUNT {
        std::mem::forget(take(&killed).await);
    }
    // It was about to ask again.
    let (now, _): (u64, u64) = server.ask("TIME");
    server.ask::<()>(&format!(
        "ZADD payvand:{{test/user}}:queue {now}000 00000000000000:killed"
    ));
    drop(take(&limit(&server.redis())).await);
    assert!(begin.elapsed() >= SEND_WINDOW + WINDOW, "{:?}", begin.elapsed());
}

async fn who_leaves_keeps_nobody_waiting_and_takes_no_place() {
    let Some(server) = Server::start(&[]) else { return };
    let one = fresh(&server).await;
    let other = limit(&server.redis());
    let mut held = Vec::new();
    while held.len() < COUNT - 1 {
        held.push(take(&one).await);
    }
    for _ in 0..20 {
        // In the middle of its question, often.
        let _ = timeout(Duration::from_micros(300), take(&one)).await;
    }
    held.push(take(&one).await);
    let asking = one.clone();
    let asking = tokio::spawn(async move { drop(take(&asking).await) });
    sleep(ms(20)).await;
    // Waits behind the one that asks, and leaves.
    let _ = timeout(ms(50), take(&one)).await;
    asking.abort();
    // Those rode in the next question.
    drop(held);
    let begin = Instant::now();
    one.complete(take(&one).await).await;
    drop(take(&other).await);
    assert!(begin.elapsed() < 5 * SECOND, "{:?}", begin.elapsed());
}

async fn a_pause_is_kept_by_all_and_told_to_all() {
    let Some(server) = Server::start(&[]) else { return };
    let one = fresh(&server).await;
    let other = limit(&server.redis());
    let begin = Instant::now();
    one.pause(2 * SECOND).await;
    // The first of them asks, the others wait for it.
    let long = other.clone();
    let long = tokio::spawn(async move { drop(take(&long).await) });
    sleep(ms(100)).await;
    let refused = refusal(&other, SECOND).await;
    assert!(refused.to_string().contains("pause"), "{refused}");
    long.await.unwrap();
    assert!(begin.elapsed() >= 2 * SECOND);
}

async fn without_redis_nothing_leaves_or_each_has_its_share() {
    let Some(server) = Server::start(&[]) else { return };
    let withheld = fresh(&server).await;
    let shared = limit(&server.redis()).outage(Outage::LocalShare(2));
    shared.complete(take(&shared).await).await;
    server.signal("-STOP");
    let stopped = Instant::now();
    let error = refusal(&withheld, 20 * SECOND).await;
    assert_eq!(redis_error(&error), Some(&RedisError::NoAnswer));
    let mut completed = Vec::new();
    for _ in 0..3 {
        shared.complete(take(&shared).await).await;
        completed.push(Instant::now());
    }
    assert!(completed[0] >= stopped + SEND_WINDOW + WINDOW);
    assert!(completed[2] >= completed[0] + WINDOW);
    server.signal("-CONT");
    // It sent without Redis, so none of the others knows what has left.
    let goes_on = tokio::spawn(async move {
        loop {
            drop(take(&shared).await);
        }
    });
    let back = Instant::now();
    while server
        .ask::<Option<f64>>("ZSCORE payvand:{test/user}:limit pause")
        .is_none()
    {
        assert!(back.elapsed() < 60 * SECOND);
        sleep(ms(10)).await;
    }
    goes_on.abort();
}

/// As if it had been used for long: nothing is blocked at first.
fn used(server: &Server) -> RedisRateLimit {
    let info: String = server.ask("INFO server");
    let id = info
        .lines()
        .find_map(|line| line.strip_prefix("run_id:"))
        .unwrap();
    server.ask::<()>(&format!("ZADD payvand:{{test/user}}:limit inf server:{id}"));
    RedisRateLimit::new(&server.redis(), "test/user", 5, WINDOW).send_window(60 * SECOND)
}

async fn a_question_that_redis_answers_late_takes_one_place() {
    let Some(server) = Server::start(&[]) else { return };
    let redis = server.redis();
    let limit = used(&server);
    drop(take(&limit).await);
    server.signal("-STOP");
    let error = refusal(&limit, 3 * SECOND / 2).await;
    assert_eq!(redis_error(&error), Some(&RedisError::NoAnswer));
    server.signal("-CONT");
    redis.check().await.unwrap();
    sleep(WINDOW).await;
    let _held = take(&limit).await;
    let members: Vec<String> = server.ask("ZRANGE payvand:{test/user}:limit 0 -1");
    assert_eq!(members.len(), 2, "the server and one request: {members:?}");
}

#[test]
fn each_runtime_has_a_connection_of_its_own() {
    let Some(server) = Server::start(&[]) else { return };
    let limit = used(&server);
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let idle = runtime();
    drop(idle.block_on(take(&limit)));
    for _ in 0..3 {
        drop(runtime().block_on(take(&limit)));
    }
    drop(idle.block_on(take(&limit)));
}

/// Side by side, since they wait for most of the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn the_limit_holds() {
    let tests = [
        tokio::spawn(processes_keep_the_limit_together_and_a_far_one_has_its_share()),
        tokio::spawn(nothing_leaves_while_nobody_knows_what_left_before()),
        tokio::spawn(a_killed_process_takes_its_places_for_a_lease_and_a_window()),
        tokio::spawn(who_leaves_keeps_nobody_waiting_and_takes_no_place()),
        tokio::spawn(a_pause_is_kept_by_all_and_told_to_all()),
        tokio::spawn(without_redis_nothing_leaves_or_each_has_its_share()),
        tokio::spawn(a_question_that_redis_answers_late_takes_one_place()),
    ];
    for test in tests {
        test.await.unwrap();
    }
}
