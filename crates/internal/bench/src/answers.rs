//! What the providers say.

use std::sync::LazyLock;

use bytes::Bytes;
use podlink_api::{CallOptions, Transport, TransportError, async_trait};
use serde_json::{Value, json};

/// The answer to Aparat's account call, in the sandbox's words.
pub const ACCOUNT: &str = r#"{"status":true,"message":"موجودی حساب شما دریافت شد","balance":100000}"#;

/// The answer to an order.
const PLACED: &str = r#"{"status":true,"message":"سفارش شما ثبت شد","uniqid":"5f0c1e2d3b4ag"}"#;

/// What both SMS services answer a login with.
pub const TOKEN: &str = "not-a-real-token-0123456789abcdef0123456789abcdef";

static LINKS: LazyLock<Bytes> = LazyLock::new(|| in_text(&links(10)).into());

/// The one answer that there is at a path.
pub(crate) fn at(path: &str) -> Bytes {
    match path {
        "/aparat/api.php" => ACCOUNT.into(),
        "/campaign/aparat/api.php" => PLACED.into(),
        "/podlink/srv/sc/nzh/doServiceCall" => LINKS.clone(),
        "/sabapayamak/api/v1/user/authenticate" => saba(&json!({"FirstName": "Sara", "Token": TOKEN})),
        "/sabapayamak/api/v1/credit" => saba(&json!(12500.5)),
        "/smsafzar/auth/token" => login(),
        "/smsafzar/account/balance" => r#"{"amount":70,"unit":"rial"}"#.into(),
        _ => panic!("nothing is served at {path}"),
    }
}

fn saba(data: &Value) -> Bytes {
    let answer = json!({"status": "200", "message": "OK", "id": 0, "data": data, "errors": []});
    answer.to_string().into()
}

/// SMSAfzar's answer to a login.
pub fn login() -> Bytes {
    json!({"token": TOKEN}).to_string().into()
}

/// What TinyLink's service says: a page of its list, with the document's fields.
pub fn links(count: u64) -> String {
    let link = |number: u64| {
        let (hash, content) = if number.is_multiple_of(3) {
            let content = format!("متن کوتاهی که شمارهٔ آن {number} است");
            (format!("پیوند{number}"), content)
        } else {
            let content = format!("https://example.com/news/{number}?from=list&page=2");
            (format!("hash{number}"), content)
        };
        json!({
            "urlOrContent": content,
            "hash": hash,
            "hashURL": format!("http://example.com/news/{number}"),
            "expireTime": 1_618_991_112_111_u64 + number,
            "createTime": 1_555_919_112_111_u64 + number,
            "visitCount": number % 100,
            "isDeleted": false,
            "hashGeneratedMethod": "custom",
            "shortenObjectKind": "link",
            "tags": "tag1,tag2",
        })
    };
    let links: Vec<_> = (0..count).map(link).collect();
    json!({"error": false, "code": 200, "result": {"totalCount": count, "linkVos": links}}).to_string()
}

/// The gateway's answer, with the service's in it as an object, as the document has it.
pub fn in_object(service: &str) -> String {
    format!(
        r#"{{"hasError":false,"messageId":0,"referenceNumber":"m-1","errorCode":0,"count":0,"ott":"not-a-real-ott","result":{{"result":{service},"header":{{}},"statusCode":200}}}}"#
    )
}

/// The same with a text of JSON inside JSON, as the live gateway has it.
pub fn in_text(service: &str) -> String {
    in_object(&Value::from(service).to_string())
}

/// A transport that has the answer at hand.
pub struct AtHand(pub Bytes);

#[async_trait]
impl Transport for AtHand {
    async fn send(
        &self,
        _: http::Request<Bytes>,
        _: &CallOptions,
    ) -> Result<http::Response<Bytes>, TransportError> {
        Ok(http::Response::new(self.0.clone()))
    }
}
