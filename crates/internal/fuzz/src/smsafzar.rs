use std::sync::LazyLock;

use serde_json::Value;
use smsafzar_auth::{Code, Session};

use crate::exchange::{count, json_in_text, only};
use crate::provider::Provider;
use crate::sms;

const TOKEN: &str = "aF/7+T=hC3~fE.fake";
static SMSAFZAR: LazyLock<Provider> = LazyLock::new(|| Provider::new("smsafzar-auth", "&گذر", Some(TOKEN)));

/// An answer of SMSAfzar, to a login or to a call with its token.
pub(crate) fn smsafzar(data: &[u8]) {
    let answered = SMSAFZAR.play(data, &format!(r#"{{"token":"{TOKEN}"}}"#));
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
    let is_once = only(&json, "token") == Some(&Value::from(TOKEN));
    if let Some(failure) = sms::judge::<Code>(&SMSAFZAR, &answered, token, is_once) {
        assert!(!status.is_server_error(), "it may have failed half-way");
        assert_ne!(failure.code.as_deref(), Some("ServerFailure"));
        assert!(count(&json, "errorCode") > 0, "no refusal of the provider's own");
    }
}
