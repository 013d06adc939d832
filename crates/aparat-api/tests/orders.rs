//! An order spends money: sent at most once, recorded before and after, never beyond its limits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::testing::{ScriptedTransport, Step};
use aparat_api::{
    Account, CallOptions, Client, ClientBuilder, Effect, Error, Kind, Language, Order, OrderIntent,
    OrderKind, OrderObserver, OrderOutcome, OrderStatus, Reason, RetryPolicy, Secret, Transport,
    TransportError, async_trait,
};
use support::{LINK, PLACED, REFUSED, TOKEN, builder, leaks, like, over};

/// What happens to an order once it is sent, and what is known then.
fn outcomes() -> Vec<(Step, Option<Effect>)> {
    let known = Some(Effect::None);
    let unknown = Some(Effect::Unknown);
    let mut outcomes = vec![
        (Step::answer(200, PLACED), None),
        (Step::answer(200, r#"{"status":true}"#), None),
        (Step::answer(200, REFUSED), known),
        (Step::answer(429, REFUSED), known),
        (Step::answer(503, REFUSED).header("retry-after", "0"), known),
        (Step::answer(200, "token invalid"), unknown),
        (Step::unknown(), unknown),
        (Step::hang(), unknown),
        (Step::answer(200, ""), unknown),
        (Step::answer(200, &PLACED[..20]), unknown),
        (Step::answer(200, "<html>"), unknown),
        (Step::answer(200, r#"{"status":"pending"}"#), unknown),
        (Step::answer(200, r#"{"status":false}"#), unknown),
        (Step::answer(200, vec![b' '; 9 * 1024 * 1024]), unknown),
        (Step::answer(200, vec![0xFF; 16]), unknown),
    ];
    for status in [
        301, 302, 307, 400, 403, 404, 408, 425, 429, 500, 502, 503, 504, 520,
    ] {
        outcomes.push((Step::answer(status, "<html>").header("retry-after", "0"), unknown));
        outcomes.push((Step::answer(status, PLACED).header("retry-after", "0"), unknown));
    }
    outcomes
}

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
        assert!(seen.iter().all(|s| s.options.fresh_connection));
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
        assert!(seen.iter().all(|s| !s.options.fresh_connection));
    }
}

/// What the observer was told and what was asked of the transport, in the order in which it happened.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[derive(Clone, Default)]
struct Observer {
    journal: Journal,
    takes: Duration,
    fails: bool,
}

#[async_trait]
impl OrderObserver for Observer {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let OrderIntent { .. } = order;
        self.journal.add(format!(
            "intent {} {} {} {} {:?}",
            order.sequence(),
            order.kind(),
            order.link(),
            order.count(),
            order.reference()
        ));
        tokio::time::sleep(self.takes).await;
        if self.fails {
            return Err(format!("the disk is full, says {TOKEN}").into());
        }
        self.journal.add("recorded");
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let told = match outcome {
            OrderOutcome::Placed { id } => format!("placed {id:?}"),
            OrderOutcome::NotPlaced { error } => format!("not placed {:?}", error.as_ref().map(Error::kind)),
            OrderOutcome::Unknown { error } => format!("unknown {:?}", error.as_ref().map(Error::kind)),
            _ => "?".to_owned(),
        };
        self.journal.add(format!("{} {told}", order.sequence()));
        let json = serde_json::to_string(&(order, outcome)).unwrap();
        assert!(!leaks(&format!("{order:?}{outcome:?}{json}")));
    }
}

/// Writes into the same journal when it sends.
struct Watched(ScriptedTransport, Journal);

#[async_trait]
impl Transport for Watched {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        self.1.add("sent");
        self.0.send(request, options).await
    }
}

struct Watch {
    client: Client,
    journal: Journal,
    script: ScriptedTransport,
}

fn watch(steps: impl IntoIterator<Item = Step>, observer: Observer) -> Watch {
    watch_with(steps, observer, |builder| builder)
}

fn watch_with(
    steps: impl IntoIterator<Item = Step>,
    observer: Observer,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Watch {
    let journal = observer.journal.clone();
    let script = ScriptedTransport::new(steps);
    let builder = Client::builder(TOKEN)
        .transport(Watched(script.clone(), journal.clone()))
        .observer(observer)
        .budget(1000);
    let client = settings(builder).build().unwrap();
    Watch {
        client,
        journal,
        script,
    }
}

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

#[tokio::test(start_paused = true)]
async fn counts_at_the_edges() {
    for (count, sent) in [
        (0, 0),
        (1, 0),
        (49, 0),
        (50, 1),
        (7000, 1),
        (7001, 0),
        (u32::MAX, 0),
    ] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let outcome = over(&script).order(OrderKind::Like, LINK, count).await;
        assert_eq!(script.requests().len(), sent, "{count}");
        assert_eq!(outcome.is_ok(), sent == 1, "{count}");
        if let Err(error) = outcome {
            let reason = Reason::OutOfRange {
                least: 50,
                most: 7000,
            };
            let kind = Kind::InvalidInput {
                argument: "count",
                reason,
            };
            assert_eq!(error.code(), None);
            assert_eq!((error.kind(), error.effect()), (kind, Effect::None));
            assert_eq!((error.attempts(), error.http_status()), (0, None));
            assert!(error.to_string().contains("the count must be from 50 to 7000"));
            assert_eq!(
                error.describe(Language::Persian),
                "درخواست ارسال نشد: تعداد باید بین ۵۰ تا ۷۰۰۰ باشد."
            );
        }
    }
    for count in [0, 49, 7001, u32::MAX] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let client = builder(&script).leave_limits_to_provider().build().unwrap();
        client.order(OrderKind::Like, LINK, count).await.unwrap();
        let uri = script.requests()[0].uri().to_string();
        assert!(uri.contains(&format!("&count={count}&")), "{uri}");
    }
}

#[tokio::test(start_paused = true)]
async fn links_are_absolute_urls() {
    for good in [
        LINK,
        "http://aparat.com",
        "HTTPS://www.aparat.com:443/v/a?b=c#d",
        "https://www.aparat.com/v/ویدیوی\u{200C}من",
        "https://آپارات.ir/v/a",
        "https://24sms.ایران/v/a",
        "https://1404.ایران",
        "https://127.0.0.1/a",
        "https://[::1]/a",
    ] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        over(&script).order(OrderKind::Like, good, 100).await.unwrap();
        assert_eq!(script.requests().len(), 1, "{good}");
    }
    for (reason, bad) in [
        (Reason::Empty, ""),
        (Reason::Empty, " "),
        (Reason::NotAbsolute, "abcd"),
        (Reason::NotAbsolute, "/v/abcd"),
        (Reason::NotAbsolute, "//www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "www.aparat.com:443/v/abcd"),
        (Reason::NotAbsolute, "https:www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "https:/www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "https:///www.aparat.com/v/abcd"),
        (Reason::NotAbsolute, "https:\\\\www.aparat.com\\v\\abcd"),
        (Reason::NotAbsolute, "https:www.aparat.com/://v"),
        (Reason::NotAbsolute, "https://"),
        (Reason::NotAbsolute, "https://?a"),
        (Reason::NotAbsolute, "https://#a"),
        (Reason::Space, "https://a b/c"),
        (Reason::Space, "https://www.aparat.com/v/a b"),
        (Reason::Space, " https://www.aparat.com/v/abcd"),
        (
            Reason::InvisibleCharacter('\n'),
            "https://www.aparat.com/v/abcd\n",
        ),
        (
            Reason::InvisibleCharacter('\t'),
            "https://www.apa\trat.com/v/abcd",
        ),
        (Reason::InvisibleCharacter('\0'), "https://www.aparat.com/v/\0"),
        (Reason::NotAbsolute, "mailto:a@aparat.com"),
        (Reason::NotAbsolute, "data:text/plain,a"),
        (Reason::NotAbsolute, "file:///etc/passwd"),
        (Reason::NotAbsolute, "24sms.ایران/v/a"),
        (Reason::NotAbsolute, "https:1404.ایران"),
        (Reason::NotAbsolute, "https:///1404.ایران"),
        (Reason::Space, "https://1404.ایران/v a"),
        (Reason::NotAbsolute, "https://1404.xn--a/"),
    ] {
        let Watch {
            client,
            journal,
            script,
        } = watch([Step::answer(200, PLACED)], Observer::default());
        let error = client.order(OrderKind::Like, bad, 100).await.unwrap_err();
        let kind = Kind::InvalidInput {
            argument: "link",
            reason,
        };
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{bad:?}");
        assert_eq!(error.code(), None);
        assert_eq!((error.attempts(), error.is_retryable()), (0, false));
        assert_eq!((script.requests().len(), journal.lines().len()), (0, 0));
        assert_eq!(client.budget_left(), Some(1000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_too_long_for_a_request_is_refused_here() {
    let Watch {
        client,
        journal,
        script,
    } = watch([Step::answer(200, PLACED)], Observer::default());
    let link = format!("{LINK}/{}", "x".repeat(100_000));
    let error = client.order(OrderKind::Like, link, 100).await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::None, 0));
    let kind = Kind::InvalidInput {
        argument: "address",
        reason: Reason::TooLong { most: 65_534 },
    };
    assert_eq!((error.kind(), error.code()), (kind, None));
    assert_eq!(script.requests().len(), 0);
    assert_eq!(client.budget_left(), Some(1000));
    assert_eq!(
        journal.lines().last().unwrap(),
        &format!("1 not placed {:?}", Some(kind))
    );
}

#[tokio::test(start_paused = true)]
async fn ids_are_taken_as_they_are_but_not_empty() {
    for id in ["", " ", "\u{A0}\n"] {
        let script = ScriptedTransport::always(Step::answer(200, PLACED));
        let error = over(&script).order_status(id).await.unwrap_err();
        let kind = Kind::InvalidInput {
            argument: "order id",
            reason: Reason::Empty,
        };
        assert_eq!((error.kind(), error.code(), error.attempts()), (kind, None, 0));
        assert_eq!(script.requests().len(), 0);
    }
    let script = ScriptedTransport::always(Step::answer(200, PLACED));
    over(&script).order_status("5f0c1e2d3b4ag/../؟").await.unwrap();
}

#[test]
fn invalid_tokens_are_refused() {
    for bad in [
        "",
        " ",
        "not-a-real-token\n",
        "not a real token",
        "\0",
        "not-a-real\u{A0}token",
    ] {
        let error = Client::builder(bad)
            .transport(ScriptedTransport::default())
            .build()
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Configuration, Effect::None)
        );
        assert!(!format!("{error:?}").contains("not-a") && !format!("{error:?}").contains("not a"));
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
