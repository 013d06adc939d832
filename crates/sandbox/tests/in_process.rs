//! The sandbox without a socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use payvand_sandbox::aparat::{Aparat, AparatShape};
use payvand_sandbox::bytes::Bytes;
use payvand_sandbox::http::{HeaderValue, Request};
use payvand_sandbox::{Ending, Fault, Point, Reply, Sandbox, Secrets};
use serde_json::{Value, json};
use tokio::time::Instant;

fn order() -> Request<Bytes> {
    let link = "https://www.aparat.com/v/abcd";
    let target = format!(
        "/aparat/api.php?token={}&link={link}&count=100&type=like",
        Aparat::TOKEN
    );
    Request::get(target).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn a_request_is_recorded_and_answered_or_meets_its_fault() {
    let sandbox = Sandbox::builder().without_socket();
    let Reply::Answer(answer) = sandbox.call(order()).await else {
        panic!("an answer")
    };
    assert_eq!(answer.status(), 200);
    assert!(String::from_utf8_lossy(answer.body()).contains("true"));

    for (fault, effect, ending, begins) in [
        (Fault::close(), 0, Ending::Close, ""),
        (Fault::reset().after_processing(), 1, Ending::Reset, ""),
        (
            Fault::usual().cut(Point::Head, Ending::Stall),
            1,
            Ending::Stall,
            "HTTP/1.1 200 OK",
        ),
    ] {
        let before = sandbox.aparat().orders().len();
        sandbox.fail_next(fault.clone());
        let Reply::Raw {
            bytes, ending: found, ..
        } = sandbox.call(order()).await
        else {
            panic!("no whole answer: {fault:?}")
        };
        assert_eq!(
            (found, sandbox.aparat().orders().len() - before),
            (ending, effect)
        );
        assert!(String::from_utf8_lossy(&bytes).starts_with(begins), "{fault:?}");
        assert_eq!(sandbox.requests().last().unwrap().fault(), Some(&fault));
    }
    assert_eq!(sandbox.request_count(), 4);
    sandbox.stop().await;
    sandbox.restart().await.unwrap();
    assert!(matches!(sandbox.call(order()).await, Reply::Answer(_)));
}

#[tokio::test(start_paused = true)]
async fn its_clock_is_the_one_that_it_is_given() {
    let begin = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let start = Instant::now();
    let sandbox = Sandbox::builder()
        .clock(move || -> SystemTime { begin + start.elapsed() })
        .without_socket();
    assert_eq!(sandbox.now(), begin);
    sandbox.call(order()).await;
    tokio::time::advance(Duration::from_secs(10)).await;
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(sandbox.now(), begin + Duration::from_secs(15));
    let orders = sandbox.aparat().orders();
    assert_eq!(orders[0].placed_at(), begin);
    assert_eq!(orders[0].delivered(), 100);
}

const APARAT_TOKEN: &str = "made-up-aparat-token";
const POD_TOKEN: &str = "made-up-pod-token";
const POD_KEY: &str = "made-up-pod-key";
const PASSWORD: &str = "made-up-password";

#[tokio::test]
async fn what_is_recorded_serialises_with_its_secrets_only_on_request() {
    let sandbox = Sandbox::builder().record_answers().without_socket();
    sandbox.aparat().add_account(APARAT_TOKEN, 100);
    sandbox
        .aparat()
        .set_shape(AparatShape::new().echo().junk(AparatShape::BOM));
    sandbox.podlink().add_account(POD_TOKEN, POD_KEY);
    sandbox
        .sabapayamak()
        .add_account("made-up-user", PASSWORD, "3000");

    let link = "https://www.aparat.com/v/abcd";
    let target = format!("/aparat/api.php?token={APARAT_TOKEN}&link={link}&count=100&type=like");
    let order = Request::get(target).body(Bytes::new());
    let add = Request::post("/srv/sc/nzh/doServiceCall")
        .header("_token_", POD_TOKEN)
        .header("_token_issuer_", "1")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("referer", format!("https://example.com/?token={POD_TOKEN}"))
        .body(
            format!(
                "scProductId=46410&scApiKey={POD_KEY}&urlOrContent=https://example.com&shortenObjectKind=link"
            )
            .into(),
        );
    let login = json!({"Username": "made-up-user", "Password": PASSWORD, "VirtualNumber": "3000", "TokenValidDay": 1});
    let login = Request::post("/api/v1/user/authenticate").body(login.to_string().into());
    for request in [order, add, login] {
        assert!(matches!(sandbox.call(request.unwrap()).await, Reply::Answer(_)));
    }
    let answer = sandbox.requests()[2].answer().unwrap().body().clone();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let token = answer["data"]["Token"].as_str().unwrap();
    let send = Request::post("/api/v1/message")
        .header("authorization", format!("Bearer {token}"))
        .body(
            json!({"Text": "سلام", "Numbers": ["09120000000"]})
                .to_string()
                .into(),
        );
    sandbox.call(send.unwrap()).await;

    let (orders, links) = (sandbox.aparat().orders(), sandbox.podlink().links());
    let shown = |secrets| {
        let requests = sandbox.requests();
        let requests = requests.iter().map(|it| it.to_json(secrets));
        json!([
            requests.collect::<Vec<_>>(),
            orders[0].to_json(secrets),
            links[0].to_json(secrets)
        ])
    };
    let messages = (
        sandbox.sabapayamak().messages(),
        sandbox.sabapayamak().sent_messages(),
    );
    let hidden = json!([sandbox.requests(), orders, links, messages]).to_string();
    for secret in [APARAT_TOKEN, POD_TOKEN, POD_KEY, PASSWORD, token] {
        assert!(!hidden.contains(secret), "{secret} in {hidden}");
        assert!(shown(Secrets::Shown).to_string().contains(secret), "{secret}");
    }
    for found in ["09120000000", "https://example.com", "46410", "made-up-user"] {
        assert!(hidden.contains(found), "{found} in {hidden}");
    }
}

#[tokio::test]
async fn a_page_of_a_loopback_origin_may_call_the_providers() {
    let sandbox = Sandbox::builder().without_socket();
    let origin = "http://localhost:3000";
    let preflight = Request::options("/auth/token")
        .header("host", "127.0.0.1:4010")
        .header("origin", origin)
        .header("sec-fetch-site", "cross-site")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type, cache-control")
        .body(Bytes::new());
    let Reply::Answer(answer) = sandbox.call(preflight.unwrap()).await else {
        panic!("an answer")
    };
    assert_eq!(answer.status(), 204);
    for (name, value) in [
        ("access-control-allow-origin", origin),
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "content-type, cache-control"),
        ("vary", "origin"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    assert_eq!(sandbox.request_count(), 0, "the provider sees no preflight");

    let of = |origin| {
        let mut request = order();
        let value = HeaderValue::from_static(origin);
        request.headers_mut().insert("origin", value);
        request
    };
    let Reply::Answer(answer) = sandbox.call(of(origin)).await else {
        panic!("an answer")
    };
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["access-control-allow-origin"].to_str().unwrap()
        ),
        (200, origin)
    );
    let Reply::Answer(answer) = sandbox.call(of("https://evil.example")).await else {
        panic!("an answer")
    };
    assert_eq!(answer.status(), 403);
    assert!(answer.headers().get("access-control-allow-origin").is_none());
    assert_eq!(
        sandbox.aparat().orders().len(),
        1,
        "refused before it takes effect"
    );
}
