//! The sandbox without a socket.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use payvand_sandbox::aparat::Aparat;
use payvand_sandbox::bytes::Bytes;
use payvand_sandbox::http::Request;
use payvand_sandbox::{Ending, Fault, Point, Reply, Sandbox};
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
