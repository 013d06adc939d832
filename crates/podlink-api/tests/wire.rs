//! The exact bytes of every request, over a socket.

#![cfg(any(feature = "rustls", feature = "native-tls"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use httpmock::{Method::POST, Mock, MockServer};
use podlink_api::{
    Client, ClientBuilder, Content, HashMethod, Interval, LinkKind, OrderBy, ParameterStyle, Service,
    Timestamp,
};
use support::{KEY, TOKEN, live, service};

const PATH: &str = "/srv/sc/nzh/doServiceCall";

fn client(server: &MockServer) -> ClientBuilder {
    Client::builder(TOKEN).api_key(KEY).base_url(server.base_url())
}

/// Answers only a request with exactly this body and the document's headers.
async fn expect<'a>(server: &'a MockServer, body: String, result: &str) -> Mock<'a> {
    let answer = live(&service(result));
    server
        .mock_async(move |when, then| {
            when.method(POST)
                .path(PATH)
                .header("_token_", TOKEN)
                .header("_token_issuer_", "1")
                .header("content-type", "application/x-www-form-urlencoded")
                .is_true(|request| request.query_params().is_empty())
                .body(body);
            then.status(200)
                .header("content-type", "application/json")
                .body(answer);
        })
        .await
}

#[tokio::test]
async fn add_link() {
    let server = MockServer::start_async().await;
    let pod = client(&server).build().unwrap();
    let mock = expect(
        &server,
        format!("scProductId=46410&scApiKey={KEY}&urlOrContent=https%3A%2F%2Fexample.com%2Flong%3Fa%3D1%26b%3D2&shortenObjectKind=link"),
        r#"{"hash":"abc"}"#,
    )
    .await;
    let link = pod
        .add_link(Content::link("https://example.com/long?a=1&b=2"))
        .await
        .unwrap();
    assert_eq!(link.hash(), "abc");
    mock.assert_async().await;

    let mock = expect(
        &server,
        format!(
            "scProductId=46410&scApiKey={KEY}&urlOrContent=%D9%85%D8%AA%D9%86+%D8%AA%D8%B3%D8%AA%DB%8C&shortenObjectKind=content\
             &hash=%D8%AA%D8%B3%D8%AA&tags=tag1%D8%8C%D8%AE%D8%A8%D8%B1"
        ),
        r#"{"hash":"تست"}"#,
    )
    .await;
    let call = pod
        .add_link(Content::text("متن تستی"))
        .hash("تست")
        .tags(["tag1"])
        .tags(["خبر"]);
    assert_eq!(
        call.await.unwrap().short_url(),
        "http://tilin.ir/%D8%AA%D8%B3%D8%AA"
    );
    mock.assert_async().await;

    // The Bidi rule alone refuses its host: whether the link is good is the provider's to say.
    let mock = expect(
        &server,
        format!("scProductId=46410&scApiKey={KEY}&urlOrContent=https%3A%2F%2F24sms.%D8%A7%DB%8C%D8%B1%D8%A7%D9%86%2Fv&shortenObjectKind=link"),
        r#"{"hash":"b"}"#,
    )
    .await;
    pod.add_link(Content::link("https://24sms.ایران/v"))
        .await
        .unwrap();
    mock.assert_async().await;

    let mock = expect(
        &server,
        format!("scProductId=46410&scApiKey={KEY}&urlOrContent=https%3A%2F%2Fexample.com%2Fa.pdf&shortenObjectKind=file"),
        r#"{"hash":"f"}"#,
    )
    .await;
    pod.add_link(Content::file("https://example.com/a.pdf"))
        .await
        .unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn visit() {
    let server = MockServer::start_async().await;
    let pod = client(&server).build().unwrap();
    let body = format!("scProductId=46411&scApiKey={KEY}&hash=%D8%AA%D8%B3%D8%AA");
    let mock = expect(&server, body, r#""text""#).await;
    pod.visit("تست").await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn list_links() {
    let server = MockServer::start_async().await;
    let pod = client(&server).build().unwrap();
    let page = r#"{"totalCount":0,"linkVos":[]}"#;
    let mock = expect(&server, format!("scProductId=46412&scApiKey={KEY}"), page).await;
    pod.list_links().await.unwrap();
    mock.assert_async().await;

    let mock = expect(
        &server,
        format!(
            "scProductId=46412&scApiKey={KEY}&offset=20&count=50&order_by=visitCount&order_asc=true\
             &search_sub_string=%D8%B3%D9%84%D8%A7%D9%85+a%26b&date_from=1555228087215&date_to=1618300087215\
             &hashGeneratedMethod=custom&shortenObjectKind=link&filter_tags=tag1%D8%8C%D8%AE%D8%A8%D8%B1&search_tags=text%D8%8Csample"
        ),
        page,
    )
    .await;
    pod.list_links()
        .offset(20)
        .count(50)
        .order_by(OrderBy::VisitCount)
        .ascending()
        .search("سلام a&b")
        .date_from(Timestamp::from_millis(1_555_228_087_215))
        .date_to(Timestamp::from_millis(1_618_300_087_215))
        .hash_method(HashMethod::Custom)
        .kind(LinkKind::Link)
        .filter_tags(["tag1", "خبر"])
        .search_tags(["text", "sample"])
        .await
        .unwrap();
    mock.assert_async().await;

    for (order, word) in [
        (OrderBy::Hash, "hash"),
        (OrderBy::CreateTime, "createTime"),
        (OrderBy::ExpireTime, "expireTime"),
    ] {
        let body = format!(
            "scProductId=46412&scApiKey={KEY}&order_by={word}&order_asc=false&hashGeneratedMethod=auto"
        );
        let mock = expect(&server, body, page).await;
        let call = pod
            .list_links()
            .order_by(order)
            .descending()
            .hash_method(HashMethod::Auto);
        call.await.unwrap();
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn activate_and_deactivate() {
    let server = MockServer::start_async().await;
    let pod = client(&server).build().unwrap();
    for (word, active) in [("active", true), ("deactive", false)] {
        let body = format!("scProductId=46413&scApiKey={KEY}&hash=sample20&setStatus={word}");
        let mock = expect(&server, body, "true").await;
        if active {
            pod.activate("sample20").await.unwrap();
        } else {
            pod.deactivate("sample20").await.unwrap();
        }
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn click_stats() {
    let server = MockServer::start_async().await;
    let pod = client(&server).build().unwrap();
    let stats = r#"{"totalCount":0}"#;
    let begin = format!("scProductId=46414&scApiKey={KEY}&hash=sample20");
    let (from, to) = (
        Timestamp::from_millis(1_551_398_400_000),
        Timestamp::from_millis(1_551_398_400_000 + 3_600_000),
    );
    let call = || pod.click_stats("sample20");
    for (call, rest) in [
        (call(), ""),
        (call().from(from), "&fromTimestamp=1551398400000"),
        (call().to(to), "&toTimestamp=1551402000000"),
        (
            call().interval(Interval::Minute).from(from).to(to),
            "&kind=minute&fromTimestamp=1551398400000&toTimestamp=1551402000000",
        ),
        (call().interval(Interval::Hour), "&kind=hour"),
        (call().interval(Interval::Day), "&kind=day"),
        (call().interval(Interval::Month), "&kind=month"),
    ] {
        let mock = expect(&server, format!("{begin}{rest}"), stats).await;
        call.await.unwrap();
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn keys_ids_and_style_can_be_set() {
    let server = MockServer::start_async().await;
    let pod = client(&server)
        .api_key_for(Service::SetStatus, "another-key")
        .product_id(Service::SetStatus, 99)
        .product_id(Service::ListLinks, 98)
        .parameter_style(ParameterStyle::JsonBody)
        .build()
        .unwrap();
    let body = "scProductId=99&scApiKey=another-key&body=%7B%22hash%22%3A%22%D8%AA%22%2C%22setStatus%22%3A%22active%22%7D";
    let mock = expect(&server, body.to_owned(), "true").await;
    pod.activate("ت").await.unwrap();
    mock.assert_async().await;

    let body = format!("scProductId=98&scApiKey={KEY}&body=%7B%22count%22%3A5%2C%22order_asc%22%3Atrue%7D");
    let mock = expect(&server, body, r#"{"totalCount":0,"linkVos":[]}"#).await;
    pod.list_links().count(5).ascending().await.unwrap();
    mock.assert_async().await;
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = MockServer::start_async().await;
    let pod = client(&server).build().unwrap();
    let target = server.url("/target");
    let followed = server
        .mock_async(|when, then| {
            when.path("/target");
            then.status(200).body("should not be asked for");
        })
        .await;
    let visited = server
        .mock_async(|when, then| {
            when.method(POST).path(PATH);
            then.status(302).header("location", &target);
        })
        .await;
    assert_eq!(
        pod.visit("a").await.unwrap(),
        podlink_api::Visit::Redirect(target)
    );
    assert!(pod.list_links().await.is_err());
    assert_eq!(visited.calls_async().await, 2);
    assert_eq!(followed.calls_async().await, 0);
}
