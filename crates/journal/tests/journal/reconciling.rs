//! Asking the provider what became of an entry that is in doubt.

use std::time::Duration;

use aparat_api::Client;
use payvand_journal::{Doubt, Entry, Journal, JournalError, Settled, Verdict};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::podlink::Podlink;
use payvand_sandbox::{Fault, Sandbox};
use podlink_api::Content;

use crate::support::{Folder, OrderEntry, SECOND, client, order, placed};

/// No order ends by itself.
async fn panel() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.aparat().set_order_duration(1000 * SECOND);
    let aparat = client(sandbox.url());
    (sandbox, aparat)
}

/// A call that nothing answers: in doubt, and not on its way any more.
async fn lost(sandbox: &Sandbox, journal: &Journal, key: &str, is_placed: bool) -> Doubt {
    let fault = Fault::close();
    let fault = if is_placed {
        fault.after_processing()
    } else {
        fault
    };
    sandbox.fail_next_where(|it| it.query().iter().any(|it| it.0 == "count"), fault);
    let call = order(&client(sandbox.url()), 100).timeout(SECOND / 2);
    let Entry::InDoubt(doubt) = journal.run(key, call).await.unwrap() else {
        panic!("somebody knows")
    };
    tokio::time::sleep(SECOND / 2).await;
    doubt
}

fn top_up(sandbox: &Sandbox, by: i64) {
    let balance = sandbox.aparat().balance(Aparat::TOKEN).unwrap();
    sandbox
        .aparat()
        .add_account(Aparat::TOKEN, balance.saturating_add_signed(by));
}

#[tokio::test]
async fn the_balance_of_an_exclusive_account_tells_what_became_of_an_order() {
    let ((sandbox, aparat), folder) = (panel().await, Folder::new());
    let journal = folder.journal().await.exclusive().grace(Duration::ZERO);
    let call = order(&aparat, 100);
    let doubt = lost(&sandbox, &journal, "a", true).await;
    let verdict = doubt.reconcile(&call).await.unwrap();
    assert!(matches!(verdict, Verdict::Happened(_)), "{verdict:?}");
    // In any order, since what comes after is stored with the next one.
    let one = lost(&sandbox, &journal, "b", false).await;
    let two = lost(&sandbox, &journal, "c", true).await;
    let three: OrderEntry = journal.run("d", order(&aparat, 100)).await.unwrap();
    assert!(matches!(three, Entry::Done(_)), "{three:?}");
    let verdict = two.reconcile(&call).await.unwrap();
    assert!(matches!(verdict, Verdict::Happened(_)), "{verdict:?}");
    // The id of `a` is lost with its answer, so nobody can ask whether it gave money back.
    let verdict = one.reconcile(&call).await.unwrap();
    assert!(
        matches!(verdict, Verdict::Likely(Settled::DidNot, _)),
        "{verdict:?}"
    );
    one.settle(Settled::DidNot).await.unwrap();
    let error = one.reconcile(&call).await.unwrap_err();
    assert!(matches!(error, JournalError::NotInDoubt { .. }), "{error}");
    assert_eq!(placed(&sandbox), 3);
}

#[tokio::test]
async fn an_unchanged_balance_says_nothing_once_an_earlier_order_has_ended() {
    for (is_placed, has_ended) in [(false, false), (false, true), (true, true)] {
        let ((sandbox, aparat), folder) = (panel().await, Folder::new());
        let journal = folder.journal().await.exclusive().grace(Duration::ZERO);
        journal.run("earlier", order(&aparat, 100)).await.unwrap();
        let doubt = lost(&sandbox, &journal, "a", is_placed).await;
        if has_ended {
            sandbox.advance(2000 * SECOND);
        }
        if is_placed {
            // The earlier order is paid back.
            top_up(&sandbox, 100);
        }
        let verdict = doubt.reconcile(&order(&aparat, 100)).await.unwrap();
        match (is_placed, has_ended) {
            (false, false) => assert_eq!(verdict, Verdict::DidNot),
            _ => assert!(matches!(verdict, Verdict::NotSure(_)), "{verdict:?}"),
        }
    }
}

#[tokio::test]
async fn with_others_who_spend_nothing_is_sure() {
    for change in [-100, 100, 0] {
        for is_placed in [true, false] {
            let ((sandbox, aparat), folder) = (panel().await, Folder::new());
            let journal = folder.journal().await.grace(Duration::ZERO);
            let doubt = lost(&sandbox, &journal, "a", is_placed).await;
            top_up(&sandbox, change);
            let verdict = doubt.reconcile(&order(&aparat, 100)).await.unwrap();
            assert!(
                matches!(verdict, Verdict::NotSure(_)),
                "{change} {is_placed}: {verdict:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_exclusive_account_has_one_order_under_way_and_what_may_be_on_its_way_is_waited_for() {
    let ((sandbox, aparat), folder) = (panel().await, Folder::new());
    let journal = folder.journal().await.exclusive().grace(20 * SECOND);
    let doubt = lost(&sandbox, &journal, "a", false).await;
    let error = doubt.reconcile(&order(&aparat, 100)).await.unwrap_err();
    assert!(matches!(error, JournalError::NotYet { .. }), "{error}");
    let next = order(&aparat, 100).timeout(SECOND / 5);
    let error = journal.run("b", next).await.unwrap_err();
    let JournalError::AccountBusy { key, until } = &error else {
        panic!("{error}")
    };
    assert_eq!((key.as_str(), *until), ("a", Some(doubt.record().until())));
    // Another account is free, and so is this one once somebody knows.
    let entry = journal
        .account("second")
        .run("c", order(&aparat, 100))
        .await
        .unwrap();
    assert!(matches!(entry, Entry::Done(_)), "{entry:?}");
    doubt.settle_early(Settled::DidNot).await.unwrap();

    // Eight at once: each balance is read after the order before it.
    let runs = (0..8).map(|key| journal.run(format!("d{key}"), order(&aparat, 100)));
    for entry in futures_util::future::join_all(runs).await {
        assert!(matches!(entry, Ok(Entry::Done(_))), "{entry:?}");
    }
    let balances: Vec<i64> = {
        let file = rusqlite::Connection::open(folder.file()).unwrap();
        let sql = "SELECT balance FROM entry WHERE key LIKE 'd%' ORDER BY number";
        let mut rows = file.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert!(balances.windows(2).all(|it| it[0] - 100 == it[1]), "{balances:?}");
    // Forgetting one would make another's balance tell something else.
    assert_eq!(journal.prune(Duration::ZERO).await.unwrap(), 0);
    let other = doubt.reconcile(&order(&aparat, 200)).await.unwrap_err();
    assert!(matches!(other, JournalError::NotInDoubt { .. }), "{other}");
}

#[tokio::test]
async fn the_list_of_links_tells_what_became_of_a_link() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let pod = podlink_api::Client::builder(Podlink::TOKEN).api_key(Podlink::API_KEY);
    let pod = pod.base_url(sandbox.url()).timeout(SECOND / 2).build().unwrap();
    sandbox.podlink().seed_links(Podlink::TOKEN, 1200);
    let journal = folder.journal().await.grace(Duration::ZERO);
    let link = |text: &str| pod.add_link(Content::text(text));
    let calls = [
        ("hash", link("a").hash("mine")),
        ("tag", link("b").tags(["invoice-17"])),
        ("plain", link("c")),
    ];
    let is_add =
        |it: &payvand_sandbox::RecordedRequest| String::from_utf8_lossy(it.body()).contains("urlOrContent");
    for is_made in [false, true] {
        for (key, call) in &calls {
            let fault = Fault::close();
            sandbox.fail_next_where(is_add, if is_made { fault.after_processing() } else { fault });
            let entry = journal.run(*key, call.clone()).await.unwrap();
            assert!(matches!(entry, Entry::InDoubt(_)), "{key}: {entry:?}");
        }
        tokio::time::sleep(SECOND / 2).await;
        for (doubt, (key, call)) in journal.in_doubt().await.unwrap().iter().zip(&calls) {
            assert_eq!(doubt.key(), *key);
            let verdict = doubt.reconcile(call).await.unwrap();
            match (&verdict, is_made, *key) {
                (Verdict::Happened(link), true, "hash") => assert_eq!(link.hash(), Some("mine")),
                (Verdict::Happened(link), true, "tag") => assert!(link.hash().is_some()),
                (Verdict::DidNot, false, "hash" | "tag")
                | (Verdict::Likely(Settled::Happened, _), true, "plain") => {}
                (Verdict::Likely(Settled::DidNot, _), false, "plain") => {
                    doubt.settle(Settled::DidNot).await.unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
    }
    // An older link with this content is not the one that was lost, nor is one that another key has made.
    journal.run("another", link("d").tags(["twice"])).await.unwrap();
    sandbox.fail_next_where(is_add, Fault::close());
    let call = link("d").tags(["twice"]);
    journal.run("twice", call.clone()).await.unwrap();
    tokio::time::sleep(SECOND / 2).await;
    assert_eq!(journal.reconcile("twice", &call).await.unwrap(), Verdict::DidNot);
    let error = journal.reconcile("plain", &call).await.unwrap_err();
    assert!(matches!(error, JournalError::OtherCall { .. }), "{error}");
}
