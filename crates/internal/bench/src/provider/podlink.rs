use podlink_api::Client;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

use super::floor::Floor;
use super::reqwest_with_care::Careful;
use super::{Provider, USER_AGENT};
use crate::answers::SHORT_LIST;
use crate::contender::Contender;

const TOKEN: &str = "not-a-real-token-0123456789abcdef";
const API_KEY: &str = "not-a-real-key-0123456789abcdef";

/// The gateway's object around the service's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outer {
    pub(crate) has_error: bool,
    pub(crate) result: OuterResult,
}

#[derive(Deserialize)]
pub(crate) struct OuterResult {
    #[serde(deserialize_with = "json_in_text")]
    pub(crate) result: Inner,
}

#[derive(Deserialize)]
pub(crate) struct Inner {
    pub(crate) error: bool,
    pub(crate) code: i64,
    pub(crate) result: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    pub(crate) total_count: u64,
    pub(crate) link_vos: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(
    dead_code,
    reason = "a user reads them; here it matters that they were decoded"
)]
pub(crate) struct Link {
    url_or_content: String,
    hash: String,
    #[serde(rename = "hashURL")]
    hash_url: Option<String>,
    expire_time: Option<i64>,
    create_time: Option<i64>,
    visit_count: u64,
    is_deleted: bool,
    hash_generated_method: String,
    shorten_object_kind: String,
    tags: Option<String>,
}

fn json_in_text<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(D::Error::custom)
}

impl Outer {
    pub(crate) fn links(self) -> Vec<Link> {
        assert!(!self.has_error);
        self.result.result.links()
    }
}

impl Inner {
    pub(crate) fn links(self) -> Vec<Link> {
        assert!(!self.error && self.code == 200);
        assert!(self.result.total_count >= self.result.link_vos.len() as u64);
        self.result.link_vos
    }
}

pub(crate) fn client(base: &str) -> Client {
    Client::builder(TOKEN)
        .api_key(API_KEY)
        .base_url(base)
        .user_agent(USER_AGENT)
        .build()
        .unwrap()
}

/// What a user of reqwest writes for a page of the list.
pub(crate) fn list_by_hand(
    client: &reqwest::Client,
    base: &str,
    offset: u64,
    count: u64,
) -> reqwest::RequestBuilder {
    client
        .post(format!("{base}/srv/sc/nzh/doServiceCall"))
        .header("_token_", TOKEN)
        .header("_token_issuer_", "1")
        .header("User-Agent", USER_AGENT)
        .form(&[
            ("scProductId", "46412"),
            ("scApiKey", API_KEY),
            ("offset", &offset.to_string()),
            ("count", &count.to_string()),
        ])
}

pub(super) async fn provider(server: &str) -> Provider {
    let base = format!("{server}{SHORT_LIST}");
    let ours = client(&base);
    let by_hand = reqwest::Client::new();
    let mut request = list_by_hand(&by_hand, &base, 0, 10).build().unwrap();
    request.headers_mut().remove("User-Agent");
    let floor = Floor::new(&request).await;
    let careful = Careful::new(request);

    let contenders = vec![
        Contender::new("podlink-api", move || {
            let call = ours.list_links().offset(0).count(10);
            async move { assert_eq!(call.await.unwrap().links().len(), 10) }
        }),
        Contender::new("reqwest by hand", move || {
            let request = list_by_hand(&by_hand, &base, 0, 10).send();
            async move {
                let outer: Outer = request.await.unwrap().json().await.unwrap();
                assert_eq!(outer.links().len(), 10);
            }
        }),
        Contender::new("reqwest with care", move || {
            let careful = careful.clone();
            async move { assert_eq!(careful.call::<Outer>().await.links().len(), 10) }
        }),
        Contender::new("hyper, no decoding", move || {
            let floor = floor.clone();
            async move { floor.call().await }
        }),
    ];
    Provider {
        name: "podlink-api",
        call: "a page of 10 links",
        contenders,
    }
}
