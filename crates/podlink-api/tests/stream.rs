//! The stream of links, against providers that page in different ways.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Client, Error, Kind, LinkStream};
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
    assert_eq!(script.requests().len(), 0);
    for (number, requests) in [(0, 1), (1, 1), (2, 2), (3, 2)] {
        assert_eq!(links.next().await.unwrap().unwrap().hash(), format!("h{number}"));
        assert_eq!(script.requests().len(), requests);
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
