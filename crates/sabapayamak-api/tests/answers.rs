//! What each answer becomes: sent, refused, not sent or unknown.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::error::Error as _;

use sabapayamak_api::http::{Response, header};
use sabapayamak_api::testing::Step;
use sabapayamak_api::{Call, Code, Effect, Error, Kind, RecipientOutcome, Semantics, Sent};
use serde_json::{Value, json as value};
use support::{LINE, ONE, PASSWORD, TEXT, TOKEN, TWO, client, data, json};

async fn send(answer: Step) -> Result<Sent, Error> {
    client([answer]).0.send(TEXT, [ONE, TWO]).await
}

/// The outcomes in short: `s` and the record, `r` and the status, `u` and the status.
fn short(sent: &Sent) -> String {
    let outcomes = sent.recipients().iter().map(|it| match it.outcome() {
        RecipientOutcome::Sent { record_id, .. } => format!("s{record_id}"),
        RecipientOutcome::Refused { status, .. } => format!("r{status}"),
        RecipientOutcome::Unknown { status, .. } => format!("u{}", status.as_deref().unwrap_or_default()),
        other => panic!("{other:?}"),
    });
    outcomes.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_recipient_is_judged_by_itself() {
    let one = |detail: &str| detail.replace('N', r#""number":"989123456789""#);
    for (details, expected) in [
        (r"{N,'status':0,'recID':9}", "s9 u"),
        (r"{N,'Status':'0','RecID':'9'}", "s9 u"),
        (r"{N,'status':101,'recID':9}", "s9 u"),
        (r"{N,'status':14,'recID':0}", "r14 u"),
        (r"{N,'status':16}", "r16 u"),
        (r"{N,'status':'17','recID':null}", "r17 u"),
        (r"{N,'status':18,'recID':''}", "r18 u"),
        (r"{N,'status':20,'recID':'0'}", "r20 u"),
        (r"{N,'status':22}", "r22 u"),
        (r"{N,'status':27}", "r27 u"),
        (r"{N,'status':29}", "r29 u"),
        (r"{N,'status':23}", "u23 u"),
        (r"{N,'status':0,'recID':0}", "u0 u"),
        (r"{N,'status':14,'recID':9}", "u14 u"),
        (r"{N,'status':14,'status':0,'recID':9}", "u14 u"),
        (r"{N}", "u u"),
        (r"{'number':'09120000000','status':0,'recID':9}", "u u"),
        (
            r"{'number':'9350000000','status':0,'recID':8},{N,'status':0,'recID':9}",
            "s9 s8",
        ),
        (r"{'status':0,'recID':9},{'status':27}", "s9 r27"),
        (r"{'status':0,'recID':9},null", "s9 u"),
        (r"{'status':0,'recID':9}", "u u"),
        ("", "u u"),
    ] {
        let details = one(&details.replace('\'', "\""));
        let sent = send(data(&format!(r#"{{"id":7,"detail":[{details}]}}"#)))
            .await
            .unwrap();
        assert_eq!(
            (short(&sent), sent.id()),
            (expected.to_owned(), Some("7")),
            "{details}"
        );
        assert_eq!(sent.recipients()[1].number(), TWO.parse().unwrap());
    }
    let without = send(data(r#"{"MessageStatus":1}"#)).await.unwrap();
    assert_eq!(
        (short(&without), value!(without.fields())),
        ("u u".to_owned(), value!({"MessageStatus": 1}))
    );
    let same = client([data(
        r#"{"detail":[{"number":"09123456789","recID":1},{"number":"09123456789","status":27}]}"#,
    )]);
    assert_eq!(
        short(&same.0.send(TEXT, [ONE, "989123456789"]).await.unwrap()),
        "s1 r27"
    );
}

#[tokio::test]
async fn whatever_else_leaves_it_open() {
    for (status, body) in [
        (200, "{}"),
        (200, ""),
        (200, "<html>"),
        (200, r#"{"data":{"id":7}}"#),
        (200, r#"{"status":"maybe","data":{"id":7}}"#),
        (200, r#"{"status":200,"data":null}"#),
        (200, r#"{"status":200,"data":[7]}"#),
        (200, r#"{"status":200,"data":{"id":7,"Id":8}}"#),
        (200, r#"{"status":200,"data":{"id":7},"errors":[{"code":4001}]}"#),
        (200, r#"{"status":200,"status":401,"data":{"id":7}}"#),
        (502, r#"{"status":200,"data":{"id":7}}"#),
        (500, r#"{"status":500,"data":null,"errors":[{"code":500}]}"#),
        (200, r#"{"status":400,"data":null,"errors":[{"code":4999}]}"#),
        (200, r#"{"status":400,"data":{"id":7},"errors":[{"code":4001}]}"#),
        (302, ""),
    ] {
        let error = send(json(status, body)).await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn every_error_that_was_seen() {
    for (number, code) in [
        (1002, Code::NoData),
        (4001, Code::WrongCredentials),
        (4002, Code::DomainNotAllowed),
        (4003, Code::WrongSender),
        (4004, Code::SenderNotUsable),
    ] {
        for (http, status) in [(200, "400"), (400, "400"), (403, "403")] {
            let body = format!(
                r#"{{"status":"{status}","message":"x","id":0,"data":null,"errors":[{{"code":{number},"message":"y","url":"","field":"f"}}]}}"#
            );
            let error = send(json(http, &body)).await.unwrap_err();
            let seen = (error.kind(), error.code(), error.effect(), error.operation());
            assert_eq!(
                seen,
                (Kind::Api, Some(&code), Effect::None, Some("sabapayamak.send")),
                "{error}"
            );
            assert_eq!((error.message(), error.attempts()), (Some("y"), 1));
            assert_eq!(error.details().unwrap().errors()[0].field(), Some("f"));
        }
    }
}

#[tokio::test]
async fn a_refused_token_that_says_nothing_else_is_replaced() {
    let login = r#"{"status":"200","data":{"Token":"another-fake-token"},"errors":[]}"#;
    for (status, body, is_again) in [
        (200, r#"{"status":401,"data":null,"errors":[{"code":401}]}"#, true),
        (
            401,
            r#"{"status":"401","message":"x","errors":[{"code":"401"},{"code":1001}]}"#,
            true,
        ),
        (401, "", true),
        (
            200,
            r#"{"status":401,"data":{"id":7},"errors":[{"code":401}]}"#,
            false,
        ),
        (
            200,
            r#"{"status":401,"data":null,"errors":[{"code":401},{"code":4003}]}"#,
            false,
        ),
        (
            500,
            r#"{"status":401,"data":null,"errors":[{"code":401}]}"#,
            false,
        ),
    ] {
        let (sms, script) = client([json(status, body), json(200, login), data(r#"{"id":7}"#)]);
        let outcome = sms.send(TEXT, [ONE]).await;
        let sends = script
            .requests()
            .iter()
            .filter(|it| it.uri().path() == "/api/v1/message")
            .count();
        if is_again {
            assert_eq!((outcome.unwrap().id(), sends), (Some("7"), 2), "{body}");
            let last = script.requests().pop().unwrap();
            assert_eq!(last.headers()[header::AUTHORIZATION], "Bearer another-fake-token");
        } else {
            assert_eq!(
                (outcome.unwrap_err().effect(), sends),
                (Effect::Unknown, 1),
                "{body}"
            );
        }
    }
}

/// Reading unread messages marks them: it is made again as rarely as a send.
#[tokio::test]
async fn what_changes_something_is_made_again_only_if_its_effect_is_none() {
    let (sms, script) = client([Step::unknown(), data("[]")]);
    assert_eq!(sms.unread().await.unwrap_err().effect(), Effect::Unknown);
    assert_eq!(script.requests().len(), 2);
    let (sms, script) = client([Step::unknown(), data("[]")]);
    assert_eq!(sms.send(TEXT, [ONE]).await.unwrap_err().effect(), Effect::Unknown);
    assert_eq!(script.requests().len(), 2);
    let (sms, script) = client([Step::not_sent(), data("{}")]);
    sms.send(TEXT, [ONE]).await.unwrap();
    assert_eq!(script.requests().len(), 3);
    let (sms, script) = client([Step::unknown(), data("[]")]);
    assert_eq!(
        sms.received("1404/01/01", "1404/01/31")
            .await
            .unwrap()
            .items()
            .len(),
        0
    );
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test]
async fn lists_in_their_shapes() {
    let delivery = r#"{"RecordID":9,"MessageID":"7","SendDate":"1404/01/02","Number":9123456789,"DeliveryFlag":0,"DeliveryDesc":"x"}"#;
    let live = r#"{"recordID":"9","messageID":7,"sendDate":"1404/01/02","number":"9123456789","deliveryFlag":"0","deliveryDesc":"x"}"#;
    for body in [
        format!("[{delivery}]"),
        format!("[null,{live},3]"),
        live.to_owned(),
    ] {
        let deliveries = client([data(&body)]).0.deliveries("7").await.unwrap();
        let [it] = deliveries.items() else {
            panic!("{body}")
        };
        let seen = [
            it.record_id(),
            it.message_id(),
            it.send_date(),
            it.number(),
            it.flag(),
            it.description(),
        ];
        assert_eq!(
            seen,
            ["9", "7", "1404/01/02", "9123456789", "0", "x"].map(Some),
            "{body}"
        );
        assert_eq!(*deliveries.json(), serde_json::from_str::<Value>(&body).unwrap());
    }
    let message = format!(
        r#"[{{"MessageID":7,"UserID":1,"Body":"x","Sender":"{LINE}","MessagePage":1,"Credit":1.50,"InsertDate":"1404/01/02","IsUnicode":true,"MessageCount":1,"Status":0,"StatusDesc":"y","Deliveries":[{delivery}]}}]"#
    );
    let messages = client([data(&message)])
        .0
        .messages("1404/01/01", "1404/01/31")
        .await
        .unwrap();
    let it = &messages.items()[0];
    let seen = [
        it.id(),
        it.user_id(),
        it.body(),
        it.sender(),
        it.pages(),
        it.credit(),
        it.insert_date(),
        it.is_unicode(),
        it.count(),
        it.status(),
        it.status_text(),
    ];
    assert_eq!(
        seen,
        [
            "7",
            "1",
            "x",
            LINE,
            "1",
            "1.50",
            "1404/01/02",
            "true",
            "1",
            "0",
            "y"
        ]
        .map(Some)
    );
    assert_eq!(it.deliveries()[0].record_id(), Some("9"));
    let inbound =
        r#"{"Body":"x","Sender":"a","Receiver":"b","MessageCount":1,"InsertDate":"d","IsRead":false}"#;
    for body in [inbound.to_owned(), format!("[{inbound}]")] {
        let received = client([data(&body)])
            .0
            .received("1404/01/01", "1404/01/31")
            .await
            .unwrap();
        let it = &received.items()[0];
        let seen = [
            it.body(),
            it.sender(),
            it.receiver(),
            it.count(),
            it.insert_date(),
            it.is_read(),
        ];
        assert_eq!(seen, ["x", "a", "b", "1", "d", "false"].map(Some));
    }
}

#[tokio::test]
async fn credits_and_lists_that_are_none() {
    let change =
        r#"[{"CreditType":1,"Amount":"-1.50","CreditRemain":12.25,"Descriptions":"x","InsertDate":"d"}]"#;
    let changes = client([data(change)]).0.latest_credits(1).await.unwrap();
    let it = &changes.items()[0];
    let seen = [
        it.kind(),
        it.amount(),
        it.remains(),
        it.description(),
        it.insert_date(),
    ];
    assert_eq!(seen, ["1", "-1.50", "12.25", "x", "d"].map(Some));
    for amount in ["12500.50", "\"12500.50\""] {
        assert_eq!(
            client([data(amount)]).0.credit().await.unwrap().amount(),
            "12500.50"
        );
    }
    // There is no data: an empty list. What is no list is none.
    let none = r#"{"status":"400","message":"x","id":0,"data":null,"errors":[{"code":1002,"message":"x"}]}"#;
    let empty = client([json(200, none)]).0.deliveries("7").await.unwrap();
    assert_eq!((empty.items(), empty.json()), (&[][..], &Value::Null));
    for body in ["7", "\"x\"", "null"] {
        let error = client([data(body)]).0.deliveries("7").await.unwrap_err();
        assert_eq!(error.kind(), Kind::Decode, "{body}");
    }
}

#[tokio::test]
async fn arguments_that_cannot_be_right() {
    let (sms, script) = client([]);
    for (argument, error) in [
        ("text", sms.send("", [ONE]).await.err()),
        ("number of recipients", sms.send("a", [""; 0]).await.err()),
        ("number of recipients", sms.send("a", [ONE; 101]).await.err()),
        ("number", sms.send("a", [" "]).await.err()),
        (
            "number",
            sms.send("a", [ONE, "09123456789;09350000000"]).await.err(),
        ),
        ("first day", sms.messages("", "1404/01/01").await.err()),
        ("first day", sms.credits("2025-03-21", "1404/01/01").await.err()),
        ("last day", sms.received("1404/01/02", "1404/01/01").await.err()),
        (
            "last day",
            sms.unread_between("1404/01/02", "1404/1/3").await.err(),
        ),
        ("id", sms.message("").await.err()),
        ("id", sms.received_by_id("..").await.err()),
        ("line", sms.unread_on_line("\u{200f}3000").await.err()),
        ("message", sms.deliveries(".").await.err()),
    ] {
        let error = error.unwrap_or_else(|| panic!("{argument} was taken"));
        let Kind::InvalidInput { argument: named, .. } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!((named, error.effect()), (argument, Effect::None), "{error}");
    }
    assert_eq!(script.requests().len(), 0);
}

#[tokio::test]
async fn no_number_no_text_and_no_secret_is_printed() {
    let echo = format!("{TEXT} {ONE} 989123456789 {TOKEN} {PASSWORD}");
    let mut printed = Vec::new();
    for (status, body) in [
        (
            200,
            format!(
                r#"{{"status":400,"message":"{echo}","data":null,"errors":[{{"code":4003,"message":"{echo}","field":"{echo}","url":"{echo}"}}]}}"#
            ),
        ),
        (
            200,
            format!(r#"{{"status":400,"message":"{echo}","data":null,"errors":[{{"code":"{TEXT}"}}]}}"#),
        ),
        (403, format!("<html>{echo}</html>")),
        (200, format!("<html>{echo}</html>")),
        (200, format!(r#"{{"status":200,"data":"{echo}"}}"#)),
    ] {
        let error = client([json(status, &body)])
            .0
            .send(TEXT, [ONE])
            .await
            .unwrap_err();
        printed.extend([
            error.to_string(),
            format!("{error:?}"),
            format!("{:?}", error.details()),
        ]);
    }
    let sent = format!(r#"{{"id":7,"detail":[{{"number":"{ONE}","recID":9,"message":"{TEXT}"}}]}}"#);
    let list = format!(r#"[{{"Body":"{TEXT}","Sender":"{ONE}"}}]"#);
    let sms = client([data(&sent), data(&list), data(&list)]).0;
    printed.push(format!(
        "{:?} {:?}",
        sms.send(TEXT, [ONE]),
        sms.messages_of_line(ONE)
    ));
    printed.push(format!("{:?}", sms.send(TEXT, [ONE]).await.unwrap()));
    let messages = sms.messages("1404/01/01", "1404/01/31").await.unwrap();
    printed.push(format!("{messages:?} {:?}", messages.items()));
    printed.push(format!("{:?} {sms:?}", sms.unread().await.unwrap().items()));
    for printed in printed {
        for secret in [TEXT, "9123456789", TOKEN, PASSWORD] {
            assert!(!printed.contains(secret), "{secret}: {printed}");
        }
    }
}

#[test]
fn a_request_and_a_response_by_hand() {
    let (sms, script) = client([]);
    let call = sms.send("سلام", [ONE]);
    let request = call.request().unwrap();
    assert_eq!(request.uri(), "https://api.sabapayamak.com/api/v1/message");
    assert!(!request.headers().contains_key(header::AUTHORIZATION));
    let body = r#"{"status":200,"data":{"id":7},"errors":[]}"#;
    let response = Response::new(sabapayamak_api::bytes::Bytes::from(body));
    assert_eq!(call.read(&response).unwrap().id(), Some("7"));
    assert_eq!(script.requests().len(), 0);
}

/// Every code that was seen at every call, whatever makes its request.
#[test]
fn every_call_knows_every_code() {
    let sms = client([]).0;
    for (number, code, effect) in [
        (401, Code::InvalidToken, Effect::None),
        (500, Code::ServerFailure, Effect::Unknown),
        (1002, Code::NoData, Effect::None),
        (4001, Code::WrongCredentials, Effect::None),
        (4002, Code::DomainNotAllowed, Effect::None),
        (4003, Code::WrongSender, Effect::None),
        (4004, Code::SenderNotUsable, Effect::None),
        (4999, Code::Unknown("4999".into()), Effect::Unknown),
    ] {
        let body = format!(
            r#"{{"status":"400","message":"x","id":0,"data":null,"errors":[{{"code":{number},"message":"y"}}]}}"#
        );
        let response = Response::new(sabapayamak_api::bytes::Bytes::from(body));
        macro_rules! outcomes {
            ($($call:expr),+ $(,)?) => {
                [$({
                    let call = $call;
                    (call.operation(), call.read(&response).err())
                }),+]
            };
        }
        let (first, last) = ("1404/01/01", "1404/01/31");
        for (operation, error) in outcomes![
            sms.send(TEXT, [ONE]),
            sms.messages(first, last),
            sms.message("7"),
            sms.messages_of_line(LINE),
            sms.deliveries("7"),
            sms.received(first, last),
            sms.received_by_id("7"),
            sms.received_on_line(LINE),
            sms.unread(),
            sms.unread_between(first, last),
            sms.unread_on_line(LINE),
            sms.credit(),
            sms.credits(first, last),
            sms.latest_credits(7),
        ] {
            let is_list = !["sabapayamak.send", "sabapayamak.credit"].contains(&operation.name);
            let Some(error) = error else {
                assert!(is_list && number == 1002, "{}: {number}", operation.name);
                continue;
            };
            assert!(!is_list || number != 1002, "an empty list: {error}");
            let expected = match operation.semantics {
                Semantics::Safe => Effect::None,
                _ => effect,
            };
            let seen = (error.kind(), error.code(), error.effect(), error.operation());
            let expected = (Kind::Api, Some(&code), expected, Some(operation.name));
            assert_eq!(seen, expected, "{error}");
        }
    }
}

/// What the manual shows nothing of: the answer of a send, in the shapes of public clients.
#[test]
fn three_shapes_of_a_send() {
    let call = client([]).0.send(TEXT, [ONE]);
    for data in [
        r#"{"Id":7,"Detail":[{"Status":0,"Message":"x","Number":"09123456789","RecID":9}],"Credit":1.5}"#,
        r#"{"id":"7","detail":[{"status":"0","message":"x","number":"989123456789","recID":"9"}]}"#,
        r#"{"id":7,"MessageStatus":1,"detail":[{"recID":9}]}"#,
    ] {
        let body = format!(r#"{{"status":"200","data":{data},"errors":[]}}"#);
        let sent = call.read(&Response::new(body.into())).unwrap();
        assert_eq!((short(&sent), sent.id()), ("s9".to_owned(), Some("7")), "{data}");
        assert_eq!(
            value!(sent.fields()),
            serde_json::from_str::<Value>(data).unwrap()
        );
    }
}

/// The numbers of others too, whatever the call and however they are written.
#[tokio::test]
async fn no_number_that_an_answer_quotes_is_printed() {
    for (written, digits) in [
        ("09350000000", "9350000000"),
        ("+98 935 000 0000", "935 000 0000"),
        ("۰۹۳۵ ۰۰۰ ۰۰۰۰", "۹۳۵ ۰۰۰ ۰۰۰۰"),
        (
            r"\u06f0\u06f9\u06f3\u06f5\u06f0\u06f0\u06f0\u06f0\u06f0\u06f0\u06f0",
            "۹۳۵۰۰۰۰۰۰۰",
        ),
    ] {
        for (status, body) in [
            (
                200,
                format!(
                    r#"{{"status":400,"message":"گیرنده {written}","data":null,"errors":[{{"code":4003,"message":"{written}","field":"{written}","url":"{written}"}}]}}"#
                ),
            ),
            (
                200,
                format!(r#"{{"status":400,"message":"x","data":null,"errors":[{{"code":"{written}"}}]}}"#),
            ),
            (403, format!("<html>{written}</html>")),
            (
                500,
                format!(r#"{{"status":500,"message":"گیرنده {written}","data":null,"errors":[]}}"#),
            ),
        ] {
            let sms = || client([json(status, &body)]).0;
            for error in [
                sms().message("7").await.map(drop),
                sms().messages("1404/01/01", "1404/01/31").await.map(drop),
                sms().deliveries("7").await.map(drop),
                sms().unread().await.map(drop),
                sms().credit().await.map(drop),
                sms().send(TEXT, [ONE]).await.map(drop),
            ] {
                let error = error.unwrap_err();
                let printed = format!("{error} {error:?} {:?} {:?}", error.details(), error.source());
                assert!(
                    !printed.contains(digits) && !printed.contains(written),
                    "{printed}"
                );
            }
        }
    }
}
