//! TinyLink on the wire: every product, every error of every table, and what a browser sees. No client here: a
//! misunderstanding must not agree with itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "a test should fail loudly, and a table may be long"
)]

use std::time::Duration;

use payvand_sandbox::Sandbox;
use payvand_sandbox::podlink::{Podlink, PodlinkShape, RefusedBy};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

const ADD: &str = "46410";
const VISIT: &str = "46411";
const LIST: &str = "46412";
const SET_STATUS: &str = "46413";
const STATS: &str = "46414";

fn browser() -> Client {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

async fn send(sandbox: &Sandbox, token: Option<&str>, fields: &[(&str, &str)]) -> Response {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = browser()
        .post(format!("{}/srv/sc/nzh/doServiceCall", sandbox.url()))
        .header("_token_issuer_", "1")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    if let Some(token) = token {
        request = request.header("_token_", token);
    }
    request.send().await.unwrap()
}

async fn json_of(response: Response) -> Value {
    assert_eq!(response.status(), 200);
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

async fn outer(sandbox: &Sandbox, product: &str, fields: &[(&str, &str)]) -> Value {
    let mut all = vec![("scProductId", product), ("scApiKey", Podlink::API_KEY)];
    all.extend(fields);
    json_of(send(sandbox, Some(Podlink::TOKEN), &all).await).await
}

/// The service's answer, out of the text of JSON that the gateway wraps.
async fn inner(sandbox: &Sandbox, product: &str, fields: &[(&str, &str)]) -> Value {
    let outer = outer(sandbox, product, fields).await;
    assert_eq!(outer["hasError"], false);
    assert_eq!(outer["result"]["statusCode"], 200);
    serde_json::from_str(outer["result"]["result"].as_str().unwrap()).unwrap()
}

async fn result(sandbox: &Sandbox, product: &str, fields: &[(&str, &str)]) -> Value {
    let inner = inner(sandbox, product, fields).await;
    assert_eq!(
        (&inner["error"], &inner["code"]),
        (&json!(false), &json!(200)),
        "{inner}"
    );
    inner["result"].clone()
}

async fn open(sandbox: &Sandbox, hash: &str, agent: &str, referer: &str) -> Response {
    browser()
        .get(format!("{}/{hash}", sandbox.url()))
        .header("user-agent", agent)
        .header("referer", referer)
        .send()
        .await
        .unwrap()
}

const TEXT: [(&str, &str); 2] = [
    ("urlOrContent", "this is sample content"),
    ("shortenObjectKind", "content"),
];

#[tokio::test]
async fn a_link_is_added_as_the_document_shows() {
    let sandbox = Sandbox::start().await.unwrap();
    let fields = [TEXT[0], TEXT[1], ("hash", "sample20"), ("tags", "tag1،tag2")];
    let answer = outer(&sandbox, ADD, &fields).await;
    assert_eq!(
        answer,
        json!({
            "hasError": false, "messageId": 1, "referenceNumber": "ref-00000001", "errorCode": 0, "count": 0,
            "ott": "one-time-00000001",
            "result": {
                "result": r#"{"error":false,"code":200,"result":{"urlOrContent":"this is sample content","hash":"sample20","visitCount":0,"shortenObjectKind":"content"}}"#,
                "header": {}, "statusCode": 200,
            },
        })
    );
    let link = sandbox.podlink().link("sample20").unwrap();
    assert_eq!(
        (link.content(), link.kind(), link.is_custom()),
        ("this is sample content", "content", true)
    );
    assert_eq!(
        (link.tags(), link.owner()),
        (&["tag1".to_owned(), "tag2".to_owned()][..], Podlink::TOKEN)
    );

    let fields = [
        ("urlOrContent", "https://example.com/"),
        ("shortenObjectKind", "link"),
    ];
    let hash = result(&sandbox, ADD, &fields).await["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(hash.len(), 6);
    assert!(!sandbox.podlink().link(&hash).unwrap().is_custom());
}

#[tokio::test]
async fn every_error_of_every_table() {
    let sandbox = Sandbox::start().await.unwrap();
    result(&sandbox, ADD, &[TEXT[0], TEXT[1], ("hash", "taken")]).await;
    let key = ("scApiKey", "wrong");
    let (link, x) = (("shortenObjectKind", "link"), ("urlOrContent", "x"));
    let long = "x".repeat(33);
    for (product, fields, code, name) in [
        (ADD, &[TEXT[0], TEXT[1], key][..], 401, "UNAUTHORIZED"),
        (ADD, &[TEXT[1]], 114, "URL_OR_Content_IS_NULL_OR_EMPTY"),
        (
            ADD,
            &[("urlOrContent", " "), TEXT[1]],
            114,
            "URL_OR_Content_IS_NULL_OR_EMPTY",
        ),
        (ADD, &[x], 116, "INVALID_PARAMETER"),
        (ADD, &[x, ("shortenObjectKind", "qr")], 116, "INVALID_PARAMETER"),
        (ADD, &[x, link], 116, "INVALID_PARAMETER"),
        (ADD, &[x, TEXT[1], ("hash", "a/b")], 116, "INVALID_PARAMETER"),
        (
            ADD,
            &[x, TEXT[1], ("hash", "taken")],
            119,
            "CUSTOM_HASH_REPETETIVE",
        ),
        (ADD, &[x, TEXT[1], ("hash", &long)], 120, "HASH_IS_LONG"),
        (ADD, &[TEXT[0], TEXT[1]], 121, "URL_OR_CONTENT_REPETITIVE"),
        (VISIT, &[], 116, "INVALID_PARAMETER"),
        (VISIT, &[("hash", "none")], 404, "NOT_FOUND"),
        (LIST, &[key], 401, "UNAUTHORIZED"),
        (LIST, &[("count", "-1")], 116, "INVALID_PARAMETER"),
        (LIST, &[("offset", "x")], 116, "INVALID_PARAMETER"),
        (LIST, &[("order_by", "x")], 116, "INVALID_PARAMETER"),
        (LIST, &[("date_from", "x")], 116, "INVALID_PARAMETER"),
        (LIST, &[("hashGeneratedMethod", "x")], 116, "INVALID_PARAMETER"),
        (LIST, &[("shortenObjectKind", "x")], 116, "INVALID_PARAMETER"),
        (SET_STATUS, &[key], 401, "ANAUTHORIZED"),
        (
            SET_STATUS,
            &[("hash", "taken"), ("setStatus", "on")],
            116,
            "INVALID_PARAMETER",
        ),
        (
            SET_STATUS,
            &[("setStatus", "active")],
            119,
            "HASH_IS_NULL_OR_EMPTY",
        ),
        (
            SET_STATUS,
            &[("hash", "none"), ("setStatus", "active")],
            404,
            "NOT_FOUND",
        ),
        (STATS, &[key], 401, "ANAUTHORIZED"),
        (STATS, &[], 116, "INVALID_PARAMETER"),
        (
            STATS,
            &[("hash", "taken"), ("kind", "year")],
            116,
            "INVALID_PARAMETER",
        ),
        (
            STATS,
            &[
                ("hash", "taken"),
                ("kind", "minute"),
                ("fromTimestamp", "0"),
                ("toTimestamp", "7200001"),
            ],
            116,
            "INVALID_PARAMETER",
        ),
        (
            STATS,
            &[("hash", "taken"), ("fromTimestamp", "1"), ("toTimestamp", "0")],
            116,
            "INVALID_PARAMETER",
        ),
        (STATS, &[("hash", "none")], 404, "NOT_FOUND"),
    ] {
        let refused = inner(&sandbox, product, fields).await;
        assert_eq!(refused["error"], true, "{product} {fields:?}");
        assert_eq!(
            (&refused["code"], &refused["developerMessage"]),
            (&json!(code), &json!(name)),
            "{fields:?}"
        );
        assert_eq!(refused["result"], Value::Null);
        assert!(!refused["message"].as_str().unwrap().is_empty());
    }
    sandbox.podlink().set_shape(PodlinkShape::new().internal_error());
    for (product, fields) in [
        (ADD, &[x, TEXT[1]][..]),
        (VISIT, &[("hash", "taken")]),
        (LIST, &[]),
        (SET_STATUS, &[("hash", "taken"), ("setStatus", "active")]),
        (STATS, &[("hash", "taken")]),
    ] {
        assert_eq!(inner(&sandbox, product, fields).await["code"], 999, "{product}");
    }
    assert_eq!(sandbox.podlink().links().len(), 2, "it took effect all the same");
}

#[tokio::test]
async fn what_the_gateway_itself_refuses() {
    let sandbox = Sandbox::start().await.unwrap();
    let good = [("scProductId", LIST), ("scApiKey", Podlink::API_KEY)];
    let no_token = json_of(send(&sandbox, None, &good).await).await;
    assert_eq!(
        (&no_token["hasError"], &no_token["errorCode"]),
        (&json!(true), &json!(21))
    );
    assert_eq!(no_token["result"], Value::Null);
    for (token, fields, code) in [
        (Podlink::TOKEN, &[good[1]][..], 404),
        (Podlink::TOKEN, &[("scProductId", "46415"), good[1]], 404),
        (
            Podlink::TOKEN,
            &[("scProductId", VISIT), ("scApiKey", "wrong")],
            401,
        ),
        (Podlink::TOKEN, &[good[0], good[1], ("body", "[1]")], 116),
    ] {
        assert_eq!(
            json_of(send(&sandbox, Some(token), fields).await).await["errorCode"],
            code,
            "{fields:?}"
        );
    }
    let get = browser()
        .get(format!("{}/srv/sc/nzh/doServiceCall", sandbox.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(get.status(), 405);
}

#[tokio::test]
async fn a_key_of_its_own_for_a_product() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.podlink().add_account("t", "k");
    sandbox.podlink().set_api_key("t", 46412, "list-key");
    let code = async |product, key| {
        let fields = [
            ("scProductId", product),
            ("scApiKey", key),
            ("hash", "none"),
            ("setStatus", "active"),
        ];
        let outer = json_of(send(&sandbox, Some("t"), &fields).await).await;
        let inner: Value = serde_json::from_str(outer["result"]["result"].as_str().unwrap()).unwrap();
        inner["code"].clone()
    };
    assert_eq!(code(LIST, "k").await, 401);
    assert_eq!(code(LIST, "list-key").await, 200);
    assert_eq!(code(SET_STATUS, "list-key").await, 401);
    assert_eq!(code(SET_STATUS, "k").await, 404, "past the key");
}

#[tokio::test]
async fn parameters_may_come_in_one_json_body() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = r#"{"urlOrContent":"متن","shortenObjectKind":"content","hash":"تست"}"#;
    assert_eq!(result(&sandbox, ADD, &[("body", body)]).await["hash"], "تست");
    let list = result(&sandbox, LIST, &[("body", r#"{"count":5,"order_asc":true}"#)]).await;
    assert_eq!(list["totalCount"], 1);
}

#[tokio::test]
async fn the_list_over_real_data() {
    let sandbox = Sandbox::start().await.unwrap();
    for (hash, content, kind, tags) in [
        ("b", "https://example.com/Sale", "link", "news،shop"),
        ("تست", "متن تستی", "content", "news"),
        ("c", "https://example.com/a.pdf", "file", ""),
        ("", "یک متن دیگر", "content", "شخصی"),
    ] {
        let fields = [
            ("urlOrContent", content),
            ("shortenObjectKind", kind),
            ("hash", hash),
            ("tags", tags),
        ];
        result(&sandbox, ADD, &fields).await;
        sandbox.advance(Duration::from_secs(60));
    }
    let other = [
        ("scProductId", ADD),
        ("scApiKey", Podlink::OTHER_API_KEY),
        TEXT[0],
        TEXT[1],
    ];
    send(&sandbox, Some(Podlink::OTHER_TOKEN), &other).await;
    for _ in 0..2 {
        open(&sandbox, "b", "", "").await;
    }
    open(&sandbox, "c", "", "").await;

    let auto = sandbox.podlink().links()[3].hash().to_owned();
    let auto = auto.as_str();
    let created: Vec<i64> = result(&sandbox, LIST, &[("order_asc", "true")]).await["linkVos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["createTime"].as_i64().unwrap())
        .collect();
    let (second, third) = (created[1].to_string(), created[2].to_string());

    let asc = ("order_asc", "true");
    for (fields, total, hashes) in [
        (&[][..], 4, &[auto, "c", "تست", "b"][..]),
        (&[asc], 4, &["b", "تست", "c", auto]),
        (&[("offset", "1"), ("count", "2")], 4, &["c", "تست"]),
        (&[("offset", "9")], 4, &[]),
        (&[("count", "0")], 4, &[]),
        (&[("order_by", "visitCount"), ("count", "2")], 4, &["b", "c"]),
        (&[("order_by", "expireTime"), asc, ("count", "1")], 4, &["b"]),
        (&[("search_sub_string", "sale")], 1, &["b"]),
        (&[("search_sub_string", "متن"), asc], 2, &["تست", auto]),
        (&[("date_from", &second), ("date_to", &third)], 2, &["c", "تست"]),
        (&[("hashGeneratedMethod", "auto")], 1, &[auto]),
        (
            &[
                ("hashGeneratedMethod", "custom"),
                ("shortenObjectKind", "content"),
            ],
            1,
            &["تست"],
        ),
        (&[("filter_tags", "news،shop")], 1, &["b"]),
        (&[("filter_tags", "news"), asc], 2, &["b", "تست"]),
        (&[("search_tags", "sho،شخص"), asc], 2, &["b", auto]),
    ] {
        let list = result(&sandbox, LIST, fields).await;
        assert_eq!(list["totalCount"], total, "{fields:?}");
        let found: Vec<_> = list["linkVos"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| link["hash"].as_str().unwrap())
            .collect();
        assert_eq!(found, hashes, "{fields:?}");
    }
    let by_hash = result(&sandbox, LIST, &[("order_by", "hash"), asc]).await;
    let found: Vec<_> = by_hash["linkVos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["hash"].as_str().unwrap())
        .collect();
    assert!(found.is_sorted() && found.len() == 4, "{found:?}");

    let list = result(&sandbox, LIST, &[("search_sub_string", "sale")]).await;
    let link = &list["linkVos"][0];
    assert_eq!(
        *link,
        json!({
            "urlOrContent": "https://example.com/Sale", "hash": "b", "hashURL": " http://tilin.ir/b",
            "expireTime": created[0] + 730 * 24 * 60 * 60 * 1000, "createTime": created[0], "visitCount": 2,
            "isDeleted": false, "hashGeneratedMethod": "custom", "shortenObjectKind": "link", "tags": "news,shop",
        })
    );
    sandbox.podlink().set_largest_page(3);
    assert_eq!(
        result(&sandbox, LIST, &[("count", "100")]).await["linkVos"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn a_short_address_redirects_or_shows_the_text_until_it_is_off_or_over() {
    let sandbox = Sandbox::start().await.unwrap();
    let podlink = sandbox.podlink();
    let link = [
        ("urlOrContent", "https://example.com/خبر?a=1"),
        ("shortenObjectKind", "link"),
        ("hash", "news"),
    ];
    result(&sandbox, ADD, &link).await;
    result(
        &sandbox,
        ADD,
        &[("urlOrContent", "متن تستی"), TEXT[1], ("hash", "تست")],
    )
    .await;

    let redirect = open(&sandbox, "news", "", "").await;
    assert_eq!(redirect.status(), 302);
    assert_eq!(
        redirect.headers()["location"],
        "https://example.com/%D8%AE%D8%A8%D8%B1?a=1"
    );
    let text = open(&sandbox, "%D8%AA%D8%B3%D8%AA", "", "").await;
    assert_eq!(
        (text.status().as_u16(), &text.headers()["content-type"]),
        (200, &"text/plain; charset=utf-8".parse().unwrap())
    );
    assert_eq!(text.text().await.unwrap(), "متن تستی");
    assert_eq!(open(&sandbox, "none", "", "").await.status(), 404);
    let head = browser()
        .head(format!("{}/news", sandbox.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(head.status(), 405);
    assert_eq!(
        podlink.link("news").unwrap().clicks().len(),
        1,
        "only what was opened counts"
    );

    let off = [("hash", "news"), ("setStatus", "deactive")];
    assert_eq!(result(&sandbox, SET_STATUS, &off).await, true);
    assert_eq!(open(&sandbox, "news", "", "").await.status(), 404);
    assert_eq!(inner(&sandbox, VISIT, &[("hash", "news")]).await["code"], 404);
    assert_eq!(
        result(&sandbox, LIST, &[("search_sub_string", "news")]).await["linkVos"][0]["isDeleted"],
        true
    );
    let on = [("hash", "news"), ("setStatus", "active")];
    assert_eq!(result(&sandbox, SET_STATUS, &on).await, true);
    assert_eq!(open(&sandbox, "news", "", "").await.status(), 302);
    assert_eq!(podlink.link("news").unwrap().clicks().len(), 2);

    sandbox.advance(Duration::from_secs(730 * 24 * 60 * 60));
    assert_eq!(open(&sandbox, "news", "", "").await.status(), 404);
    assert_eq!(
        inner(&sandbox, ADD, &[TEXT[0], TEXT[1], ("hash", "news")]).await["code"],
        119
    );
    assert!(podlink.link("news").unwrap().expires_at() <= sandbox.now());
}

#[tokio::test]
async fn statistics_show_what_happened() {
    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0";
    let sandbox = Sandbox::start().await.unwrap();
    result(&sandbox, ADD, &[TEXT[0], TEXT[1], ("hash", "a")]).await;
    open(&sandbox, "a", CHROME, "https://www.example.com/page").await;
    open(&sandbox, "a", FIREFOX, "https://www.example.com/other").await;
    sandbox.advance(Duration::from_secs(40 * 24 * 60 * 60));
    open(&sandbox, "a", CHROME, "").await;
    // a visit through the gateway counts too, by an unknown browser
    let visit = [
        ("scProductId", VISIT),
        ("scApiKey", Podlink::API_KEY),
        ("hash", "a"),
    ];
    assert_eq!(
        send(&sandbox, Some(Podlink::TOKEN), &visit)
            .await
            .text()
            .await
            .unwrap(),
        TEXT[0].1
    );

    let stats = result(&sandbox, STATS, &[("hash", "a")]).await;
    assert_eq!(
        (&stats["totalCount"], &stats["isURL"]),
        (&json!(4), &json!(false))
    );
    assert_eq!(
        stats["browsers"],
        json!([{"name": "Chrome", "count": 2}, {"name": "Firefox", "count": 1}, {"name": "Unknown", "count": 1}])
    );
    assert_eq!(
        stats["oses"],
        json!([{"name": "Windows 10", "count": 2}, {"name": "Linux", "count": 1}, {"name": "Unknown", "count": 1}])
    );
    assert_eq!(
        stats["referers"],
        json!([{"name": "www.example.com", "count": 2}, {"name": "Unknown", "count": 2}])
    );
    assert_eq!(
        stats["countries"],
        json!([{"name": "Unknown", "count": 4, "cities": [{"name": "Unknown", "count": 4}]}])
    );

    for (kind, size) in [("minute", 60_000), ("hour", 3_600_000), ("day", 86_400_000)] {
        let stats = result(&sandbox, STATS, &[("hash", "a"), ("kind", kind)]).await;
        let intervals = stats["clickIntervals"]["intervals"].as_array().unwrap();
        let counts: Vec<u64> = stats["clickIntervals"]["clicksCount"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .collect();
        // A minute may pass between two clicks.
        assert!(
            intervals.len() >= 2 && counts.iter().sum::<u64>() == 4,
            "{kind} {intervals:?} {counts:?}"
        );
        assert!(
            intervals.iter().all(|start| start.as_i64().unwrap() % size == 0),
            "{kind} {intervals:?}"
        );
    }
    let last: i64 = stats["clickIntervals"]["intervals"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .as_i64()
        .unwrap();
    let from = last.to_string();
    let stats = result(&sandbox, STATS, &[("hash", "a"), ("fromTimestamp", &from)]).await;
    assert_eq!(
        (&stats["totalCount"], &stats["clickIntervals"]),
        (&json!(2), &json!({"intervals": [last], "clicksCount": [2]}))
    );
    let to = (last - 1).to_string();
    assert_eq!(
        result(&sandbox, STATS, &[("hash", "a"), ("toTimestamp", &to)]).await["totalCount"],
        2
    );
}

#[tokio::test]
async fn every_switch_of_the_shape() {
    let sandbox = Sandbox::start().await.unwrap();
    let podlink = sandbox.podlink();
    result(&sandbox, ADD, &[("urlOrContent", "متن"), TEXT[1], ("hash", "a")]).await;
    result(
        &sandbox,
        ADD,
        &[
            ("urlOrContent", "https://example.com/"),
            ("shortenObjectKind", "link"),
            ("hash", "l"),
        ],
    )
    .await;
    let set = |shape| podlink.set_shape(shape);

    set(PodlinkShape::new().object_result());
    assert_eq!(
        outer(&sandbox, LIST, &[]).await["result"]["result"]["result"]["totalCount"],
        2
    );
    set(PodlinkShape::new().direct_result());
    assert_eq!(
        outer(&sandbox, LIST, &[]).await["result"]["result"]["totalCount"],
        2
    );
    set(PodlinkShape::new()
        .object_result()
        .flags_as_numbers()
        .pascal_case());
    let answer = outer(&sandbox, LIST, &[]).await;
    assert_eq!(
        (&answer["HasError"], &answer["ErrorCode"]),
        (&json!(0), &json!("0"))
    );
    assert_eq!(
        (
            &answer["Result"]["result"]["error"],
            &answer["Result"]["result"]["code"]
        ),
        (&json!(0), &json!("200"))
    );

    set(PodlinkShape::new().refused_by(RefusedBy::Gateway));
    let answer = outer(&sandbox, VISIT, &[("hash", "none")]).await;
    assert_eq!(
        (&answer["hasError"], &answer["errorCode"], &answer["result"]),
        (&json!(true), &json!(404), &Value::Null)
    );
    set(PodlinkShape::new().refused_by(RefusedBy::Status));
    let answer = outer(&sandbox, VISIT, &[("hash", "none")]).await;
    assert_eq!(
        (&answer["hasError"], &answer["result"]["statusCode"]),
        (&json!(false), &json!(404))
    );
    assert_eq!(answer["result"]["result"], "خطا در یافتن hash");

    set(PodlinkShape::new().visit_in_envelope());
    let answer = outer(&sandbox, VISIT, &[("hash", "l")]).await;
    assert_eq!(
        (&answer["result"]["statusCode"], &answer["result"]["header"]),
        (&json!(302), &json!({"Location": "https://example.com/"}))
    );
    assert_eq!(result(&sandbox, VISIT, &[("hash", "a")]).await, "متن");

    set(PodlinkShape::new().status_change_false());
    assert_eq!(
        result(&sandbox, SET_STATUS, &[("hash", "a"), ("setStatus", "deactive")]).await,
        false
    );
    assert!(podlink.link("a").unwrap().is_active());

    set(PodlinkShape::new()
        .without_expire_time()
        .null_tags()
        .without_total()
        .ignore_offset());
    let list = result(&sandbox, LIST, &[("offset", "1"), ("order_asc", "true")]).await;
    assert_eq!(
        (list.get("totalCount"), &list["linkVos"][0]["hash"]),
        (None, &json!("a"))
    );
    assert_eq!(
        (list["linkVos"][0].get("expireTime"), &list["linkVos"][0]["tags"]),
        (None, &Value::Null)
    );

    set(PodlinkShape::new().uneven_intervals());
    let clicks = result(&sandbox, STATS, &[("hash", "a")]).await["clickIntervals"].clone();
    assert_eq!(
        clicks["intervals"].as_array().unwrap().len(),
        clicks["clicksCount"].as_array().unwrap().len() + 1
    );

    set(PodlinkShape::new().escaped());
    let fields = [("scProductId", LIST), ("scApiKey", Podlink::API_KEY)];
    let text = send(&sandbox, Some(Podlink::TOKEN), &fields)
        .await
        .text()
        .await
        .unwrap();
    assert!(text.is_ascii() && text.contains("\\\\u0645"), "{text}");
    assert_eq!(
        result(&sandbox, LIST, &[("shortenObjectKind", "content")]).await["linkVos"][0]["urlOrContent"],
        "متن"
    );
}

#[tokio::test]
async fn what_the_samples_and_the_vendors_own_clients_send() {
    let sandbox = Sandbox::start().await.unwrap();
    for hash in ["a", "b"] {
        let fields = [("urlOrContent", hash), TEXT[1], ("hash", hash)];
        result(&sandbox, ADD, &fields).await;
        sandbox.advance(Duration::from_secs(60));
    }
    for (ascending, first) in [
        (&[("order_asc", "true")][..], "a"),
        (&[("order_asc", "True")], "a"),
        (&[("order_asc", "TRUE")], "a"),
        (&[("order_asc", "1")], "a"),
        (&[("body", r#"{"order_asc":true}"#)], "a"),
        (&[("body", r#"{"order_asc":1}"#)], "a"),
        (&[], "b"),
        (&[("order_asc", "false")], "b"),
        (&[("order_asc", "False")], "b"),
        (&[("order_asc", "0")], "b"),
        (&[("order_asc", "yes")], "b"),
    ] {
        let list = result(&sandbox, LIST, ascending).await;
        assert_eq!(list["linkVos"][0]["hash"], first, "{ascending:?}");
    }

    let file = [
        ("urlOrContent", "this is sample file"),
        ("shortenObjectKind", "file"),
        ("hash", "sample21"),
    ];
    assert_eq!(result(&sandbox, ADD, &file).await["hash"], "sample21");
    let visit = outer_text(&sandbox, VISIT, &[("hash", "sample21")]).await;
    assert_eq!(visit, "this is sample file");

    let missing = inner(&sandbox, STATS, &[("hash", "none")]).await;
    assert_eq!(missing["message"], "هش یافت نشد");

    let form = format!("scProductId={LIST}&scApiKey={}", Podlink::API_KEY);
    for base in ["/srv/sc", "/srv/core", "/srv/basic-platform"] {
        let answer = browser()
            .post(format!("{}{base}/nzh/doServiceCall", sandbox.url()))
            .header("_token_", Podlink::TOKEN)
            .header("_token_issuer_", "1")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(json_of(answer).await["hasError"], false, "{base}");
        let request = sandbox.requests().pop().unwrap();
        assert_eq!(
            (request.provider(), request.call()),
            (Some("podlink"), Some("list_links")),
            "{base}"
        );
    }
}

/// The text of an answer that is no JSON.
async fn outer_text(sandbox: &Sandbox, product: &str, fields: &[(&str, &str)]) -> String {
    let mut all = vec![("scProductId", product), ("scApiKey", Podlink::API_KEY)];
    all.extend(fields);
    let answer = send(sandbox, Some(Podlink::TOKEN), &all).await;
    answer.text().await.unwrap()
}
