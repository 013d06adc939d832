//! One process, one key after the other.

use std::time::Duration;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Client, Code, Effect, Kind, OrderKind};
use futures_util::{FutureExt, TryStreamExt};
use payvand_journal::{Doubt, Entry, Filter, JournalError, Record, Settled, State};
use payvand_sandbox::{Fault, Sandbox};

use crate::support::{Folder, LINK, OrderEntry, SECOND, client, order, placed};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn id(entry: &OrderEntry) -> &str {
    match entry {
        Entry::Done(order) => order.id().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_key_that_was_done_gives_its_outcome_again_and_sends_nothing() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let first = folder
        .journal()
        .await
        .run("invoice-17", order(&aparat, 100))
        .await
        .unwrap();
    let requests = sandbox.request_count();
    // By another process, as far as the journal can tell.
    let journal = folder.journal().await;
    let second = journal.run("invoice-17", order(&aparat, 100)).await.unwrap();
    assert_eq!((id(&first), placed(&sandbox)), (id(&second), 1));
    assert_eq!(sandbox.request_count(), requests);
    assert_eq!(sandbox.aparat().orders()[0].id(), id(&first));

    let record = journal.entry("invoice-17").await.unwrap().unwrap();
    assert_eq!((record.operation(), record.account()), ("aparat.order", "main"));
    assert_eq!(
        (record.cost(), record.unit(), record.state()),
        (100, "orders", State::Done)
    );
    assert_eq!(record.description(), "an order, 100 like");
    assert_eq!(record.fields(), Some(&*format!(r#"{{"id":"{}"}}"#, id(&first))));
    assert!(journal.entry("invoice-18").await.unwrap().is_none());
}

#[tokio::test]
async fn what_surely_did_not_happen_may_be_run_again() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await;
    let poor = Client::builder(payvand_sandbox::aparat::Aparat::POOR_TOKEN).base_url(sandbox.url());
    let poor = poor.build().unwrap();
    let Entry::NotDone(error) = journal.run("a", order(&poor, 100)).await.unwrap() else {
        panic!("it was placed")
    };
    assert_eq!(error.code(), Some(&Code::BalanceExceeded));
    // The token is no part of the request, so the key is bound to the same one.
    id(&journal.run("a", order(&aparat, 100)).await.unwrap());

    // Refused before anything is stored.
    let Entry::NotDone(error) = journal.run("b", order(&aparat, 10)).await.unwrap() else {
        panic!("it was placed")
    };
    assert!(matches!(
        error.kind(),
        Kind::InvalidInput {
            argument: "count",
            ..
        }
    ));
    assert!(journal.entry("b").await.unwrap().is_none());
    // Nobody listens.
    let away = client("http://127.0.0.1:9");
    let error = journal.run("c", order(&away, 100)).await.unwrap_err();
    assert!(matches!(error, JournalError::OtherOrigin { .. }), "{error}");
    assert_eq!(placed(&sandbox), 1);
}

#[tokio::test]
async fn what_nobody_knows_is_never_sent_again_before_it_is_settled() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await.grace(Duration::ZERO);
    for (key, fault) in [
        ("lost", Fault::close().after_processing()),
        ("never", Fault::close()),
    ] {
        sandbox.fail_next(fault);
        for _ in 0..3 {
            let entry = journal.run(key, order(&aparat, 100)).await.unwrap();
            assert!(matches!(entry, Entry::InDoubt(_)), "{entry:?}");
        }
    }
    assert_eq!(placed(&sandbox), 1);
    assert_eq!(sandbox.request_count(), 2);

    let doubts = journal.in_doubt().await.unwrap();
    assert_eq!(
        doubts.iter().map(Doubt::key).collect::<Vec<_>>(),
        ["lost", "never"]
    );
    doubts[0].settle(Settled::Happened).await.unwrap();
    let error = doubts[1].settle(Settled::DidNot).await.unwrap_err();
    assert!(matches!(error, JournalError::NotYet { .. }), "{error}");
    doubts[1].settle_early(Settled::DidNot).await.unwrap();
    let error = doubts[1].settle(Settled::Happened).await.unwrap_err();
    assert!(matches!(error, JournalError::NotInDoubt { .. }), "{error}");
    assert!(journal.in_doubt().await.unwrap().is_empty());

    let Entry::Done(known) = journal.run("lost", order(&aparat, 100)).await.unwrap() else {
        panic!("it happened")
    };
    assert_eq!(known.id(), None);
    id(&journal.run("never", order(&aparat, 100)).await.unwrap());
    assert_eq!(placed(&sandbox), 2);
}

#[tokio::test]
async fn a_call_whose_future_is_dropped_is_in_doubt_and_one_that_was_not_begun_is_not() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await.grace(Duration::ZERO);
    sandbox.fail_next(Fault::stall().after_processing());
    let running = tokio::spawn({
        let (journal, call) = (journal.clone(), order(&aparat, 100));
        async move { journal.run("a", call).await }
    });
    crate::support::until(|| placed(&sandbox) == 1).await;
    let record = journal.entry("a").await.unwrap().unwrap();
    assert_eq!(record.state(), State::Running);
    running.abort();
    let _ = running.await;
    let record = journal.entry("a").await.unwrap().unwrap();
    assert_eq!(record.state(), State::InDoubt);

    // Polled once, it has asked for its intent to be stored; dropped, it has sent nothing.
    let mut call = Box::pin(journal.run("b", order(&aparat, 100)));
    assert!((&mut call).now_or_never().is_none());
    drop(call);
    let record = journal.entry("b").await.unwrap().unwrap();
    assert_eq!(record.state(), State::NotDone);
    id(&journal.run("b", order(&aparat, 100)).await.unwrap());
    assert_eq!(placed(&sandbox), 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_and_a_journal_to_one_address() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await;
    id(&journal.run("a", order(&aparat, 100)).await.unwrap());
    for (what, journal, call) in [
        ("count", &journal, order(&aparat, 200)),
        ("kind", &journal, aparat.order(OrderKind::View, LINK, 100)),
        (
            "link",
            &journal,
            aparat.order(OrderKind::Like, "https://www.aparat.com/v/other", 100),
        ),
        ("account", &journal.account("second"), order(&aparat, 100)),
    ] {
        let error = journal.run("a", call).await.unwrap_err();
        let JournalError::KeyReused { key, known, asked } = &error else {
            panic!("{what}: {error}")
        };
        assert_eq!(key, "a");
        assert!(
            known.starts_with(r#"aparat.order for "main", an order, 100 like ("#),
            "{known}"
        );
        assert_ne!(known, asked, "{what}");
        assert_eq!(error.effect(), Effect::None);
    }
    // What does not belong to the request.
    let call = order(&aparat, 100).timeout(SECOND).reference("another");
    id(&journal.run("a", call).await.unwrap());

    let real = Sandbox::start().await.unwrap();
    let error = journal
        .run("b", order(&client(real.url()), 100))
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, JournalError::OtherOrigin { .. }), "{text}");
    assert!(
        text.contains(sandbox.url()) && text.contains(real.url()),
        "{text}"
    );
    assert_eq!((placed(&sandbox), placed(&real)), (1, 0));

    for key in ["", &"k".repeat(257)] {
        let error = journal.run(key, order(&aparat, 100)).await.unwrap_err();
        assert!(matches!(error, JournalError::InvalidKey { .. }), "{error}");
    }
    id(&journal.run("ک".repeat(128), order(&aparat, 100)).await.unwrap());
}

#[tokio::test]
async fn a_budget_counts_all_but_what_surely_did_not_happen() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await.grace(Duration::ZERO).budget(300, DAY);
    let over = async |key: &str, count| match journal.run(key, order(&aparat, count)).await {
        Err(JournalError::OverBudget { left, .. }) => left,
        other => panic!("{other:?}"),
    };
    id(&journal.run("done", order(&aparat, 100)).await.unwrap());
    sandbox.fail_next(Fault::close());
    journal.run("in doubt", order(&aparat, 150)).await.unwrap();
    assert_eq!(over("a", 51).await, 50);
    // Nothing is stored of it.
    assert!(journal.entry("a").await.unwrap().is_none());
    sandbox.fail_next(Fault::answer(
        200,
        r#"{"status":false,"message":"token invalid"}"#,
    ));
    let refused = journal.run("refused", order(&aparat, 50)).await.unwrap();
    assert!(matches!(refused, Entry::NotDone(_)), "{refused:?}");
    journal.settle_early("in doubt", Settled::DidNot).await.unwrap();
    assert_eq!(over("a", 201).await, 200);
    // Each account has its own.
    id(&journal
        .account("second")
        .run("b", order(&aparat, 300))
        .await
        .unwrap());
    id(&journal.run("c", order(&aparat, 200)).await.unwrap());
    assert_eq!(over("a", 50).await, 0);
    // What was done before the span does not count.
    tokio::time::sleep(Duration::from_millis(5)).await;
    let short = journal.clone().budget(300, Duration::from_millis(2));
    id(&short.run("d", order(&aparat, 300)).await.unwrap());
    assert_eq!(placed(&sandbox), 4);
}

#[tokio::test]
async fn what_is_pruned_is_not_sent_again() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await;
    for number in 0..260 {
        let script = ScriptedTransport::new([Step::answer(200, r#"{"status":true,"uniqid":"1"}"#)]);
        let scripted = Client::builder("not-a-real-token")
            .base_url(sandbox.url())
            .transport(script);
        let call = order(&scripted.build().unwrap(), 100);
        journal.run(number.to_string(), call).await.unwrap();
    }
    sandbox.fail_next(Fault::close());
    journal.run("in doubt", order(&aparat, 100)).await.unwrap();
    assert_eq!(journal.prune(DAY).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(journal.prune(Duration::ZERO).await.unwrap(), 260);
    let left: Vec<Record> = journal.entries(Filter::default()).try_collect().await.unwrap();
    assert_eq!(left.iter().map(Record::key).collect::<Vec<_>>(), ["in doubt"]);
    let requests = sandbox.request_count();
    let error = journal.run("17", order(&aparat, 100)).await.unwrap_err();
    assert!(matches!(error, JournalError::Pruned { .. }), "{error}");
    assert_eq!(sandbox.request_count(), requests);
}

#[tokio::test]
async fn entries_come_in_their_order_and_by_state_and_account() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    let journal = folder.journal().await;
    let keys = async |filter| {
        let all = journal
            .entries(filter)
            .try_collect::<Vec<Record>>()
            .await
            .unwrap();
        all.iter()
            .map(|it| it.key().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    journal.run("a", order(&aparat, 100)).await.unwrap();
    sandbox.fail_next(Fault::close());
    journal.run("b", order(&aparat, 100)).await.unwrap();
    journal
        .account("second")
        .run("c", order(&aparat, 100))
        .await
        .unwrap();
    sandbox.fail_next(Fault::answer(
        200,
        r#"{"status":false,"message":"token invalid"}"#,
    ));
    journal.run("d", order(&aparat, 100)).await.unwrap();
    let by = |state| Filter::default().state(state);
    assert_eq!(keys(Filter::default()).await, "a b c d");
    assert_eq!(keys(by(State::Done)).await, "a c");
    assert_eq!(keys(by(State::InDoubt)).await, "b");
    assert_eq!(keys(by(State::NotDone)).await, "d");
    assert_eq!(keys(by(State::Running)).await, "");
    assert_eq!(keys(by(State::Done).account("aparat", "second")).await, "c");

    let key = journal.content_key(["۰۹۱۲ ۳۴۵ ۶۷۸۹", "سلام"], 0);
    assert_eq!(
        key,
        folder.journal().await.content_key(["۰۹۱۲ ۳۴۵ ۶۷۸۹", "سلام"], 0)
    );
    assert_ne!(key, journal.content_key(["۰۹۱۲ ۳۴۵ ۶۷۸۹", "سلام"], 1));
    assert_ne!(
        key,
        Folder::new()
            .journal()
            .await
            .content_key(["۰۹۱۲ ۳۴۵ ۶۷۸۹", "سلام"], 0)
    );
}
