//! What a call with the token puts on the wire, to the byte: header lines are counted, which a mock server does not do.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

#[path = "common/fixed_token.rs"]
mod fixed_token;
#[path = "common/server.rs"]
mod server;

use fixed_token::{FixedToken, NoCode};
use payvand_http_core::http::{Method, Request, header};
use payvand_http_core::{AuthorizedCall, Effect, Error, HttpClient, Kind, TokenSource};
use serde_json::json;
use server::{Play, Server};

async fn start() -> (Server, TokenSource<FixedToken>) {
    let server = Server::start([Play::ok("{}")]).await;
    let http = HttpClient::builder(&server.url(), "test/1").build([]).unwrap();
    (server, TokenSource::new(&http, FixedToken))
}

/// The head that arrived: its first line, and the rest sorted.
fn head(server: &Server) -> (String, Vec<String>) {
    let requests = server.requests();
    let head = requests.last().unwrap().split("\r\n\r\n").next().unwrap();
    let mut lines = head.split("\r\n").map(str::to_lowercase);
    let first = lines.next().unwrap();
    let mut rest: Vec<_> = lines.collect();
    rest.sort();
    (first, rest)
}

fn lines_of(server: &Server, name: &str) -> Vec<String> {
    let lines = head(server).1.into_iter();
    lines
        .filter_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
        .collect()
}

type Call = AuthorizedCall<FixedToken>;

#[tokio::test]
async fn a_body_has_one_content_type_and_it_is_the_callers() {
    type Build = fn(Call) -> Call;
    let cases: [(Build, &str); 6] = [
        (|call| call.json(&json!(1)), "application/json"),
        (
            |call| {
                call.json(&json!(1))
                    .header("content-type", "application/vnd.x+json")
            },
            "application/vnd.x+json",
        ),
        (
            |call| {
                call.header("content-type", "application/vnd.x+json")
                    .json(&json!(1))
            },
            "application/vnd.x+json",
        ),
        (
            |call| {
                call.header(header::CONTENT_TYPE, "text/plain")
                    .header("Content-Type", "text/csv")
                    .body("a")
            },
            "text/csv",
        ),
        (|call| call.json(&json!(1)).json(&json!(2)), "application/json"),
        (
            |call| call.body("a").header("content-type", "text/csv"),
            "text/csv",
        ),
    ];
    for (number, (build, expected)) in cases.into_iter().enumerate() {
        let (server, tokens) = start().await;
        build(tokens.authorized().post("a")).await.unwrap();
        assert_eq!(lines_of(&server, "content-type"), [expected], "{number}");
        assert_eq!(lines_of(&server, "content-length"), ["1"], "{number}");
    }
}

#[tokio::test]
async fn an_empty_body_says_so_where_a_method_has_one() {
    for (method, lengths) in [
        (Method::POST, vec!["0"]),
        (Method::PUT, vec!["0"]),
        (Method::PATCH, vec!["0"]),
        (Method::GET, vec![]),
        (Method::DELETE, vec![]),
    ] {
        let (server, tokens) = start().await;
        let authorized = tokens.authorized();
        authorized.request(method.clone(), "a").await.unwrap();
        assert_eq!(lines_of(&server, "content-length"), lengths, "{method}");
        let request = Request::builder().method(&method).uri("/a").body("").unwrap();
        authorized.call(request).await.unwrap();
        assert_eq!(lines_of(&server, "content-length"), lengths, "{method}");
    }
}

#[tokio::test]
async fn the_callers_framing_is_not_sent() {
    let (server, tokens) = start().await;
    let request = Request::post("/a")
        .header("host", "elsewhere.invalid")
        .header("content-length", "999")
        .header("transfer-encoding", "chunked")
        .header("connection", "close")
        .header("authorization", "Bearer of-somebody-else")
        .header("x-mine", "1")
        .body("abc")
        .unwrap();
    tokens.authorized().call(request).await.unwrap();
    let host = format!("host: {}", server.host());
    assert_eq!(
        head(&server).1,
        [
            "accept-encoding: gzip",
            "accept: application/json",
            "authorization: bearer not-a-real-token",
            "content-length: 3",
            &host,
            "user-agent: test/1",
            "x-mine: 1",
        ]
        .into_iter()
        .filter(|line| cfg!(feature = "gzip") || !line.starts_with("accept-encoding"))
        .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_path_arrives_whole_or_not_at_all() {
    for (path, arrives) in [
        (
            "send?to=09120000000&text=code%231234&from=3000",
            Some("/send?to=09120000000&text=code%231234&from=3000"),
        ),
        ("/messages:send", Some("/messages:send")),
        ("a/b:c?at=10:30", Some("/a/b:c?at=10:30")),
        ("send?to=09120000000&text=code#1234&from=3000", None),
        ("a#b", None),
        ("messages:send", None),
    ] {
        let (server, tokens) = start().await;
        match (tokens.authorized().post(path).await, arrives) {
            (Ok(_), Some(target)) => {
                assert_eq!(head(&server).0, format!("post {target} http/1.1"));
            }
            (Err(error), None) => {
                let error: Error<NoCode> = error;
                assert_eq!(
                    (error.kind(), error.effect()),
                    (error.kind(), Effect::None),
                    "{path}"
                );
                assert!(
                    matches!(error.kind(), Kind::InvalidInput { argument: "path", .. }),
                    "{path}"
                );
                assert_eq!(server.requests().len(), 0);
            }
            (outcome, _) => assert_eq!(outcome.is_ok(), arrives.is_some(), "{path}"),
        }
    }
    let (_, tokens) = start().await;
    for (path, hint) in [("a?text=b#c", "%23"), ("messages:send", "slash")] {
        let error = tokens.authorized().post(path).await.unwrap_err();
        assert!(error.to_string().contains(hint), "{error}");
    }
}

#[tokio::test]
async fn a_query_is_added_to_the_path_and_an_empty_one_is_not() {
    const NONE: [(&str, &str); 0] = [];
    type Build = fn(Call) -> Call;
    let cases: [(&str, Build, &str); 5] = [
        ("a", |call| call.query(NONE), "/a"),
        ("a?b=1", |call| call.query(NONE), "/a?b=1"),
        ("a?b=1", |call| call.query([("c", "#2 &")]), "/a?b=1&c=%232+%26"),
        ("a", |call| call.query([("c", "1")]).query(NONE), "/a?c=1"),
        ("a", |call| call, "/a"),
    ];
    for (path, build, target) in cases {
        let (server, tokens) = start().await;
        build(tokens.authorized().get(path)).await.unwrap();
        assert_eq!(head(&server).0, format!("get {target} http/1.1"));
    }
}
