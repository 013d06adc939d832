//! From what a call did to the bytes of its answer, in the shape that is set.

use std::fmt::Write as _;

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::click::{Click, UNKNOWN};
use super::link::{Kind, Link};
use super::list::Page;
use super::refusal::Refusal;
use super::service::Target;
use super::shape::{Nesting, PodlinkShape, RefusedBy};
use super::stats::{Stats, shares};

pub(super) enum Reply<'a> {
    Added(&'a Link),
    Visit(Target),
    Listed(Page<'a>),
    Changed(bool),
    Counted(Stats<'a>),
    Refused(Refusal),
    /// The gateway itself refuses.
    Gateway(u16, &'static str),
}

/// What goes into the gateway's object.
struct Outer {
    has_error: bool,
    code: u16,
    message: Option<String>,
    result: String,
}

pub(super) fn body(reply: &Reply<'_>, number: u64, shape: &PodlinkShape) -> String {
    let outer = match reply {
        Reply::Gateway(code, message) => Outer::refused(*code, message),
        Reply::Refused(refusal) => match shape.refused_by {
            RefusedBy::Gateway => Outer::refused(refusal.number(), refusal.message()),
            RefusedBy::Status => Outer::result(by_service(&string(refusal.message()), status_of(*refusal))),
            RefusedBy::Service => Outer::result(wrap(&refused(*refusal, shape), shape)),
        },
        Reply::Visit(Target::Redirect(url)) => Outer::result(format!(
            r#"{{"result":null,"header":{{"Location":{}}},"statusCode":302}}"#,
            string(url)
        )),
        reply => Outer::result(wrap(&succeeded(&result(reply, shape), shape), shape)),
    };
    let json = outer.json(number, shape);
    if shape.escaped { escape(&json) } else { json }
}

impl Outer {
    fn refused(code: u16, message: &str) -> Self {
        Self {
            has_error: true,
            code,
            message: Some(message.to_owned()),
            result: "null".to_owned(),
        }
    }

    fn result(result: String) -> Self {
        Self {
            has_error: false,
            code: 0,
            message: None,
            result,
        }
    }

    /// Written by hand to keep the keys in their order: a JSON map sorts them.
    fn json(&self, number: u64, shape: &PodlinkShape) -> String {
        let mut members = vec![
            ("hasError", flag(self.has_error, shape)),
            ("messageId", number.to_string()),
            ("referenceNumber", string(&format!("ref-{number:08}"))),
            ("errorCode", code(self.code, shape)),
            ("count", "0".to_owned()),
            ("ott", string(&format!("one-time-{number:08}"))),
        ];
        if let Some(message) = &self.message {
            let key = if shape.pascal_case {
                "errorDescription"
            } else {
                "message"
            };
            members.push((key, string(message)));
        }
        members.push(("result", self.result.clone()));
        let members: Vec<String> = members
            .into_iter()
            .map(|(key, value)| {
                let (first, rest) = key.split_at(1);
                let first = if shape.pascal_case {
                    first.to_uppercase()
                } else {
                    first.to_owned()
                };
                format!("\"{first}{rest}\":{value}")
            })
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

/// The service's own envelope inside the gateway's object.
fn wrap(inner: &str, shape: &PodlinkShape) -> String {
    match shape.nesting {
        Nesting::Direct => inner.to_owned(),
        Nesting::Object => by_service(inner, 200),
        Nesting::Text => {
            let inner = if shape.escaped {
                escape(inner)
            } else {
                inner.to_owned()
            };
            by_service(&string(&inner), 200)
        }
    }
}

fn by_service(result: &str, status: u16) -> String {
    format!(r#"{{"result":{result},"header":{{}},"statusCode":{status}}}"#)
}

fn succeeded(result: &str, shape: &PodlinkShape) -> String {
    format!(
        r#"{{"error":{},"code":{},"result":{result}}}"#,
        flag(false, shape),
        code(200, shape)
    )
}

fn refused(refusal: Refusal, shape: &PodlinkShape) -> String {
    format!(
        r#"{{"code":{},"developerMessage":{},"error":{},"message":{},"result":null}}"#,
        code(refusal.number(), shape),
        string(refusal.name()),
        flag(true, shape),
        string(refusal.message())
    )
}

/// The HTTP-like status that a service of its kind would give.
fn status_of(refusal: Refusal) -> u16 {
    match refusal {
        Refusal::Unauthorized | Refusal::Anauthorized => 401,
        Refusal::NotFound | Refusal::HashNotFound => 404,
        Refusal::Internal => 500,
        _ => 400,
    }
}

fn result(reply: &Reply<'_>, shape: &PodlinkShape) -> String {
    match reply {
        Reply::Added(link) => format!(
            r#"{{"urlOrContent":{},"hash":{},"visitCount":{},"shortenObjectKind":"{}"}}"#,
            string(&link.content),
            string(&link.hash),
            link.visits,
            link.kind.as_str()
        ),
        Reply::Visit(Target::Content(text)) => string(text),
        Reply::Listed(page) => {
            let mut json = String::from("{");
            if !shape.without_total {
                let _ = write!(json, "\"totalCount\":{},", page.total);
            }
            let links: Vec<String> = page.links.iter().map(|link| in_list(link, shape)).collect();
            let _ = write!(json, "\"linkVos\":[{}]}}", links.join(","));
            json
        }
        Reply::Changed(done) => done.to_string(),
        Reply::Counted(stats) => counted(stats, shape).to_string(),
        Reply::Visit(Target::Redirect(_)) | Reply::Refused(_) | Reply::Gateway(..) => "null".to_owned(),
    }
}

fn in_list(link: &Link, shape: &PodlinkShape) -> String {
    let tags = match &link.tags[..] {
        [] if shape.null_tags => "null".to_owned(),
        tags => string(&tags.join(",")),
    };
    let expires = if shape.without_expire_time {
        String::new()
    } else {
        format!("\"expireTime\":{},", link.expires)
    };
    format!(
        concat!(
            r#"{{"urlOrContent":{},"hash":{},"hashURL":{},{}"createTime":{},"visitCount":{},"isDeleted":{},"#,
            r#""hashGeneratedMethod":"{}","shortenObjectKind":"{}","tags":{}}}"#
        ),
        string(&link.content),
        string(&link.hash),
        string(&format!(" {}", public_address(link))),
        expires,
        link.created,
        link.visits,
        !link.is_active,
        link.method(),
        link.kind.as_str(),
        tags
    )
}

fn counted(stats: &Stats<'_>, shape: &PodlinkShape) -> Value {
    let named = |shares: Vec<(&str, u64)>| -> Vec<Value> {
        let each = shares.into_iter();
        each.map(|(name, count)| json!({"name": name, "count": count}))
            .collect()
    };
    let total = stats.clicks.len();
    // Nobody can tell where a loopback address is.
    let countries = match total {
        0 => json!([]),
        _ => json!([{"name": UNKNOWN, "count": total, "cities": [{"name": UNKNOWN, "count": total}]}]),
    };
    let mut intervals: Vec<i64> = stats.intervals.keys().copied().collect();
    if shape.uneven_intervals {
        intervals.push(0);
    }
    json!({
        "totalCount": total,
        "createTime": stats.link.created,
        "urlOrContent": stats.link.content,
        "isURL": stats.link.kind != Kind::Content,
        "countries": countries,
        "referers": named(shares(&stats.clicks, Click::referer)),
        "browsers": named(shares(&stats.clicks, Click::browser)),
        "clickIntervals": {
            "intervals": intervals,
            "clicksCount": stats.intervals.values().collect::<Vec<_>>(),
        },
        "hashURL": public_address(stats.link),
        "oses": named(shares(&stats.clicks, Click::os)),
    })
}

fn public_address(link: &Link) -> String {
    let hash: String = byte_serialize(link.hash.as_bytes()).collect();
    format!("http://tilin.ir/{}", hash.replace('+', "%20"))
}

fn flag(value: bool, shape: &PodlinkShape) -> String {
    if shape.flags_as_numbers {
        u8::from(value).to_string()
    } else {
        value.to_string()
    }
}

fn code(code: u16, shape: &PodlinkShape) -> String {
    if shape.flags_as_numbers {
        string(&code.to_string())
    } else {
        code.to_string()
    }
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

/// Outside of strings JSON has nothing beyond ASCII, so nothing else is touched.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}
