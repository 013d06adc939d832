//! Every public type of this crate at work, without a network: the settings, a transport of one's own, each call and its
//! answer, an observer, and what an error tells.
//!
//! `cargo run -p aparat-api --example aparat_every_type`

#![allow(clippy::print_stdout, reason = "an example")]
#![allow(deprecated, reason = "the observer and the budget work as they did")]

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use aparat_api::bytes::Bytes;
use aparat_api::http::{Request, Response};
use aparat_api::testing::{ScriptedTransport, Seen, Step};
use aparat_api::{
    Account, AccountCall, BASE_URL, COUNT, Call, CallFuture, CallOptions, Client, ClientBuilder, Code,
    Effect, Error, Instant, Kind, Language, Operation, Order, OrderCall, OrderIntent, OrderKind,
    OrderObserver, OrderOutcome, OrderState, OrderStatus, OrderStatusCall, RateLimit, Reason, RetryPolicy,
    Secret, Semantics, Transport, TransportError, UnknownWord, async_trait,
};

/// Prints what goes out, and leaves the sending to another transport.
struct Logged<T>(Arc<T>);

#[async_trait]
impl<T: Transport> Transport for Logged<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        // Not the address: it has the token.
        println!("{} attempt {}", options.operation, options.attempt);
        if options.deadline <= Instant::now() {
            return Err(TransportError::not_sent("the time is over"));
        }
        let response = self.0.send(request, options).await?;
        if response.body().len() > options.max_body {
            return Err(TransportError::too_large(options.max_body));
        }
        Ok(response)
    }
}

/// Keeps orders as lines of JSON.
struct Journal;

#[async_trait]
impl OrderObserver for Journal {
    async fn intent(&self, order: &OrderIntent) -> Result<(), Box<dyn StdError + Send + Sync>> {
        println!(
            "{} {} {}: {}",
            order.sequence(),
            order.kind(),
            order.count(),
            order.link()
        );
        println!("{}", serde_json::to_string(order)?);
        Ok(())
    }

    fn outcome(&self, order: &OrderIntent, outcome: &OrderOutcome) {
        let name = order.reference().unwrap_or("-");
        match outcome {
            OrderOutcome::Placed { id } => println!("{name}: placed as {id:?}"),
            OrderOutcome::NotPlaced { error } => println!("{name}: not placed, {error:?}"),
            _ => println!("{name}: look at the balance"),
        }
    }
}

fn settings(token: Secret, transport: impl Transport) -> ClientBuilder {
    Client::builder(token)
        .base_url(BASE_URL)
        .timeout(Duration::from_secs(20))
        .retry(RetryPolicy::new(3).backoff(Duration::from_millis(100), Duration::from_secs(2)))
        .rate_limit(RateLimit::per_second(10))
        .max_body_size(64 * 1024)
        .fresh_connections(true)
        .user_agent("my-shop/1.0")
        .budget(10_000)
        .observer(Journal)
        .transport(transport)
}

/// Only the default transport has these.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn network(token: Secret, certificate: Vec<u8>, proxy: Secret) -> Result<Client, Error> {
    let _as_the_environment_says = Client::builder(token.clone()).proxy_from_env();
    // A stand-in of one's own in a closed network; the token is readable on the way.
    let _in_a_test_network = Client::builder("not-a-real-token")
        .base_url("http://panel.internal")
        .dangerously_allow_plain_http();
    Client::builder(token)
        .connect_timeout(Duration::from_secs(5))
        .max_idle_connections(8)
        .root_certificate(certificate)
        .proxy(proxy)
        .build()
}

/// What a log wants to know of an error, and what a visitor may read.
fn report(error: &Error) {
    let what = match error.kind() {
        Kind::InvalidInput { argument, reason } => match reason {
            Reason::OutOfRange { least, most } => format!("{argument}: from {least} to {most}"),
            other => format!("{argument}: {}", other.describe(Language::English)),
        },
        Kind::Api => match error.code() {
            Some(Code::BalanceExceeded) => "the balance is not enough".to_owned(),
            Some(Code::CountOutOfRange { allowed }) => format!("allowed: {allowed:?}"),
            Some(Code::InvalidParameters | Code::InvalidRequest | Code::InvalidToken) => error.to_string(),
            Some(Code::Unknown(words)) => format!("the panel says: {words}"),
            other => format!("{other:?} of {:?}", other.map(Code::calls)),
        },
        Kind::Withheld => format!("held back for {:?}", error.retry_after()),
        Kind::Status | Kind::Decode => format!("{:?} {:?}", error.http_status(), error.excerpt()),
        Kind::Configuration | Kind::Certificate => format!("{:?}", error.detail()),
        Kind::Connect | Kind::Timeout | Kind::Interrupted => format!("{} attempts", error.attempts()),
        _ => error.to_string(),
    };
    println!("{:?}: {what}", error.operation());
    match error.effect() {
        Effect::None if error.is_retryable() => println!("once more, later"),
        Effect::None => println!("nothing was ordered"),
        Effect::Unknown => println!("unknown: {:?} at {:?}", error.message(), error.json_path()),
    }
    println!("{}", error.describe(Language::Persian));
}

fn describe<C: Call>(call: &C) -> (&'static str, bool) {
    let operation: &'static Operation = call.operation();
    println!("{} {}", operation.method, operation.path);
    let is_repeatable = match operation.semantics {
        Semantics::Safe | Semantics::Idempotent => true,
        Semantics::NonIdempotent => false,
    };
    (operation.name, is_repeatable)
}

#[cfg_attr(test, tokio::test)]
#[cfg_attr(not(test), tokio::main(flavor = "current_thread"))]
async fn main() -> Result<(), Box<dyn StdError>> {
    let script = ScriptedTransport::new([
        Step::answer(200, r#"{"status":true,"message":"ok","balance":1000}"#),
        Step::answer(200, r#"{"status":true,"message":"ok","uniqid":"61b4cf4755e6g"}"#)
            .after(Duration::from_millis(1)),
        Step::answer(200, r#"{"status":true,"message":"ok","state":"in_progress"}"#),
        Step::answer(200, r#"{"status":false,"message":"token invalid"}"#).header("x-panel", "1"),
        Step::unknown(),
    ]);
    let aparat = settings("not-a-real-token".into(), Logged(Arc::new(script.clone()))).build()?;

    let call: AccountCall = aparat.account().timeout(Duration::from_secs(5));
    assert_eq!(describe(&call), ("aparat.account", true));
    let account: Account = call.await?;
    assert_eq!((account.balance(), account.message()), (Some(1000), Some("ok")));
    println!("{}", serde_json::to_string(account.fields())?);

    let kind: OrderKind = "like".parse()?;
    let unknown: Result<OrderKind, UnknownWord> = "share".parse();
    println!("{kind} {:?}", unknown.map_err(|unknown| unknown.words()));
    let call: OrderCall = aparat.order(kind, "https://www.aparat.com/v/abcd", *COUNT.start());
    assert_eq!(describe(&call), ("aparat.order", false));
    let sent: CallFuture<Order, Error> = call.reference("invoice-17").send();
    let order: Order = sent.await?;
    println!("{:?}: {:?} {:?}", order.id(), order.message(), order.fields());
    assert_eq!(aparat.budget_left(), Some(9950));

    let call: OrderStatusCall = aparat.order_status(order.id().unwrap_or_default());
    let status: OrderStatus = call.await?;
    println!("{:?} {:?}", status.message(), status.fields().get("state"));
    match status.state() {
        Some(OrderState::Completed) => println!("done"),
        Some(OrderState::Canceled | OrderState::Failed) => println!("ask the support"),
        Some(state @ (OrderState::Pending | OrderState::InProgress)) => assert!(!state.is_final()),
        Some(OrderState::Other(word)) => println!("a word of the panel's own: {word}"),
        _ => println!("no state"),
    }

    for kind in [OrderKind::View, OrderKind::Follow] {
        let failed = aparat.order(kind, "https://www.aparat.com/v/abcd", 50).await;
        report(&failed.err().ok_or("it fails")?);
    }
    let failed = aparat
        .order(OrderKind::Like, "https://www.aparat.com/v/abcd", 7001)
        .await;
    report(&failed.err().ok_or("it fails")?);

    let seen: Vec<Seen> = script.seen();
    assert_eq!(seen.len(), script.requests().len());
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    println!(
        "{:?}",
        network("not-a-real-token".into(), Vec::new(), "http://proxy:8080".into()).is_ok()
    );
    Ok(())
}
