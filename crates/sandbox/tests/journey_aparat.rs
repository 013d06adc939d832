//! Whole journeys of the Aparat client against the sandbox, and the sandbox's record of what really happened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

mod contract;

use std::error::Error as StdError;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aparat_api::{
    Client, ClientBuilder, Code, Effect, Kind, OrderIntent, OrderKind, OrderObserver, OrderOutcome,
    OrderState, RetryPolicy, async_trait,
};
use contract::checked::Checked;
use payvand_sandbox::aparat::{Aparat, AparatShape, Spacing};
use payvand_sandbox::{Fault, Sandbox};

const VIDEO: &str = "https://www.aparat.com/v/abcd";

fn builder(sandbox: &Sandbox, token: &str) -> ClientBuilder {
    Client::builder(token)
        .base_url(sandbox.url())
        .retry(RetryPolicy::new(3).backoff(Duration::from_millis(1), Duration::from_millis(2)))
}

fn client(sandbox: &Sandbox) -> Client {
    builder(sandbox, Aparat::TOKEN).build().unwrap()
}

#[tokio::test]
async fn an_order_from_the_balance_to_its_end() {
    let sandbox = Checked::start().await.unwrap();
    let aparat = client(&sandbox);
    assert_eq!(aparat.account().await.unwrap().balance(), Some(100_000));

    for (kind, count) in [
        (OrderKind::Like, 50),
        (OrderKind::View, 7000),
        (OrderKind::Follow, 100),
    ] {
        let order = aparat.order(kind, VIDEO, count).await.unwrap();
        assert!(order.id().is_some());
        assert!(order.message().is_some());
    }
    assert_eq!(aparat.account().await.unwrap().balance(), Some(100_000 - 7150));

    let orders = sandbox.aparat().orders();
    assert_eq!(
        orders
            .iter()
            .map(payvand_sandbox::aparat::PlacedOrder::kind)
            .collect::<Vec<_>>(),
        ["like", "view", "follow"]
    );
    let id = orders[1].id();
    for (seconds, state) in [
        (0, OrderState::Pending),
        (5, OrderState::InProgress),
        (60, OrderState::Completed),
    ] {
        sandbox.advance(Duration::from_secs(seconds));
        assert_eq!(aparat.order_status(id).await.unwrap().state(), Some(&state));
    }
}

#[tokio::test]
async fn a_persian_link_arrives_as_it_was_written() {
    let sandbox = Checked::start().await.unwrap();
    let link = "https://www.aparat.com/v/abcd?عنوان=کلیپ&a=b+c%20d#بخش";
    client(&sandbox).order(OrderKind::View, link, 50).await.unwrap();
    assert_eq!(sandbox.aparat().orders()[0].link(), link);
    let request = &sandbox.requests()[0];
    let names: Vec<_> = request.query().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["token", "link", "count", "type"]);
    assert!(request.body().is_empty());
    assert_eq!(request.header("referer"), None);
}

#[tokio::test]
async fn each_documented_error_comes_from_the_provider() {
    let sandbox = Checked::start().await.unwrap();
    let unchecked = builder(&sandbox, Aparat::TOKEN)
        .leave_limits_to_provider()
        .build()
        .unwrap();
    let poor = builder(&sandbox, Aparat::POOR_TOKEN).build().unwrap();
    let unknown = builder(&sandbox, "no-such-sandbox-token").build().unwrap();

    let out_of_range = Code::CountOutOfRange {
        allowed: Some(50..=7000),
    };
    for (outcome, code) in [
        (
            unchecked.order(OrderKind::Like, VIDEO, 49).await,
            out_of_range.clone(),
        ),
        (unchecked.order(OrderKind::Like, VIDEO, 7001).await, out_of_range),
        (
            unchecked.order(OrderKind::Like, "ftp://example.com/a", 50).await,
            Code::InvalidParameters,
        ),
        (
            poor.order(OrderKind::Like, VIDEO, 61).await,
            Code::BalanceExceeded,
        ),
        (
            unknown.order(OrderKind::Like, VIDEO, 50).await,
            Code::InvalidToken,
        ),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Api, Some(&code)));
        assert_eq!((error.effect(), error.attempts()), (Effect::None, 1), "{error}");
    }
    let error = unknown.account().await.unwrap_err();
    assert_eq!(error.code(), Some(&Code::InvalidToken));
    let error = unchecked.order_status("5f9999999999g").await.unwrap_err();
    assert_eq!(error.code(), Some(&Code::InvalidParameters));
    // An empty argument makes the panel say "invalid request"; this client does not send one.
    sandbox.aparat().fail_next(Fault::answer(
        200,
        r#"{"status":false,"message":"invalid request"}"#,
    ));
    assert_eq!(
        unchecked.account().await.unwrap_err().code(),
        Some(&Code::InvalidRequest)
    );

    sandbox.aparat().set_count_range(100..=10_000);
    let error = unchecked.order(OrderKind::Like, VIDEO, 99).await.unwrap_err();
    assert_eq!(
        error.code(),
        Some(&Code::CountOutOfRange {
            allowed: Some(100..=10_000)
        })
    );
    assert!(sandbox.aparat().orders().is_empty());
}

/// Everything that the document leaves open, one switch at a time and some together.
#[tokio::test]
async fn every_shape_is_understood() {
    let new = AparatShape::new;
    let shapes = [
        ("plain", new()),
        ("status as a number", new().status_number()),
        ("status as text", new().status_text("true", "false")),
        ("status as words", new().status_text("success", "error")),
        ("status in Persian", new().status_text("درست", "غلط")),
        (
            "other keys",
            new()
                .id_key("order_id")
                .balance_key("Credit")
                .state_key("orderStatus"),
        ),
        ("numbers as text", new().numbers_as_text().numeric_ids()),
        ("state in status", new().state_in_status()),
        ("echo", new().echo()),
        ("bare errors", new().bare_text_errors()),
        ("escaped", new().escaped()),
        (
            "Arabic letters",
            new().arabic_letters().spacing(Spacing::HalfSpaces),
        ),
        (
            "joined words",
            new().spacing(Spacing::Joined).bare_text_errors().arabic_letters(),
        ),
        ("byte order mark", new().junk(AparatShape::BOM)),
        (
            "PHP warning",
            new().junk(AparatShape::PHP_WARNING).echo().escaped(),
        ),
        ("no content type", new().content_type("")),
    ];
    for (name, shape) in shapes {
        let sandbox = Checked::start().await.unwrap();
        sandbox.aparat().set_shape(shape);
        let aparat = client(&sandbox);
        let unchecked = builder(&sandbox, Aparat::POOR_TOKEN)
            .leave_limits_to_provider()
            .build()
            .unwrap();

        assert_eq!(aparat.account().await.unwrap().balance(), Some(100_000), "{name}");
        let order = aparat.order(OrderKind::Like, VIDEO, 100).await.unwrap();
        let id = order.id().unwrap_or_else(|| panic!("{name}: no id in {order:?}"));
        assert_eq!(id, sandbox.aparat().orders()[0].id(), "{name}");
        sandbox.advance(Duration::from_secs(60));
        let status = aparat.order_status(id).await.unwrap();
        assert_eq!(status.state(), Some(&OrderState::Completed), "{name}: {status:?}");

        let above_balance = unchecked.order(OrderKind::Like, VIDEO, 100).await.unwrap_err();
        assert_eq!(
            above_balance.code(),
            Some(&Code::BalanceExceeded),
            "{name}: {above_balance}"
        );
        let too_few = unchecked.order(OrderKind::Like, VIDEO, 10).await.unwrap_err();
        assert_eq!(
            too_few.code(),
            Some(&Code::CountOutOfRange {
                allowed: Some(50..=7000)
            }),
            "{name}: {too_few}"
        );
        // A word that only looks like the document's «غلط» proves nothing.
        let effect = match name {
            "status as words" | "bare errors" | "joined words" => Effect::Unknown,
            _ => Effect::None,
        };
        assert_eq!(
            (above_balance.effect(), too_few.effect()),
            (effect, effect),
            "{name}"
        );

        let printed = format!("{order:?} {status:?} {above_balance:?} {too_few:?} {above_balance}");
        assert!(
            !printed.contains(Aparat::TOKEN) && !printed.contains(Aparat::POOR_TOKEN),
            "{name}: {printed}"
        );
    }
}

#[tokio::test]
async fn an_order_without_an_id_is_placed_all_the_same() {
    let sandbox = Checked::start().await.unwrap();
    sandbox.aparat().set_shape(AparatShape::new().no_id());
    let order = client(&sandbox).order(OrderKind::Like, VIDEO, 100).await.unwrap();
    assert_eq!(order.id(), None);
    assert_eq!(sandbox.aparat().orders().len(), 1);
}

/// The server takes the connection and closes it unread. On the client's side this cannot be told from a request that
/// was read, so an order is not sent again.
#[tokio::test]
async fn a_connection_closed_before_reading_loses_no_order_and_repeats_none() {
    let sandbox = Checked::start().await.unwrap();
    let aparat = client(&sandbox);
    sandbox.fail_next(Fault::close_on_accept());
    let error = aparat.order(OrderKind::Like, VIDEO, 100).await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert_eq!((sandbox.request_count(), sandbox.connections()), (0, 1));

    sandbox.fail_next(Fault::close_on_accept());
    assert!(aparat.account().await.is_ok());
    assert_eq!((sandbox.request_count(), sandbox.connections()), (1, 3));
}

#[tokio::test]
async fn nobody_listening_is_known_to_have_ordered_nothing() {
    let sandbox = Checked::start().await.unwrap();
    let aparat = client(&sandbox);
    sandbox.stop().await;
    let error = aparat.order(OrderKind::Like, VIDEO, 100).await.unwrap_err();
    assert_eq!(
        (error.effect(), error.kind(), error.attempts()),
        (Effect::None, Kind::Connect, 3)
    );
    assert!(error.is_retryable());
}

#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl OrderObserver for Journal {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn StdError + Send + Sync>> {
        self.0
            .lock()
            .unwrap()
            .push(format!("{} intent", order.sequence()));
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let text = match outcome {
            OrderOutcome::Placed { .. } => "placed",
            OrderOutcome::NotPlaced { .. } => "not placed",
            _ => "unknown",
        };
        self.0
            .lock()
            .unwrap()
            .push(format!("{} {text}", order.sequence()));
    }
}

#[tokio::test]
async fn a_dropped_order_happened_once_and_is_recorded_as_unknown() {
    let sandbox = Checked::start().await.unwrap();
    let journal = Journal::default();
    let aparat = builder(&sandbox, Aparat::TOKEN)
        .observer(journal.clone())
        .budget(150)
        .build()
        .unwrap();
    sandbox
        .aparat()
        .fail_next(Fault::delay(Duration::from_secs(30)).after_processing());

    let order = tokio::spawn(aparat.order(OrderKind::Like, VIDEO, 100).send());
    while sandbox.aparat().orders().is_empty() {
        tokio::task::yield_now().await;
    }
    order.abort();
    assert!(order.await.unwrap_err().is_cancelled());

    assert_eq!(*journal.0.lock().unwrap(), ["1 intent", "1 unknown"]);
    assert_eq!((sandbox.aparat().orders().len(), sandbox.request_count()), (1, 1));
    assert_eq!(
        aparat.budget_left(),
        Some(50),
        "what may have been ordered stays spent"
    );
}

#[tokio::test]
async fn a_client_survives_restarts_of_the_server() {
    let sandbox = Checked::start().await.unwrap();
    let aparat = client(&sandbox);
    for _ in 0..5 {
        assert!(aparat.account().await.is_ok());
        sandbox.restart().await.unwrap();
    }
    let id = aparat
        .order(OrderKind::Like, VIDEO, 50)
        .await
        .unwrap()
        .id()
        .unwrap()
        .to_owned();
    sandbox.restart().await.unwrap();
    assert!(aparat.order_status(id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_at_once_are_all_answered() {
    let sandbox = Checked::start().await.unwrap();
    let aparat = client(&sandbox);
    let calls: Vec<_> = (0..1000).map(|_| tokio::spawn(aparat.account().send())).collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().balance(), Some(100_000));
    }
    // Some may have been sent twice, none fewer than once.
    assert!(sandbox.request_count() >= 1000);
}
