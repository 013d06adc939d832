//! After a crash.

use std::time::Duration;

use payvand_journal::{Effect, Entry, JournalError, Settled, State};
use payvand_sandbox::{Fault, Sandbox};

use crate::support::{Folder, SECOND, client, order, placed, signal, until};

#[tokio::test]
async fn after_a_kill_an_order_that_may_be_on_its_way_cannot_be_settled_as_not_done() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    sandbox.fail_next(Fault::usual().delayed(2 * SECOND));
    let journal = folder.journal().await;
    let mut child = folder.child("processes::places_an_order", sandbox.url());
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
    // Then it takes effect.
    assert_eq!(placed(&sandbox), 0);
    until(|| placed(&sandbox) == 1).await;
    doubts[0].settle(Settled::Happened).await.unwrap();
}

#[tokio::test]
async fn while_a_stopped_owner_lives_nobody_settles_what_it_began() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    sandbox.fail_next(Fault::stall());
    let journal = folder.journal().await.grace(Duration::ZERO);
    let mut child = folder.child("processes::places_an_order", sandbox.url());
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
