//! Every fault of the sandbox, and every odd refusal, against a message that is sent with a token, at both SMS services:
//! how the call ends, how often it arrived, what its effect is said to be, and what it really was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

use std::time::Duration;

use http_core::{Effect, Error, Kind, Login, RateLimit, RetryPolicy, TokenSource};
use payvand_sandbox::sabapayamak::Sabapayamak;
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Fault, Sandbox};
use serde_json::json;

/// The deadline of the rows that expect it to pass. The others have one that even a slow machine does not reach.
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

/// How a message ends: well, or with an error of this kind.
type End = Option<Kind>;
const OK: End = None;
const TIMEOUT: End = Some(Kind::Timeout);
const INTERRUPTED: End = Some(Kind::Interrupted);
const TOO_LARGE: End = Some(Kind::TooLarge);
const STATUS: End = Some(Kind::Status);
const DECODE: End = Some(Kind::Decode);
const API: End = Some(Kind::Api);

/// What is not the service's own: the effect of whatever does not end well is unknown, and it arrives once. `TIMEOUT`
/// means: at the deadline. An answer with HTTP 2xx that nobody can read as a refusal is the caller's to judge.
#[rustfmt::skip]
fn faults(gzip: bool) -> Vec<(&'static str, End)> {
    let bomb = if gzip { TOO_LARGE } else { DECODE };
    vec![
        ("closed before reading",                         INTERRUPTED),
        ("closed",                                        INTERRUPTED),
        ("processed, closed",                             INTERRUPTED),
        ("reset",                                         INTERRUPTED),
        ("processed, reset",                              INTERRUPTED),
        ("stalled",                                       TIMEOUT),
        ("processed, stalled",                            TIMEOUT),
        ("late",                                          TIMEOUT),
        ("processed, late",                               TIMEOUT),
        ("processed, stalled after the status line",      TIMEOUT),
        ("processed, closed after the status line",       INTERRUPTED),
        ("processed, closed among the headers",           INTERRUPTED),
        ("processed, reset among the headers",            INTERRUPTED),
        ("stalled after the headers",                     TIMEOUT),
        ("processed, stalled after the headers",          TIMEOUT),
        ("processed, closed after the headers",           INTERRUPTED),
        ("processed, stalled in the body",                TIMEOUT),
        ("processed, closed in the body",                 INTERRUPTED),
        ("processed, reset in the body",                  INTERRUPTED),
        ("processed, closed before the last byte",        INTERRUPTED),
        ("processed, chunks, closed in the body",         INTERRUPTED),
        ("processed, chunks, closed before the last",     INTERRUPTED),
        ("processed, chunks, stalled before the last",    TIMEOUT),
        ("processed, no length, closed in the body",      OK),
        ("processed, no length, reset at the end",        INTERRUPTED),
        ("502, closed in the body",                       INTERRUPTED),
        ("processed, in chunks",                          OK),
        ("processed, no length",                          OK),
        ("processed, byte by byte",                       OK),
        ("processed, a byte now and then",                TIMEOUT),
        ("processed, early hints first",                  OK),
        ("processed, stalled after the answer",           OK),
        ("processed, another answer after it",            OK),
        ("processed, a notice before the status line",    INTERRUPTED),
        ("processed, wrong content type",                 OK),
        ("processed, gzip claimed",                       DECODE),
        ("a flood in chunks",                             TOO_LARGE),
        ("a flood of no length",                          TOO_LARGE),
        ("a flood of a huge length",                      TOO_LARGE),
        ("processed, a flood",                            TOO_LARGE),
        ("a flood of headers",                            DECODE),
        ("a gzip bomb",                                   bomb),
        ("processed, a gzip bomb",                        bomb),
        ("ArvanCloud's 403",                              STATUS),
        ("ArvanCloud's 502",                              STATUS),
        ("Derak.cloud's 429",                             STATUS),
        ("Derak.cloud's 503",                             STATUS),
        ("Cloudflare's 403",                              STATUS),
        ("Cloudflare's 429",                              STATUS),
        ("processed, Cloudflare's 504",                   STATUS),
        ("408, empty",                                    STATUS),
        ("500, empty",                                    STATUS),
        ("processed, 502",                                STATUS),
        ("a redirect to another host",                    STATUS),
        ("processed, a redirect that keeps the method",   STATUS),
        ("a page with 200",                               OK),
        ("200, empty",                                    OK),
        ("processed, 200, empty",                         OK),
        ("204",                                           OK),
        ("invalid UTF-8",                                 OK),
        ("a status line and no more",                     OK),
        ("100 and nothing more",                          TIMEOUT),
        ("101",                                           STATUS),
        ("two lengths",                                   INTERRUPTED),
        ("a TLS alert",                                   INTERRUPTED),
        ("another protocol",                              INTERRUPTED),
    ]
}

/// The answer to the first attempt, how the call ends, how often it arrives, and its effect. Where it arrives twice the
/// second attempt is answered as usual.
type Refusal = (u16, &'static str, End, usize, Effect);
const NONE: Effect = Effect::None;
const UNKNOWN: Effect = Effect::Unknown;

#[rustfmt::skip]
const OF_BOTH: &[Refusal] = &[
    (401, "",                                                            OK,     2, NONE),
    (401, "Unauthorized",                                                OK,     2, NONE),
    (401, "<html><h1>401</h1></html>",                                   OK,     2, NONE),
    (401, r#"{"message":"Unauthorized"}"#,                               OK,     2, NONE),
    (401, r#"{"title":"Unauthorized","status":401,"traceId":"0"}"#,      OK,     2, NONE),
    (401, r#"{"message":"Unauthorized","messageId":77}"#,                STATUS, 1, UNKNOWN),
    (401, r#"{"message":"Unauthorized"} {"id":1}"#,                      STATUS, 1, UNKNOWN),
    (401, "<style>a { color: red }</style>",                             STATUS, 1, UNKNOWN),
    (403, "",                                                            STATUS, 1, UNKNOWN),
    (407, "",                                                            STATUS, 1, UNKNOWN),
    (500, "401",                                                         STATUS, 1, UNKNOWN),
    (503, "401",                                                         STATUS, 1, UNKNOWN),
];

#[rustfmt::skip]
const OF_SABAPAYAMAK: &[Refusal] = &[
    (200, r#"{"status":"400","data":null,"errors":[{"code":401}]}"#,                  OK,  2, NONE),
    (200, r#"{"status":"401","message":"m","data":null}"#,                            OK,  2, NONE),
    (401, r#"{"status":"401","data":[],"errors":[{"code":1001},{"code":"401"}]}"#,    OK,  2, NONE),
    (200, r#"{"status":"200","data":{"messageId":77},"errors":[{"code":401}]}"#,      API, 1, UNKNOWN),
    (200, r#"{"status":"400","data":null,"errors":[{"code":401},{"code":4003}]}"#,    API, 1, UNKNOWN),
    (500, r#"{"errors":[{"code":4444},{"code":401}]}"#,                               API, 1, UNKNOWN),
    (401, r#"{"status":"400","data":null,"errors":[{"code":4003}]}"#,                 API, 1, UNKNOWN),
    (200, r#"{"status":"400","data":null,"errors":[{"code":4003}]}"#,                 API, 1, NONE),
    (200, r#"{"status":"400","data":{"id":7},"errors":[{"code":4003}]}"#,             API, 1, UNKNOWN),
    (200, r#"{"status":"500","data":null,"errors":[{"code":500}]}"#,                  API, 1, UNKNOWN),
];

#[rustfmt::skip]
const OF_SMSAFZAR: &[Refusal] = &[
    (401, r#"{"errorCode":401,"errorMessage":"m"}"#,                         OK,  2, NONE),
    (200, r#"{"errorCode":"401","validationErrors":[]}"#,                    OK,  2, NONE),
    (200, r#"{"errorCode":0,"messageId":7,"errorCode":401}"#,                API, 1, UNKNOWN),
    (200, r#"{"errorCode":401,"messageIds":[5,6]}"#,                         API, 1, UNKNOWN),
    (500, r#"{"errorCode":401,"errorMessage":"m"}"#,                         API, 1, UNKNOWN),
    (401, r#"{"errorCode":1004,"errorMessage":"m"}"#,                        API, 1, UNKNOWN),
    (403, r#"{"errorCode":1004,"errorMessage":"m"}"#,                        API, 1, NONE),
    (429, r#"{"errorCode":429,"errorMessage":"m"}"#,                         API, 1, NONE),
    (500, r#"{"errorCode":1000011011,"errorMessage":"m"}"#,                  API, 1, UNKNOWN),
];

/// One service of one sandbox.
struct Service<L: Login> {
    sandbox: Sandbox,
    tokens: TokenSource<L>,
    path: &'static str,
    fail_next: fn(&Sandbox, Fault),
    messages: fn(&Sandbox) -> usize,
}

fn retry() -> RetryPolicy {
    RetryPolicy::new(3).backoff(Duration::from_millis(1), Duration::from_millis(2))
}

async fn sabapayamak() -> Service<sabapayamak_auth::PasswordLogin> {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = sabapayamak_auth::Client::builder().base_url(sandbox.url());
    let builder = builder.max_body_size(64 * 1024).retry(retry());
    // A fault of accepting meets no kept connection.
    let client = builder.fresh_connections(true).build().unwrap();
    let credentials = sabapayamak_auth::Credentials::builder()
        .username(Sabapayamak::USERNAME)
        .password(Sabapayamak::PASSWORD)
        .virtual_number(Sabapayamak::VIRTUAL_NUMBER)
        .build()
        .unwrap();
    Service {
        tokens: client.token_source(credentials, sabapayamak_auth::TokenDays::new(2).unwrap()),
        sandbox,
        path: "api/v1/message",
        fail_next: |sandbox, fault| sandbox.sabapayamak().fail_next(fault),
        messages: |sandbox| sandbox.sabapayamak().messages().len(),
    }
}

async fn smsafzar() -> Service<smsafzar_auth::PasswordLogin> {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.smsafzar().set_rate_limit(None);
    let builder = smsafzar_auth::Client::builder()
        .base_url(sandbox.url())
        .rate_limit(RateLimit::unlimited());
    let builder = builder.max_body_size(64 * 1024).retry(retry());
    // A fault of accepting meets no kept connection.
    let client = builder.fresh_connections(true).build().unwrap();
    let credentials = smsafzar_auth::Credentials::builder()
        .username(Smsafzar::USERNAME)
        .password(Smsafzar::PASSWORD)
        .build()
        .unwrap();
    Service {
        tokens: client.token_source(credentials),
        sandbox,
        path: "messages/send",
        fail_next: |sandbox, fault| sandbox.smsafzar().fail_next(fault),
        messages: |sandbox| sandbox.smsafzar().messages().len(),
    }
}

/// How it ended, how often it arrived, its effect, and how many messages there are.
type Outcome = (End, usize, Option<Effect>, usize);

impl<L: Login> Service<L> {
    async fn send(&self, fault: Fault, timeout: Duration) -> Outcome {
        let message = json!({"senderNumber": "10001234", "recipientNumber": "09120000000", "content": "سلام",
            "Text": "سلام", "Numbers": ["09120000000"]});
        // The row before may have cost the token.
        let usual = self.tokens.authorized().post(self.path);
        usual.json(&message).await.unwrap();
        (self.fail_next)(&self.sandbox, fault);
        let before = (self.messages)(&self.sandbox);
        self.sandbox.clear_requests();
        let call = self.tokens.authorized().post(self.path);
        let error: Option<Error<L::Code>> = call.json(&message).timeout(timeout).await.err();
        let arrived = self
            .sandbox
            .requests()
            .iter()
            .filter(|it| it.path().ends_with(self.path))
            .count();
        (
            error.as_ref().map(Error::kind),
            arrived,
            error.as_ref().map(Error::effect),
            (self.messages)(&self.sandbox) - before,
        )
    }
}

async fn every_fault<L: Login, F: Future<Output = Service<L>> + Send>(service: impl Fn() -> F)
where
    Service<L>: Send + Sync + 'static,
{
    let probe = service().await;
    probe.send(Fault::usual(), LONG).await;
    let table = faults(probe.sandbox.requests()[0].header("accept-encoding") == Some("gzip"));
    let all = Fault::all();
    let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        table.iter().map(|row| row.0).collect::<Vec<_>>(),
        names,
        "a row for every fault"
    );

    let mut plays = Vec::new();
    for ((name, fault), (_, end)) in all.into_iter().zip(table) {
        let service = service().await;
        let timeout = if end == TIMEOUT { SHORT } else { LONG };
        plays.push(tokio::spawn(async move {
            (name, end, service.send(fault, timeout).await)
        }));
    }
    for play in plays {
        let (name, end, (seen, arrived, effect, messages)) = play.await.unwrap();
        assert_eq!(seen, end, "{name}");
        assert!(
            effect.is_none_or(|effect| effect == Effect::Unknown),
            "{name}: {effect:?}"
        );
        assert_eq!(arrived, usize::from(name != "closed before reading"), "{name}");
        assert_eq!(messages, usize::from(name.starts_with("processed")), "{name}");
    }
}

async fn every_refusal<L: Login>(service: Service<L>, own: &[Refusal]) {
    for &(status, body, end, arrivals, effect) in OF_BOTH.iter().chain(own) {
        let fault = Fault::answer(status, body);
        let (seen, arrived, said, messages) = service.send(fault, LONG).await;
        assert_eq!((seen, arrived), (end, arrivals), "{status} {body}");
        assert_eq!(said, end.map(|_| effect), "{status} {body}");
        assert_eq!(messages, arrivals - 1, "{status} {body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_against_a_message_at_sabapayamak() {
    every_fault(sabapayamak).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_against_a_message_at_smsafzar() {
    every_fault(smsafzar).await;
}

#[tokio::test]
async fn each_odd_refusal_of_a_message_at_sabapayamak() {
    every_refusal(sabapayamak().await, OF_SABAPAYAMAK).await;
}

#[tokio::test]
async fn each_odd_refusal_of_a_message_at_smsafzar() {
    every_refusal(smsafzar().await, OF_SMSAFZAR).await;
}
