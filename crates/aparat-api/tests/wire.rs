//! The exact request of every call: as a mock server understands it, and byte by byte.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../http-core/tests/common/server.rs"]
mod server;
mod support;

use aparat_api::{Client, ClientBuilder, OrderKind, RetryPolicy};
use httpmock::Method::GET;
use httpmock::{Mock, MockServer};
use server::{Play, Server};
use support::{LINK, PLACED, TOKEN};

const PERSIAN_LINK: &str = "https://www.aparat.com/v/ویدیو_من?t=۱۰&a=b+c#بخش%20یک";

fn to(base_url: &str) -> ClientBuilder {
    Client::builder(TOKEN)
        .base_url(base_url)
        .retry(RetryPolicy::never())
}

/// Answers only the one request that has exactly these parameters.
async fn exactly<'a>(server: &'a MockServer, query: &'static [(&'static str, &'static str)]) -> Mock<'a> {
    server
        .mock_async(|when, then| {
            let mut when = when
                .method(GET)
                .path("/aparat/api.php")
                .header("user-agent", concat!("aparat-api/", env!("CARGO_PKG_VERSION")))
                .header("host", server.address().to_string())
                .header_missing("referer")
                .header_missing("cookie")
                .header_missing("authorization")
                .header_missing("content-type")
                .header_missing("content-length")
                .header_missing("transfer-encoding")
                .is_true(|request| request.body_ref().is_empty())
                .is_true(move |request| request.query_params().len() == query.len());
            for (key, value) in query {
                when = when.query_param(*key, *value);
            }
            then.status(200).body(PLACED);
        })
        .await
}

#[tokio::test]
async fn account() {
    let server = MockServer::start_async().await;
    let mock = exactly(&server, &[("token", TOKEN)]).await;
    to(&server.base_url()).build().unwrap().account().await.unwrap();
    mock.assert_calls_async(1).await;
}

#[tokio::test]
async fn orders_of_each_kind() {
    for (kind, query) in [
        (
            OrderKind::Like,
            &[
                ("token", TOKEN),
                ("link", LINK),
                ("count", "50"),
                ("type", "like"),
            ],
        ),
        (
            OrderKind::View,
            &[
                ("token", TOKEN),
                ("link", LINK),
                ("count", "50"),
                ("type", "view"),
            ],
        ),
        (
            OrderKind::Follow,
            &[
                ("token", TOKEN),
                ("link", LINK),
                ("count", "50"),
                ("type", "follow"),
            ],
        ),
    ] {
        let server = MockServer::start_async().await;
        let mock = exactly(&server, query).await;
        let client = to(&server.base_url()).build().unwrap();
        let call = client.order(kind, LINK, 50).reference("never sent");
        assert_eq!(call.await.unwrap().id(), Some("5f0c1e2d3b4ag"));
        mock.assert_calls_async(1).await;
    }
}

#[tokio::test]
async fn a_link_arrives_as_it_was_given() {
    let server = MockServer::start_async().await;
    let mock = exactly(
        &server,
        &[
            ("token", TOKEN),
            ("link", PERSIAN_LINK),
            ("count", "7000"),
            ("type", "view"),
        ],
    )
    .await;
    let client = to(&server.base_url()).build().unwrap();
    client.order(OrderKind::View, PERSIAN_LINK, 7000).await.unwrap();
    mock.assert_calls_async(1).await;
}

#[tokio::test]
async fn a_link_that_only_the_bidi_rule_refuses_is_sent_as_written() {
    for (link, sent) in [
        (
            "https://24sms.ایران/v",
            "https%3A%2F%2F24sms.%D8%A7%DB%8C%D8%B1%D8%A7%D9%86%2Fv",
        ),
        (
            "https://1404.xn--mgba3a4f16a",
            "https%3A%2F%2F1404.xn--mgba3a4f16a",
        ),
    ] {
        let server = Server::start([Play::ok(PLACED)]).await;
        let client = to(&server.url()).build().unwrap();
        client.order(OrderKind::Like, link, 100).await.unwrap();
        let [request] = &server.requests()[..] else {
            panic!("one request");
        };
        assert!(request.contains(&format!("&link={sent}&count=100&")), "{request}");
    }
}

#[tokio::test]
async fn order_status() {
    let server = MockServer::start_async().await;
    let mock = exactly(&server, &[("token", TOKEN), ("uniqid", "5f0c1e2d3b4ag")]).await;
    let client = to(&server.base_url()).build().unwrap();
    client.order_status("5f0c1e2d3b4ag").await.unwrap();
    mock.assert_calls_async(1).await;
}

/// What the request line has after `/aparat/api.php?token=…`, once it is known that nothing else was sent.
fn query_of(request: &str, host: &str) -> String {
    let (line, rest) = request.split_once("\r\n").unwrap();
    let rest = rest.replace("accept-encoding: gzip\r\n", "");
    assert_eq!(
        rest,
        format!(
            "user-agent: aparat-api/{}\r\naccept: */*\r\nhost: {host}\r\n\r\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    line.strip_prefix(&format!("GET /aparat/api.php?token={TOKEN}"))
        .and_then(|line| line.strip_suffix(" HTTP/1.1"))
        .unwrap_or_else(|| panic!("{line}"))
        .to_owned()
}

#[tokio::test]
async fn byte_by_byte() {
    let server = Server::start([Play::ok(PLACED)]).await;
    let client = to(&server.url()).build().unwrap();
    client.account().await.unwrap();
    for link in [
        LINK,
        PERSIAN_LINK,
        "https://www.aparat.com/v/a?b=c&d=e&token=x&type=follow&count=1",
        "https://www.aparat.com/v/a#b",
        "https://www.aparat.com/v/a+b",
        "https://www.aparat.com/v/%D9%88%20100%",
        "HTTPS://WWW.APARAT.COM:443/./v/../V/~a'(b)*\"<>^`{|}",
    ] {
        client.order(OrderKind::Like, link, 100).await.unwrap();
    }
    for id in [
        "5f0c1e2d3b4ag",
        "a&token=b",
        "a b+c%20#",
        "شناسه",
        "../../x y: z",
        " 1 ",
    ] {
        client.order_status(id).await.unwrap();
    }
    let queries: Vec<_> = server
        .requests()
        .iter()
        .map(|request| query_of(request, &server.host()))
        .collect();
    let order = |link: &str| format!("&link={link}&count=100&type=like");
    assert_eq!(
        queries,
        [
            String::new(),
            order("https%3A%2F%2Fwww.aparat.com%2Fv%2Fabcd"),
            order(
                "https%3A%2F%2Fwww.aparat.com%2Fv%2F%D9%88%DB%8C%D8%AF%DB%8C%D9%88_%D9%85%D9%86%3Ft%3D%DB%B1%DB%B0\
                 %26a%3Db%2Bc%23%D8%A8%D8%AE%D8%B4%2520%DB%8C%DA%A9"
            ),
            order(
                "https%3A%2F%2Fwww.aparat.com%2Fv%2Fa%3Fb%3Dc%26d%3De%26token%3Dx%26type%3Dfollow%26count%3D1"
            ),
            order("https%3A%2F%2Fwww.aparat.com%2Fv%2Fa%23b"),
            order("https%3A%2F%2Fwww.aparat.com%2Fv%2Fa%2Bb"),
            order("https%3A%2F%2Fwww.aparat.com%2Fv%2F%25D9%2588%2520100%25"),
            order(
                "HTTPS%3A%2F%2FWWW.APARAT.COM%3A443%2F.%2Fv%2F..%2FV%2F%7Ea%27%28b%29*%22%3C%3E%5E%60%7B%7C%7D"
            ),
            "&uniqid=5f0c1e2d3b4ag".to_owned(),
            "&uniqid=a%26token%3Db".to_owned(),
            "&uniqid=a+b%2Bc%2520%23".to_owned(),
            "&uniqid=%D8%B4%D9%86%D8%A7%D8%B3%D9%87".to_owned(),
            "&uniqid=..%2F..%2Fx+y%3A+z".to_owned(),
            "&uniqid=+1+".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_token_of_odd_letters_is_encoded_too() {
    let server = Server::start([Play::ok(PLACED)]).await;
    let client = Client::builder("a&b=c#d+e%20/ف")
        .base_url(server.url())
        .build()
        .unwrap();
    client.account().await.unwrap();
    let request = &server.requests()[0];
    assert!(
        request.starts_with("GET /aparat/api.php?token=a%26b%3Dc%23d%2Be%2520%2F%D9%81 HTTP/1.1\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn a_prefix_and_a_user_agent_of_the_callers() {
    let server = Server::start([Play::ok(PLACED)]).await;
    let client = to(&format!("{}/gateway/", server.url()))
        .user_agent("shop/2.1")
        .build()
        .unwrap();
    client.account().await.unwrap();
    let request = &server.requests()[0];
    assert!(
        request.starts_with("GET /gateway/aparat/api.php?token="),
        "{request}"
    );
    assert!(request.contains("\r\nuser-agent: shop/2.1\r\n"), "{request}");
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let target = Server::start([Play::ok(PLACED)]).await;
        let location = format!("location: {}/aparat/api.php?token={TOKEN}\r\n", target.url());
        let server = Server::start([Play::answer(status, &location, PLACED)]).await;
        let client = to(&server.url()).build().unwrap();
        let error = support::like(&client).await.unwrap_err();
        assert_eq!(error.effect(), aparat_api::Effect::Unknown);
        assert_eq!(error.kind(), aparat_api::Kind::Status);
        assert_eq!(server.requests().len(), 1);
        assert_eq!(target.connections(), 0, "{status}");
        assert!(!support::leaks(&format!("{error:?}")));
        client.account().await.unwrap_err();
        assert_eq!(target.connections(), 0, "{status}");
    }
}

#[tokio::test]
async fn cookies_are_forgotten() {
    let answer = Play::answer("200 OK", "set-cookie: session=1; path=/\r\n", PLACED);
    let server = Server::start([answer]).await;
    let client = to(&server.url()).fresh_connections(true).build().unwrap();
    for _ in 0..2 {
        client.account().await.unwrap();
        support::like(&client).await.unwrap();
    }
    assert!(server.requests().iter().all(|r| !r.contains("cookie")));
    assert_eq!(
        server.connections(),
        3,
        "one for both accounts, and one for each order"
    );
}
