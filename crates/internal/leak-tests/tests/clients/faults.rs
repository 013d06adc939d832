//! Answers that try to bring secrets out.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use payvand_harness::Secret;
use payvand_leak_tests::ENCODERS;
use payvand_sandbox::{Ending, Fault, Point};
use url::form_urlencoded;

/// Those that answer with what must not get out. `elsewhere` is the address of a host that is not the provider.
pub(crate) fn of_secrets(secrets: &[Secret], elsewhere: &str) -> Vec<(String, Fault)> {
    let mut faults = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        let fault = Fault::redirect(status, &format!("{elsewhere}/elsewhere"));
        faults.push((format!("redirect {status} to another host"), fault));
    }
    for Secret { name, value: secret } in secrets {
        faults.extend(
            echoes(secret, elsewhere)
                .into_iter()
                .map(|(how, fault)| (format!("{name} comes back {how}"), fault)),
        );
        for (how, echo) in encoded_echoes(secret) {
            let page = html(403, format!("<p>{echo} may not</p>"));
            faults.push((format!("{name} comes back in a page, {how}"), page));
            let json = php_json(&echo);
            let refusal = format!(
                r#"{{"status":false,"hasError":true,"errorCode":{json},"message":{json},"errorMessage":{json},"errors":[{{"code":{json},"message":{json}}}],"data":{{"more":{json}}}}}"#
            );
            faults.push((
                format!("{name} comes back in a refusal, {how}"),
                json_answer(200, refusal),
            ));
        }
    }
    faults
}

/// A secret as a server writes it that encodes what it repeats, or what another one has encoded.
fn encoded_echoes(secret: &str) -> Vec<(String, String)> {
    let mut echoes = vec![(
        "as Basic has it".to_owned(),
        BASE64_STANDARD.encode(format!("user:{secret}")),
    )];
    for (number, (inner, encode)) in ENCODERS.into_iter().enumerate() {
        let once: String = secret.chars().map(encode).collect();
        // Each of them in itself, and in another.
        for (outer, encode) in [ENCODERS[number], ENCODERS[(number + 1) % ENCODERS.len()]] {
            let twice = once.chars().map(encode).collect();
            echoes.push((format!("{inner}, and then {outer}"), twice));
        }
        echoes.push((inner.to_owned(), once));
    }
    echoes
}

/// Answers that say a secret back. What a client prints of them it has to take out.
#[expect(clippy::too_many_lines, reason = "a list")]
fn echoes(secret: &str, elsewhere: &str) -> Vec<(&'static str, Fault)> {
    let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = php_json(secret);
    let head = cut(secret, 0, 12);
    let tail = cut(secret, secret.chars().count().saturating_sub(12), usize::MAX);
    vec![
        (
            "in a page",
            html(400, format!("<h1>Bad request</h1> {secret} is not known")),
        ),
        (
            "in a page's address",
            html(404, format!("<p>GET /api?a=1&token={encoded}&b=2 not found</p>")),
        ),
        (
            "in a success's message",
            json_answer(200, format!(r#"{{"status":true,"message":{json}}}"#)),
        ),
        (
            "in a refusal",
            json_answer(200, format!(r#"{{"status":false,"message":{json}}}"#)),
        ),
        (
            "in an unknown refusal",
            json_answer(
                401,
                format!(
                    r#"{{"errorCode":{json},"errorMessage":{json},"validationErrors":[{{"field":{json},"errorMessage":{json}}}]}}"#
                ),
            ),
        ),
        (
            "in an envelope",
            json_answer(
                200,
                format!(
                    r#"{{"hasError":true,"errorCode":{json},"message":{json},"result":{json},"errors":[{{"message":{json},"code":{json},"field":{json},"url":{json}}}]}}"#
                ),
            ),
        ),
        (
            "as a status",
            json_answer(200, format!(r#"{{"status":{json},"message":{json}}}"#)),
        ),
        ("as a key", json_answer(200, format!(r"{{{json}:{json}}}"))),
        (
            "twice as a key",
            json_answer(200, format!(r#"{{{json}:1,{json}:2,"status":true}}"#)),
        ),
        (
            "as a number's place",
            json_answer(
                200,
                format!(r#"{{"status":true,"balance":{json},"count":{json}}}"#),
            ),
        ),
        (
            "in JSON in a string",
            json_answer(200, php_json(&format!(r#"{{"status":false,"message":{json}}}"#))),
        ),
        (
            "in a body that breaks off",
            json_answer(200, format!(r#"{{"status":true,"message":{json},"more":1}}"#))
                .cut(Point::LastByte, Ending::Close),
        ),
        (
            "in a status line",
            Fault::raw(format!("HTTP/1.1 200 {encoded}\r\n\r\n")),
        ),
        (
            "where a status line should be",
            Fault::raw(format!("{secret}\r\n\r\n")),
        ),
        (
            "in a length",
            Fault::raw(format!("HTTP/1.1 200 OK\r\ncontent-length: {encoded}\r\n\r\n")),
        ),
        (
            "in a header's name",
            Fault::raw(format!("HTTP/1.1 200 OK\r\n{secret}: {secret}\r\n\r\n")),
        ),
        ("as the whole answer", Fault::answer(200, secret.to_owned())),
        (
            "beside junk",
            Fault::answer(200, [&b"\xff\xfe"[..], secret.as_bytes(), b"\xff"].concat()),
        ),
        (
            "cut off behind",
            Fault::answer(200, format!(r#"{{"status":false,"message":"{head}"#)),
        ),
        (
            "cut off in front",
            Fault::answer(500, format!("{tail} is not known")),
        ),
        (
            "where an excerpt ends",
            Fault::answer(500, format!("{}{secret}", "x".repeat(190))),
        ),
        (
            "where a long page is cut",
            Fault::answer(500, format!("{}{secret}", " ".repeat(16 * 1024 - 10))),
        ),
        (
            "in a redirect",
            Fault::redirect(302, &format!("{elsewhere}/login?token={encoded}")),
        ),
        (
            "in headers",
            Fault::answer(503, "")
                .header("retry-after", &encoded)
                .header("set-cookie", &format!("token={encoded}"))
                .header("x-request", &encoded),
        ),
    ]
}

fn html(status: u16, page: impl Into<String>) -> Fault {
    Fault::answer(status, page.into()).header("content-type", "text/html; charset=UTF-8")
}

fn json_answer(status: u16, text: String) -> Fault {
    Fault::answer(status, text).header("content-type", "application/json")
}

/// Text as PHP writes it into JSON: escapes for all that is not ASCII.
fn php_json(text: &str) -> String {
    let mut json = String::from('"');
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'"') => json.push_str("\\\""),
            Ok(b'\\') => json.push_str("\\\\"),
            Ok(b'/') => json.push_str("\\/"),
            Ok(ascii @ 0x20..0x7f) => json.push(char::from(ascii)),
            _ => json.extend([format!("\\u{unit:04x}")]),
        }
    }
    json.push('"');
    json
}

fn cut(text: &str, from: usize, length: usize) -> String {
    text.chars().skip(from).take(length).collect()
}
