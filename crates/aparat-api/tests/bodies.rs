//! What may stand around an answer, or in its place.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use aparat_api::testing::Step;
use aparat_api::{Code, Effect, Kind};
use serde_json::json;
use support::{PLACED, REFUSED, answered, order, php, refused};

#[tokio::test]
async fn junk_ahead_of_the_answer() {
    let warning = "<br />\n<b>Warning</b>: Undefined array key \"x\" in <b>/var/www/api.php</b> on line <b>3</b><br />\n";
    for junk in [
        "\u{FEFF}",
        "\u{FEFF}\u{FEFF}",
        " \r\n\t",
        "\n\u{FEFF}\n",
        warning,
        "PHP Notice:  {closure}(): x in {main} {\n",
        "Array\n(\n    [0] => {a}\n)\n",
        "[Sat Jan 01 00:00:00] notice: ",
        "Response: ",
        "{} ",
        "{\"debug\":{\"a\":1}}\n",
    ] {
        let body = format!("{junk}{PLACED}\n");
        let order = order(Step::answer(200, body.clone())).await;
        assert_eq!(order.unwrap().id(), Some("5f0c1e2d3b4ag"), "{body}");
        let error = refused(format!("{junk}{REFUSED}")).await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::None)
        );
    }
}

#[tokio::test]
async fn junk_behind_the_answer() {
    for junk in [
        "\n<!-- cache -->",
        "<!-- cached -->",
        "<br />\n<b>Deprecated</b>: x in <b>/var/www/api.php</b> on line <b>9</b><br />",
        "\u{FEFF}",
        "}",
        "\n{\"took\":3}",
    ] {
        let placed = order(Step::answer(200, format!("{PLACED}{junk}"))).await;
        assert_eq!(placed.unwrap().id(), Some("5f0c1e2d3b4ag"), "{junk}");
        let error = refused(format!("{REFUSED}{junk}")).await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::None),
            "{junk}"
        );
    }
}

#[tokio::test]
async fn one_odd_field_never_loses_an_order() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(20_000), close.repeat(20_000));
        format!(r#""a":{open}1{close},"uniqid":"x1""#)
    };
    let (deep_list, deep_object) = (deep("[", "]"), deep(r#"{"a":"#, "}"));
    for (odd, id) in [
        (deep_list.as_str(), Some("x1")),
        (deep_object.as_str(), Some("x1")),
        (r#""note":"a\ud83d","uniqid":"x1""#, Some("x1")),
        (r#""uniqid":"x1\udc00""#, Some("x1\u{FFFD}")),
        (r#""rate":1e400,"uniqid":"x1""#, Some("x1")),
        (r#""uniqid":98765432109876543210"#, Some("98765432109876543210")),
        (r#""uniqid":9.876543210987654e+19"#, None),
    ] {
        let body = format!(r#"{{"status":true,"message":"ok",{odd}}}"#);
        let placed = order(Step::answer(200, body.clone())).await.unwrap();
        assert_eq!(placed.id(), id, "{odd:.80}");
    }
}

#[tokio::test]
async fn a_status_in_two_spellings_is_no_answer() {
    for body in [
        r#"{"status":true,"Status":false,"uniqid":"x1"}"#,
        r#"{"status":false,"STATUS":true,"message":"token invalid"}"#,
        r#"{"status":true,"uniqid":"x1","uniq_id":"x2"}"#,
        r#"{"status":true,"data":{"status":true,"Status":false},"uniqid":"x1"}"#,
    ] {
        let error = refused(body).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_answer_is_looked_for_at_32_braces() {
    for (before, is_found) in [(31, true), (32, false)] {
        let body = format!("{}{PLACED}", "{ Notice\n".repeat(before));
        let order = order(Step::answer(200, body)).await;
        assert_eq!(order.is_ok(), is_found, "{before}");
    }
}

#[tokio::test]
async fn json_in_a_json_string() {
    for junk in ["", "\u{FEFF}", "\n"] {
        let body = format!("{junk}{}", json!(PLACED));
        assert_eq!(
            order(Step::answer(200, body)).await.unwrap().id(),
            Some("5f0c1e2d3b4ag")
        );
        let error = refused(format!("{junk}{}", php(&json!(REFUSED)))).await;
        assert_eq!(
            (error.code(), error.effect()),
            (Some(&Code::InvalidToken), Effect::None)
        );
    }
}

#[tokio::test]
async fn the_content_type_means_nothing() {
    for content_type in [
        "text/html; charset=UTF-8",
        "text/plain",
        "application/json",
        "image/png",
        "",
    ] {
        let step = Step::answer(200, PLACED).header("content-type", content_type);
        assert!(order(step).await.is_ok(), "{content_type}");
    }
}

/// Answers that are not one whole object of the provider, and what the error says about them.
fn no_answers() -> Vec<(&'static str, Vec<u8>)> {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(PLACED.encode_utf16().flat_map(u16::to_le_bytes));
    vec![
        ("empty", Vec::new()),
        ("empty", b" \r\n".to_vec()),
        ("empty", "\u{FEFF}".into()),
        ("empty", b"\"\"".to_vec()),
        (
            "not UTF-8",
            b"{\"status\":true,\"message\":\"\xD3\xDD\xC7\"}".to_vec(),
        ),
        ("not UTF-8", utf16),
        ("not UTF-8", vec![0x1F, 0x8B, 8, 0, 0xFF]),
        ("no JSON object", b"true".to_vec()),
        ("no JSON object", b"1".to_vec()),
        ("no JSON object", b"null".to_vec()),
        ("no JSON object", b"ok".to_vec()),
        ("no JSON object", "سفارش شما ثبت شد".into()),
        ("no JSON object", b"{}".to_vec()),
        ("no JSON object", b"{\"uniqid\":\"x1\"}".to_vec()),
        ("no JSON object", b"{\"status\":null}".to_vec()),
        ("no JSON object", format!("[{PLACED}]").into()),
        ("no JSON object", format!("[{PLACED}").into()),
        ("no JSON object", format!("[{PLACED}, {PLACED}").into()),
        ("no JSON object", format!("{PLACED}{REFUSED}").into()),
        ("no JSON object", format!("{REFUSED}\n{PLACED}").into()),
        ("no JSON object", format!("{{\"data\":{PLACED}").into()),
        (
            "no JSON object",
            format!("{{\"status\":false,\"a\":1,\"result\":{PLACED}").into(),
        ),
        (
            "no JSON object",
            format!("{{\"status\":true,\"uniqid\":\"x\",\"log\":{REFUSED}").into(),
        ),
        (
            "no JSON object",
            format!("{{'status':false,\"result\":{PLACED}").into(),
        ),
        ("no JSON object", format!("{{status:true,'log':{REFUSED}").into()),
        (
            "a key stands twice",
            b"{\"status\":true,\"status\":false}".to_vec(),
        ),
        (
            "a key stands twice",
            b"{\"status\":false,\"status\":true,\"message\":\"token invalid\"}".to_vec(),
        ),
        (
            "a key stands twice",
            b"{\"status\":true,\"a\":1,\"a\":{\"status\":true}}".to_vec(),
        ),
        (
            "no JSON object",
            json!(json!(PLACED).to_string()).to_string().into(),
        ),
        ("no JSON object", "{".repeat(100_000).into()),
        ("no JSON object", "{\"a\":".repeat(100_000).into()),
        (
            "no JSON object",
            b"<!DOCTYPE html><title>token invalid</title>".to_vec(),
        ),
        (
            "no JSON object",
            format!("<script>var x = {PLACED}</script>").into(),
        ),
        (
            "no JSON object",
            b"This gateway has seen an invalid request, a token invalid for it, and much more.".to_vec(),
        ),
    ]
}

/// It is neither a success nor certainly a refusal.
#[tokio::test]
async fn what_is_no_answer_of_the_providers() {
    for (detail, body) in no_answers() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let error = refused(body.clone()).await;
        assert_eq!(
            (error.kind(), error.effect()),
            (Kind::Decode, Effect::Unknown),
            "{shown}"
        );
        assert_eq!(error.json_path(), Some("$"), "{shown}");
        assert!(error.to_string().contains(detail), "{error}: {shown}");
        assert_eq!((error.code(), error.message()), (None, None));
        assert!(error.excerpt().unwrap().chars().count() <= 201);
        for status in [403, 502] {
            let error = order(Step::answer(status, body.clone())).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Status, Effect::Unknown),
                "{shown}"
            );
            assert_eq!(error.http_status().unwrap(), status);
        }
    }
}

#[tokio::test]
async fn an_answer_cut_short_anywhere() {
    let nested = json!({
        "data": {"status": true, "message": "ok", "uniqid": "x1"}, "list": [{"status": true}],
        "message": "token invalid", "status": false,
    })
    .to_string();
    for whole in [PLACED, REFUSED, nested.as_str()] {
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let error = refused(&whole[..end]).await;
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Decode, Effect::Unknown),
                "{}",
                &whole[..end]
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_utf_8_is_an_error_that_says_so() {
    let windows_1256 = b"{\"status\":true,\"message\":\"\xD3\xDD\xC7\",\"uniqid\":\"o-1\"}";
    let step = || {
        let charset = "application/json; charset=windows-1256";
        Step::answer(200, windows_1256.to_vec()).header("content-type", charset)
    };
    let errors = [
        (order(step()).await.unwrap_err(), Effect::Unknown),
        (answered(step()).account().await.unwrap_err(), Effect::None),
        (
            answered(step()).order_status("1").await.unwrap_err(),
            Effect::None,
        ),
    ];
    for (error, effect) in errors {
        assert_eq!((error.kind(), error.effect()), (Kind::Decode, effect), "{error}");
        assert_eq!(error.json_path(), Some("$"));
        assert!(error.to_string().contains("not UTF-8"), "{error}");
        assert!(
            error.excerpt().unwrap().contains("\"uniqid\":\"o-1\""),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn redirects_say_nothing() {
    for status in [300, 301, 302, 303, 304, 307, 308] {
        for body in [PLACED, REFUSED, "token invalid", ""] {
            let error = order(Step::answer(status, body)).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.effect()),
                (Kind::Status, Effect::Unknown),
                "{status} {body}"
            );
        }
    }
}
