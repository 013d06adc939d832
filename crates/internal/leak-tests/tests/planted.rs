//! The search itself: a leak that is planted is found, and nothing else is.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use http_core::testing::{ScriptedTransport, Step};
use http_core::{Code, ErrorBuilder, HttpClient, Language, Operation, Outgoing, Semantics, http};
use payvand_harness::{Failure as SeenFailure, Texts, debug_texts, error_texts};
use payvand_leak_tests::{Leak, LeakSearch, Listener, Reply, sent_by_url};
use payvand_sandbox::Sandbox;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Log lines are those of the whole process, so each test plants a secret of its own.
fn search_for(secret: &str) -> LeakSearch {
    LeakSearch::start([("the secret", secret)], [])
}

fn only_leak(search: &LeakSearch) -> Leak {
    let mut leaks = search.leaks();
    assert_eq!(leaks.len(), 1, "{leaks:?}");
    leaks.remove(0)
}

#[test]
fn every_spelling_is_found() {
    let secret = "qP5/رمز+tY8=lK1&zX7";
    let encoded = "qP5%2F%D8%B1%D9%85%D8%B2%2BtY8%3DlK1%26zX7";
    let base64 = |before: &str| BASE64_STANDARD.encode(format!("{before}{secret}!"));
    let url_safe = |before: &str| BASE64_URL_SAFE.encode(format!("{before}{secret}!"));
    for (text, spelling) in [
        (secret.to_owned(), "as it is"),
        (encoded.to_owned(), "percent-encoded"),
        (encoded.to_lowercase(), "percent-encoded"),
        ("%71%50%35%2f%d8%b1%d9%85%d8%b2%2b".to_owned(), "percent-encoded"),
        (r"qP5\/".to_owned() + "رمز+tY8", "escaped as JSON"),
        (r"qP5\/\u0631\u0645\u0632+tY8".to_owned(), "escaped as JSON"),
        (r"5/\u0631\u0645\u0632+tY8".to_owned(), "escaped as JSON"),
        (
            "5&#x2F;&#x631;&#x645;&#x632;&#x2B;tY8".to_owned(),
            "escaped as HTML",
        ),
        ("tY8%253DlK1%2526z".to_owned(), "encoded twice"),
        (r"5\\\/\\u0631\\u0645\\u0632+tY8".to_owned(), "encoded twice"),
        (
            "%26%23x632%3B%26%23x2B%3BtY8%26%23x3D%3BlK1".to_owned(),
            "encoded twice",
        ),
        (BASE64_STANDARD.encode("lK1&amp;zX7"), "in base64"),
        (base64(""), "in base64"),
        (base64("a"), "in base64"),
        (base64("ab"), "in base64"),
        (url_safe("abc"), "in base64"),
        (url_safe("abcd"), "in base64"),
        (url_safe("abcde"), "in base64"),
        ("رمز+tY8=".to_owned(), "as it is"),
        ("%3dlK1%26zX7".to_owned(), "percent-encoded"),
    ] {
        let search = search_for(secret);
        search.saw("a text", format!("before {text} after"));
        let leak = only_leak(&search);
        assert_eq!(
            (leak.place.as_str(), leak.secret.as_str()),
            ("a text", "the secret")
        );
        assert_eq!(leak.spelling, spelling, "{text}");
        assert!(leak.context.contains("before "), "{leak}");
    }
}

#[test]
fn every_part_of_eight_characters_is_found_and_none_of_seven() {
    let secret = "mB3vC9xZ1aS7dF5gH2j";
    for at in 0..=secret.len() - 8 {
        let search = search_for(secret);
        search.saw("a text", format!("…{}…", &secret[at..at + 8]));
        assert_eq!(only_leak(&search).spelling, "as it is");
    }
    let search = search_for(secret);
    for at in 0..=secret.len() - 7 {
        search.saw("a text", format!("…{}…", &secret[at..at + 7]));
    }
    search.saw(
        "an innocent text",
        "token=[redacted]&link=https%3A%2F%2Fwww.aparat.com%2Fv%2Fabcd",
    );
    assert_eq!(search.leaks(), []);
}

#[derive(Debug)]
struct Chain(
    #[expect(dead_code, reason = "Debug prints it")] &'static str,
    Option<Box<Chain>>,
);

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("harmless")
    }
}

impl std::error::Error for Chain {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|error| error as _)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not found: {0}")]
struct Spoken(&'static str);

#[test]
fn whatever_is_printed_is_searched() {
    let secret = "oI6uY4tR2eW0qA8sD";
    let found = |texts: Texts| {
        let search = search_for(secret);
        for (place, text) in texts {
            search.saw(&place, text);
        }
        search
            .leaks()
            .into_iter()
            .map(|leak| leak.place)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(debug_texts("a client", &Some(secret))),
        ["a client: Debug", "a client: Debug on many lines"]
    );
    assert!(found(error_texts(&Spoken(secret))).contains(&"the error: Display".to_owned()));
    let deep = || {
        Chain(
            "top",
            Some(Box::new(Chain("middle", Some(Box::new(Chain(secret, None)))))),
        )
    };
    assert!(found(error_texts(&deep())).contains(&"source: source: the error: Debug".to_owned()));
}

#[derive(Debug, Clone, PartialEq)]
struct Talkative(&'static str);

impl Code for Talkative {
    type Details = String;

    fn describe(&self, language: Language) -> Cow<'static, str> {
        match language {
            Language::Persian => Cow::Borrowed(self.0),
            _ => Cow::Borrowed("harmless"),
        }
    }
}

/// A client that gives the provider's details and its own descriptions away, and whose redactor knows nothing.
#[tokio::test]
async fn whatever_an_error_answers_is_searched() {
    static CALL: Operation = Operation::new("planted.call", http::Method::GET, "a", Semantics::Idempotent);
    let secret = "wE3rT5yU7iO9pL1kJ";
    let search = search_for(secret);
    let client = HttpClient::builder("https://provider.invalid", "planted")
        .transport(ScriptedTransport::always(Step::answer(200, secret)))
        .build([])
        .unwrap();
    let request = Outgoing::new(CALL.method.clone(), client.url(&CALL)).unwrap();
    let error = client
        .call(&CALL, request, client.deadline(None), |response| {
            let failure = ErrorBuilder::api(Talkative(secret), secret).details(secret.to_owned());
            Err::<(), _>(failure.excerpt_of(response))
        })
        .await
        .unwrap_err();
    for (what, text) in SeenFailure::of(&error).texts {
        search.saw(&format!("a call: {what}"), text);
    }
    let places: Vec<_> = search.leaks().into_iter().map(|leak| leak.place).collect();
    for place in [
        "a call: the error: Display",
        "a call: the error: Debug",
        "a call: Persian",
        "a call: message",
        "a call: excerpt",
        "a call: code: Debug",
        "a call: details: Debug",
    ] {
        assert!(places.iter().any(|found| found == place), "{place}: {places:?}");
    }
    // No event says what the error says.
    for place in ["a call: English", "the log"] {
        assert!(!places.iter().any(|found| found == place), "{place}: {places:?}");
    }
}

#[test]
fn every_log_line_is_searched() {
    let secret = "zA1xS2cD3vF4bG5nH";
    let targets = ["some_library", "other_library", "a_library_that_says_nothing"];
    let search = LeakSearch::start([("the secret", secret)], targets);
    assert_eq!(search.leaks(), []);
    let leaks_after = |line: &dyn Fn()| {
        let before = search.leaks().len();
        line();
        search.leaks().len() - before
    };
    assert_eq!(
        leaks_after(&|| tracing::trace!(target: "some_library", "sent {secret}")),
        1
    );
    assert_eq!(leaks_after(&|| tracing::trace!(url = secret, "sent")), 1);
    assert_eq!(leaks_after(&|| tracing::trace!(headers = ?[secret], "sent")), 1);
    assert_eq!(
        leaks_after(&|| log::trace!(target: "other_library", "sent {secret}")),
        1
    );
    // Both ends of the span are told, and what is said in it.
    let span = || tracing::trace_span!("call", secret).in_scope(|| tracing::trace!("harmless"));
    assert!(leaks_after(&span) >= 1);
    assert_eq!(search.unheard(), ["a_library_that_says_nothing"]);
}

#[tokio::test]
async fn another_host_writes_down_what_it_gets() {
    let secret = "kL9jH8gF7dS6aQ5wE";
    let listener = Listener::start(|_| Reply::answer(200, "{}")).await;
    let mut stream = TcpStream::connect(listener.address()).await.unwrap();
    let request = format!("GET /?token={secret} HTTP/1.1\r\nhost: a\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer)
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let search = search_for(secret);
    search.saw("another host", listener.heard().join("\n"));
    assert_eq!(listener.connections(), 1);
    assert_eq!(only_leak(&search).place, "another host");
}

#[tokio::test]
async fn a_message_that_is_sent_by_url() {
    for (target, expected) in [
        ("GET /api/v1/message?UserName=a&Password=b", true),
        ("HEAD /API/V1//m%65ssage/", true),
        ("GET /api%2Fv1%2Fmessage", true),
        ("POST /api/v1/message", false),
        ("GET /api/v1/messages", false),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        let request = format!("{target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        assert_eq!(sent_by_url(&sandbox), expected, "{target}");
    }
}
