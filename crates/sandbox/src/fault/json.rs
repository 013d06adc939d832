//! Faults as JSON, both ways.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::cut::{Ending, Framing, Point};
use super::data::Data;
use super::delivery::Delivery;
use super::gateway_pages::Cdn;
use super::{Fault, Kind};

/// What a [`Fault`] is read from and written as.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultJson {
    what: What,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    after_processing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<Cut>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    byte_by_byte_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    framed: Option<Framing>,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    preceded_by: Text,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    followed_by: Text,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum What {
    Usual {
        #[serde(default)]
        headers: Headers,
    },
    Answer {
        status: u16,
        #[serde(default)]
        headers: Headers,
        #[serde(default)]
        body: Text,
    },
    CdnPage {
        cdn: Cdn,
        status: u16,
    },
    Redirect {
        status: u16,
        location: String,
    },
    GzipBomb {
        decoded: u64,
    },
    Flood {
        framing: Framing,
        most: u64,
    },
    Raw(Text),
    Close,
    Reset,
    Stall,
    CloseOnAccept,
    /// Written only: a fault that cannot be played, and why.
    #[serde(skip_deserializing)]
    Impossible(String),
}

type Headers = BTreeMap<String, String>;

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    at: Point,
    ending: Ending,
}

/// Bytes, as a text where they are one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Text {
    Utf8(String),
    Other { base64: String },
}

impl Default for Text {
    fn default() -> Self {
        Self::Utf8(String::new())
    }
}

impl Text {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Utf8(text) if text.is_empty())
    }

    fn bytes(self) -> Result<Bytes, String> {
        match self {
            Self::Utf8(text) => Ok(text.into()),
            Self::Other { base64 } => STANDARD
                .decode(base64)
                .map(Bytes::from)
                .map_err(|error| format!("base64: {error}")),
        }
    }
}

impl From<Bytes> for Text {
    fn from(bytes: Bytes) -> Self {
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::Utf8(text.to_owned()),
            Err(_) => Self::Other {
                base64: STANDARD.encode(bytes),
            },
        }
    }
}

impl TryFrom<FaultJson> for Fault {
    type Error = String;

    fn try_from(json: FaultJson) -> Result<Self, String> {
        let mut fault = match json.what {
            What::Usual { headers } => with_headers(Self::usual(), &headers),
            What::Answer {
                status,
                headers,
                body,
            } => with_headers(Self::answer(status, body.bytes()?), &headers),
            What::CdnPage { cdn, status } => Self::cdn_page(cdn, status),
            What::Redirect { status, location } => Self::redirect(status, &location),
            What::GzipBomb { decoded } => Self::gzip_bomb(decoded),
            What::Flood { framing, most } => Self::flood(framing, most),
            What::Raw(bytes) => Self::raw(bytes.bytes()?),
            What::Close => Self::close(),
            What::Reset => Self::reset(),
            What::Stall => Self::stall(),
            What::CloseOnAccept => Self::close_on_accept(),
            What::Impossible(why) => return Err(why),
        };
        fault.check().map_err(|error| error.to_string())?;
        fault.after_processing = json.after_processing;
        fault.delay = json.delay_ms.map(Duration::from_millis);
        fault.delivery = Delivery {
            before: json.preceded_by.bytes()?,
            after: json.followed_by.bytes()?,
            framing: json.framed,
            pace: json.byte_by_byte_ms.map(Duration::from_millis),
            cut: json.cut.map(|cut| (cut.at, cut.ending)).or(fault.delivery.cut),
        };
        Ok(fault)
    }
}

impl From<Fault> for FaultJson {
    fn from(fault: Fault) -> Self {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let Delivery {
            before,
            after,
            framing,
            pace,
            cut,
        } = fault.delivery;
        Self {
            what: what(fault.kind),
            after_processing: fault.after_processing,
            delay_ms: fault.delay.map(millis),
            cut: cut.map(|(at, ending)| Cut { at, ending }),
            byte_by_byte_ms: pace.map(millis),
            framed: framing,
            preceded_by: before.into(),
            followed_by: after.into(),
        }
    }
}

fn with_headers(fault: Fault, headers: &Headers) -> Fault {
    let each = headers.iter();
    each.fold(fault, |fault, (name, value)| fault.header(name, value))
}

fn what(kind: Kind) -> What {
    let headers = |headers: &HeaderMap| -> Headers {
        let each = headers.iter();
        each.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), value.into_owned())
        })
        .collect()
    };
    match kind {
        Kind::Usual { headers: own } => What::Usual {
            headers: headers(&own),
        },
        Kind::Answer {
            status,
            headers: own,
            body: Data(body),
        } => What::Answer {
            status: status.as_u16(),
            headers: headers(&own),
            body: body.into(),
        },
        Kind::Raw(Data(bytes)) => What::Raw(bytes.into()),
        Kind::Flood { framing, most } => What::Flood { framing, most },
        Kind::CloseOnAccept => What::CloseOnAccept,
        Kind::Impossible(error) => What::Impossible(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_read_as_it_was_written() {
        for (name, fault) in Fault::all() {
            let json = serde_json::to_value(&fault).unwrap();
            assert_eq!(
                serde_json::from_value::<Fault>(json.clone()).unwrap(),
                fault,
                "{name}: {json}"
            );
        }
    }

    #[test]
    fn a_fault_is_written_by_a_person() {
        for (json, fault) in [
            (json!({"what": "stall"}), Fault::stall()),
            (
                json!({"what": {"answer": {"status": 503}}}),
                Fault::answer(503, ""),
            ),
            (
                json!({"what": "close", "after_processing": true, "delay_ms": 5}),
                Fault::close()
                    .after_processing()
                    .delayed(Duration::from_millis(5)),
            ),
            (
                json!({"what": {"usual": {}}, "cut": {"at": "half_body", "ending": "reset"}}),
                Fault::usual().cut(Point::HalfBody, Ending::Reset),
            ),
            (
                json!({"what": {"raw": {"base64": "/w=="}}}),
                Fault::raw(&b"\xff"[..]),
            ),
            (
                json!({"what": {"cdn_page": {"cdn": "arvan_cloud", "status": 502}}}),
                Fault::cdn_page(Cdn::ArvanCloud, 502),
            ),
        ] {
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
        }
    }

    #[test]
    fn what_cannot_be_played_is_not_read() {
        for json in [
            json!({"what": {"answer": {"status": 42}}}),
            json!({"what": {"usual": {"headers": {"content-length": "1"}}}}),
            json!({"what": {"impossible": "x"}}),
            json!({"what": "stall", "dealy_ms": 5}),
            json!({"what": {"raw": {"base64": "%"}}}),
            json!({}),
        ] {
            assert!(serde_json::from_value::<Fault>(json.clone()).is_err(), "{json}");
        }
        let written = serde_json::to_value(Fault::answer(42, "")).unwrap();
        assert!(written["what"]["impossible"].as_str().unwrap().contains("42"));
    }
}
