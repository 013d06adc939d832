//! The SMSAfzar client against the sandbox: whole journeys, counted at the server, its limit included.

#![allow(clippy::unwrap_used, clippy::panic)]

mod contract;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use contract::checked::Checked;
use payvand_sandbox::smsafzar::{AccountState, Smsafzar, TokenKind};
use payvand_sandbox::{Fault, RecordedRequest, Sandbox};
use serde_json::{Value, json};
use smsafzar_auth::{
    Client, Code, Credentials, Effect, Error, Kind, RateLimit, RetryPolicy, TokenSource, ValidationError,
};

const SECOND: Duration = Duration::from_secs(1);

fn credentials(username: &str) -> Credentials {
    Credentials::builder()
        .username(username)
        .password(Smsafzar::PASSWORD)
        .build()
        .unwrap()
}

/// A client that does not keep to the limit, for a server that has none.
fn hasty(sandbox: &Sandbox) -> Client {
    sandbox.smsafzar().set_rate_limit(None);
    let builder = Client::builder()
        .base_url(sandbox.url())
        .rate_limit(RateLimit::unlimited());
    builder.build().unwrap()
}

fn tokens(client: &Client) -> TokenSource {
    client.token_source(credentials(Smsafzar::USERNAME))
}

fn message(content: &Value) -> Value {
    json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": content.to_string()})
}

async fn leave(tokens: &TokenSource, body: Value) -> Result<(), Error> {
    tokens
        .authorized()
        .post("messages/send")
        .json(&message(&body))
        .await
        .map(drop)
}

#[tokio::test]
async fn one_login_for_many_calls_and_one_more_after_a_refusal() {
    let sandbox = Checked::start().await.unwrap();
    let afzar = sandbox.smsafzar();
    for kind in [TokenKind::Jwt, TokenKind::JwtWithoutIat, TokenKind::Opaque] {
        afzar.set_token_kind(kind);
        let (logins, messages) = (afzar.logins(), afzar.messages().len());
        let tokens = tokens(&hasty(&sandbox));
        leave(&tokens, json!("سلام")).await.unwrap();
        leave(&tokens, json!("درود")).await.unwrap();
        assert_eq!(afzar.logins() - logins, 1);
        afzar.revoke_all();
        leave(&tokens, json!("بدرود")).await.unwrap();
        assert_eq!(
            (afzar.logins() - logins, afzar.messages().len() - messages),
            (2, 3),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn every_error_of_the_document() {
    let sandbox = Checked::start().await.unwrap();
    let smsafzar = hasty(&sandbox);
    let login = async |credentials: Credentials| {
        let before = sandbox.request_count();
        let outcome = smsafzar.authenticate(&credentials).await;
        (outcome.unwrap_err(), sandbox.request_count() - before)
    };
    for (username, state) in Smsafzar::REFUSED {
        let (error, requests) = login(credentials(username)).await;
        let (code, expected_requests) = match state {
            AccountState::ServiceRefused => (Code::ServiceNotAllowed, 1),
            AccountState::MethodRefused => (Code::MethodNotAllowed, 1),
            AccountState::AddressRefused => (Code::AddressNotAllowed, 1),
            AccountState::Inactive => (Code::AccountInactive, 1),
            AccountState::Expired => (Code::AccountExpired, 1),
            AccountState::RateLimited => (Code::TooManyRequests, 3),
            AccountState::Failing => (Code::ServerFailure, 3),
            other => panic!("{other:?}"),
        };
        assert_eq!((error.kind(), error.code()), (Kind::Api, Some(&code)), "{error}");
        let http_status = match code {
            Code::TooManyRequests => 429,
            Code::ServerFailure => 500,
            _ => 403,
        };
        assert_eq!(error.http_status().unwrap(), http_status);
        assert_eq!(requests, expected_requests, "{username}");
        let details = error.details().unwrap();
        let expired_on = (code == Code::AccountExpired).then_some("1403/01/01");
        assert_eq!(details.expired_on(), expired_on);
        let reference = (code == Code::ServerFailure).then(|| Smsafzar::SUPPORT_REFERENCE.to_string());
        assert_eq!(details.support_reference(), reference.as_deref());
    }
    let short = Credentials::builder()
        .username("abc")
        .password("short")
        .build()
        .unwrap();
    let (error, _) = login(short).await;
    assert_eq!(error.code(), Some(&Code::InvalidParameters));
    let fields: Vec<_> = error
        .details()
        .unwrap()
        .validation_errors()
        .iter()
        .map(ValidationError::field)
        .collect();
    assert_eq!(fields, ["userName", "password"]);

    for wrong in [
        Credentials::builder()
            .username(Smsafzar::USERNAME)
            .password("wrong password"),
        Credentials::builder()
            .username("nobody at all")
            .password(Smsafzar::PASSWORD),
        Credentials::builder()
            .username(Smsafzar::USERNAME)
            .password(Smsafzar::PASSWORD)
            .domain("sms.other"),
    ] {
        let (error, requests) = login(wrong.build().unwrap()).await;
        assert_eq!((error.code(), requests), (Some(&Code::Unauthorized), 1));
    }
}

#[tokio::test]
async fn a_token_that_expired_at_the_server_is_replaced() {
    let sandbox = Checked::start().await.unwrap();
    let tokens = tokens(&hasty(&sandbox));
    leave(&tokens, json!(1)).await.unwrap();
    sandbox.advance(Duration::from_secs(25 * 60 * 60));
    leave(&tokens, json!(2)).await.unwrap();
    assert_eq!(
        (sandbox.smsafzar().logins(), sandbox.smsafzar().messages().len()),
        (2, 2)
    );
}

#[tokio::test]
async fn a_foreign_address_gets_the_page_of_a_cdn() {
    let sandbox = Checked::start().await.unwrap();
    sandbox
        .smsafzar()
        .fail_next(Fault::answer(403, "<html>Forbidden</html>"));
    let error = tokens(&hasty(&sandbox)).authorization().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status().unwrap().as_u16()),
        (Kind::Status, 403)
    );
    assert!(error.to_string().contains("not an Iranian one"), "{error}");
}

#[tokio::test]
async fn a_message_is_never_sent_twice() {
    let sandbox = Checked::start().await.unwrap();
    let afzar = sandbox.smsafzar();
    let tokens = tokens(&hasty(&sandbox));
    tokens.authorization().await.unwrap();
    for fault in [
        Fault::close().after_processing(),
        Fault::reset().after_processing(),
        Fault::answer(502, "<html>").after_processing(),
        Fault::answer(429, "<html>").after_processing(),
    ] {
        let (requests, messages) = (afzar.request_count(), afzar.messages().len());
        afzar.fail_next(fault.clone());
        let error = leave(&tokens, json!("once")).await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{fault:?} {error}");
        assert_eq!(
            (
                afzar.request_count() - requests,
                afzar.messages().len() - messages
            ),
            (1, 1),
            "{fault:?}"
        );
    }
}

/// The sandbox has the real limit: a client that does not keep to it is refused.
#[tokio::test]
async fn the_sixth_in_a_second_is_refused() {
    let sandbox = Checked::start().await.unwrap();
    let afzar = sandbox.smsafzar();
    afzar.set_retry_after(Some(1));
    let smsafzar = Client::builder()
        .base_url(sandbox.url())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = loop {
        match smsafzar.authenticate(&credentials(Smsafzar::USERNAME)).await {
            Ok(_) => assert!(afzar.request_count() < 1000, "nobody is refused"),
            Err(error) => break error,
        }
    };
    assert!(afzar.logins() >= 5);
    assert_eq!(
        (error.code(), error.retry_after()),
        (Some(&Code::TooManyRequests), Some(SECOND))
    );
    assert_eq!(afzar.too_many(), 1);
    sandbox.advance(SECOND);
    smsafzar
        .authenticate(&credentials(Smsafzar::USERNAME))
        .await
        .unwrap();
}

/// Real time, real sockets: fifty tasks send for five seconds, some answers are slow, and the token is revoked meanwhile.
/// What counts is when requests arrived at the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn never_more_than_five_arrive_in_a_second() {
    let sandbox = Checked::start().await.unwrap();
    let afzar = sandbox.smsafzar();
    let smsafzar = Client::builder().base_url(sandbox.url()).build().unwrap();
    let tokens = tokens(&smsafzar);
    let begin = std::time::Instant::now();
    let done = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..50_u64)
        .map(|id| {
            let (tokens, afzar, done) = (tokens.clone(), afzar.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let left = |begin: std::time::Instant| Duration::from_secs(5).saturating_sub(begin.elapsed());
                while !left(begin).is_zero() {
                    let call = tokens
                        .authorized()
                        .post("messages/send")
                        .json(&message(&json!(id)))
                        .timeout(left(begin));
                    match call.await {
                        Ok(_) => match done.fetch_add(1, Ordering::SeqCst) {
                            2 => afzar.revoke_all(),
                            n if n % 4 == 0 => {
                                afzar.fail_next(Fault::delay(Duration::from_millis(90 * n % 700)));
                            }
                            _ => {}
                        },
                        // No request can leave before the end.
                        Err(error) => {
                            match error.kind() {
                                Kind::Withheld => assert_eq!(error.effect(), Effect::None),
                                kind => assert_eq!(kind, Kind::Timeout, "{error}"),
                            }
                            if error.effect() == Effect::None {
                                break;
                            }
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let arrivals: Vec<SystemTime> = sandbox
        .requests()
        .iter()
        .map(RecordedRequest::received_at)
        .collect();
    for window in arrivals.windows(6) {
        let span = window[5].duration_since(window[0]).unwrap();
        assert!(span >= SECOND, "six arrivals within {span:?}");
    }
    assert_eq!(afzar.too_many(), 0);
    // It does send, and not only the first five.
    assert!((6..=30).contains(&arrivals.len()), "{} arrivals", arrivals.len());
    assert_eq!(afzar.logins(), 2);
}
