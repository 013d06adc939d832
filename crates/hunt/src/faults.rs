//! Everything that can go wrong with an answer: the one list that every client goes through.

use std::time::Duration;

use payvand_sandbox::Fault;
use url::form_urlencoded;

/// Faults with their names. `elsewhere` is the address of a host that is not the provider.
pub(crate) fn all(secrets: &[(String, String)], elsewhere: &str) -> Vec<(String, Fault)> {
    let mut faults = plain();
    for status in [301, 302, 303, 307, 308] {
        let name = format!("redirect {status} to another host");
        let location = format!("{elsewhere}/elsewhere");
        faults.push((name, Fault::answer(status, "").header("location", &location)));
    }
    for (name, secret) in secrets {
        faults.extend(
            echoes(secret, elsewhere)
                .into_iter()
                .map(|(how, fault)| (format!("{name} comes back {how}"), fault)),
        );
    }
    faults
}

fn plain() -> Vec<(String, Fault)> {
    let long = Duration::from_secs(60);
    let named = [
        ("closed", Fault::close()),
        ("closed after the effect", Fault::close().after_processing()),
        ("reset", Fault::reset()),
        ("reset after the effect", Fault::reset().after_processing()),
        ("closed on arrival", Fault::close_on_accept()),
        ("no answer in time", Fault::delay(long)),
        (
            "no answer in time after the effect",
            Fault::delay(long).after_processing(),
        ),
        ("an empty answer", Fault::answer(200, "")),
        ("no content", Fault::answer(204, "")),
        (
            "a truncated answer",
            Fault::answer(200, r#"{"status":true,"mess"#),
        ),
        (
            "not UTF-8",
            Fault::answer(200, &b"{\"status\":true,\"message\":\"\xff\xfe\"}"[..]),
        ),
        ("JSON of another kind", Fault::answer(200, "[[1,2],null]")),
        ("a page", html(200, "<html><body>Welcome</body></html>")),
        (
            "a forbidding page",
            html(403, "<html><body>Request blocked</body></html>"),
        ),
        ("nothing there", html(404, "<html><body>Not Found</body></html>")),
        (
            "too many requests",
            Fault::answer(429, "").header("retry-after", "0"),
        ),
        (
            "an error of PHP",
            html(500, "<b>Fatal error</b>: Uncaught Error in api.php:12"),
        ),
        (
            "a gateway's page",
            html(502, "<html><title>502 Bad Gateway</title></html>"),
        ),
        (
            "maintenance",
            html(503, "<html>down</html>").header("retry-after", "soon"),
        ),
    ];
    named.map(|(name, fault)| (name.to_owned(), fault)).into()
}

/// Answers that say a secret back. What a client prints of them it has to take out.
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
            Fault::answer(302, secret.to_owned())
                .header("location", &format!("{elsewhere}/login?token={encoded}")),
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
