//! Every shape of an answer, and every way to refuse.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

mod support;

use std::time::Duration;

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{
    Client, Code, Content, Effect, Error, Interval, Kind, Level, Reason, Service, Timestamp, Visit,
};
use support::{always, answered, builder, gateway, live, refusal, service};

/// Makes a call for its error; `None` if it succeeded.
async fn error_of(pod: &Client, of: Service) -> Option<Error> {
    match of {
        Service::AddLink => pod.add_link(Content::text("text")).await.err(),
        Service::Visit => pod.visit("a").await.err(),
        Service::ListLinks => pod.list_links().await.err(),
        Service::SetStatus => pod.activate("a").await.err(),
        Service::ClickStats => pod.click_stats("a").await.err(),
        other => panic!("no call for {other}"),
    }
}

fn once() -> podlink_api::RetryPolicy {
    podlink_api::RetryPolicy::never()
}

async fn refused(of: Service, body: &str) -> Error {
    let pod = builder()
        .retry(once())
        .transport(ScriptedTransport::always(Step::answer(200, body.to_owned())))
        .build()
        .unwrap();
    error_of(&pod, of)
        .await
        .unwrap_or_else(|| panic!("{of}: {body} is no success"))
}

/// A call that only reads has no effect, however it ends.
fn unknown_unless_it_only_reads(of: Service) -> Effect {
    match of {
        Service::ListLinks | Service::ClickStats => Effect::None,
        _ => Effect::Unknown,
    }
}

/// The document's tables.
const TABLES: [(Service, &[(i64, Code)]); 5] = [
    (
        Service::AddLink,
        &[
            (401, Code::Unauthorized),
            (114, Code::ContentMissing),
            (116, Code::InvalidParameters),
            (119, Code::HashTaken),
            (120, Code::HashTooLong),
            (121, Code::ContentTaken),
            (999, Code::ServerFailure),
        ],
    ),
    (
        Service::Visit,
        &[
            (116, Code::InvalidParameters),
            (404, Code::NotFound),
            (999, Code::ServerFailure),
        ],
    ),
    (
        Service::ListLinks,
        &[
            (401, Code::Unauthorized),
            (116, Code::InvalidParameters),
            (999, Code::ServerFailure),
        ],
    ),
    (
        Service::SetStatus,
        &[
            (401, Code::Unauthorized),
            (116, Code::InvalidParameters),
            (119, Code::HashMissing),
            (404, Code::NotFound),
            (999, Code::ServerFailure),
        ],
    ),
    (
        Service::ClickStats,
        &[
            (401, Code::Unauthorized),
            (116, Code::InvalidParameters),
            (404, Code::NotFound),
            (999, Code::ServerFailure),
        ],
    ),
];

#[tokio::test]
async fn every_code_of_every_table_in_every_wrapping() {
    for (of, table) in TABLES {
        for (number, code) in table {
            let inner = refusal(*number, "پیام سرویس");
            let bodies = [
                live(&inner),
                gateway(&inner),
                inner.clone(),
                format!(r#"{{"hasError":true,"errorCode":{number},"result":{inner}}}"#),
            ];
            for body in bodies {
                let error = refused(of, &body).await;
                assert_eq!((error.kind(), error.code()), (Kind::Api, Some(code)), "{body}");
                assert_eq!(error.code().unwrap().number(), Some(*number));
                assert_eq!(error.message(), Some("پیام سرویس"));
                let effect = if *code == Code::ServerFailure {
                    unknown_unless_it_only_reads(of)
                } else {
                    Effect::None
                };
                assert_eq!(error.effect(), effect, "{of} {number}");
                let details = error.details().unwrap();
                assert_eq!(details.level(), Some(Level::Service));
                assert_eq!(details.developer_message(), Some("dev"));
            }
            // the same number, from the gateway itself
            let body = format!(r#"{{"hasError":true,"errorCode":"{number}","errorDescription":"پیام"}}"#);
            let error = refused(of, &body).await;
            assert_eq!((error.code(), error.message()), (Some(code), Some("پیام")));
            assert_eq!(error.details().unwrap().level(), Some(Level::Gateway));
        }
        // a number of another call's table is unknown here
        for number in [119, 120, 114, 404, 401, 5] {
            if table.iter().all(|(known, _)| *known != number) {
                let error = refused(of, &live(&refusal(number, "x"))).await;
                assert_eq!(error.code(), Some(&Code::Unknown(number.to_string())));
                assert_eq!(error.effect(), unknown_unless_it_only_reads(of));
            }
        }
        let error = refused(
            of,
            r#"{"hasError":true,"errorCode":21,"message":"no token","result":null}"#,
        )
        .await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::MissingToken), Effect::None)
        );
        assert_eq!(error.code().unwrap().number(), Some(21));
    }
}

#[tokio::test]
async fn which_level_spoke() {
    let inner = refusal(116, "inner words");
    for (body, level, code, message, effect) in [
        // the service refuses, the gateway does not
        (
            gateway(&inner),
            Level::Service,
            Code::InvalidParameters,
            "inner words",
            Effect::None,
        ),
        // the service, though the gateway complains too: it knows more; but a failure of the server is in doubt
        (
            format!(
                r#"{{"hasError":true,"errorCode":500,"message":"outer words","result":{{"result":{inner},"statusCode":400}}}}"#
            ),
            Level::Service,
            Code::InvalidParameters,
            "inner words",
            Effect::Unknown,
        ),
        // the status, with a plain text for a message
        (
            r#"{"hasError":false,"result":{"result":"Service down","header":{},"statusCode":503}}"#
                .to_owned(),
            Level::ServiceStatus,
            Code::ServiceStatus(503),
            "Service down",
            Effect::Unknown,
        ),
        // the status contradicts a success
        (
            format!(
                r#"{{"hasError":false,"result":{{"result":{},"statusCode":500}}}}"#,
                service("true")
            ),
            Level::ServiceStatus,
            Code::ServiceStatus(500),
            "",
            Effect::Unknown,
        ),
        // the gateway, in its other casing and with no result at all
        (
            r#"{"HasError":true,"ErrorCode":21,"ErrorMessage":"outer words"}"#.to_owned(),
            Level::Gateway,
            Code::MissingToken,
            "outer words",
            Effect::None,
        ),
        // the gateway has no number of its own
        (
            r#"{"hasError":true,"result":null}"#.to_owned(),
            Level::Gateway,
            Code::Unknown(String::new()),
            "",
            Effect::Unknown,
        ),
        // the gateway contradicts a success
        (
            format!(
                r#"{{"hasError":true,"errorCode":116,"message":"?","result":{}}}"#,
                service("true")
            ),
            Level::Gateway,
            Code::InvalidParameters,
            "?",
            Effect::Unknown,
        ),
        // the service says that there was no error, and nothing more
        (
            format!(
                r#"{{"hasError":true,"errorCode":116,"message":"?","result":{}}}"#,
                service("null")
            ),
            Level::Gateway,
            Code::InvalidParameters,
            "?",
            Effect::Unknown,
        ),
        (
            format!(
                r#"{{"hasError":false,"result":{{"error":true,"code":116,"message":"?","result":{}}}}}"#,
                service("null")
            ),
            Level::Service,
            Code::InvalidParameters,
            "?",
            Effect::Unknown,
        ),
        // a text in place of a flag
        (
            r#"{"error":"invalid_token","error_description":"it has expired"}"#.to_owned(),
            Level::Service,
            Code::Unknown(String::new()),
            "it has expired",
            Effect::Unknown,
        ),
        // a number that is no success, and no flag
        (
            r#"{"hasError":false,"result":{"code":"116","message":"x"}}"#.to_owned(),
            Level::Service,
            Code::InvalidParameters,
            "x",
            Effect::Unknown,
        ),
        // flags as numbers and texts
        (
            r#"{"hasError":0,"result":{"error":1,"code":116,"message":"x"}}"#.to_owned(),
            Level::Service,
            Code::InvalidParameters,
            "x",
            Effect::None,
        ),
        (
            r#"{"hasError":"true","errorCode":116,"message":"x"}"#.to_owned(),
            Level::Gateway,
            Code::InvalidParameters,
            "x",
            Effect::None,
        ),
        // the flag stands after the payload
        (
            r#"{"hasError":false,"result":{"result":true,"error":true,"code":116,"message":"x"}}"#.to_owned(),
            Level::Service,
            Code::InvalidParameters,
            "x",
            Effect::Unknown,
        ),
    ] {
        let error = refused(Service::SetStatus, &body).await;
        assert_eq!(error.kind(), Kind::Api, "{body}");
        assert_eq!(error.details().unwrap().level(), Some(level), "{body}");
        assert_eq!(error.code(), Some(&code), "{body}");
        assert_eq!(error.message(), Some(message), "{body}");
        assert_eq!(error.effect(), effect, "{body}");
    }
}

#[tokio::test]
async fn result_false_of_a_status_change_is_a_refusal() {
    for result in ["false", "\"false\"", "0"] {
        let error = refused(Service::SetStatus, &live(&service(result))).await;
        assert_eq!(error.code(), Some(&Code::NotChanged), "{result}");
        assert_eq!(error.effect(), Effect::None);
        let details = error.details().unwrap();
        assert_eq!(details.level(), Some(Level::Result));
        assert_eq!(details.support_reference().number(), Some("ref-1"));
    }
}

#[tokio::test]
async fn a_refusal_next_to_a_payload_is_no_success() {
    for body in [
        r#"{"hash":"a","error":true,"code":116}"#,
        r#"{"hasError":false,"result":{"hash":"a","error":true,"code":116}}"#,
        r#"{"hasError":false,"result":{"error":true,"hash":"a"}}"#,
        r#"{"hasError":false,"result":{"hash":"a"},"errorCode":5}"#,
        r#"{"result":{"hash":"a"},"HASERROR":true}"#,
        r#"{"hasError":false,"hash":"a","result":{"error":true,"code":116}}"#,
        r#"{"hasError":false,"hash":"a","result":"{\"error\":true,\"code\":116}"}"#,
    ] {
        assert_eq!(refused(Service::AddLink, body).await.kind(), Kind::Api, "{body}");
    }
}

#[tokio::test]
async fn what_support_asks_for_is_kept() {
    let error = refused(Service::ListLinks, &live(&refusal(116, "x"))).await;
    let reference = error.details().unwrap().support_reference();
    assert_eq!(
        (reference.number(), reference.message_id()),
        (Some("ref-1"), Some("7"))
    );
    assert_eq!(error.details().unwrap().service_status(), Some(200));

    // also from an unreadable answer
    let error = refused(
        Service::ListLinks,
        &live(&service(r#"{"totalCount":"many","linkVos":[]}"#)),
    )
    .await;
    assert_eq!(error.kind(), Kind::Decode);
    assert_eq!(error.details().unwrap().level(), None);
    assert_eq!(
        error.details().unwrap().support_reference().number(),
        Some("ref-1")
    );

    let (pod, _) = answered(&[&live(&service(r#"{"hash":"a"}"#))]);
    let link = pod.add_link(Content::text("x")).await.unwrap();
    assert_eq!(link.support_reference().number(), Some("ref-1"));
}

#[tokio::test]
async fn an_error_reads_well() {
    let error = refused(Service::AddLink, &live(&refusal(119, "هش تکراری است"))).await;
    assert_eq!(
        error.to_string(),
        "podlink.add_link: the provider refused: هش تکراری است (HashTaken, HTTP 200)"
    );
    let body = live(&service(r#"{"totalCount":1,"linkVos":"soon"}"#));
    let error = refused(Service::ListLinks, &body).await;
    assert_eq!(
        error.to_string(),
        "podlink.list_links: the answer is not what the contract says: a value is not of the type that the contract \
         has there at $.result.result.result.linkVos (HTTP 200)"
    );
    assert!(!format!("{error:?}").contains("one-time-secret"), "{error:?}");
}

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
async fn a_gateways_page_is_not_the_providers_word() {
    for (status, body) in [
        (401, "Unauthorized"),
        (403, "<html>blocked</html>"),
        (502, "<html>Bad Gateway</html>"),
        (500, r#"{"timestamp":1,"status":500,"path":"/"}"#),
        (302, ""),
        (304, ""),
    ] {
        for &of in Service::ALL {
            let script = ScriptedTransport::always(Step::answer(status, body));
            let pod = builder().retry(once()).transport(script).build().unwrap();
            let error = error_of(&pod, of).await.unwrap();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Status, unknown_unless_it_only_reads(of)),
                "{of} {status}"
            );
        }
    }
    // a success that the HTTP status contradicts
    let body = live(&service(r#"{"hash":"a"}"#));
    let pod = always(Step::answer(500, body));
    let error = pod.add_link(Content::text("x")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
    // a refusal in the provider's envelope is one, whatever the HTTP status
    let pod = always(Step::answer(400, refusal(119, "taken")));
    let error = pod.add_link(Content::text("x")).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::HashTaken), Effect::None)
    );
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

#[tokio::test]
async fn what_is_refused_before_anything_is_sent() {
    let script = ScriptedTransport::default();
    let pod = builder().transport(script.clone()).build().unwrap();
    let (zero, hour) = (Timestamp::from_millis(0), 3_600_000);
    let at = Timestamp::from_millis;
    let stats = |interval, to| pod.click_stats("a").interval(interval).from(zero).to(at(to));
    let mut errors = vec![
        (
            pod.add_link(Content::text(" ")).await.unwrap_err(),
            "content",
            Reason::Empty,
        ),
        (
            pod.add_link(Content::text("a")).hash("").await.unwrap_err(),
            "hash",
            Reason::Empty,
        ),
        (pod.visit("").await.unwrap_err(), "hash", Reason::Empty),
        (pod.activate(" ").await.unwrap_err(), "hash", Reason::Empty),
        (pod.deactivate("").await.unwrap_err(), "hash", Reason::Empty),
        (pod.click_stats("").await.unwrap_err(), "hash", Reason::Empty),
        (
            pod.list_links().filter_tags(["a،b"]).await.unwrap_err(),
            "tag",
            Reason::Separator('،'),
        ),
        (
            pod.list_links().search_tags(["a", ""]).await.unwrap_err(),
            "tag",
            Reason::Empty,
        ),
        (
            pod.add_link(Content::text("a")).tags(["a,b"]).await.unwrap_err(),
            "tag",
            Reason::Separator(','),
        ),
        (
            pod.click_stats("a").from(at(2)).to(at(1)).await.unwrap_err(),
            "span",
            Reason::EndsBeforeItBegins,
        ),
        // the provider counts by the month if nothing else is asked for
        (
            pod.click_stats("a")
                .from(zero)
                .to(at(7306 * 24 * hour))
                .await
                .unwrap_err(),
            "span",
            Reason::SpanTooLong {
                most: Interval::Month.longest_span(),
            },
        ),
        (
            pod.click_stats("a")
                .from(at(i64::MIN))
                .to(at(i64::MAX))
                .await
                .unwrap_err(),
            "span",
            Reason::SpanTooLong {
                most: Interval::Month.longest_span(),
            },
        ),
    ];
    for error in &errors[errors.len() - 2..] {
        assert!(error.0.to_string().contains("by the month"), "{}", error.0);
    }
    for (interval, longest) in [
        (Interval::Minute, 2 * hour),
        (Interval::Hour, 7 * 24 * hour),
        (Interval::Day, 31 * 24 * hour),
        (Interval::Month, 7305 * 24 * hour),
    ] {
        assert_eq!(
            interval.longest_span(),
            Duration::from_millis(u64::try_from(longest).unwrap())
        );
        let error = stats(interval, longest + 1).await.unwrap_err();
        assert!(
            error.to_string().contains(&format!("by the {interval}")),
            "{error}"
        );
        let most = interval.longest_span();
        errors.push((error, "span", Reason::SpanTooLong { most }));
        // this one is sent, and finds the script empty
        assert_eq!(stats(interval, longest).await.unwrap_err().kind(), Kind::Connect);
    }
    assert_eq!(script.requests().len(), 4);
    for (error, argument, reason) in errors {
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::InvalidInput { argument, reason }, Effect::None),
            "{error}"
        );
        assert_eq!((error.code(), error.attempts()), (None, 0), "{error}");
    }

    let one_key = Client::builder("not-a-real-token")
        .api_key_for(Service::ListLinks, "not-a-real-key")
        .transport(script.clone())
        .build()
        .unwrap();
    for &of in Service::ALL {
        let error = error_of(&one_key, of).await.unwrap();
        if of == Service::ListLinks {
            assert_eq!(error.kind(), Kind::Connect);
            continue;
        }
        let kind = Kind::InvalidInput {
            argument: "API key",
            reason: Reason::Empty,
        };
        assert_eq!((error.kind(), error.code()), (kind, None));
        assert!(error.to_string().contains(&of.to_string()), "{error}");
    }
    assert_eq!(script.requests().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn only_idempotent_calls_are_sent_again() {
    for &of in Service::ALL {
        let again = !matches!(of, Service::AddLink | Service::Visit);
        for step in [
            Step::unknown(),
            Step::answer(503, ""),
            Step::answer(200, live(&refusal(999, "x"))),
            Step::answer(
                200,
                r#"{"hasError":false,"result":{"result":"down","statusCode":502}}"#,
            ),
        ] {
            let script = ScriptedTransport::always(step.clone());
            let pod = builder().transport(script.clone()).build().unwrap();
            let error = error_of(&pod, of).await.unwrap();
            let sent = if again { 3 } else { 1 };
            assert_eq!(script.requests().len(), sent, "{of} {step:?}");
            assert_eq!(error.is_retryable(), again);
            assert_eq!(error.effect(), unknown_unless_it_only_reads(of));
            assert!(
                script
                    .seen()
                    .iter()
                    .all(|seen| seen.options.fresh_connection != again)
            );
        }
        // a refusal is final
        let script = ScriptedTransport::always(Step::answer(200, live(&refusal(116, "x"))));
        let pod = builder().transport(script.clone()).build().unwrap();
        assert!(error_of(&pod, of).await.is_some());
        assert_eq!(script.requests().len(), 1);
    }
}

#[test]
fn a_client_that_cannot_work_says_what_to_change() {
    let build = |builder: podlink_api::ClientBuilder| {
        builder
            .transport(ScriptedTransport::default())
            .build()
            .unwrap_err()
            .to_string()
    };
    for (error, words) in [
        (build(Client::builder("t")), "no API key"),
        (build(Client::builder("").api_key("k")), "the API token is empty"),
        (
            build(Client::builder("a b").api_key("k")),
            "the API token has a space",
        ),
        (build(Client::builder("t").api_key("")), "an API key is empty"),
        (
            build(Client::builder("t").api_key_for(Service::Visit, "k\n")),
            "an API key has a space",
        ),
        (
            build(Client::builder("t").api_key("k").short_domain("a b")),
            "short domain",
        ),
        (
            build(Client::builder("t").api_key("k").base_url("http://example.com")),
            "https",
        ),
    ] {
        assert!(error.contains(words), "{error}");
    }
    let pod = builder()
        .short_domain("https://s.example.com/l")
        .transport(ScriptedTransport::default())
        .build()
        .unwrap();
    assert_eq!(pod.short_url("a"), "https://s.example.com/l/a");
}
