use http_core::Semantics;
use http_core::http::StatusCode;
use serde_json::Value;
use smsafzar_auth::{Code, Session};

use crate::answered::Answered;
use crate::plain_json::{count, json, json_in_text, only};
use crate::sms;

/// An answer of SMSAfzar, to a login or to a call with its token.
pub(super) fn judge(answered: &Answered<'_>, given_out: &str) {
    let (status, json) = (answered.status(), json_in_text(&answered.response));
    let success = answered.outcome.as_ref().ok();
    if success.is_some() {
        assert!(status.is_success());
        let refuses = match only(&json, "errorCode") {
            Some(Value::Number(number)) => number.to_string() != "0",
            Some(Value::String(text)) => !matches!(text.trim(), "" | "0" | "۰" | "٠"),
            _ => false,
        };
        assert!(!refuses);
    }
    let token = success.and_then(|it| it.answer::<Session>()).map(Session::token);
    let is_once = only(&json, "token") == Some(&Value::from(given_out));
    if let Some(failure) = sms::judge::<Code>(answered, token, is_once) {
        assert!(!status.is_server_error(), "it may have failed half-way");
        assert_ne!(failure.code.as_deref(), Some("ServerFailure"));
        assert!(count(&json, "errorCode") > 0, "no refusal of the provider's own");
    }
}

/// An answer to one of the calls that have a type: nothing but HTTP 200 and an object without an error is a message sent.
pub(super) fn judge_message(answered: &Answered<'_>, given_out: &str) {
    judge(answered, given_out);
    if answered.outcome.is_ok() && answered.call.semantics != Semantics::Safe {
        assert_eq!(answered.status(), StatusCode::OK);
        let json = json(&answered.response);
        let of_a_refusal = ["errorCode", "errorMessage", "validationErrors"];
        let is_absent = |key: &&str| json.get(key).is_none_or(Value::is_null);
        assert!(of_a_refusal.iter().all(is_absent), "an error beside");
        assert!(json.is_object() || json.is_null());
    }
}
