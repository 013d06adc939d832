//! What a client may order in all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

mod support;

use std::time::Duration;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Effect, Kind, OrderKind};
use support::{LINK, PLACED, builder, like, over};

#[tokio::test(start_paused = true)]
async fn the_budget_is_never_passed() {
    let script = ScriptedTransport::always(Step::answer(200, PLACED).after(Duration::from_millis(10)));
    let client = builder(&script).budget(1000).build().unwrap();
    let tasks: Vec<_> = (0..50)
        .map(|n| tokio::spawn(client.clone().order(OrderKind::View, LINK, 60 + n).send()))
        .collect();
    let mut placed = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => placed += 1,
            Err(error) => {
                assert_eq!(error.code(), None);
                assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
                assert_eq!((error.attempts(), error.is_retryable()), (0, false));
            }
        }
    }
    let ordered: u64 = script
        .requests()
        .iter()
        .map(|request| {
            let query = request.uri().query().unwrap();
            let count = query.split('&').find_map(|pair| pair.strip_prefix("count="));
            count.unwrap().parse::<u64>().unwrap()
        })
        .sum();
    assert_eq!(script.requests().len(), placed);
    assert_eq!(client.budget_left(), Some(1000 - ordered));
    assert!(ordered > 1000 - 110, "{ordered}: what fits is ordered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_budget_holds_across_threads() {
    for _ in 0..20 {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let client = builder(&script).budget(1000).build().unwrap();
        let tasks: Vec<_> = (0..40).map(|_| tokio::spawn(like(&client).send())).collect();
        let mut placed = 0;
        for task in tasks {
            placed += usize::from(task.await.unwrap().is_ok());
        }
        assert_eq!((placed, script.requests().len()), (10, 10));
        assert_eq!(client.budget_left(), Some(0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_budget_at_its_edges() {
    let script = ScriptedTransport::always(Step::answer(200, PLACED));
    let client = builder(&script).budget(150).build().unwrap();
    let error = client.order(OrderKind::Like, LINK, 151).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "aparat.order: held back, not sent: the count 151 is more than the 150 that the budget has left"
    );
    like(&client).await.unwrap();
    assert_eq!(client.budget_left(), Some(50));
    client.clone().order(OrderKind::Like, LINK, 50).await.unwrap();
    assert_eq!(client.budget_left(), Some(0));
    like(&client).await.unwrap_err();
    assert_eq!(script.requests().len(), 2);

    let none = builder(&script).budget(0).build().unwrap();
    assert_eq!(like(&none).await.unwrap_err().kind(), Kind::Withheld);
    let unbounded = over(&script);
    assert_eq!(unbounded.budget_left(), None);
    for _ in 0..100 {
        unbounded.order(OrderKind::Like, LINK, 7000).await.unwrap();
    }
}
