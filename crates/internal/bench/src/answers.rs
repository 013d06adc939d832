//! What the server says, whatever it is asked.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::{Value, json};
use url::form_urlencoded;

/// The answer to Aparat's account call, in the sandbox's words.
const ACCOUNT: &str = r#"{"status":true,"message":"موجودی حساب شما دریافت شد","balance":100000}"#;

/// What both SMS services answer a login with.
pub const TOKEN: &str = "not-a-real-token-0123456789abcdef0123456789abcdef";

/// How many links the long list has.
pub const MANY_LINKS: u64 = 100_000;

/// Where TinyLink's short list is, and the long one.
pub const SHORT_LIST: &str = "/short";
pub const LONG_LIST: &str = "/long";

const POD: &str = "/srv/sc/nzh/doServiceCall";

/// How TinyLink's gateway hands on what the service said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As an object, like the document.
    Object,
    /// As a text of JSON inside JSON, like the live gateway.
    Text,
    /// The same, with everything beyond ASCII as `\u` escapes.
    EscapedText,
}

/// One answer for each path.
#[derive(Default)]
pub struct Answers {
    pages: Mutex<HashMap<(u64, u64, u64), Bytes>>,
}

impl Answers {
    pub(crate) fn to(&self, path: &str, body: &[u8]) -> Bytes {
        match path {
            "/aparat/api.php" => Bytes::from_static(ACCOUNT.as_bytes()),
            "/sabapayamak/api/v1/user/authenticate" => {
                let data = json!({"FirstName": "Sara", "Token": TOKEN});
                saba(&data)
            }
            "/sabapayamak/api/v1/credit" => saba(&json!(12500.5)),
            "/smsafzar/auth/token" => json!({"token": TOKEN}).to_string().into(),
            "/smsafzar/account/balance" => Bytes::from_static(br#"{"amount":70,"unit":"rial"}"#),
            _ => match path.strip_suffix(POD) {
                Some(SHORT_LIST) => self.page(body, 10),
                Some(LONG_LIST) => self.page(body, MANY_LINKS),
                _ => panic!("nothing is served at {path}"),
            },
        }
    }

    /// Written once for each offset and count.
    fn page(&self, form: &[u8], total: u64) -> Bytes {
        let number = |name: &str, otherwise| {
            form_urlencoded::parse(form)
                .find(|(key, _)| key == name)
                .map_or(otherwise, |(_, value)| value.parse().unwrap())
        };
        let (offset, count) = (number("offset", 0), number("count", 10));
        let mut pages = self.pages.lock().unwrap();
        let page = pages
            .entry((total, offset, count))
            .or_insert_with(|| enveloped(&links(offset, count, total), Form::Text).into());
        page.clone()
    }
}

fn saba(data: &Value) -> Bytes {
    let answer = json!({"status": "200", "message": "OK", "id": 0, "data": data, "errors": []});
    answer.to_string().into()
}

/// What the service says: a part of its list, with the document's fields.
pub fn links(offset: u64, count: u64, total: u64) -> String {
    let links: Vec<Value> = (offset..total.min(offset + count))
        .map(|number| {
            let (hash, content) = match number % 3 {
                0 => (
                    format!("پیوند{number}"),
                    format!("متن کوتاهی که شمارهٔ آن {number} است"),
                ),
                _ => (
                    format!("hash{number}"),
                    format!("https://example.com/news/{number}?from=list&page=2"),
                ),
            };
            json!({
                "urlOrContent": content,
                "hash": hash,
                "hashURL": format!("http://example.com/news/{number}"),
                "expireTime": 1_618_991_112_111_u64 + number,
                "createTime": 1_555_919_112_111_u64 + number,
                "visitCount": number % 100,
                "isDeleted": false,
                "hashGeneratedMethod": if number % 2 == 0 { "custom" } else { "auto" },
                "shortenObjectKind": if number % 3 == 0 { "content" } else { "link" },
                "tags": "tag1,tag2",
            })
        })
        .collect();
    let list = json!({"totalCount": total, "linkVos": links});
    json!({"error": false, "code": 200, "result": list}).to_string()
}

/// The gateway's answer around the service's.
pub fn enveloped(inner: &str, form: Form) -> String {
    let result = match form {
        Form::Object => inner.to_owned(),
        Form::Text => Value::from(inner).to_string(),
        Form::EscapedText => escaped(&Value::from(inner).to_string()),
    };
    format!(
        r#"{{"hasError":false,"messageId":0,"referenceNumber":"m-1","errorCode":0,"count":0,"ott":"not-a-real-ott","result":{{"result":{result},"header":{{}},"statusCode":200}}}}"#
    )
}

fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(2 * json.len());
    for c in json.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(escaped, "\\u{unit:04x}").unwrap();
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_says_the_same() {
        let inner = links(0, 7, 7);
        let said = |form| {
            let outer: Value = serde_json::from_str(&enveloped(&inner, form)).unwrap();
            match &outer["result"]["result"] {
                Value::String(text) => serde_json::from_str(text).unwrap(),
                object => object.clone(),
            }
        };
        let object: Value = said(Form::Object);
        assert_eq!(object["result"]["linkVos"].as_array().unwrap().len(), 7);
        assert_eq!(said(Form::Text), object);
        assert_eq!(said(Form::EscapedText), object);
        assert!(enveloped(&inner, Form::EscapedText).is_ascii());
    }
}
