//! The observer is told of each order before it is sent, and of its outcome, whatever happens to its future.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

mod support;

use std::error::Error as _;
use std::task::{Context, Waker};
use std::time::Duration;

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{
    CallOptions, Client, Effect, Kind, OrderIntent, OrderKind, OrderObserver, OrderOutcome, RetryPolicy,
    Transport, TransportError, async_trait,
};
use support::observed::{Journal, Observer, Watch, outcomes, watch, watch_with};
use support::{LINK, PLACED, REFUSED, TOKEN, builder, leaks, like};

const INTENT: &str = "intent 1 like https://www.aparat.com/v/abcd 100 None";

#[tokio::test(start_paused = true)]
async fn the_observer_is_told_of_each_order_before_and_after() {
    for (step, effect) in outcomes() {
        let Watch { client, journal, .. } = watch([step.clone()], Observer::default());
        let outcome = like(&client).await;
        let told = match (&outcome, effect) {
            (Ok(order), None) => format!("1 placed {:?}", order.id()),
            (Err(error), Some(Effect::None)) => format!("1 not placed Some({:?})", error.kind()),
            (Err(error), Some(Effect::Unknown)) => format!("1 unknown Some({:?})", error.kind()),
            _ => panic!("{step:?}: {outcome:?}"),
        };
        assert_eq!(journal.lines(), [INTENT, "recorded", "sent", &told], "{step:?}");
        let left = if effect == Some(Effect::None) { 1000 } else { 900 };
        assert_eq!(client.budget_left(), Some(left), "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_intent_and_one_outcome_for_all_attempts() {
    let steps = [Step::not_sent(), Step::not_sent(), Step::answer(200, PLACED)];
    let Watch { client, journal, .. } = watch(steps, Observer::default());
    let call = client.order(OrderKind::Follow, LINK, 60).reference("invoice 7");
    call.await.unwrap();
    assert_eq!(
        journal.lines(),
        [
            "intent 1 follow https://www.aparat.com/v/abcd 60 Some(\"invoice 7\")",
            "recorded",
            "sent",
            "sent",
            "sent",
            "1 placed Some(\"5f0c1e2d3b4ag\")"
        ]
    );
    client.clone().order(OrderKind::View, LINK, 60).await.unwrap_err();
    assert_eq!(
        journal.lines(),
        [
            "intent 2 view https://www.aparat.com/v/abcd 60 None",
            "recorded",
            "sent",
            "2 not placed Some(Connect)"
        ]
    );
}

/// Keeps what it is told as JSON, as a file would.
#[derive(Clone, Default)]
struct Recorder(Journal);

#[async_trait]
impl OrderObserver for Recorder {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.0.add(serde_json::to_string(order)?);
        Ok(())
    }

    fn outcome(&self, _: &OrderIntent, outcome: &OrderOutcome) {
        self.0.add(serde_json::to_string(outcome).unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn an_intent_and_its_outcome_are_json() {
    let intent =
        r#"{"sequence":1,"kind":"like","link":"https://www.aparat.com/v/abcd","count":100,"reference":null}"#;
    for (step, outcome) in [
        (Step::answer(200, PLACED), "placed"),
        (Step::answer(200, REFUSED), "not_placed"),
        (Step::unknown(), "unknown"),
    ] {
        let recorder = Recorder::default();
        let script = ScriptedTransport::new([step]);
        let client = builder(&script).observer(recorder.clone()).build().unwrap();
        let told = match like(&client).await {
            Ok(_) => serde_json::json!({"outcome": outcome, "id": "5f0c1e2d3b4ag"}),
            Err(error) => serde_json::json!({"outcome": outcome, "error": error.to_string()}),
        };
        let lines = recorder.0.lines();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], intent);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&lines[1]).unwrap(),
            told
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_recorded_is_not_sent() {
    let forever = Duration::from_secs(1 << 40);
    for (takes, fails, detail) in [
        (Duration::ZERO, true, "the observer could not record the order"),
        (
            Duration::from_secs(10),
            true,
            "the observer could not record the order",
        ),
        (forever, false, "the observer did not record the order in time"),
    ] {
        let observer = Observer {
            takes,
            fails,
            ..Observer::default()
        };
        let Watch { client, journal, .. } = watch([Step::answer(200, PLACED)], observer);
        let before = tokio::time::Instant::now();
        let error = like(&client).await.unwrap_err();
        assert!(before.elapsed() <= Duration::from_secs(30));
        assert_eq!(error.code(), None);
        assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
        assert_eq!((error.attempts(), error.is_retryable()), (0, false));
        assert!(error.to_string().ends_with(detail), "{error}");
        assert_eq!(error.source().is_some(), fails);
        assert!(!leaks(&format!("{error:?}")), "{error:?}");
        assert_eq!(journal.lines(), [INTENT, "1 not placed Some(Withheld)"]);
        assert_eq!(client.budget_left(), Some(1000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_observer_uses_the_calls_own_time() {
    let observer = Observer {
        takes: Duration::from_secs(8),
        ..Observer::default()
    };
    let Watch { client, journal, .. } = watch([Step::hang()], observer);
    let before = tokio::time::Instant::now();
    let error = like(&client).timeout(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!(before.elapsed(), Duration::from_secs(10));
    assert_eq!((error.kind(), error.effect()), (Kind::Timeout, Effect::Unknown));
    assert_eq!(
        journal.lines(),
        [INTENT, "recorded", "sent", "1 unknown Some(Timeout)"]
    );
}

#[tokio::test(start_paused = true)]
async fn no_time_at_all_sends_nothing() {
    let Watch {
        client,
        journal,
        script,
    } = watch([Step::answer(200, PLACED)], Observer::default());
    let error = like(&client).timeout(Duration::ZERO).await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::None, 0));
    assert_eq!(script.requests().len(), 0);
    assert_eq!(client.budget_left(), Some(1000));
    let lines = journal.lines();
    assert_eq!(lines.first().unwrap(), INTENT);
    assert!(lines.last().unwrap().starts_with("1 not placed"), "{lines:?}");
}

async fn dropped_after(time: Duration, future: impl IntoFuture) {
    assert!(
        tokio::time::timeout(time, future).await.is_err(),
        "it was over before"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_future_tells_what_is_known() {
    let slow = Observer {
        takes: Duration::from_secs(5),
        ..Observer::default()
    };
    let second = Duration::from_secs(1);

    // Never polled: there was no order.
    let Watch { client, journal, .. } = watch([], Observer::default());
    drop(like(&client).send());
    drop(like(&client));
    assert!(journal.lines().is_empty());
    assert_eq!(client.budget_left(), Some(1000));

    // While the observer records.
    let Watch {
        client,
        journal,
        script,
    } = watch([Step::hang()], slow);
    dropped_after(second, like(&client)).await;
    assert_eq!(journal.lines(), [INTENT, "1 not placed None"]);
    assert_eq!((client.budget_left(), script.requests().len()), (Some(1000), 0));

    // While it is sent.
    let Watch {
        client,
        journal,
        script,
    } = watch([Step::hang()], Observer::default());
    dropped_after(second, like(&client)).await;
    assert_eq!(journal.lines(), [INTENT, "recorded", "sent", "1 unknown None"]);
    assert_eq!((client.budget_left(), script.requests().len()), (Some(900), 1));

    // Between two attempts, neither of which left: after a drop the careful answer is enough.
    let hours = Duration::from_secs(3600 * 1000);
    let Watch { client, journal, .. } = watch_with([Step::not_sent()], Observer::default(), |builder| {
        builder
            .timeout(hours)
            .retry(RetryPolicy::new(2).backoff(hours, hours))
    });
    dropped_after(second, like(&client)).await;
    assert_eq!(journal.lines(), [INTENT, "recorded", "sent", "1 unknown None"]);
    assert_eq!(client.budget_left(), Some(900));

    // After its end, there is nothing more to tell.
    let Watch { client, journal, .. } = watch([Step::answer(200, PLACED)], Observer::default());
    let mut future = like(&client).send();
    let mut context = Context::from_waker(Waker::noop());
    while future.as_mut().poll(&mut context).is_pending() {
        tokio::time::sleep(second).await;
    }
    assert_eq!(journal.lines().len(), 4);
    drop(future);
    assert!(journal.lines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_aborted_task_tells_it_too() {
    let Watch { client, journal, .. } = watch([Step::hang()], Observer::default());
    let task = tokio::spawn(like(&client).send());
    tokio::time::sleep(Duration::from_secs(1)).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(journal.lines(), [INTENT, "recorded", "sent", "1 unknown None"]);
}

struct Panics;

#[async_trait]
impl Transport for Panics {
    async fn send(&self, _: Request<Bytes>, _: &CallOptions) -> Result<Response<Bytes>, TransportError> {
        panic!("a transport with a bug")
    }
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_panics_leaves_the_order_in_doubt() {
    let observer = Observer::default();
    let journal = observer.journal.clone();
    let client = Client::builder(TOKEN)
        .transport(Panics)
        .observer(observer)
        .budget(1000)
        .build()
        .unwrap();
    assert!(tokio::spawn(like(&client).send()).await.unwrap_err().is_panic());
    assert_eq!(journal.lines(), [INTENT, "recorded", "1 unknown None"]);
    assert_eq!(client.budget_left(), Some(900));
}
