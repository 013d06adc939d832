//! Several processes, and what the system sees of them. A journal with a planted bug shows that the tests would find one.

use std::fs;
use std::path::Path;
use std::process::Command;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, OrderKind};
use payvand_journal::{Entry, Journal, JournalError, Settled};
use payvand_sandbox::{Fault, Sandbox};

use crate::support::{Folder, LINK, SECOND, client, order, placed, until, variable};

/// A process that places an order under the key `a`.
#[tokio::test]
#[ignore = "run by other tests"]
async fn places_an_order() {
    let Some(url) = variable("JOURNAL_SANDBOX") else {
        return;
    };
    let journal = Journal::open(variable("JOURNAL_FILE").unwrap()).await.unwrap();
    let call = order(&client(&url), 100).timeout(2 * SECOND);
    let journal = journal.grace(SECOND / 10);
    match variable("JOURNAL_BUG").as_deref() {
        None => drop(journal.run("a", call).await.unwrap()),
        Some("no bug, but a batch") => {
            let sms = crate::batches::afzar(&url);
            let keys = (0..100).map(|key| key.to_string());
            let numbers = (0..100).map(|number| format!("0912{number:07}"));
            let batch = numbers.fold(sms.send_bulk().from("10001234").text("سلام"), |batch, it| {
                batch.to(it)
            });
            let entries = journal.run_many(keys, batch).await.unwrap();
            assert!(entries.iter().all(|it| matches!(it, Entry::Done(_))));
        }
        Some("send first") => {
            let order = call.await.unwrap();
            let answer = format!(r#"{{"status":true,"uniqid":"{}"}}"#, order.id().unwrap());
            let known = Client::builder("not-a-real-token").base_url(&url);
            let known = known
                .transport(ScriptedTransport::new([Step::answer(200, answer)]))
                .build()
                .unwrap();
            journal
                .run("a", known.order(OrderKind::Like, LINK, 100))
                .await
                .unwrap();
        }
        Some(_) => {
            let file = rusqlite::Connection::open(variable("JOURNAL_FILE").unwrap()).unwrap();
            file.execute_batch("PRAGMA synchronous = OFF; INSERT INTO pruned (hash) VALUES (x'00')")
                .unwrap();
            call.await.unwrap();
        }
    }
}

/// A process that places twenty orders.
#[tokio::test]
#[ignore = "run by other tests"]
async fn places_many_orders() {
    let Some(url) = variable("JOURNAL_SANDBOX") else {
        return;
    };
    let journal = Journal::open(variable("JOURNAL_FILE").unwrap()).await.unwrap();
    let aparat = client(&url);
    for key in 0..20 {
        let call = order(&aparat, 100 + key).timeout(30 * SECOND);
        let entry = journal.run(key.to_string(), call).await.unwrap();
        assert!(matches!(entry, Entry::Done(_)), "{entry:?}");
    }
}

#[tokio::test]
async fn processes_that_run_the_same_keys_at_once_place_each_order_once() {
    for processes in [2, 8] {
        let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
        let start = |_| folder.child("processes::places_many_orders", sandbox.url());
        let children: Vec<_> = (0..processes).map(start).collect();
        let wait = tokio::task::spawn_blocking(|| {
            children
                .into_iter()
                .all(|mut child| child.wait().unwrap().success())
        });
        assert!(wait.await.unwrap());
        assert_eq!((placed(&sandbox), folder.owners()), (20, 0));
    }
}

/// How often an order is placed when another process takes the first one for dead, with its lock file or without.
async fn placed_beside_a_stalled_owner(folder: &Folder, sandbox: &Sandbox, has_lock: bool) -> usize {
    sandbox.fail_next(Fault::stall().after_processing());
    let mut child = folder.child("processes::places_an_order", sandbox.url());
    until(|| placed(sandbox) == 1).await;
    if !has_lock {
        folder.remove_owners();
    }
    let journal = folder.journal().await;
    let settled = journal.settle_early("a", Settled::DidNot).await;
    if has_lock {
        let error = settled.unwrap_err();
        assert!(matches!(error, JournalError::RunningElsewhere { .. }), "{error}");
    } else {
        settled.unwrap();
        journal
            .run("a", order(&client(sandbox.url()), 100))
            .await
            .unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    placed(sandbox)
}

#[tokio::test]
async fn without_its_lock_an_owner_would_be_taken_for_dead_and_its_order_placed_twice() {
    for (has_lock, expected) in [(true, 1), (false, 2)] {
        let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
        let placed = placed_beside_a_stalled_owner(&folder, &sandbox, has_lock).await;
        assert_eq!(placed, expected);
    }
}

/// What the system saw, in its order: `sync` when a sync of the write-ahead log has returned, `connect`, `send`.
fn trace(folder: &Folder, sandbox: &str, bug: Option<&str>) -> Vec<&'static str> {
    let output = folder.file().with_file_name("trace");
    let calls = "trace=fsync,fdatasync,connect,write,writev,sendto,sendmsg";
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-qq", "-s", "80", "-e", calls, "-o"])
        .arg(&output);
    strace.arg(std::env::current_exe().unwrap());
    strace.args(["--exact", "processes::places_an_order", "--ignored"]);
    strace
        .env("JOURNAL_SANDBOX", sandbox)
        .env("JOURNAL_FILE", folder.file());
    bug.map(|bug| strace.env("JOURNAL_BUG", bug));
    assert!(strace.output().unwrap().status.success());
    events(&output)
}

fn events(trace: &Path) -> Vec<&'static str> {
    let (mut events, mut syncing) = (Vec::new(), Vec::new());
    for line in fs::read_to_string(trace).unwrap().lines() {
        let (thread, call) = line.split_once(char::is_whitespace).unwrap();
        let is_sync = call.contains("fsync") || call.contains("fdatasync");
        if is_sync && call.contains("-wal>") && call.contains("unfinished") {
            syncing.push(thread.to_owned());
        } else if is_sync && call.contains("-wal>") {
            events.push("sync");
        } else if is_sync && call.contains("resumed") && syncing.contains(&thread.to_owned()) {
            syncing.retain(|it| it != thread);
            events.push("sync");
        } else if call.contains("connect(") && call.contains("AF_INET") {
            events.push("connect");
        } else if call.contains("GET /aparat/") || call.contains("POST /messages/send/bulk") {
            events.push("send");
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn the_intent_is_synced_before_the_first_connect_and_an_entry_takes_two_syncs() {
    if Command::new("strace").arg("-V").output().is_err() {
        return println!("not run: there is no strace (Debian: strace)");
    }
    for (bug, expected) in [
        (None, vec!["sync", "connect", "send", "sync"]),
        // The login has a connection of its own.
        (
            Some("no bug, but a batch"),
            vec!["sync", "connect", "connect", "send", "sync"],
        ),
        (Some("send first"), vec!["connect", "send", "sync", "sync"]),
        (Some("no sync"), vec!["connect", "send"]),
    ] {
        let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
        // It stays open, so that nobody is the last one, who moves the log into the file.
        let _journal = folder.journal().await;
        let events = trace(&folder, sandbox.url(), bug);
        assert_eq!(events, expected, "{bug:?}");
    }
}
