//! A recorded request as JSON.

use http::{HeaderMap, header};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::recorded_request::RecordedRequest;
use crate::clock::unix_millis;
use crate::secrets::Secrets;

impl RecordedRequest {
    /// It as a JSON object, the time in milliseconds since the Unix epoch. Serialising it does the same, with secrets
    /// hidden.
    pub fn to_json(&self, secrets: Secrets) -> Value {
        let query = self.query().iter();
        let query: Vec<[&str; 2]> = query
            .map(|(name, value)| [&**name, secrets.value(name, value)])
            .collect();
        let is_whole = self.body().len() == self.body_size();
        json!({
            "number": self.number(),
            "method": self.method().as_str(),
            "target": secrets.target(self.target()),
            "path": self.path(),
            "query": query,
            "headers": headers(self.headers(), secrets),
            "body": body(self.headers(), self.body(), is_whole, secrets),
            "body_size": self.body_size(),
            "connection": self.connection(),
            "provider": self.provider(),
            "call": self.call(),
            "fault": self.fault(),
            "received_at": unix_millis(self.received_at()),
            "status": self.status().map(|status| status.as_u16()),
            "answer": self.answer().map(|answer| json!({
                "headers": headers(answer.headers(), secrets),
                "body": body(answer.headers(), answer.body(), true, secrets),
            })),
        })
    }
}

/// What a list of requests shows of one; nothing secret, and of a path the beginning.
#[derive(Serialize)]
pub(crate) struct Brief<'a> {
    call: Option<&'static str>,
    fault: Option<String>,
    method: &'a str,
    number: u64,
    path: &'a str,
    provider: Option<&'static str>,
    received_at: u64,
    status: Option<u16>,
}

impl RecordedRequest {
    pub(crate) fn brief(&self) -> Brief<'_> {
        let path = self.path();
        let end = path.char_indices().nth(LONGEST_PATH);
        Brief {
            call: self.call(),
            fault: self.fault().map(ToString::to_string),
            method: self.method().as_str(),
            number: self.number(),
            path: end.map_or(path, |(end, _)| path.get(..end).unwrap_or_default()),
            provider: self.provider(),
            received_at: unix_millis(self.received_at()),
            status: self.status().map(|status| status.as_u16()),
        }
    }
}

const LONGEST_PATH: usize = 200;

impl Serialize for RecordedRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json(Secrets::Hidden).serialize(serializer)
    }
}

fn headers(headers: &HeaderMap, secrets: Secrets) -> Vec<[String; 2]> {
    let each = headers.iter();
    each.map(|(name, value)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let text = secrets.target(secrets.value(name.as_str(), &text));
        [name.as_str().to_owned(), text]
    })
    .collect()
}

fn body(headers: &HeaderMap, body: &[u8], is_whole: bool, secrets: Secrets) -> String {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    secrets.body(content_type.unwrap_or_default(), body, is_whole)
}
