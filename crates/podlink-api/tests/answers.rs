//! Every shape of an answer, and answers that are none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

mod support;

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Effect, Kind, Service, Timestamp, Visit};
use support::{
    always, answered, builder, error_of, gateway, live, refused, service, unknown_unless_it_only_reads,
};

#[tokio::test]
async fn answers_that_are_none() {
    for (body, path, detail) in [
        ("", "$", "empty"),
        (" \n", "$", "empty"),
        ("OK", "$", "not JSON"),
        ("null", "$", "not JSON"),
        ("true", "$", "not JSON"),
        ("<html>hello</html>", "$", "not JSON"),
        ("{}", "$", "no envelope"),
        (r#"{"status":200}"#, "$", "no envelope"),
        (r#"{"hasError":false,"result":{"resu"#, "$", "cut short"),
        (r#"{"hasError":false,}"#, "$", "not JSON"),
        (r#"{"hasError":false}"#, "$.result", "no result"),
        (r#"{"hasError":false,"result":null}"#, "$.result", "no result"),
        (
            r#"{"hasError":false,"result":{"result":null}}"#,
            "$.result.result",
            "no result",
        ),
        (
            r#"{"hasError":false,"result":{"result":"soon","statusCode":200}}"#,
            "$.result.result",
            "a text in place of the result",
        ),
        (
            r#"{"hasError":false,"result":{"result":"{\"error\":false,\"code\":200,\"res","statusCode":200}}"#,
            "$.result.result",
            "a text of JSON that is cut short",
        ),
        (
            r#"{"hasError":false,"result":[1]}"#,
            "$.result",
            "a list in place of the result",
        ),
        (
            r#"{"hasError":false,"result":17}"#,
            "$.result",
            "a bare value in place of the result",
        ),
        (
            r#"{"hasError":false,"hasError":false}"#,
            "$",
            "duplicate field `hasError`",
        ),
        (
            r#"{"hasError":false,"HasError":true}"#,
            "$",
            "duplicate field `hasError`",
        ),
        (
            r#"{"hasError":false,"result":{"hash":"a"},"result":{"hash":"b"}}"#,
            "$",
            "duplicate field `result`",
        ),
        (
            r#"{"hasError":false,"hash":"a","result":{"hash":"b"}}"#,
            "$",
            "two results",
        ),
        (
            r#"{"hasError":false,"result":{"hash":"a","hash":"b"}}"#,
            "$.result",
            "duplicate field `hash`",
        ),
        (
            r#"{"hasError":false,"result":{"urlOrContent":"a"}}"#,
            "$.result",
            "missing field `hash`",
        ),
        (
            r#"{"hasError":false,"result":{"hash":" "}}"#,
            "$.result.hash",
            "an empty text",
        ),
        (
            r#"{"hasError":false,"result":{"result":{"result":{"result":{"result":{"result":{"result":{"result":{"hash":"a"}}}}}}}}}"#,
            "$.result.result.result.result.result.result.result.result",
            "nested too deeply",
        ),
    ] {
        let error = refused(Service::AddLink, body).await;
        assert_eq!(error.kind(), Kind::Decode, "{body}");
        assert_eq!(error.json_path(), Some(path), "{body}");
        assert!(error.to_string().contains(detail), "{error} for {body}");
        assert_eq!(error.effect(), Effect::Unknown);
        assert_eq!(error.code(), None);
    }
}

#[tokio::test]
async fn what_is_not_utf_8_is_an_error_that_says_so() {
    let mut body = gateway(&service(r#"{"hash":"a","totalCount":0,"x":"?"}"#)).into_bytes();
    let letter = body.iter().position(|byte| *byte == b'?').unwrap();
    body[letter] = 0xD3;
    for of in Service::ALL {
        let charset = "application/json; charset=windows-1256";
        let step = Step::answer(200, body.clone()).header("content-type", charset);
        let script = ScriptedTransport::always(step);
        let pod = builder().transport(script.clone()).build().unwrap();
        let error = error_of(&pod, *of).await.unwrap();
        let effect = unknown_unless_it_only_reads(*of);
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, effect),
            "{of}: {error}"
        );
        assert_eq!(error.json_path(), Some("$"));
        assert!(error.to_string().contains("not UTF-8"), "{error}");
        let excerpt = error.excerpt().unwrap();
        assert!(
            excerpt.contains("ref-1") && !excerpt.contains("one-time-secret"),
            "{excerpt}"
        );
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test]
async fn lists_of_every_shape() {
    for (result, total, hashes) in [
        (
            r#"{"totalCount":"2","linkVos":[{"hash":"a"},{"hash":7}]}"#,
            Some(2),
            &["a", "7"][..],
        ),
        (r#"{"TotalCount":1,"LinkVos":[{"Hash":"a"}]}"#, Some(1), &["a"]),
        (r#"{"unknown":{"a":1},"linkVos":[],"totalCount":0}"#, Some(0), &[]),
        (r#"{"totalCount":0,"linkVos":null}"#, Some(0), &[]),
        (r#"{"totalCount":0}"#, Some(0), &[]),
        (r#"{"linkVos":[{"hash":"a"}]}"#, None, &["a"]),
        (r#"[{"hash":"a"},{"hash":"b"}]"#, None, &["a", "b"]),
    ] {
        for body in [live(&service(result)), gateway(&service(result))] {
            let (pod, _) = answered(&[&body]);
            let page = pod.list_links().await.unwrap();
            assert_eq!(page.total_count(), total, "{body}");
            assert_eq!(
                page.links()
                    .iter()
                    .map(podlink_api::Link::hash)
                    .collect::<Vec<_>>(),
                hashes
            );
        }
    }
    let body = live(&service(
        r#"{"page":3,"linkVos":[{"hash":"a","urlOrContent":null,"tags":null,"expireTime":null,"createTime":"1555919112111","visitCount":null,"isDeleted":"false","hashGeneratedMethod":"AUTO","shortenObjectKind":"qr","owner":{"id":1}}]}"#,
    ));
    let (pod, _) = answered(&[&body]);
    let page = pod.list_links().await.unwrap();
    assert_eq!(page.unknown_fields()["page"], 3);
    let link = &page.links()[0];
    assert_eq!(
        (link.content(), link.expire_time(), link.visit_count()),
        (None, None, None)
    );
    assert_eq!(
        link.create_time(),
        Some(Timestamp::from_millis(1_555_919_112_111))
    );
    assert_eq!(link.is_deleted(), Some(false));
    assert_eq!(link.hash_method(), Some(&podlink_api::HashMethod::Auto));
    assert_eq!(link.kind(), Some(&podlink_api::LinkKind::Other("qr".to_owned())));
    assert_eq!(link.tags().count(), 0);
    assert_eq!(link.unknown_fields()["owner"]["id"], 1);
    let json = serde_json::to_value(link).unwrap();
    assert_eq!(
        (&json["hash"], &json["kind"], &json["create_time"]),
        (&"a".into(), &"qr".into(), &1_555_919_112_111_i64.into())
    );
}

/// It came to no end.
#[tokio::test]
async fn a_list_that_another_bracket_closes_is_read_to_its_end() {
    for list in [
        r#"[{"hash":"a"} }"#,
        r#"[{"hash":"a",false}}"#,
        "[}",
        "[{}}",
        r#"[{"hash":"a"}}]"#,
        r#"[x{"hash":"a","b":1}]"#,
    ] {
        for end in ["", "}", "]}"] {
            let body = gateway(&service(&format!(r#"{{"totalCount":1,"linkVos":{list}{end}"#)));
            let pod = always(Step::answer(200, body));
            let _ = pod.list_links().await;
            let _ = pod.click_stats("a").await;
        }
    }
}

#[tokio::test]
async fn statistics_whose_arrays_do_not_match_are_a_decode_error() {
    for (intervals, counts) in [("[1,2]", "[1]"), ("[]", "[1]"), ("[1]", "null")] {
        let stats = format!(
            r#"{{"totalCount":1,"clickIntervals":{{"intervals":{intervals},"clicksCount":{counts}}}}}"#
        );
        let error = refused(Service::ClickStats, &live(&service(&stats))).await;
        assert_eq!(error.kind(), Kind::Decode);
        assert_eq!(error.json_path(), Some("$.result.result.result.clickIntervals"));
    }
    for intervals in [
        "null",
        r#"{"intervals":[],"clicksCount":[]}"#,
        r#"{"intervals":null}"#,
    ] {
        let stats = format!(r#"{{"totalCount":1,"clickIntervals":{intervals},"countries":null}}"#);
        let (pod, _) = answered(&[&live(&service(&stats))]);
        let stats = pod.click_stats("a").await.unwrap();
        assert!(stats.clicks().is_empty() && stats.countries().is_empty());
    }
}

#[tokio::test]
async fn statistics_are_whole_or_an_error() {
    let stats = |count: usize| {
        let list = |item: &str| format!("[{}]", vec![item; count].join(","));
        format!(
            r#"{{"totalCount":{count},"clickIntervals":{{"intervals":{},"clicksCount":{}}}}}"#,
            list("1551398400000"),
            list("1")
        )
    };
    for body in [gateway as fn(&str) -> String, live] {
        let most = always(Step::answer(200, body(&service(&stats(10_000)))));
        assert_eq!(most.click_stats("a").await.unwrap().clicks().len(), 10_000);
        let error = refused(Service::ClickStats, &body(&service(&stats(10_001)))).await;
        assert_eq!((error.kind(), error.effect()), (Kind::Decode, Effect::None));
        assert_eq!(error.json_path(), Some("$.result.result.result.clickIntervals"));
        assert!(
            error.to_string().contains("more than 10,000 intervals"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_visit_is_a_target_or_a_text() {
    let target = "https://example.com/long?a=%D8%AA#x";
    for status in [301, 302, 303, 307, 308] {
        let pod =
            always(Step::answer(status, "moved").header("location", "https://example.com/long?a=%D8%AA#x"));
        assert_eq!(pod.visit("a").await.unwrap(), Visit::Redirect(target.to_owned()));
    }
    for header in [
        format!(r#"{{"Location":"{target}"}}"#),
        format!(r#"{{"location":["{target}"],"x":1}}"#),
        format!(r#"{{"Date":["now"],"LOCATION":" {target} "}}"#),
    ] {
        for result in ["null", "\"\"", "\"<html>moved</html>\"", "{}"] {
            let body = format!(
                r#"{{"hasError":false,"result":{{"result":{result},"header":{header},"statusCode":302}}}}"#
            );
            let pod = always(Step::answer(200, body));
            assert_eq!(pod.visit("a").await.unwrap(), Visit::Redirect(target.to_owned()));
        }
    }
    for (body, text) in [
        ("متن تستی".to_owned(), "متن تستی"),
        ("\"متن\"".to_owned(), "متن"),
        (live(&service("\"متن\"")), "متن"),
        (gateway(&service("\"متن\"")), "متن"),
        (gateway("\"متن\""), "متن"),
        (r#"{"hasError":false,"result":"متن"}"#.to_owned(), "متن"),
        // texts that are JSON themselves
        (gateway(r#""{\"a\":1}""#), r#"{"a":1}"#),
        (gateway(r#""{\"a\":""#), r#"{"a":"#),
        (gateway(r#""[1,2]""#), "[1,2]"),
        (
            live(&service(r#""{\"error\":true,\"code\":116}""#)),
            r#"{"error":true,"code":116}"#,
        ),
    ] {
        let pod = always(Step::answer(200, body.clone()));
        assert_eq!(
            pod.visit("a").await.unwrap(),
            Visit::Content(text.to_owned()),
            "{body}"
        );
    }
    let pod = always(Step::answer(200, "متن").header("content-type", "text/html"));
    assert_eq!(pod.visit("a").await.unwrap(), Visit::Content("متن".to_owned()));
}

#[tokio::test]
async fn what_a_visit_must_not_take_for_an_answer() {
    for (step, kind) in [
        (Step::answer(200, ""), Kind::Decode),
        (
            Step::answer(200, "<!doctype html><title>checking your browser"),
            Kind::Decode,
        ),
        (
            Step::answer(200, r#"{"hasError":false,"result":{"resu"#),
            Kind::Decode,
        ),
        (Step::answer(200, r#"{"a":1}"#), Kind::Decode),
        (Step::answer(200, vec![0xff, 0xfe]), Kind::Decode),
        (Step::answer(200, live(&service("null"))), Kind::Decode),
        (Step::answer(200, live(&service("\"\""))), Kind::Decode),
        (Step::answer(200, live(&service("true"))), Kind::Decode),
        (Step::answer(503, "text"), Kind::Status),
        // redirects of the gateway itself
        (Step::answer(302, "").header("location", "/login"), Kind::Status),
        (
            Step::answer(301, "").header("location", "https://api.pod.ir/srv/sc/nzh/doServiceCall"),
            Kind::Status,
        ),
        (Step::answer(302, ""), Kind::Status),
        (
            Step::answer(
                200,
                r#"{"hasError":false,"result":{"header":{"location":"/x"},"statusCode":302}}"#,
            ),
            Kind::Decode,
        ),
        // no redirect without a target
        (
            Step::answer(
                200,
                r#"{"hasError":false,"result":{"result":"text","header":{},"statusCode":302}}"#,
            ),
            Kind::Api,
        ),
    ] {
        let pod = always(step.clone());
        let error = pod.visit("a").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (kind, Effect::Unknown),
            "{step:?} {error}"
        );
    }
}
