//! The journal beside a bare call and an outbox by hand, in a folder of the memory's, where a sync costs next to nothing; and
//! a file of a million entries beside one of a thousand.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, OrderKind};
use futures_util::TryStreamExt;
use payvand_journal::{Filter, Journal};
use rusqlite::Connection;
use tokio::runtime::Runtime;

const LINK: &str = "https://www.aparat.com/v/abcd";

/// A folder of the memory's, if there is one.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let base = if memory.exists() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let folder = base.join(format!("payvand-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn client() -> Client {
    let script = ScriptedTransport::always(Step::answer(200, r#"{"status":true,"uniqid":"1"}"#));
    let client = Client::builder("not-a-real-token").base_url("http://127.0.0.1:4010");
    client.transport(script).build().unwrap()
}

/// What an entry costs over the bare call.
pub fn entries(runtime: &Runtime, rounds: usize, calls: u32) {
    let folder = folder();
    let journal = runtime
        .block_on(Journal::open(folder.join("ours.sqlite")))
        .unwrap();
    let outbox = outbox(&folder.join("by-hand.sqlite"));
    let mut took: [Vec<Duration>; 3] = Default::default();
    for round in 0..=rounds {
        let key = |call| format!("{round}-{call}");
        let aparat = client();
        let order = || aparat.order(OrderKind::Like, LINK, 100);
        let times = runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..calls {
                order().await.unwrap();
            }
            let bare = start.elapsed();
            let start = Instant::now();
            for call in 0..calls {
                journal.run(key(call), order()).await.unwrap();
            }
            let ours = start.elapsed();
            let start = Instant::now();
            for call in 0..calls {
                outbox
                    .execute("INSERT INTO outbox (key, state) VALUES (?1, 0)", [key(call)])
                    .unwrap();
                let id = order().await.unwrap().id().map(str::to_owned);
                let done = "UPDATE outbox SET state = 1, id = ?2 WHERE key = ?1";
                outbox.execute(done, (key(call), id)).unwrap();
            }
            [bare, ours, start.elapsed()]
        });
        if round > 0 {
            took.iter_mut()
                .zip(times)
                .for_each(|(took, time)| took.push(time));
        }
    }
    let [bare, ours, by_hand] = took.map(|mut took| {
        took.sort_unstable();
        took[took.len() / 2].as_secs_f64() * 1e6 / f64::from(calls)
    });
    println!(
        "An entry, in µs beside the syncs: the bare call {bare:.0}, ours {ours:.0}, an outbox by hand {by_hand:.0}."
    );
    println!(
        "Over the bare call: ours {:.0} (aim: 120), by hand {:.0}.\n",
        ours - bare,
        by_hand - bare
    );
    fs::remove_dir_all(folder).unwrap();
}

fn outbox(path: &Path) -> Connection {
    let outbox = Connection::open(path).unwrap();
    let mode: String = outbox
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    let table = "PRAGMA synchronous = FULL; CREATE TABLE outbox (key TEXT PRIMARY KEY, state INTEGER, id TEXT) STRICT";
    outbox.execute_batch(table).unwrap();
    outbox
}

/// What opening a file and asking for what is in doubt costs, and listing all.
pub fn sizes(runtime: &Runtime, most: usize) {
    let folder = folder();
    println!("| entries | open, in doubt, ms | list, ms | memory for the list, KiB |");
    println!("|--:|--:|--:|--:|");
    for entries in [1000, most] {
        let path = folder.join(format!("{entries}.sqlite"));
        runtime.block_on(async {
            let journal = Journal::open(&path).await.unwrap();
            journal
                .run("first", client().order(OrderKind::Like, LINK, 100))
                .await
                .unwrap();
        });
        fill(&path, entries);
        let mut opened = Vec::new();
        for _ in 0..11 {
            let start = Instant::now();
            let doubts =
                runtime.block_on(async { Journal::open(&path).await.unwrap().in_doubt().await.unwrap() });
            opened.push(start.elapsed());
            assert_eq!(doubts.len(), 10);
        }
        opened.sort_unstable();
        let before = peak();
        let start = Instant::now();
        let count = runtime.block_on(async {
            let journal = Journal::open(&path).await.unwrap();
            journal
                .entries(Filter::default())
                .try_fold(0, |count, _| async move { Ok(count + 1) })
                .await
                .unwrap()
        });
        assert_eq!(count, entries + 1);
        let opened = opened[5].as_secs_f64() * 1e3;
        println!(
            "| {entries} | {opened:.2} | {:.0} | {} |",
            start.elapsed().as_secs_f64() * 1e3,
            peak() - before
        );
    }
    fs::remove_dir_all(folder).unwrap();
}

/// Copies of the first entry; ten of them are in doubt.
fn fill(path: &Path, entries: usize) {
    let file = Connection::open(path).unwrap();
    let copies = format!(
        "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < {entries})
         INSERT INTO entry (key, fingerprint, provider, operation, account, description, unit, cost, state, owner, turn,
             begun, until, ended, balance, fields)
         SELECT n, fingerprint, provider, operation, account, description, unit, cost, iif(n % ({entries} / 10) = 0, 3, 1), owner,
             n, begun + n, until + n, ended + n, balance, fields FROM n, entry WHERE key = 'first'"
    );
    file.execute_batch(&copies).unwrap();
}

/// The most memory that this process has needed, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|it| it.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}
