//! A page of TinyLink's list, as a user of serde reads it.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

/// The gateway's object, with the service's as a text in it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gateway {
    has_error: bool,
    result: GatewayResult,
}

#[derive(Deserialize)]
struct GatewayResult {
    #[serde(deserialize_with = "json_in_text")]
    result: Service,
}

#[derive(Deserialize)]
pub struct Service {
    error: bool,
    code: i64,
    result: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    total_count: u64,
    link_vos: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub url_or_content: String,
    pub hash: String,
    #[serde(rename = "hashURL")]
    pub hash_url: Option<String>,
    pub expire_time: Option<i64>,
    pub create_time: Option<i64>,
    pub visit_count: u64,
    pub is_deleted: bool,
    pub hash_generated_method: String,
    pub shorten_object_kind: String,
    pub tags: Option<String>,
}

fn json_in_text<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(D::Error::custom)
}

impl Gateway {
    pub fn links(self) -> Vec<Link> {
        assert!(!self.has_error);
        self.result.result.links()
    }
}

impl Service {
    pub fn links(self) -> Vec<Link> {
        assert!(!self.error && self.code == 200);
        assert!(self.result.total_count >= self.result.link_vos.len() as u64);
        self.result.link_vos
    }
}
