//! Every way to refuse, and which level of the answer did.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

mod support;

use podlink_api::testing::{ScriptedTransport, Step};
use podlink_api::{Code, Content, Effect, Kind, Level, Service};
use support::{
    always, answered, builder, error_of, gateway, live, once, refusal, refused, service,
    unknown_unless_it_only_reads,
};

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
                    .all(|seen| seen.options.max_idle_time.is_none() == again)
            );
        }
        // a refusal is final
        let script = ScriptedTransport::always(Step::answer(200, live(&refusal(116, "x"))));
        let pod = builder().transport(script.clone()).build().unwrap();
        assert!(error_of(&pod, of).await.is_some());
        assert_eq!(script.requests().len(), 1);
    }
}
