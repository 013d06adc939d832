//! After a crash.

use std::time::Duration;

use payvand_journal::{Effect, Entry, JournalError, Settled, State};
use payvand_sandbox::{Fault, Sandbox};

use crate::support::{Folder, SECOND, child, client, order, placed, signal, until};

/// A process that places an order under the key `a`, if the variables say so.
#[tokio::test]
#[ignore = "run by other tests"]
async fn places_an_order() {
    let (Ok(url), Ok(file)) = (std::env::var("JOURNAL_SANDBOX"), std::env::var("JOURNAL_FILE")) else {
        return;
    };
    let journal = payvand_journal::Journal::open(file)
        .await
        .unwrap()
        .grace(SECOND / 10);
    let call = order(&client(&url), 100).timeout(2 * SECOND);
    journal.run("a", call).await.unwrap();
}

fn start(sandbox: &Sandbox, folder: &Folder) -> std::process::Child {
    let file = folder.file().to_str().unwrap().to_owned();
    let variables = [("JOURNAL_SANDBOX", sandbox.url()), ("JOURNAL_FILE", &file)];
    child("settling::places_an_order", &variables)
}

#[tokio::test]
async fn after_a_kill_an_order_that_may_be_on_its_way_cannot_be_settled_as_not_done() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    // The connection is the provider's own business by then.
    sandbox.fail_next(Fault::usual().delayed(2 * SECOND));
    let journal = folder.journal().await;
    let mut child = start(&sandbox, &folder);
    until(|| sandbox.request_count() == 1).await;
    let error = journal.settle("a", Settled::DidNot).await.unwrap_err();
    assert!(matches!(error, JournalError::RunningElsewhere { .. }), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    let doubts = journal.in_doubt().await.unwrap();
    assert_eq!((doubts.len(), folder.owners()), (1, 0));
    let error = doubts[0].settle(Settled::DidNot).await.unwrap_err();
    assert!(matches!(error, JournalError::NotYet { .. }), "{error}");
    let call = order(&client(sandbox.url()), 100);
    let again = journal.run("a", call).await.unwrap();
    assert!(matches!(again, Entry::InDoubt(_)), "{again:?}");
    doubts[0].settle(Settled::Happened).await.unwrap();
    assert!(placed(&sandbox) <= 1);
}

#[tokio::test]
async fn while_a_stopped_owner_lives_nobody_settles_what_it_began() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    sandbox.fail_next(Fault::stall());
    let journal = folder.journal().await.grace(Duration::ZERO);
    let mut child = start(&sandbox, &folder);
    until(|| sandbox.request_count() == 1).await;
    signal(&child, "-STOP");
    // Longer than its timeout and its grace.
    tokio::time::sleep(2 * SECOND + SECOND / 5).await;
    for early in [false, true] {
        for settled in [Settled::Happened, Settled::DidNot] {
            let outcome = if early {
                journal.settle_early("a", settled).await
            } else {
                journal.settle("a", settled).await
            };
            let error = outcome.unwrap_err();
            assert!(matches!(error, JournalError::RunningElsewhere { .. }), "{error}");
        }
    }
    assert!(journal.in_doubt().await.unwrap().is_empty());
    let call = order(&client(sandbox.url()), 100).timeout(SECOND / 5);
    let error = journal.run("a", call).await.unwrap_err();
    assert!(matches!(error, JournalError::RunningElsewhere { .. }), "{error}");
    assert_eq!(error.effect(), Effect::Unknown);
    signal(&child, "-CONT");
    child.wait().unwrap();
    let record = journal.entry("a").await.unwrap().unwrap();
    assert_eq!((record.state(), folder.owners()), (State::InDoubt, 0));
    journal.settle_early("a", Settled::DidNot).await.unwrap();
}
