//! Pauses that the server asks for, and retries.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::Response;
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{Effect, ErrorBuilder, HttpClient, Instant, Kind, RateLimit, RetryPolicy};
use tokio::time::sleep;

use crate::{AGAIN, LONG, NoCode, ONCE, SECOND, call, ms, poll_once, read, to};

#[tokio::test(start_paused = true)]
async fn retry_after_delays_everybody() {
    let script = ScriptedTransport::new([Step::answer(429, "").header("retry-after", "7").after(ms(100))]);
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(1))
        .build([])
        .unwrap();
    let send = |timeout| {
        let client = client.clone();
        async move {
            let deadline = client.deadline(Some(timeout));
            let refuse = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("refused"));
            client.call(&ONCE, to(&client, &ONCE), deadline, refuse).await
        }
    };
    let begin = Instant::now();
    let refused = tokio::spawn(send(LONG));
    tokio::task::yield_now().await;
    let impatient = tokio::spawn(send(Duration::from_secs(5)));
    let patient = tokio::spawn(send(LONG));
    assert_eq!(
        refused.await.unwrap().unwrap_err().retry_after(),
        Some(7 * SECOND)
    );
    assert_eq!(impatient.await.unwrap().unwrap_err().effect(), Effect::None);
    assert_eq!(
        begin.elapsed(),
        ms(100),
        "it fails as soon as its turn is too late"
    );
    let _ = patient.await.unwrap();
    assert_eq!(begin.elapsed(), ms(7100));
    assert_eq!(script.requests().len(), 2);
}

/// A page can ask for a minute, the provider itself for an hour. A delayed caller is told why and for how long.
#[tokio::test(start_paused = true)]
async fn a_provider_may_ask_for_a_longer_pause_than_a_page() {
    let page: fn() -> ErrorBuilder<NoCode> = || ErrorBuilder::status("a page");
    let provider: fn() -> ErrorBuilder<NoCode> = || ErrorBuilder::api(NoCode, "busy");
    for (status, failure, asked_for, pause) in [
        (503, page, "86400", Some(60.0)),
        (429, page, "86400", Some(60.0)),
        (503, page, "99999999999999999999999999", Some(60.0)),
        (503, page, "30", Some(30.0)),
        (503, provider, "86400", Some(3600.0)),
        (429, provider, "86400", Some(3600.0)),
        (429, provider, "1800", Some(1800.0)),
        (429, provider, "1.2", Some(1.2)),
        (429, provider, "0", None),
        (500, provider, "30", None),
        (403, page, "30", None),
    ] {
        let script = ScriptedTransport::new([
            Step::answer(status, "").header("retry-after", asked_for),
            Step::answer(200, ""),
        ]);
        let client = HttpClient::builder("http://127.0.0.1", "test")
            .transport(script.clone())
            .rate_limit(RateLimit::per_second(5))
            .build([])
            .unwrap();
        let send = async |timeout| {
            let decode = |response: &Response<Bytes>| {
                if response.status() == 200 {
                    Ok(())
                } else {
                    Err(failure())
                }
            };
            let deadline = client.deadline(Some(timeout));
            client.call(&ONCE, to(&client, &ONCE), deadline, decode).await
        };
        let begin = Instant::now();
        send(LONG).await.unwrap_err();
        if let Some(pause) = pause.map(Duration::from_secs_f64) {
            sleep(pause / 4).await;
            let error = send(pause / 2).await.unwrap_err();
            assert_eq!((error.kind(), error.effect()), (Kind::Withheld, Effect::None));
            assert_eq!((error.attempts(), error.is_retryable()), (0, true));
            assert_eq!(error.retry_after(), Some(pause * 3 / 4), "{status} {asked_for}");
            assert!(error.to_string().contains("Retry-After"), "{error}");
        }
        send(LONG).await.unwrap();
        let departures: Vec<_> = script
            .seen()
            .iter()
            .map(|it| (it.at - begin).as_secs_f64())
            .collect();
        assert_eq!(
            departures,
            [0.0, pause.unwrap_or_default()],
            "{status} {asked_for}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_shorter_pause_does_not_end_a_longer_one() {
    let busy = |seconds, after| {
        Step::answer(429, "")
            .header("retry-after", seconds)
            .after(ms(after))
    };
    let script = ScriptedTransport::new([busy("50", 100), busy("5", 200), Step::answer(200, "")]);
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(5))
        .build([])
        .unwrap();
    let send = || {
        let client = client.clone();
        tokio::spawn(async move {
            let refuse = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("refused"));
            let deadline = client.deadline(Some(LONG));
            client.call(&ONCE, to(&client, &ONCE), deadline, refuse).await
        })
    };
    let begin = Instant::now();
    for busy in [send(), send()] {
        assert!(busy.await.unwrap().is_err());
    }
    assert!(send().await.unwrap().is_err());
    assert_eq!(script.seen()[2].at - begin, ms(50_100));
}

#[tokio::test(start_paused = true)]
async fn retries_wait_for_their_turn() {
    let script = ScriptedTransport::always(Step::answer(503, ""));
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(5))
        .retry(RetryPolicy::new(12).backoff(Duration::ZERO, Duration::ZERO))
        .build([])
        .unwrap();
    let begin = Instant::now();
    let refuse = |_: &Response<Bytes>| Err::<(), _>(ErrorBuilder::<NoCode>::status("503"));
    let request = to(&client, &AGAIN);
    let error = client
        .call(&AGAIN, request.clone(), client.deadline(None), refuse)
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 12);
    let left: Vec<_> = script.seen().iter().map(|it| (it.at - begin).as_secs()).collect();
    assert_eq!(left, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]);

    // A retry that cannot leave before the deadline returns the error of the attempt before it.
    sleep(10 * SECOND).await;
    let deadline = client.deadline(Some(ms(900)));
    let error = client.call(&AGAIN, request, deadline, refuse).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (Kind::Status, Effect::Unknown, 5)
    );
}

/// Counts how often a future is polled.
struct Counted<F>(Pin<Box<F>>, Arc<AtomicUsize>);

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.as_mut().poll(cx)
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_the_server_asks_for_wakes_nobody_before_its_end() {
    let pause = |after| Step::answer(429, "").header("retry-after", "60").after(ms(after));
    let script = ScriptedTransport::always(Step::answer(200, ""));
    for after in 100..105 {
        script.push(pause(after));
    }
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::per_second(5))
        .retry(RetryPolicy::never())
        .timeout(LONG)
        .build([])
        .unwrap();
    let polls = Arc::new(AtomicUsize::new(0));
    let send = || {
        let client = client.clone();
        async move {
            let deadline = client.deadline(None);
            client.call(&ONCE, to(&client, &ONCE), deadline, read).await
        }
    };
    let tasks: Vec<_> = (0..1005)
        .map(|_| tokio::spawn(Counted(Box::pin(send()), Arc::clone(&polls))))
        .collect();
    sleep(ms(50)).await;
    let before = polls.load(Ordering::SeqCst);
    sleep(ms(100)).await;
    let woken = polls.load(Ordering::SeqCst) - before;
    // Five get their answer; the first of the queue looks after each.
    assert!((5..=15).contains(&woken), "{woken}");
    sleep(59 * SECOND).await;
    assert_eq!(script.requests().len(), 5);
    sleep(2 * SECOND).await;
    assert_eq!(script.requests().len(), 15);
    let mut answered = 0;
    for task in tasks {
        answered += usize::from(task.await.unwrap().is_ok());
    }
    assert_eq!((script.requests().len(), answered), (1005, 1000));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_frees_its_slot_before_the_pause_that_follows_it() {
    let script = ScriptedTransport::new([
        Step::answer(503, ""),
        Step::answer(200, ""),
        Step::answer(200, ""),
    ]);
    let client = HttpClient::builder("http://127.0.0.1", "test")
        .transport(script.clone())
        .rate_limit(RateLimit::new(1, ms(1)))
        .retry(RetryPolicy::new(2).backoff(10 * SECOND, 10 * SECOND))
        .build([])
        .unwrap();
    let retried = client.call(&AGAIN, to(&client, &AGAIN), client.deadline(None), read);
    let mut retried = Box::pin(retried);
    assert!(poll_once(&mut retried).await.is_none());
    tokio::select! {
        biased;
        _ = &mut retried => panic!("the pause is long"),
        done = call(client.clone(), 1, 0, Some(SECOND)) => done.unwrap(),
    }
    assert_eq!(script.requests().len(), 2);
    retried.await.unwrap();
}
