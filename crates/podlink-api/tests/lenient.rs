//! Answers that are not as well made as the document's: what can be read of them is read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test should fail loudly")]

mod support;

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Code, Content, Effect, Kind, RetryPolicy, Timestamp, Visit};
use serde_json::json;
use support::{always, answered, builder, gateway, live, service};

#[tokio::test]
async fn numbers_may_be_written_in_any_way_that_means_one_number() {
    for (written, visits) in [
        ("0.0", Some(0)),
        ("3e0", Some(3)),
        ("12.000", Some(12)),
        ("\"۱۲\"", Some(12)),
        ("\"١٢\"", Some(12)),
        ("\"\u{202b}۱۲\u{202c}\"", Some(12)),
        ("\"12,000\"", Some(12_000)),
        ("\"1500.00\"", Some(1500)),
        ("\"12.000\"", None),
        ("\"12,5\"", None),
        ("15.5", None),
        ("-1", None),
        ("1e400", None),
        ("\"many\"", None),
        ("[1]", None),
        ("null", None),
    ] {
        let body = live(&service(&format!(r#"{{"hash":"a","visitCount":{written}}}"#)));
        let link = always(Step::answer(200, body))
            .add_link(Content::text("x"))
            .await
            .unwrap();
        assert_eq!(link.visit_count(), visits, "{written}");
        let other = link.unknown_fields();
        assert_eq!(
            other.contains_key("visitCount"),
            visits.is_none() && written != "null",
            "{written}"
        );
    }
    let body = live(&service(
        r#"{"totalCount":"۱","linkVos":[{"hash":98765432109876543210,"createTime":1555919112111.0}]}"#,
    ));
    let page = always(Step::answer(200, body)).list_links().await.unwrap();
    assert_eq!(page.total_count(), Some(1));
    assert_eq!(page.links()[0].hash(), "98765432109876543210");
    assert_eq!(
        page.links()[0].create_time(),
        Some(Timestamp::from_millis(1_555_919_112_111))
    );
}

#[tokio::test]
async fn words_that_are_missing_null_or_strange_never_fail_a_call() {
    for key in [
        "message",
        "count",
        "ott",
        "referenceNumber",
        "messageId",
        "developerMessage",
        "header",
        "note",
    ] {
        for value in ["null", "1e400", "[]", r#"{"a":[{}]}"#, r#""\ud83d""#, "true"] {
            for body in [
                live(&service("true")).replacen('{', &format!("{{{key:?}:{value},"), 1),
                live(&service("true").replacen('{', &format!("{{{key:?}:{value},"), 1)),
            ] {
                let outcome = always(Step::answer(200, body.clone())).activate("a").await;
                assert!(outcome.is_ok(), "{body}: {outcome:?}");
            }
        }
    }
}

#[tokio::test]
async fn one_bad_item_loses_no_other() {
    let bad = [
        "null",
        "7",
        "{}",
        r#"{"hash":null}"#,
        r#"{"hash":["a"]}"#,
        r#"{"hash":"a","Hash":"b"}"#,
        r#"{"hash":1.5}"#,
    ];
    for bad in bad {
        let result = format!(
            r#"{{"totalCount":3,"linkVos":[{{"hash":"a"}},{bad},{{"hash":"c\ud83d","createTime":"soon"}}]}}"#
        );
        let pod = always(Step::answer(200, live(&service(&result))));
        let page = pod.list_links().await.unwrap();
        let hashes: Vec<_> = page.links().iter().map(podlink_api::Link::hash).collect();
        assert_eq!(hashes, ["a", "c\u{FFFD}"], "{bad}");
        assert_eq!(
            page.unknown_fields()["linkVos"].as_array().unwrap().len(),
            3,
            "{bad}"
        );
        assert_eq!(page.links()[1].unknown_fields()["createTime"], "soon");
    }
    let stats = r#"{"totalCount":3,"countries":[{"name":"a","count":1},{"name":"b"}],"clickIntervals":{"intervals":[1,"x"],"clicksCount":[1,2]}}"#;
    let stats = always(Step::answer(200, live(&service(stats))))
        .click_stats("a")
        .await
        .unwrap();
    assert_eq!((stats.countries().len(), stats.clicks().len()), (1, 1));
    assert_eq!(
        stats.unknown_fields()["countries"],
        json!([{"name": "a", "count": 1}, {"name": "b"}])
    );
}

#[tokio::test]
async fn a_stream_goes_on_past_what_is_no_link() {
    let page = |links: &str| {
        Step::answer(
            200,
            live(&service(&format!(r#"{{"totalCount":4,"linkVos":[{links}]}}"#))),
        )
    };
    let script = ScriptedTransport::new([
        page(r#"{"hash":"a","urlOrContent":"\ud83d"},null"#),
        page("null"),
        page(r#"{"hash":"d"}"#),
    ]);
    let pod = builder().transport(script.clone()).build().unwrap();
    let mut links = pod.list_links().stream();
    let mut hashes = Vec::new();
    while let Some(link) = links.next().await {
        hashes.push(link.unwrap().hash().to_owned());
    }
    assert_eq!(hashes, ["a", "d"]);
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_empty_first_page_of_a_list_that_has_links_is_read_again() {
    let empty = live(&service(r#"{"totalCount":5,"linkVos":[]}"#));
    let full = live(&service(r#"{"totalCount":1,"linkVos":[{"hash":"a"}]}"#));
    let (pod, script) = answered(&[&empty, &full]);
    assert_eq!(pod.list_links().await.unwrap().links().len(), 1);
    assert_eq!(script.requests().len(), 2);
    let error = always(Step::answer(200, empty.clone()))
        .list_links()
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Decode, 3));
    // beyond the first page, and where none was asked for, it is one
    for call in [
        always(Step::answer(200, empty.clone())).list_links().offset(5),
        always(Step::answer(200, empty)).list_links().count(0),
    ] {
        assert!(call.await.unwrap().links().is_empty());
    }
    for (total, expected) in [("-1", None), ("\"\"", None), ("null", None)] {
        let body = live(&service(&format!(r#"{{"totalCount":{total},"linkVos":[]}}"#)));
        assert_eq!(
            always(Step::answer(200, body))
                .list_links()
                .await
                .unwrap()
                .total_count(),
            expected
        );
    }
}

#[tokio::test]
async fn no_level_succeeds_without_saying_so() {
    for body in [
        r#"{"result":{"hash":"a"}}"#.to_owned(),
        r#"{"message":"OK","result":{"hash":"a"}}"#.to_owned(),
        r#"{"hasError":null,"result":{"hash":"a"}}"#.to_owned(),
        gateway(r#"{"message":"accepted","result":{"hash":"a"}}"#),
    ] {
        let error = always(Step::answer(200, body.clone()))
            .add_link(Content::text("x"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{body}"
        );
    }
    for (body, code) in [
        (
            r#"{"hasError":true,"errorCode":0,"result":{"hash":"a"}}"#.to_owned(),
            Code::Unknown("0".to_owned()),
        ),
        (
            r#"{"hasError":false,"errorCode":0,"Errors":["x"],"result":{"hash":"a"}}"#.to_owned(),
            Code::Unknown("0".to_owned()),
        ),
    ] {
        let error = always(Step::answer(200, body.clone()))
            .add_link(Content::text("x"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&code), Effect::Unknown),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_refusal_of_a_server_that_failed_is_in_doubt() {
    let refused = support::refusal(119, "taken");
    for (status, body, effect) in [
        (200, live(&refused), Effect::None),
        (400, live(&refused), Effect::None),
        (500, live(&refused), Effect::Unknown),
        (503, live(&refused), Effect::Unknown),
        (
            200,
            live(&refused).replace("\"statusCode\":200", "\"statusCode\":500"),
            Effect::Unknown,
        ),
        (
            200,
            live(&refused).replace("\"errorCode\":0", "\"errorCode\":500"),
            Effect::Unknown,
        ),
        (200, format!("{} {{\"id\":1}}", live(&refused)), Effect::Unknown),
        (200, live(&support::refusal(500, "failed")), Effect::Unknown),
    ] {
        let script = ScriptedTransport::always(Step::answer(status, body.clone()));
        let pod = builder()
            .retry(RetryPolicy::never())
            .transport(script)
            .build()
            .unwrap();
        let error = pod.add_link(Content::text("x")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Api, effect),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn a_link_without_its_scheme_is_a_link() {
    for location in ["example.com/a", "example.com", "example.com:8080/a"] {
        let visit = always(Step::answer(302, "").header("location", location))
            .visit("a")
            .await;
        assert_eq!(visit.unwrap(), Visit::Redirect(location.to_owned()));
    }
    for location in ["example.com/a", "مثال.ایران/a?b#c"] {
        let header = format!(r#"{{"location":{location:?}}}"#);
        let body =
            format!(r#"{{"hasError":false,"result":{{"result":null,"header":{header},"statusCode":302}}}}"#);
        let visit = always(Step::answer(200, body)).visit("a").await.unwrap();
        assert_eq!(visit, Visit::Redirect(location.to_owned()));
    }
    for location in [
        "/login",
        "login",
        "login.aspx",
        "index.php?a=b.com",
        "../a.com",
        "//",
        "",
        ".com",
        "?a.com",
    ] {
        let pod = always(Step::answer(302, "").header("location", location));
        assert_eq!(
            pod.visit("a").await.unwrap_err().kind(),
            Kind::Status,
            "{location}"
        );
    }
}

#[tokio::test]
async fn an_envelope_in_a_text_is_no_content_of_a_link() {
    let refused = live(&support::refusal(404, "x"));
    for body in [
        format!("Notice: x\n{refused}"),
        format!("\u{feff} \u{feff}{refused}"),
    ] {
        let error = always(Step::answer(200, body)).visit("a").await.unwrap_err();
        assert_eq!(error.code(), Some(&Code::NotFound));
    }
    let content = "\u{feff}see {\"a\":1} and { more";
    let visit = always(Step::answer(200, content)).visit("a").await.unwrap();
    assert_eq!(
        visit,
        Visit::Content(content.trim_start_matches('\u{feff}').to_owned())
    );
}

#[tokio::test]
async fn a_page_is_asked_for_with_at_most_a_thousand_links() {
    let body = live(&service(r#"{"totalCount":0,"linkVos":[]}"#));
    for (count, sent) in [
        (1000, "count=1000"),
        (1001, "count=1000"),
        (u64::MAX, "count=1000"),
        (999, "count=999"),
    ] {
        let (pod, script) = answered(&[&body]);
        pod.list_links().count(count).await.unwrap();
        let form = String::from_utf8(script.requests()[0].body().to_vec()).unwrap();
        assert!(form.split('&').any(|pair| pair == sent), "{form}");
    }
}
