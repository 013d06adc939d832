//! Calls that carry the token, and what they are answered.

use std::collections::HashMap;
use std::time::Duration;

use payvand_http_core::bytes::Bytes;
use payvand_http_core::http::{HeaderMap, Method, Request, header};
use payvand_http_core::testing::{ScriptedTransport, Step};
use payvand_http_core::{Effect, Error, Kind, Reason};

use crate::planned::{HOUR, TestCode, builder, lives, source_of, source_over};

#[tokio::test(start_paused = true)]
async fn only_idempotent_calls_are_repeated() {
    let cases: [(Method, Option<bool>, usize); 6] = [
        (Method::GET, None, 3),
        (Method::HEAD, None, 3),
        (Method::POST, None, 1),
        (Method::DELETE, None, 1),
        (Method::POST, Some(true), 3),
        (Method::GET, Some(false), 1),
    ];
    for (method, idempotent, expected) in cases {
        let script = ScriptedTransport::always(Step::unknown());
        let (tokens, _) = source_of(builder(), script.clone(), &[], lives(Duration::ZERO, HOUR));
        let mut call = tokens.authorized().request(method.clone(), "x");
        if let Some(idempotent) = idempotent {
            call = call.idempotent(idempotent);
        }
        let error = call.await.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown);
        assert_eq!(script.requests().len(), expected, "{method} {idempotent:?}");
        let idle = script.seen()[0].options.max_idle_time;
        assert_eq!(idle.is_some(), expected == 1, "{method} {idempotent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_sent_as_they_were_built() {
    let script = ScriptedTransport::always(Step::answer(200, "\u{FEFF}{\"a\":[1]}"));
    let (tokens, _) = source_over(script.clone(), &[], lives(Duration::ZERO, HOUR));
    let authorized = tokens.authorized();

    let answer = authorized
        .post("/api/v1/message?draft=yes")
        .query([("text", "سلام & درود")])
        .header("x-request-id", "7")
        .json(&serde_json::json!({"to": "0900"}))
        .await
        .unwrap();
    assert_eq!(answer.json::<HashMap<String, Vec<u8>>>().unwrap()["a"], [1]);

    let own = Request::put("https://API.example:443/a%20b?c=%2F#d")
        .header("authorization", "Bearer stolen")
        .header("host", "evil.example")
        .header("content-length", "999")
        .header("accept", "text/csv")
        .body("raw")
        .unwrap();
    assert!(authorized.call(own).await.is_ok());

    let [first, second]: [Request<Bytes>; 2] = script.requests().try_into().unwrap();
    assert_eq!(first.method(), Method::POST);
    assert_eq!(
        first.uri(),
        "https://api.example/api/v1/message?draft=yes&text=%D8%B3%D9%84%D8%A7%D9%85+%26+%D8%AF%D8%B1%D9%88%D8%AF"
    );
    assert_eq!(first.body(), r#"{"to":"0900"}"#);
    assert_eq!(
        headers(first.headers()),
        [
            "accept: application/json",
            "authorization: Bearer not-a-real-token-1",
            "content-type: application/json",
            "user-agent: test",
            "x-request-id: 7",
        ]
    );
    assert!(first.headers()[header::AUTHORIZATION].is_sensitive());
    assert_eq!(second.method(), Method::PUT);
    assert_eq!(second.uri(), "https://api.example/a%20b?c=%2F");
    assert_eq!(second.body(), "raw");
    assert_eq!(
        headers(second.headers()),
        [
            "accept: text/csv",
            "authorization: Bearer not-a-real-token-1",
            "user-agent: test",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_token_goes_nowhere_else() {
    let script = ScriptedTransport::always(Step::answer(200, ""));
    let (tokens, counts) = source_over(script.clone(), &[], lives(Duration::ZERO, HOUR));
    let authorized = tokens.authorized();
    for foreign in [
        "https://api.example@evil/a",
        "https://evil/a",
        "HTTPS://EVIL/a",
        "//evil/a",
        "\\\\evil/a",
        "https://api.example:8443/a",
        "http://api.example/a",
        "https://user:pw@api.example/a",
    ] {
        let error = authorized.get(foreign).await.unwrap_err();
        assert!(is_refused_path(&error), "{foreign}: {error}");
        assert!(!format!("{error} {error:?}").contains("evil"), "{error:?}");
    }
    for foreign in [
        "https://evil/a",
        "http://api.example/a",
        "https://api.example:444/",
    ] {
        let error = authorized
            .call(Request::get(foreign).body("").unwrap())
            .await
            .unwrap_err();
        assert!(is_refused_path(&error), "{foreign}: {error}");
    }
    for (invalid, argument, reason) in [
        (
            authorized.get("a").header("bad name", "x"),
            "header",
            Reason::Unwritable,
        ),
        (
            authorized.get("a").header("x", "line\r\nbreak"),
            "header",
            Reason::Unwritable,
        ),
        (
            authorized.post("a").json(&HashMap::from([((1, 2), "secret")])),
            "body",
            Reason::Unwritable,
        ),
        (
            authorized.get("a".repeat(70_000)),
            "path",
            Reason::TooLong { most: 65_534 },
        ),
        (
            authorized.get("a").query([("a", "b".repeat(70_000))]),
            "query",
            Reason::TooLong { most: 65_534 },
        ),
    ] {
        let error = invalid.await.unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidInput { argument, reason }, "{error}");
    }
    assert_eq!(
        (counts.begun(), script.requests().len()),
        (0, 0),
        "nothing was sent, not even a login"
    );
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed() {
    let script = ScriptedTransport::always(Step::answer(307, "").header("location", "https://evil/"));
    let (tokens, _) = source_over(script.clone(), &[], lives(Duration::ZERO, HOUR));
    let error = tokens.authorized().post("a").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (Kind::Status, Effect::Unknown));
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_stands_around_the_json_of_an_answer_does_not_matter() {
    for body in [
        r#"{"a":[1]}"#,
        "\r\n\u{feff} \u{feff}{\"a\":[1]}\u{feff}\n",
        "<br />\n<b>Notice</b>: x in /a.php on line <b>3</b><br />\n{\"a\":[1]}",
        "{\"a\":[1]}\n<!-- cache -->",
        r#"{"a":[1],"text":"\ud83d","\ude00":1e400}"#,
    ] {
        let (tokens, _) = source_over(
            ScriptedTransport::always(Step::answer(200, body)),
            &[],
            lives(Duration::ZERO, HOUR),
        );
        let answer = tokens.authorized().get("a").await.unwrap();
        assert_eq!(answer.json::<One>().unwrap().a, [1], "{body}");
    }
    for body in [
        r#"{"a":[1]}{"a":[2]}"#,
        r#"{"a":[1]}{"a":[2"#,
        r#"[{"a":[1]}"#,
        "a",
    ] {
        let (tokens, _) = source_over(
            ScriptedTransport::always(Step::answer(200, body)),
            &[],
            lives(Duration::ZERO, HOUR),
        );
        let answer = tokens.authorized().get("a").await.unwrap();
        assert_eq!(answer.json::<One>().unwrap_err().kind(), Kind::Decode, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_back_is_without_the_token_and_the_password() {
    let body = "no: Bearer not-a-real-token-1 not-a-real-password https%3A not-a-real-tok";
    let script = ScriptedTransport::always(Step::answer(418, body));
    let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
    let error = tokens.authorized().post("a").await.unwrap_err();
    assert_eq!(
        error.excerpt(),
        Some("no: Bearer [redacted] [redacted] https%3A [redacted]")
    );

    let script = ScriptedTransport::always(Step::answer(200, r#"{"token":"not-a-real-token-1"}"#));
    let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
    let answer = tokens.authorized().get("a").await.unwrap();
    let error = answer.json::<Vec<u8>>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "test.authorized: the answer is not what the contract says: not of the type that was asked for, at line 1 \
         column 0 at $ (HTTP 200, effect unknown)"
    );
    for printed in [
        format!("{error:?}"),
        format!("{answer:?}"),
        format!("{tokens:?}"),
        format!("{:?}", tokens.authorized()),
    ] {
        assert!(!printed.contains("not-a-real"), "{printed}");
    }
}

fn headers(headers: &HeaderMap) -> Vec<String> {
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines
}

fn is_refused_path(error: &Error<TestCode>) -> bool {
    matches!(error.kind(), Kind::InvalidInput { argument: "path", .. }) && error.effect() == Effect::None
}

type Keyed = HashMap<String, HashMap<String, Vec<HashMap<String, HashMap<String, u8>>>>>;

/// One value of the wrong type, or one too few, at any depth.
#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_fit_says_where() {
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Balance {
        data: Data,
    }
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Data {
        credit: u64,
        #[serde(default)]
        lines: Vec<One>,
    }
    for (body, path) in [
        (r#"{"data":{"credit":"7"}}"#, "$.data.credit"),
        (
            "{\n  \"id\": [1, 2],\n  \"data\": {\n    \"credit\": 1.5\n  }\n}",
            "$.data.credit",
        ),
        (r#"{"data":{"credit":{"amount":7}}}"#, "$.data.credit"),
        (r#"{"data":{"lines":[{"a":[]}]},"id":1}"#, "$.data"),
        (r#"{"data":[]}"#, "$.data"),
        (r#"{"data":null}"#, "$.data"),
        (
            r#"{"data":{"credit":7,"lines":[{"a":[1]},{"a":[2,300]}]}}"#,
            "$.data.lines[1].a[1]",
        ),
        (
            r#"{"data":{"credit":7,"lines":[{"a":[1]},{}]}}"#,
            "$.data.lines[1]",
        ),
        (r#"{"سلام":{"credit":7}}"#, "$"),
        (r#"{"data":{"credit":7"#, "$"),
        ("[]", "$"),
        ("1", "$"),
    ] {
        let script = ScriptedTransport::always(Step::answer(200, body));
        let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
        let answer = tokens.authorized().get("a").await.unwrap();
        let error = answer.json::<Balance>().unwrap_err();
        assert_eq!(error.json_path(), Some(path), "{body}: {error}");
    }
    // Neither a line of a log nor an endless one comes from an answer.
    let (long, broken) = ("k".repeat(65), "a\\nb");
    for key in [&long, broken, "a.b", "\u{202e}"] {
        let script =
            ScriptedTransport::always(Step::answer(200, format!(r#"{{"plain":{{"{key}":["x"]}}}}"#)));
        let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
        let answer = tokens.authorized().get("a").await.unwrap();
        let error = answer
            .json::<HashMap<String, HashMap<String, [u8; 1]>>>()
            .unwrap_err();
        assert_eq!(error.json_path(), Some("$.plain"), "{error}");
    }
    let secret = r#"{"data":{"credit":1,"lines":[{"not-a-real-token-1":0,"a":{"not-a-real-token-1":[7]}}]}}"#;
    let script = ScriptedTransport::always(Step::answer(200, secret));
    let (tokens, _) = source_over(script, &[], lives(Duration::ZERO, HOUR));
    let answer = tokens.authorized().get("a").await.unwrap();
    let error = answer.json::<Keyed>().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("not-a-real"), "{error:?}");
}

#[derive(Debug, serde::Deserialize)]
struct One {
    a: Vec<u8>,
}
