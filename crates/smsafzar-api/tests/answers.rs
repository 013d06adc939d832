//! What each answer becomes: sent, refused, not sent or unknown.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::error::Error as _;

use serde_json::{Value, json as value};
use smsafzar_api::http::{Response, header};
use smsafzar_api::testing::{ScriptedTransport, Step};
use smsafzar_api::{Call, Client, Code, Effect, Error, Kind, Semantics, Sent, Timestamp, smsafzar_auth};
use support::{LINE, NUMBER, PASSWORD, TEXT, TOKEN, client, json};

const A: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c330a";
const B: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c330b";

async fn send(answer: Step) -> Result<Sent, Error> {
    client([answer]).0.send(LINE, NUMBER, TEXT).await
}

/// What the three sends make of an answer: each has its own operation and the same judgement.
async fn sends(status: u16, body: &str) -> [Result<Sent, Error>; 3] {
    let template = |sms: Client| sms.template("TydSt1skQE").from(LINE).to(NUMBER).set("code", TEXT);
    let bulk = |sms: Client| sms.send_bulk().from(LINE).to(NUMBER).text(TEXT);
    [
        send(json(status, body)).await,
        bulk(client([json(status, body)]).0).await,
        template(client([json(status, body)]).0).await,
    ]
}

#[tokio::test]
async fn http_200_and_an_object_that_speaks_of_no_error_is_sent() {
    for body in [
        "{}",
        r#"{"batchId":7,"anything":[1,{"errorCode":1001}]}"#,
        r#"{"errorCode":null,"errorMessage":null,"validationErrors":null}"#,
        "\u{feff} {\"status\":\"queued\"}\n",
    ] {
        for sent in sends(200, body).await {
            let whole: Value = serde_json::from_str(body.trim_start_matches('\u{feff}')).unwrap();
            assert_eq!(value!(sent.unwrap().fields()), whole, "{body}");
        }
    }
}

#[tokio::test]
async fn every_other_success_leaves_it_open() {
    for (status, body) in [
        (200, ""),
        (200, "[]"),
        (200, "\"ok\""),
        (200, "true"),
        (200, "{"),
        (200, "<html>{}</html>"),
        (201, "{}"),
        (202, r#"{"batchId":7}"#),
        (204, ""),
        (200, r#"{"errorCode":0}"#),
        (200, r#"{"batchId":7,"ERRORCODE":"0"}"#),
        (200, r#"{"errorCode":1001,"errorMessage":"x"}"#),
        (200, r#"{"errorcode":401,"batchId":7}"#),
        (200, r#"{"errorMessage":""}"#),
        (200, r#"{"ErrorMessage":"خطا"}"#),
        (200, r#"{"validationErrors":[]}"#),
        (200, r#"{"ValidationErrors":[{"field":"a"}]}"#),
        (200, r#"{"data":{"errorCode":1001}}"#),
        (200, r#"{"batchId":7,"batchid":8}"#),
    ] {
        for outcome in sends(status, body).await {
            let error = outcome.unwrap_err();
            assert_eq!(error.effect(), Effect::Unknown, "{status} {body}: {error}");
        }
    }
}

/// Every error of the manual, at every send; it comes once, and once only.
#[tokio::test]
async fn every_documented_error() {
    for (status, number, code, effect) in [
        (400, 1001, Code::InvalidParameters, Effect::None),
        (400, 1106, Code::NoSuchBatch, Effect::None),
        (400, 1100, Code::Unknown("1100".into()), Effect::None),
        (403, 1004, Code::ServiceNotAllowed, Effect::None),
        (403, 1005, Code::MethodNotAllowed, Effect::None),
        (403, 1006, Code::AddressNotAllowed, Effect::None),
        (403, 1010, Code::AccountInactive, Effect::None),
        (403, 1011, Code::AccountExpired, Effect::None),
        (403, 1099, Code::Unknown("1099".into()), Effect::Unknown),
        (429, 429, Code::TooManyRequests, Effect::None),
        (500, 1_000_011_011, Code::ServerFailure, Effect::Unknown),
        (200, 1100, Code::Unknown("1100".into()), Effect::Unknown),
    ] {
        let body = format!(r#"{{"errorCode":{number},"errorMessage":"در تاریخ: 1403/01/01"}}"#);
        let operations = ["smsafzar.send", "smsafzar.send_bulk", "smsafzar.send_template"];
        for (outcome, operation) in sends(status, &body).await.into_iter().zip(operations) {
            let error = outcome.unwrap_err();
            let seen = (error.kind(), error.code(), error.effect(), error.operation());
            assert_eq!(seen, (Kind::Api, Some(&code), effect, Some(operation)), "{error}");
            assert_eq!(
                (error.http_status().unwrap().as_u16(), error.attempts()),
                (status, 1)
            );
            let details = error.details().unwrap();
            let reference = (status == 500).then_some("1000011011");
            assert_eq!(details.support_reference(), reference);
            assert_eq!(details.expired_on(), (number == 1011).then_some("1403/01/01"));
        }
    }
    let body = r#"{"errorCode":1001,"errorMessage":"x","validationErrors":[{"field":"Content","errorMessage":"خالی"}]}"#;
    let error = send(json(400, body)).await.unwrap_err();
    let [field] = error.details().unwrap().validation_errors() else {
        panic!("{error:?}")
    };
    assert_eq!(
        (field.field(), field.message(), error.effect()),
        ("content", "خالی", Effect::None)
    );
}

#[tokio::test]
async fn what_stands_beside_a_refusal_takes_its_certainty() {
    for (status, body) in [
        (400, r#"{"errorCode":1100,"errorMessage":"x","batchId":7}"#),
        (400, r#"{"errorCode":1106,"errorCode":0,"errorMessage":"x"}"#),
        (400, r#"{"errorMessage":"x"}"#),
        (400, "<html>"),
        (404, r#"{"errorCode":1100,"errorMessage":"x"}"#),
        (502, r#"{"errorCode":1001,"errorMessage":"x"}"#),
        (302, ""),
    ] {
        for outcome in sends(status, body).await {
            let error = outcome.unwrap_err();
            assert_eq!(error.effect(), Effect::Unknown, "{status} {body}: {error}");
        }
    }
}

/// Only then is a send made a second time.
#[tokio::test]
async fn a_refused_token_that_says_nothing_else_is_replaced() {
    let sent = r#"{"batchId":7}"#;
    for (status, body, is_again) in [
        (401, r#"{"errorCode":401,"errorMessage":"x"}"#, true),
        (200, r#"{"errorCode":401,"errorMessage":"x"}"#, true),
        (401, "", true),
        (401, "<html>401</html>", true),
        (200, r#"{"errorCode":401,"batchId":7}"#, false),
        (401, r#"{"errorCode":401,"messageIds":[1]}"#, false),
        (401, r#"{"errorCode":401,"errorMess"#, false),
        (500, r#"{"errorCode":401}"#, false),
        (401, sent, false),
    ] {
        let second = json(200, r#"{"token":"another-fake-token"}"#);
        let (sms, script) = client([json(status, body), second, json(200, sent)]);
        let outcome = sms.send(LINE, NUMBER, TEXT).await;
        let sends = script
            .requests()
            .iter()
            .filter(|it| it.uri().path() == "/messages/send")
            .count();
        if is_again {
            assert_eq!(outcome.unwrap().batch_id(), Some("7"), "{status} {body}");
            let last = script.requests().pop().unwrap();
            assert_eq!(last.headers()[header::AUTHORIZATION], "Bearer another-fake-token");
            assert_eq!(sends, 2);
        } else {
            let error = outcome.unwrap_err();
            assert_eq!(
                (error.effect(), sends),
                (Effect::Unknown, 1),
                "{status} {body}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn a_send_is_made_again_only_if_its_effect_is_none() {
    for (first, expected) in [
        (Step::unknown(), 1),
        (json(503, ""), 1),
        (json(429, ""), 1),
        (Step::not_sent(), 2),
    ] {
        let (sms, script) = client([first, json(200, r#"{"batchId":7}"#)]);
        let outcome = sms.send(LINE, NUMBER, TEXT).await;
        assert_eq!(script.requests().len(), 1 + expected);
        match outcome {
            Ok(_) => assert_eq!(expected, 2),
            Err(error) => assert_eq!((error.effect(), expected), (Effect::Unknown, 1), "{error}"),
        }
    }
    // What only reads is made again, and so is a cancellation, which keeps the doubt.
    let (sms, script) = client([Step::unknown(), json(200, r#"{"balance":1}"#)]);
    assert_eq!(sms.balance().await.unwrap().amount(), Some("1"));
    assert_eq!(script.requests().len(), 3);
    let no_such_batch = r#"{"errorCode":1106,"errorMessage":"x"}"#;
    let (sms, _) = client([Step::unknown(), json(400, no_such_batch)]);
    let error = sms.cancel("7").await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::NoSuchBatch), Effect::Unknown)
    );
    let error = client([json(400, no_such_batch)])
        .0
        .cancel("7")
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::NoSuchBatch), Effect::None)
    );
}

#[tokio::test]
async fn a_failed_login_sends_nothing() {
    let refused = r#"{"errorCode":1011,"errorMessage":"x"}"#;
    let script = ScriptedTransport::always(json(403, refused));
    let login = smsafzar_auth::Client::builder().transport(script.clone());
    let sms = Client::new(login.build().unwrap().token_source(support::credentials()));
    let error = sms.send(LINE, NUMBER, TEXT).await.unwrap_err();
    assert_eq!(
        (error.code(), error.effect()),
        (Some(&Code::AccountExpired), Effect::None)
    );
    assert!(
        script
            .requests()
            .iter()
            .all(|it| it.uri().path() == "/auth/token")
    );
}

#[tokio::test]
async fn three_shapes_of_each_unseen_answer() {
    let a = format!(r#"{{"batchId":"104","messageId":"{A}"}}"#);
    let b = format!(r#"{{"data":{{"batch_id":104,"sentMessageIdes":["{A}"]}}}}"#);
    let c = format!(r#"{{"result":[{{"Id":"{A}","Recipient":"989123456789"}}],"BatchID":"104"}}"#);
    for body in [a, b, c] {
        let sent = send(json(200, &body)).await.unwrap();
        assert_eq!(
            (sent.batch_id(), sent.message_id()),
            (Some("104"), Some(A)),
            "{body}"
        );
        assert_eq!(
            value!(sent.fields()),
            serde_json::from_str::<Value>(&body).unwrap()
        );
    }

    let one = format!(r#"{{"id":"{A}","recipientNumber":"{NUMBER}","status":2,"statusText":"رسیده"}}"#);
    let two = format!(
        r#"{{"MessageId":"{A}","mobile":{},"Status":"2","description":"رسیده"}}"#,
        9_123_456_789_u64
    );
    for body in [
        format!("[{one}]"),
        format!(r#"{{"messages":[{one}]}}"#),
        format!(r#"{{"data":{{"Items":[{two}]}}}}"#),
    ] {
        let statuses = client([json(200, &body)]).0.status([A]).await.unwrap();
        let [message] = statuses.items() else {
            panic!("{body}")
        };
        let seen = (message.id(), message.status(), message.status_text());
        assert_eq!(seen, (Some(A), Some("2"), Some("رسیده")), "{body}");
        assert!(message.recipient().unwrap().ends_with("9123456789"));
        assert_eq!(*statuses.json(), serde_json::from_str::<Value>(&body).unwrap());
    }

    let one = format!(
        r#"{{"id":"{B}","senderNumber":"{NUMBER}","recipientNumber":"{LINE}","content":"لغو","receivedTimestamp":1893456000}}"#
    );
    let two = format!(r#"{{"Uuid":"{B}","From":"{NUMBER}","To":"{LINE}","Text":"لغو","Date":"1893456000"}}"#);
    for body in [
        format!("[{one}]"),
        format!(r#"{{"receivedMessages":[{one}]}}"#),
        format!(r#"{{"data":[{two}]}}"#),
    ] {
        let received = client([json(200, &body)]).0.received(10).await.unwrap();
        let [message] = received.items() else {
            panic!("{body}")
        };
        let seen = [
            message.id(),
            message.sender(),
            message.line(),
            message.text(),
            message.time(),
        ];
        assert_eq!(seen, [B, NUMBER, LINE, "لغو", "1893456000"].map(Some), "{body}");
        assert_eq!(*received.json(), serde_json::from_str::<Value>(&body).unwrap());
    }

    for body in [
        r#"{"balance":12500.50,"unit":"rial"}"#,
        r#"{"data":{"Amount":"12500.50","Currency":"rial"}}"#,
        r#"{"credit":"12500.50","balanceUnit":"rial"}"#,
    ] {
        let balance = client([json(200, body)]).0.balance().await.unwrap();
        assert_eq!(
            (balance.amount(), balance.unit()),
            (Some("12500.50"), Some("rial")),
            "{body}"
        );
        // As a number it has no digits of its own.
        let whole = body.replace("12500.50,", "12500.5,");
        assert_eq!(*balance.json(), serde_json::from_str::<Value>(&whole).unwrap());
    }
    assert_eq!(
        client([json(200, "125")]).0.balance().await.unwrap().amount(),
        Some("125")
    );

    for body in ["{}", r#"{"batchId":"7"}"#, r#"{"data":{"success":true}}"#] {
        let cancelled = client([json(200, body)]).0.cancel("7").await.unwrap();
        assert_eq!(
            value!(cancelled.fields()),
            serde_json::from_str::<Value>(body).unwrap()
        );
    }
}

/// No list is not an empty list.
#[tokio::test]
async fn an_answer_without_a_list_keeps_its_json() {
    for (body, count) in [
        ("{}", None),
        (r#"{"rahgiri":[1]}"#, None),
        ("[]", Some(0)),
        (r#"{"messages":[]}"#, Some(0)),
    ] {
        let statuses = client([json(200, body)]).0.status([A]).await.unwrap();
        assert_eq!(statuses.list().map(<[_]>::len), count, "{body}");
        assert_eq!(*statuses.json(), serde_json::from_str::<Value>(body).unwrap());
        let received = client([json(200, body)]).0.received(1).await.unwrap();
        assert_eq!(received.list().map(<[_]>::len), count, "{body}");
    }
}

#[tokio::test]
async fn a_batch_has_an_id_for_each_message_or_none() {
    let bulk = async |body: String| {
        let sms = client([json(200, &body)]).0;
        let batch = sms
            .send_bulk()
            .from(LINE)
            .text("a")
            .to(NUMBER)
            .to("+989350000000");
        batch.await.unwrap().message_ids().to_vec()
    };
    assert_eq!(bulk(format!(r#"{{"ids":["{A}","{B}"]}}"#)).await, [A, B]);
    let swapped =
        format!(r#"{{"messages":[{{"id":"{B}","to":"989350000000"}},{{"id":"{A}","to":"{NUMBER}"}}]}}"#);
    assert_eq!(bulk(swapped).await, [A, B]);
    assert_eq!(bulk(format!(r#"{{"ids":["{A}"]}}"#)).await, [""; 0]);
    // One number for many texts.
    let sms = client([json(200, &format!(r#"{{"ids":["{A}","{B}"]}}"#))]).0;
    let batch = sms.send_bulk().from(LINE).to(NUMBER).text("a").text("b");
    assert_eq!(batch.await.unwrap().message_ids(), [A, B]);
}

/// The sentence of an argument that cannot be right; nothing was sent, no login either.
#[tokio::test]
async fn arguments_that_cannot_be_right() {
    let (sms, script) = client([]);
    let hundred = |batch: smsafzar_api::SendBulkCall| (0..101).fold(batch, |batch, _| batch.to(NUMBER));
    let code = || sms.template("TydSt1skQE").to(NUMBER);
    let bulk = || sms.send_bulk().from(LINE).to(NUMBER).text("a");
    let past = Timestamp::from_millis(-2000);
    let failed = [
        ("from", sms.send("1000 1234", NUMBER, "a").await.err()),
        ("from", sms.send("", NUMBER, "a").await.err()),
        ("to", sms.send(LINE, "02112345678", "a").await.err()),
        ("to", sms.send(LINE, "09123456789;09350000000", "a").await.err()),
        ("text", sms.send(LINE, NUMBER, "").await.err()),
        ("at", sms.send(LINE, NUMBER, "a").at(past).await.err()),
        ("from", sms.send_bulk().to(NUMBER).text("a").await.err()),
        ("to", sms.send_bulk().from(LINE).text("a").await.err()),
        ("text", sms.send_bulk().from(LINE).to(NUMBER).await.err()),
        ("text", bulk().to(NUMBER).to(NUMBER).text("b").await.err()),
        (
            "number of messages",
            hundred(sms.send_bulk().from(LINE).text("a")).await.err(),
        ),
        ("to", bulk().to("0912").await.err()),
        ("text", bulk().to(NUMBER).text("").await.err()),
        ("template", sms.template("").to(NUMBER).await.err()),
        ("template", sms.template("TydSt\u{200f}").to(NUMBER).await.err()),
        ("to", sms.template("TydSt1skQE").set("code", "1").await.err()),
        ("from", code().from("سامانه").await.err()),
        ("set", code().set("", "1").await.err()),
        (
            "length of a value",
            code().set("code", "۱".repeat(101)).await.err(),
        ),
        ("batch", sms.cancel("").await.err()),
        ("batch", sms.cancel("..").await.err()),
        ("number of ids", sms.status(["a"; 101]).await.err()),
        ("of", sms.status([""; 0]).await.err()),
        ("count", sms.received(0).await.err()),
        ("count", sms.received(101).await.err()),
    ];
    for (argument, error) in failed {
        let error = error.unwrap_or_else(|| panic!("{argument} was taken"));
        let Kind::InvalidInput { argument: named, .. } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!((named, error.effect()), (argument, Effect::None), "{error}");
        assert!(!error.to_string().contains(NUMBER), "{error}");
    }
    assert_eq!(script.requests().len(), 0);
    code().set("code", "۱".repeat(100)).await.unwrap_err();
    assert!(!script.requests().is_empty(), "a hundred characters are sent");
}

/// Whatever an answer echoes, no number, text or secret comes out.
#[tokio::test]
async fn no_number_no_text_and_no_secret_is_printed() {
    let spellings = [NUMBER, "989123456789", "9123456789", "۰۹۱۲۳۴۵۶۷۸۹"];
    let echo = format!("{TEXT} {} {LINE} {TOKEN} {PASSWORD}", spellings[..3].join(" "));
    let refusal = format!(
        r#"{{"errorCode":1001,"errorMessage":"{echo}","validationErrors":[{{"field":"{echo}","errorMessage":"{echo}"}}]}}"#
    );
    let quoted = format!(r#"{{"errorCode":"{TEXT}","errorMessage":"{echo}"}}"#);
    let page = format!("<html>{echo}</html>");
    let contradiction = format!(r#"{{"batchId":7,"errorMessage":"{echo}"}}"#);
    let mut printed = Vec::new();
    for (status, body) in [
        (400, &refusal),
        (400, &quoted),
        (500, &quoted),
        (403, &page),
        (200, &page),
        (200, &contradiction),
    ] {
        for outcome in sends(status, body).await {
            let error = outcome.unwrap_err();
            printed.extend([
                error.to_string(),
                format!("{error:?}"),
                format!("{:?}", error.details()),
            ]);
            printed.push(error.message().unwrap_or_default().to_owned());
        }
    }
    let whole = format!(
        r#"{{"id":"{A}","senderNumber":"{NUMBER}","recipientNumber":"{NUMBER}","content":"{TEXT}"}}"#
    );
    let list = format!("[{whole}]");
    let sms = client([json(200, &whole), json(200, &list), json(200, &list)]).0;
    let calls = (
        sms.send(LINE, NUMBER, TEXT),
        sms.send_bulk().from(LINE).to(NUMBER).text(TEXT),
    );
    printed.push(format!(
        "{calls:?} {:?}",
        sms.template("a").to(NUMBER).set("code", TEXT)
    ));
    printed.push(format!("{:?}", sms.send(LINE, NUMBER, TEXT).await.unwrap()));
    printed.push(format!("{:?}", sms.status([A]).await.unwrap()));
    printed.push(format!("{:?} {sms:?}", sms.received(1).await.unwrap()));
    for printed in printed {
        for secret in [TEXT, "9123456789", LINE, TOKEN, PASSWORD] {
            assert!(!printed.contains(secret), "{secret}: {printed}");
        }
    }
}

/// With any other HTTP library: no transport, no runtime.
#[test]
fn a_request_and_a_response_by_hand() {
    let (sms, script) = client([]);
    let call = sms.send(LINE, NUMBER, "سلام");
    let request = call.request().unwrap();
    assert_eq!(request.uri(), "https://api.smsafzar.ir/messages/send");
    assert!(!request.headers().contains_key(header::AUTHORIZATION));
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body["recipientNumber"], NUMBER);
    let response = |status, body: &str| {
        let builder = Response::builder().status(status);
        builder
            .body(smsafzar_api::bytes::Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    };
    assert_eq!(
        call.read(&response(200, r#"{"batchId":7}"#)).unwrap().batch_id(),
        Some("7")
    );
    let error = call.read(&response(401, "")).unwrap_err();
    assert_eq!(error.effect(), Effect::None, "{error}");
    assert_eq!(sms.cancel("..").request().unwrap_err().effect(), Effect::None);
    assert_eq!(script.requests().len(), 0);
}

/// The whole answer is in `fields()` and `json()` alone.
#[tokio::test]
async fn no_answer_is_printed_with_its_numbers_and_texts() {
    for body in [
        format!(r#"{{"batchId":7,"mobile":"{NUMBER}","content":"{TEXT}"}}"#),
        format!(r#"{{"data":{{"to":"{NUMBER}","content":"{TEXT}"}}}}"#),
        format!(r#"{{"messages":[{{"id":1,"number":"{NUMBER}","text":"{TEXT}"}}]}}"#),
        // A key that stands twice fails the call, whose error has no more of it.
        format!(r#"{{"id":1,"id":"{NUMBER} {TEXT}"}}"#),
    ] {
        let sms = || client([json(200, &body)]).0;
        for printed in [
            format!("{:?}", sms().send(LINE, "09350000000", "a text").await),
            format!("{:?}", sms().cancel("7").await),
            format!("{:?}", sms().status(["a"]).await),
            format!("{:?}", sms().received(1).await),
            format!("{:?}", sms().balance().await),
        ] {
            assert!(
                !printed.contains(&NUMBER[1..]) && !printed.contains(TEXT),
                "{printed}"
            );
        }
    }
}

/// Every error of the manual at every call, whatever makes its request.
#[test]
fn every_call_knows_every_documented_error() {
    let sms = client([]).0;
    for (status, number, code, effect) in [
        (400, "1001", Code::InvalidParameters, Effect::None),
        (400, "1106", Code::NoSuchBatch, Effect::None),
        (400, "1100", Code::Unknown("1100".into()), Effect::None),
        (401, "401", Code::Unauthorized, Effect::None),
        (403, "1004", Code::ServiceNotAllowed, Effect::None),
        (403, "1005", Code::MethodNotAllowed, Effect::None),
        (403, "1006", Code::AddressNotAllowed, Effect::None),
        (403, "1010", Code::AccountInactive, Effect::None),
        (403, "1011", Code::AccountExpired, Effect::None),
        (429, "429", Code::TooManyRequests, Effect::None),
        (500, "1000011011", Code::ServerFailure, Effect::Unknown),
        (
            500,
            "\"99999999999999999999\"",
            Code::ServerFailure,
            Effect::Unknown,
        ),
    ] {
        let body = format!(r#"{{"errorCode":{number},"errorMessage":"x"}}"#);
        let response = Response::builder().status(status);
        let response = response.body(smsafzar_api::bytes::Bytes::from(body)).unwrap();
        macro_rules! errors {
            ($($call:expr),+ $(,)?) => {
                [$({
                    let call = $call;
                    (call.operation(), call.read(&response).unwrap_err())
                }),+]
            };
        }
        for (operation, error) in errors![
            sms.send(LINE, NUMBER, TEXT),
            sms.send_bulk().from(LINE).to(NUMBER).text(TEXT),
            sms.template("TydSt1skQE").to(NUMBER).set("code", "1"),
            sms.cancel("104729"),
            sms.status([A]),
            sms.received(1),
            sms.balance(),
        ] {
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

/// An answer of a template and of a batch is read as that of one text.
#[test]
fn three_shapes_of_every_send() {
    let sms = client([]).0;
    for body in [
        format!(r#"{{"batchId":"104","messageId":"{A}"}}"#),
        format!(r#"{{"data":{{"batch_id":104,"sentMessageIdes":["{A}"]}}}}"#),
        format!(r#"{{"result":[{{"Id":"{A}","Recipient":"989123456789"}}],"BatchID":"104"}}"#),
    ] {
        let response = Response::new(smsafzar_api::bytes::Bytes::from(body.clone()));
        let template = sms.template("TydSt1skQE").to(NUMBER).set("code", "1");
        let bulk = sms.send_bulk().from(LINE).to(NUMBER).text(TEXT);
        for sent in [template.read(&response), bulk.read(&response)] {
            let sent = sent.unwrap();
            assert_eq!(
                (sent.batch_id(), sent.message_id()),
                (Some("104"), Some(A)),
                "{body}"
            );
            assert_eq!(
                value!(sent.fields()),
                serde_json::from_str::<Value>(&body).unwrap()
            );
        }
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
                400,
                format!(
                    r#"{{"errorCode":1001,"errorMessage":"گیرنده {written}.","validationErrors":[{{"field":"{written}","errorMessage":"{written}"}}]}}"#
                ),
            ),
            (
                400,
                format!(r#"{{"errorCode":1100,"errorMessage":"گیرنده {written}"}}"#),
            ),
            (
                500,
                format!(r#"{{"errorCode":"گیرنده {written}","errorMessage":"گیرنده {written}"}}"#),
            ),
            (403, format!("<html>{written}</html>")),
            (
                401,
                format!(r#"{{"errorCode":401,"errorMessage":"گیرنده {written}"}}"#),
            ),
        ] {
            let sms = || client([json(status, &body)]).0;
            for error in [
                sms().cancel("7").await.map(drop),
                sms().status(["a"]).await.map(drop),
                sms().received(1).await.map(drop),
                sms().balance().await.map(drop),
                sms().send(LINE, NUMBER, TEXT).await.map(drop),
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
