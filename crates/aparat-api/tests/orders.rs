//! An order spends money: it is sent at most once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::task::Poll;
use std::time::Duration;

use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{Account, Client, Effect, Error, Kind, Order, OrderState, OrderStatus, RetryPolicy, Secret};
use support::observed::{Observer, Watch, outcomes, watch};
use support::{PLACED, TOKEN, builder, leaks, like, over};

#[tokio::test(start_paused = true)]
async fn is_sent_once_whatever_comes_back() {
    for (step, effect) in outcomes() {
        // A second request would be answered, and counted.
        let script = ScriptedTransport::new([step.clone(), Step::answer(200, PLACED)]);
        let client = builder(&script).retry(RetryPolicy::new(10)).build().unwrap();
        let outcome = like(&client).await;
        assert_eq!(script.requests().len(), 1, "{step:?}");
        assert_eq!(outcome.as_ref().err().map(Error::effect), effect, "{step:?}");
        if let Err(error) = outcome {
            assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{step:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn is_sent_again_only_while_it_was_not_sent() {
    for (step, effect) in outcomes() {
        let script = ScriptedTransport::new([
            Step::not_sent(),
            Step::not_sent(),
            step.clone(),
            Step::answer(200, PLACED),
        ]);
        let client = builder(&script).retry(RetryPolicy::new(10)).build().unwrap();
        let outcome = like(&client).await;
        assert_eq!(script.requests().len(), 3, "{step:?}");
        assert_eq!(outcome.as_ref().err().map(Error::effect), effect, "{step:?}");
        let seen = script.seen();
        assert!(
            seen[1].at - seen[0].at <= Duration::from_millis(201)
                && seen[2].at - seen[1].at <= Duration::from_millis(401)
        );
        assert!(
            seen.iter()
                .all(|s| s.options.max_idle_time == Some(Duration::from_millis(250)))
        );
    }
    let script = ScriptedTransport::always(Step::not_sent());
    let error = like(&over(&script)).await.unwrap_err();
    assert_eq!(script.requests().len(), 3);
    assert_eq!((error.kind(), error.effect()), (Kind::Connect, Effect::None));
    assert_eq!((error.attempts(), error.is_retryable()), (3, true));
}

#[tokio::test(start_paused = true)]
async fn safe_calls_are_retried_where_an_order_is_not() {
    for step in [
        Step::unknown(),
        Step::answer(503, "<html>"),
        Step::answer(429, ""),
    ] {
        let answer = Step::answer(200, r#"{"status":true,"balance":5}"#);
        let script = ScriptedTransport::new([step.clone(), answer.clone(), step, answer]);
        let client = over(&script);
        assert_eq!(client.account().await.unwrap().balance(), Some(5));
        client.order_status("x").await.unwrap();
        let seen = script.seen();
        assert_eq!(seen.len(), 4);
        assert!(seen.iter().all(|s| s.options.max_idle_time.is_none()));
    }
}

#[test]
fn futures_go_to_other_threads_and_clients_are_shared() {
    fn sent<T: Send + 'static, F: IntoFuture<Output = T, IntoFuture: Send + 'static>>(_: F) {}
    fn shared<T: Send + Sync + Clone + 'static>() {}
    let client = over(&ScriptedTransport::default());
    sent::<Result<Account, Error>, _>(client.account());
    sent::<Result<Order, Error>, _>(like(&client));
    sent::<Result<OrderStatus, Error>, _>(client.order_status("x"));
    shared::<Client>();
    shared::<Error>();
    shared::<Secret>();
    assert_eq!(size_of::<Client>(), size_of::<usize>(), "a clone is one counter");
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[tokio::test(start_paused = true)]
async fn clones_share_orders_and_budget() {
    let Watch { client, journal, .. } = watch([], Observer::default());
    let other = client.clone();
    drop(client);
    like(&other.clone()).await.unwrap_err();
    like(&other).await.unwrap_err();
    let lines = journal.lines();
    assert!(
        lines[0].starts_with("intent 1 ") && lines[4].starts_with("intent 2 "),
        "{lines:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_prints_the_token() {
    let script = ScriptedTransport::always(Step::answer(200, PLACED));
    let client = over(&script);
    let printed = format!(
        "{client:?}{client:#?}{:?}{:?}{:?}{:?}{:?}",
        builder(&script),
        client.account(),
        like(&client),
        client.order_status("x"),
        Secret::from(TOKEN)
    );
    assert!(!leaks(&printed), "{printed}");
    like(&client).await.unwrap();
    assert!(!leaks(&format!("{script:?}{:?}", script.seen())));
}

#[test]
fn a_call_that_is_not_awaited_does_nothing() {
    let script = ScriptedTransport::default();
    let client = over(&script);
    let mut future = like(&client).send();
    assert_eq!(script.requests().len(), 0);
    let _ = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(async { std::future::poll_fn(|c| Poll::Ready(future.as_mut().poll(c))).await });
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn is_waited_for_until_its_end_or_as_long_as_it_was_said() {
    let (pending, busy) = (
        Step::answer(200, r#"{"status":"pending"}"#),
        Step::answer(503, "a gateway's page"),
    );
    let done = Step::answer(200, r#"{"status":"completed"}"#);
    let refused = Step::answer(200, r#"{"status":false,"message":"token invalid"}"#);
    let cases = [
        // The answers, the patience in seconds, the seconds of each question, the state at the end.
        (vec![done.clone()], 60, vec![0], Some(OrderState::Completed)),
        (
            vec![
                pending.clone(),
                pending.clone(),
                busy.clone(),
                pending.clone(),
                done,
            ],
            60,
            vec![0, 1, 3, 7, 15],
            Some(OrderState::Completed),
        ),
        (
            vec![pending.clone(); 3],
            2,
            vec![0, 1, 2],
            Some(OrderState::Pending),
        ),
        (vec![pending.clone()], 0, vec![0], Some(OrderState::Pending)),
        (vec![pending.clone(), refused], 60, vec![0, 1], None),
        (vec![busy.clone(), busy.clone()], 1, vec![0, 1], None),
        (
            vec![busy.header("retry-after", "9"), pending],
            9,
            vec![0, 9],
            Some(OrderState::Pending),
        ),
    ];
    for (number, (steps, patience, questions, state)) in cases.into_iter().enumerate() {
        let script = ScriptedTransport::new(steps);
        let client = builder(&script).retry(RetryPolicy::never()).build().unwrap();
        let end = client.wait_for("id", Duration::from_secs(patience)).await;
        assert_eq!(
            end.as_ref().ok().and_then(OrderStatus::state),
            state.as_ref(),
            "{number}"
        );
        assert_eq!(end.is_err(), state.is_none(), "{number}");
        let seen = script.seen();
        let seconds: Vec<_> = seen.iter().map(|it| (it.at - seen[0].at).as_secs()).collect();
        assert_eq!(seconds, questions, "{number}");
    }
}
