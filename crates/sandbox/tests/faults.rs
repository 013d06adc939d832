//! Each fault: what the client gets, what the server saw, what took effect.

mod common;

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant, SystemTime};

use common::{account, order, try_order};
use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::{Fault, FaultError, FaultRule, RecordedRequest, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections, requests and orders so far.
fn seen(sandbox: &Sandbox) -> (u64, u64, usize) {
    (
        sandbox.connections(),
        sandbox.request_count(),
        sandbox.aparat().orders().len(),
    )
}

fn order_bytes() -> Vec<u8> {
    let target = common::target(&common::order_query("100"));
    format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}

async fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(5), "it never came");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn another_answer() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = Fault::answer(502, "<html>")
        .header("content-type", "text/html")
        .header("retry-after", "3");
    sandbox.aparat().fail_next(fault.clone());
    let reply = order(&sandbox, "100").await;
    assert_eq!((reply.status, reply.body.as_str()), (502, "<html>"));
    assert_eq!(
        (reply.header("content-type"), reply.header("retry-after")),
        (Some("text/html"), Some("3"))
    );
    assert_eq!(seen(&sandbox), (1, 1, 0));
    assert_eq!(sandbox.requests()[0].fault(), Some(&fault));
    assert_eq!(sandbox.requests()[0].status().unwrap().as_u16(), 502);

    assert_eq!(order(&sandbox, "100").await.json()["status"], true);
    assert_eq!(seen(&sandbox), (2, 2, 1));
    assert_eq!(sandbox.requests()[1].fault(), None);
}

#[tokio::test]
async fn processed_and_then_502() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next(Fault::answer(502, "").after_processing());
    assert_eq!(order(&sandbox, "100").await.status, 502);
    assert_eq!(seen(&sandbox), (1, 1, 1));
    assert_eq!(sandbox.aparat().balance(Aparat::TOKEN), Some(99_900));
}

#[tokio::test]
async fn closed_after_reading() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.aparat().fail_next(Fault::close());
    let nothing = common::exchange(&sandbox, &order_bytes()).await.unwrap();
    assert!(nothing.is_empty(), "an end of stream, no reset, no byte");
    assert_eq!(seen(&sandbox), (1, 1, 0));
    assert_eq!(sandbox.requests()[0].fault(), Some(&Fault::close()));
    assert_eq!(sandbox.requests()[0].status(), None);

    sandbox.aparat().fail_next(Fault::close().after_processing());
    assert_eq!(
        try_order(&sandbox, "100").await.unwrap_err().kind(),
        ErrorKind::UnexpectedEof
    );
    assert_eq!(seen(&sandbox), (2, 2, 1));
}

#[tokio::test]
async fn closed_after_reading_a_body() {
    let sandbox = Sandbox::builder()
        .recorded_body_limit(1_000_000)
        .start()
        .await
        .unwrap();
    sandbox.fail_next(Fault::close());
    let body = vec![b'x'; 1_000_000];
    let mut request =
        b"POST /aparat/api.php HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n".to_vec();
    request.extend(&body);
    assert!(common::exchange(&sandbox, &request).await.unwrap().is_empty());
    assert!(sandbox.requests()[0].body() == &body);
}

#[tokio::test]
async fn reset() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.aparat().fail_next(Fault::reset());
    assert_eq!(
        try_order(&sandbox, "100").await.unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    assert_eq!(seen(&sandbox), (1, 1, 0));
    sandbox.aparat().fail_next(Fault::reset().after_processing());
    assert_eq!(
        try_order(&sandbox, "100").await.unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    assert_eq!(seen(&sandbox), (2, 2, 1));
}

#[tokio::test]
async fn an_abrupt_end_of_a_connection_that_was_good_before() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/aparat/api.php?token={}", sandbox.url(), Aparat::TOKEN);
    client.get(&url).send().await.unwrap().bytes().await.unwrap();
    sandbox.fail_next(Fault::close());
    assert!(client.get(&url).send().await.is_err());
    assert_eq!(
        sandbox
            .requests()
            .iter()
            .map(RecordedRequest::connection)
            .collect::<Vec<_>>(),
        [1, 1]
    );
    client.get(&url).send().await.unwrap();
    assert_eq!(sandbox.requests()[2].connection(), 2);
}

#[tokio::test]
async fn closed_before_reading() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.aparat().fail_next(Fault::close_on_accept());
    let answer = common::exchange(&sandbox, &order_bytes()).await;
    assert!(
        answer.as_ref().is_ok_and(Vec::is_empty) || answer.is_err(),
        "{answer:?}"
    );
    assert_eq!(seen(&sandbox), (1, 0, 0));

    sandbox.fail_next(Fault::close_on_accept());
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    assert_eq!(
        stream.read(&mut [0; 1]).await.unwrap(),
        0,
        "a client that writes nothing sees an end of stream"
    );
    account(&sandbox).await;
    assert_eq!(seen(&sandbox), (3, 1, 0));
}

#[tokio::test]
async fn who_can_remove_a_fault_of_connections_is_not_shut_out_by_it() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_fault(FaultRule::new(Fault::close_on_accept()).times(usize::MAX));
    for _ in 0..2 {
        let answer = common::exchange(&sandbox, &order_bytes()).await;
        assert!(answer.is_err() || answer.is_ok_and(|it| it.is_empty()));
        let admin = b"GET /_sandbox HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let answer = common::exchange(&sandbox, admin).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn an_open_connection_is_not_closed_on_accept() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    until(|| sandbox.connections() == 1).await;
    sandbox.fail_next(Fault::close_on_accept());
    stream.write_all(&order_bytes()).await.unwrap();
    assert_ne!(stream.read(&mut [0; 64]).await.unwrap(), 0);
    assert!(common::exchange(&sandbox, b"").await.unwrap().is_empty());
    assert_eq!(seen(&sandbox), (2, 1, 1));
}

#[tokio::test]
async fn delays() {
    let sandbox = Sandbox::start().await.unwrap();
    let delay = Duration::from_millis(60);
    for (fault, status) in [
        (Fault::delay(delay), 200),
        (Fault::delay(delay).after_processing(), 200),
        (Fault::answer(503, "").delayed(delay), 503),
        (Fault::answer(504, "").after_processing().delayed(delay), 504),
    ] {
        sandbox.fail_next(fault);
        let start = Instant::now();
        assert_eq!(order(&sandbox, "100").await.status, status);
        assert!(start.elapsed() >= delay);
    }
    assert_eq!(seen(&sandbox), (4, 4, 3));
}

/// A delay comes before the effect, or after it: seen while the client waits.
#[tokio::test]
async fn when_a_delayed_request_takes_effect() {
    let sandbox = Sandbox::start().await.unwrap();
    let hour = Duration::from_secs(3600);
    sandbox.fail_next(Fault::delay(hour));
    sandbox.fail_next(Fault::delay(hour).after_processing());
    let mut waiting = TcpStream::connect(sandbox.address()).await.unwrap();
    waiting.write_all(&order_bytes()).await.unwrap();
    until(|| sandbox.request_count() == 1).await;
    assert_eq!(sandbox.aparat().orders().len(), 0);
    let mut late = TcpStream::connect(sandbox.address()).await.unwrap();
    late.write_all(&order_bytes()).await.unwrap();
    until(|| sandbox.aparat().orders().len() == 1).await;
}

#[tokio::test]
async fn a_request_takes_effect_though_its_client_has_gone() {
    let sandbox = Sandbox::start().await.unwrap();
    for count in 1..=50 {
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        stream.write_all(&order_bytes()).await.unwrap();
        drop(stream);
        until(|| sandbox.aparat().orders().len() == count).await;
    }
    // Even if it waits before it does.
    sandbox.fail_next(Fault::delay(Duration::from_millis(50)));
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(&order_bytes()).await.unwrap();
    until(|| sandbox.request_count() == 51).await;
    drop(stream);
    until(|| sandbox.aparat().orders().len() == 51).await;
}

#[tokio::test]
async fn in_order_and_the_providers_own_first() {
    let sandbox = Sandbox::start().await.unwrap();
    let aparat = sandbox.aparat();
    sandbox.fail_next(Fault::answer(500, ""));
    aparat.fail_next_n(2, Fault::answer(501, ""));
    aparat.fail_next(Fault::answer(502, ""));
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(account(&sandbox).await.status);
    }
    assert_eq!(statuses, [501, 501, 502, 500, 200]);

    aparat.fail_next(Fault::answer(501, ""));
    sandbox.fail_next(Fault::answer(500, ""));
    let nowhere = common::request(&sandbox, "GET", "/no/where").await.unwrap();
    assert_eq!(nowhere.status, 500, "a provider's fault is for its own paths");
    assert_eq!(account(&sandbox).await.status, 501);

    aparat.fail_next_n(usize::MAX, Fault::close());
    sandbox.fail_next(Fault::close_on_accept());
    sandbox.clear_faults();
    assert_eq!(account(&sandbox).await.status, 200);
    aparat.fail_next_n(usize::MAX, Fault::close());
    aparat.clear_faults();
    assert_eq!(account(&sandbox).await.status, 200);
}

#[tokio::test]
async fn chosen_by_what_is_asked() {
    let lost = Fault::close().after_processing();
    let chosen = lost.clone();
    let (sender, seen_by_the_observer) = std::sync::mpsc::channel();
    let sandbox = Sandbox::builder()
        .choose_fault(move |request| {
            assert_eq!(
                (request.fault(), request.status()),
                (None, None),
                "it has only arrived"
            );
            (request.query_value("count") == Some("70")).then(|| chosen.clone())
        })
        .observe(move |request| sender.send(request.fault().cloned()).unwrap())
        .start()
        .await
        .unwrap();
    assert_eq!(order(&sandbox, "60").await.status, 200);
    assert!(try_order(&sandbox, "70").await.is_err());
    assert_eq!(seen(&sandbox), (2, 2, 2));

    // A waiting fault goes first, and then nothing is chosen.
    sandbox.aparat().fail_next(Fault::answer(502, ""));
    assert_eq!(order(&sandbox, "70").await.status, 502);
    let faults: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.fault().cloned())
        .collect();
    let expected = [None, Some(lost), Some(Fault::answer(502, ""))];
    assert_eq!(faults, expected);
    assert_eq!(seen_by_the_observer.try_iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_impossible_is_answered_with_the_reason() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fail_next(Fault::answer(99, ""));
    let reply = account(&sandbox).await;
    assert_eq!(
        (reply.status, reply.body.as_str()),
        (500, "payvand-sandbox: Fault::answer cannot send the status 99")
    );
    let played = sandbox.requests()[0].fault().unwrap().check();
    assert_eq!(played, Err(FaultError::Status(99)));
}

#[tokio::test]
async fn the_clock_does_not_hurry_a_delay_but_dates_the_record() -> io::Result<()> {
    let sandbox = Sandbox::start().await?;
    sandbox.advance(Duration::from_secs(86_400));
    account(&sandbox).await;
    let received_at = sandbox.requests()[0].received_at();
    assert!(received_at > SystemTime::now() + Duration::from_secs(86_000));
    assert!(received_at <= sandbox.now());
    Ok(())
}

#[tokio::test]
async fn chosen_by_the_request_at_any_time() {
    let sandbox = Sandbox::start().await.unwrap();
    let is_order = |request: &RecordedRequest| request.query_value("count").is_some();
    sandbox.aparat().fail_next_where(is_order, Fault::answer(503, ""));
    sandbox.fail_next_where(is_order, Fault::answer(502, ""));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(account(&sandbox).await.status);
        statuses.push(order(&sandbox, "50").await.status);
    }
    assert_eq!(statuses, [200, 503, 200, 502, 200, 200]);

    sandbox.choose_fault(move |request| is_order(request).then(|| Fault::answer(500, "")));
    sandbox.fail_next(Fault::answer(504, ""));
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(order(&sandbox, "50").await.status);
        statuses.push(account(&sandbox).await.status);
    }
    assert_eq!(statuses, [504, 200, 500, 200], "what waits comes first");
    sandbox.choose_fault(|_| None);
    assert_eq!(order(&sandbox, "50").await.status, 200);
}
