//! What takes several calls: the stream of links, against providers that page in different ways, and clicks over a long
//! span.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use podlink_api::http::StatusCode;
use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Client, Error, Interval, Kind, LinkStream, Timestamp};
use support::{builder, live, service};

fn page(total: Option<usize>, hashes: std::ops::Range<usize>) -> Step {
    let links: Vec<_> = hashes.map(|n| format!(r#"{{"hash":"h{n}"}}"#)).collect();
    let total = total
        .map(|total| format!(r#""totalCount":{total},"#))
        .unwrap_or_default();
    Step::answer(
        200,
        live(&service(&format!(
            r#"{{{total}"linkVos":[{}]}}"#,
            links.join(",")
        ))),
    )
}

fn client(steps: Vec<Step>) -> (Client, ScriptedTransport) {
    let script = ScriptedTransport::new(steps);
    (builder().transport(script.clone()).build().unwrap(), script)
}

async fn all(mut links: LinkStream) -> Result<Vec<String>, Error> {
    let mut hashes = Vec::new();
    while let Some(link) = links.next().await {
        hashes.push(link?.hash().to_owned());
    }
    assert!(links.next().await.is_none(), "an end is an end");
    Ok(hashes)
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("h{n}")).collect()
}

/// The parameter of each request so far.
fn asked(script: &ScriptedTransport, name: &str) -> Vec<String> {
    let of = |body: &[u8]| {
        let mut pairs = url::form_urlencoded::parse(body);
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    script
        .requests()
        .iter()
        .map(|request| of(request.body()))
        .collect()
}

#[tokio::test]
async fn short_pages_are_no_end() {
    let (pod, script) = client(vec![
        page(Some(25), 0..10),
        page(Some(25), 10..13),
        page(Some(25), 13..23),
        page(Some(25), 23..25),
    ]);
    let hashes = all(pod.list_links().count(50).search("x").stream())
        .await
        .unwrap();
    assert_eq!(hashes, names(0..25));
    assert_eq!(asked(&script, "offset"), ["0", "10", "13", "23"]);
    assert_eq!(asked(&script, "count"), ["50"; 4]);
    assert_eq!(asked(&script, "search_sub_string"), ["x"; 4]);
}

#[tokio::test]
async fn it_begins_at_the_offset_and_asks_for_a_hundred() {
    let (pod, script) = client(vec![page(None, 40..45), page(None, 0..0)]);
    assert_eq!(
        all(pod.list_links().offset(40).stream()).await.unwrap(),
        names(40..45)
    );
    assert_eq!(asked(&script, "offset"), ["40", "45"]);
    assert_eq!(asked(&script, "count"), ["100", "100"]);
}

#[tokio::test]
async fn pages_are_asked_for_as_they_are_needed() {
    let (pod, script) = client(vec![page(Some(4), 0..2), page(Some(4), 2..4)]);
    let mut links = pod.list_links().stream();
    assert_eq!((script.requests().len(), links.total_count()), (0, None));
    for (number, requests) in [(0, 1), (1, 1), (2, 2), (3, 2)] {
        assert_eq!(links.next().await.unwrap().unwrap().hash(), format!("h{number}"));
        assert_eq!(
            (script.requests().len(), links.total_count()),
            (requests, Some(4))
        );
    }
    assert!(links.next().await.is_none());
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_repeated_page_ends_it() {
    let (pod, script) = client(vec![
        page(Some(1000), 0..3),
        page(Some(1000), 0..3),
        page(Some(1000), 0..3),
    ]);
    assert_eq!(all(pod.list_links().stream()).await.unwrap(), names(0..3));
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_list_that_shrinks_under_way_loses_nothing() {
    // Between the first page and the second, h0 goes: h3 moves up to where the first page was.
    let (pod, script) = client(vec![
        page(Some(6), 0..3),
        page(Some(5), 4..6),
        page(Some(5), 3..6),
    ]);
    assert_eq!(
        all(pod.list_links().count(3).stream()).await.unwrap(),
        names(0..6)
    );
    assert_eq!(asked(&script, "offset"), ["0", "3", "2"]);
}

#[tokio::test]
async fn an_error_ends_it_and_tells_where_to_go_on() {
    let (pod, _) = client(vec![page(Some(6), 0..3), Step::answer(403, "no")]);
    let mut links = pod.list_links().stream();
    for _ in 0..3 {
        links.next().await.unwrap().unwrap();
    }
    assert_eq!(links.next().await.unwrap().unwrap_err().kind(), Kind::Status);
    assert!(links.next().await.is_none());
    assert_eq!(links.offset(), 3);
}

#[tokio::test]
async fn it_is_a_stream_that_can_move_to_another_task() {
    let (pod, _) = client(vec![page(Some(3), 0..3)]);
    let links = pod.list_links().stream();
    let collected = tokio::spawn(async move {
        use futures_util::StreamExt as _;
        links.collect::<Vec<_>>().await
    });
    assert_eq!(collected.await.unwrap().len(), 3);
}

fn clicks(json: &str) -> Step {
    Step::answer(200, live(&service(json)))
}

/// An end of a span, in milliseconds.
const fn at(days: i64, millis: i64) -> Timestamp {
    Timestamp::from_millis(days * 86_400_000 + millis)
}

#[tokio::test]
async fn clicks_over_a_long_span_are_asked_for_in_parts_and_joined() {
    let (pod, script) = client(vec![
        clicks(
            r#"{"totalCount":3,"urlOrContent":"first","clickIntervals":{"intervals":[864000000],"clicksCount":[3]},"countries":[{"name":"Iran","count":3,"cities":[{"name":"Tehran","count":2}]}],"browsers":[{"name":"Firefox","count":3}]}"#,
        ),
        clicks(r#"{"totalCount":0,"urlOrContent":"second"}"#),
        clicks(
            r#"{"totalCount":5,"clickIntervals":{"intervals":[6048000000,864000000],"clicksCount":[4,1]},"countries":[{"name":"Iran","count":4,"cities":[{"name":"Tehran","count":1},{"name":"Qom","count":3}]},{"name":"Armenia","count":1}],"browsers":[{"name":"Chrome","count":5}]}"#,
        ),
    ]);
    let call = pod.click_stats("a").interval(Interval::Day);
    let stats = call.from(at(10, 5)).to(at(73, 0)).send_in_parts().await.unwrap();
    let days = |ends: [Timestamp; 3]| ends.map(|it| it.as_millis().to_string());
    assert_eq!(
        asked(&script, "fromTimestamp"),
        days([at(10, 5), at(41, 0), at(72, 0)])
    );
    assert_eq!(
        asked(&script, "toTimestamp"),
        days([at(41, -1), at(72, -1), at(73, 0)])
    );
    assert_eq!((stats.total_count(), stats.content()), (8, Some("first")));
    let by_day: Vec<_> = stats.clicks().iter().map(|it| (it.since, it.count)).collect();
    assert_eq!(by_day, [(at(10, 0), 4), (at(70, 0), 4)]);
    let countries: Vec<_> = stats.countries().iter().map(|it| (&*it.name, it.count)).collect();
    assert_eq!(countries, [("Iran", 7), ("Armenia", 1)]);
    let cities: Vec<_> = stats.countries()[0]
        .cities
        .iter()
        .map(|it| (&*it.name, it.count))
        .collect();
    assert_eq!(cities, [("Tehran", 3), ("Qom", 3)]);
    assert_eq!(stats.browsers().len(), 2);
}

#[tokio::test]
async fn a_span_that_one_question_may_have_is_one_question() {
    for (interval, from, to) in [
        (Some(Interval::Day), Some(at(0, 0)), Some(at(31, -1))),
        (Some(Interval::Hour), Some(at(0, 0)), Some(at(7, -1))),
        (None, Some(at(0, 0)), Some(at(7305, 0))),
        (Some(Interval::Minute), Some(at(0, 0)), None),
        (Some(Interval::Minute), None, Some(at(9, 0))),
        (None, None, None),
        (
            Some(Interval::Minute),
            Some(Timestamp::from_millis(i64::MAX)),
            Some(Timestamp::from_millis(i64::MAX)),
        ),
    ] {
        let (pod, script) = client(vec![clicks(r#"{"totalCount":1}"#)]);
        let mut call = pod.click_stats("a");
        if let Some(interval) = interval {
            call = call.interval(interval);
        }
        if let Some(from) = from {
            call = call.from(from);
        }
        if let Some(to) = to {
            call = call.to(to);
        }
        assert_eq!(call.send_in_parts().await.unwrap().total_count(), 1);
        let millis = |at: Option<Timestamp>| at.map(|it| it.as_millis().to_string()).unwrap_or_default();
        assert_eq!(asked(&script, "fromTimestamp"), [millis(from)]);
        assert_eq!(asked(&script, "toTimestamp"), [millis(to)]);
    }
    let (pod, script) = client(vec![]);
    let backwards = pod
        .click_stats("a")
        .from(at(9, 0))
        .to(at(0, 0))
        .send_in_parts()
        .await;
    assert!(matches!(
        backwards.unwrap_err().kind(),
        Kind::InvalidInput { argument: "span", .. }
    ));
    assert_eq!(script.requests().len(), 0);
}

#[tokio::test]
async fn one_part_that_fails_fails_all() {
    let (pod, script) = client(vec![clicks(r#"{"totalCount":1}"#), Step::answer(403, "no")]);
    let call = pod
        .click_stats("a")
        .interval(Interval::Minute)
        .from(at(0, 0))
        .to(at(1, 0));
    let error = call.send_in_parts().await.unwrap_err();
    assert_eq!(error.http_status(), Some(StatusCode::FORBIDDEN));
    assert_eq!(script.requests().len(), 2);
}

#[test]
fn links_come_one_after_the_other_without_async_code() {
    let pages = || vec![page(Some(5), 0..3), page(Some(5), 3..5)];
    let (pod, script) = client(pages());
    let links = pod.list_links().stream().wait().unwrap();
    let hashes: Result<Vec<_>, _> = links
        .map(|link| Ok::<_, Error>(link?.hash().to_owned()))
        .collect();
    assert_eq!((hashes.unwrap(), script.requests().len()), (names(0..5), 2));

    // Dropped in between, it asks for nothing more.
    let (pod, script) = client(pages());
    let mut links = pod.list_links().stream().wait().unwrap();
    assert_eq!(links.by_ref().take(3).filter_map(Result::ok).count(), 3);
    assert_eq!(links.stream().unwrap().offset(), 3);
    drop(links);
    assert_eq!(script.requests().len(), 1);
}
