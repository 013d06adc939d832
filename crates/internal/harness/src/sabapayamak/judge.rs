use std::time::Duration;

use http_core::decode::Raw;
use sabapayamak_auth::{Code, Session};
use serde_json::Value;

use crate::answered::{Answered, text};
use crate::plain_json::{count, json_in_text, only};
use crate::sms;

const DAYS: Duration = Duration::from_secs(15 * 86_400);

/// No data: an empty list.
const NO_DATA: &str = "1002";

/// An answer of Sabapayamak, to a login or to a call with its token.
pub(super) fn judge(answered: &Answered<'_>, given_out: &str) {
    let (status, json) = (answered.status(), json_in_text(&answered.response));
    let success = answered.outcome.as_ref().ok();
    if let Some(success) = success {
        let refusal = refusal(&json);
        let is_empty = refusal.as_deref() == Some(NO_DATA) && sms::shows_nothing(success);
        assert!(refusal.is_none() || is_empty, "{refusal:?}");
        assert!(!status.is_redirection());
        assert!(status.is_success() || count(&json, "status") > 0);
    }
    let token = success.and_then(|it| it.answer::<Session>()).map(Session::token);
    assert!(token.is_none_or(|it| it.expires_in().is_some_and(|life| life <= DAYS)));
    let named = only(&json, "data").and_then(|data| only(data, "Token"));
    let is_once = count(&json, "token") == 0 && named == Some(&Value::from(given_out));
    if let Some(failure) = sms::judge::<Code>(answered, token, is_once) {
        let details = text(failure, "details: Debug");
        assert!(details != "None" && !details.contains("status: None, errors: []"));
        let json = json.to_string();
        let answer = Raw::parse(&json).and_then(Raw::object);
        let data = answer.and_then(|it| it.get("data")?.object());
        assert!(
            data.is_none_or(|it| it.iter().next().is_none()),
            "it answered, and refused"
        );
    }
}

/// What anybody would call a refusal: a code among the errors that is not 1001, or a status that is one of HTTP's.
fn refusal(json: &Value) -> Option<String> {
    let word = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let errors = only(json, "errors");
    let items = errors.and_then(Value::as_array).into_iter().flatten();
    let mut codes = items.filter_map(|item| item.get("code").and_then(word));
    let status = only(json, "status").filter(|_| errors.is_some()).and_then(word);
    let is_refusal = |status: &String| matches!(status.parse(), Ok(300_u16..=599));
    let code = codes.find(|code| code != "1001" && !code.is_empty());
    code.or(status.filter(is_refusal))
}
