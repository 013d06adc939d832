//! Every sample of the provider's document, in its envelope as an object and as a text of JSON.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test should fail loudly"
)]

mod support;

use podlink_api::{HashMethod, LinkKind, Timestamp};
use support::{answered, gateway, live};

/// «افزودن لینک کوتاه». The document has `"shortenObjectKind": content`, which is no JSON; the word is quoted here.
const ADDED: &str = r#"{
	"error": false,
	"code": 200,
	"result": {
		"urlOrContent": "this is sample content",
		"hash": "sample20",
		"visitCount": 0,
		"shortenObjectKind": "content"
	}
}"#;

/// «لیست لینک ها، متن ها، فایل ها», as it stands.
const LIST: &str = r#"{
	"error": false,
	"code": 200,
	"result": {
		"totalCount": 245,
		"linkVos": [
			{
				"urlOrContent": "this is sample content",
				"hash": "sample20",
				"hashURL": "http://example.com/news/2",
				"expireTime": 1618991112111,
				"createTime": 1555919112111,
				"visitCount": 1,
				"isDeleted": false,
				"hashGeneratedMethod": "custom",
				"shortenObjectKind": "file",
				"tags": "tag1,tag2"
			},
			{
				"urlOrContent": "http://www.salavizadeh.com",
				"hash": "sadegh",
				"hashURL": " http://example.com/news/2",
				"expireTime": 1618387401566,
				"createTime": 1555315401566,
				"visitCount": 3,
				"isDeleted": false,
				"hashGeneratedMethod": "custom",
				"shortenObjectKind": "link",
				"tags": "tag3"
			},
			{
				"urlOrContent": "متن تستی",
				"hash": "تست",
				"hashURL": " http://example.com/news/2",
				"expireTime": 1618300087215,
				"createTime": 1555228087215,
				"visitCount": 5,
				"isDeleted": false,
				"hashGeneratedMethod": "custom",
				"shortenObjectKind": "content",
				"tags": "text,sample"
			}
		]
	}
}"#;

/// «فعال یا غیرفعال سازی لینک», as it stands.
const SET_STATUS: &str = r#"{
	"error":false,
	"code":200,
	"result":true
}"#;

/// «دریافت آمار کلیک ها», as it stands.
const STATS: &str = r#"{
    "error": false,
    "code": 200,
    "result": {
        "totalCount": 7,
        "createTime": 1552911699532,
        "urlOrContent": "https://g.varzesh3.ir/",
        "isURL": true,
        "countries": [{"name": "Unknown", "count": 7, "cities": [{"name": "Unknown", "count": 7}]}],
        "referers": [{"name": "Unknown", "count": 6}, {"name": "192.168.6.2", "count": 1}],
        "browsers": [{"name": "Unknown", "count": 3}, {"name": "Chrome", "count": 4}],
        "clickIntervals": {"intervals": [1551398400000, 1554076800000], "clicksCount": [1, 6]},
        "hashURL": "http://172.16.110.235:8003/srv/tinylink/playpod2",
        "oses": [{"name": "Unknown", "count": 3}, {"name": "Windows 10", "count": 4}]
    }
}"#;

/// The document's envelope has `false/true` and an empty `statusCode`, which are no JSON; a value is chosen here for
/// each. The service's answer takes the place of the word `response`.
const ENVELOPE: &str = r#"{
	"hasError": false,
	"messageId": 0,
	"referenceNumber": "",
	"errorCode": 0,
	"count": 0,
	"ott": "",
	"result": {
		"result": "response",
		"header": {},
		"statusCode": 200
	}
}"#;

/// The sample in each of the ways that it may be wrapped.
fn wrapped(sample: &str) -> Vec<String> {
    let text = serde_json::Value::from(sample).to_string();
    vec![
        gateway(sample),
        live(sample),
        ENVELOPE.replace("\"response\"", sample),
        ENVELOPE.replace("\"response\"", &text),
        // directly in the outer result, as products of the gateway's own do it
        format!(r#"{{"hasError":false,"result":{sample}}}"#),
        format!(r#"{{"HasError":false,"Result":{text}}}"#),
        // and with no gateway around it, as the document shows it
        sample.to_owned(),
    ]
}

#[tokio::test]
async fn added() {
    for body in wrapped(ADDED) {
        let (pod, _) = answered(&[&body]);
        let link = pod
            .add_link(podlink_api::Content::text("this is sample content"))
            .await
            .unwrap();
        assert_eq!(link.hash(), "sample20", "{body}");
        assert_eq!(link.content(), Some("this is sample content"));
        assert_eq!(link.visit_count(), Some(0));
        assert_eq!(link.kind(), Some(&LinkKind::Content));
        assert_eq!(link.short_url(), "http://tilin.ir/sample20");
    }
}

#[tokio::test]
async fn list() {
    for body in wrapped(LIST) {
        let (pod, _) = answered(&[&body]);
        let page = pod.list_links().await.unwrap();
        assert_eq!(page.total_count(), Some(245));
        let [first, second, third] = page.links() else {
            panic!("three links in {body}")
        };
        assert_eq!(first.kind(), Some(&LinkKind::File));
        assert_eq!(first.hash_method(), Some(&HashMethod::Custom));
        assert_eq!(first.is_deleted(), Some(false));
        assert_eq!(first.tags().collect::<Vec<_>>(), ["tag1", "tag2"]);
        assert_eq!(
            first.create_time(),
            Some(Timestamp::from_millis(1_555_919_112_111))
        );
        assert_eq!(
            first.expire_time(),
            Some(Timestamp::from_millis(1_618_991_112_111))
        );
        assert_eq!(
            second.hash_url(),
            Some("http://example.com/news/2"),
            "without the stray space"
        );
        assert_eq!(second.visit_count(), Some(3));
        assert_eq!((third.hash(), third.content()), ("تست", Some("متن تستی")));
        assert_eq!(third.short_url(), "http://tilin.ir/%D8%AA%D8%B3%D8%AA");
    }
}

#[tokio::test]
async fn set_status() {
    for body in wrapped(SET_STATUS) {
        let (pod, _) = answered(&[&body, &body]);
        pod.activate("sample20").await.unwrap();
        pod.deactivate("sample20").await.unwrap();
    }
}

#[tokio::test]
async fn stats() {
    for body in wrapped(STATS) {
        let (pod, _) = answered(&[&body]);
        let stats = pod.click_stats("playpod2").await.unwrap();
        assert_eq!((stats.total_count(), stats.is_url()), (7, Some(true)));
        assert_eq!(stats.content(), Some("https://g.varzesh3.ir/"));
        assert_eq!(
            stats.create_time(),
            Some(Timestamp::from_millis(1_552_911_699_532))
        );
        assert_eq!(
            stats.hash_url(),
            Some("http://172.16.110.235:8003/srv/tinylink/playpod2")
        );
        let clicks: Vec<_> = stats
            .clicks()
            .iter()
            .map(|it| (it.since.to_string(), it.count))
            .collect();
        assert_eq!(
            clicks,
            [
                ("2019-03-01T00:00:00.000Z".to_owned(), 1),
                ("2019-04-01T00:00:00.000Z".to_owned(), 6)
            ]
        );
        let shares = |of: &[podlink_api::Share]| -> Vec<(String, u64)> {
            of.iter().map(|share| (share.name.clone(), share.count)).collect()
        };
        assert_eq!(
            shares(stats.browsers()),
            [("Unknown".to_owned(), 3), ("Chrome".to_owned(), 4)]
        );
        assert_eq!(
            shares(stats.oses()),
            [("Unknown".to_owned(), 3), ("Windows 10".to_owned(), 4)]
        );
        assert_eq!(
            shares(stats.referers()),
            [("Unknown".to_owned(), 6), ("192.168.6.2".to_owned(), 1)]
        );
        let [country] = stats.countries() else {
            panic!("one country")
        };
        assert_eq!((country.name.as_str(), country.count), ("Unknown", 7));
        assert_eq!(shares(&country.cities), [("Unknown".to_owned(), 7)]);
    }
}
