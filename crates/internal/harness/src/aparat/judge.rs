use aparat_api::{Account, Order, OrderStatus};
use http_core::text::same;
use serde_json::{Map, Value};

use crate::answered::{Answered, shown};
use crate::plain_json::json;
use crate::{Failure, Success};

/// The document's errors, as far as they are the same in every order.
const REFUSALS: [&str; 4] = [
    "ارگومان وارد شده اشتباه است",
    "تعداد سفارش داده شده از مقدار حساب شما بیشتر است . لطفا حساب خود را شارژ کنید",
    "invalid request",
    "token invalid",
];

/// An answer of the orders' panel.
pub(super) fn judge(answered: &Answered<'_>) {
    match &answered.outcome {
        Ok(success) => judge_success(answered, success),
        Err(failure) => judge_failure(answered, failure),
    }
}

fn judge_failure(answered: &Answered<'_>, failure: &Failure) {
    answered.judge(failure, answered.all);
    assert!(answered.call.name != "order" || !failure.is_retryable);
    if answered.had_no_effect(failure) {
        let code = failure.code.as_deref().unwrap_or_default();
        let message = failure.message.as_deref().unwrap_or_default();
        let (is_documented, status) = (!code.starts_with("Unknown"), answered.status());
        assert!(
            is_documented && !message.trim().is_empty(),
            "nobody said why: HTTP {status}"
        );
        assert!(answered.response.body().contains(&b'{'), "a gateway may speak so");
    }
}

fn judge_success(answered: &Answered<'_>, success: &Success) {
    answered.all.assert_not_in(&shown(success));
    assert!(answered.status().is_success());
    assert!(answered.response.body().contains(&b'}'), "cut short");

    let (message, fields, is_data) = kept(success);
    let message = message.unwrap_or_default();
    assert!(!REFUSALS.iter().any(|text| same(text, message)));
    let says_no = |it: &Value| !is_data && (*it == false || *it == 0 || *it == "false" || *it == "error");
    let plain = json(&answered.response);
    assert!(!plain.get("status").is_some_and(says_no), "a refusal");
    if answered.call.name == "order" {
        let nested = ["data", "result"].map(|key| fields.get(key).and_then(Value::as_object));
        let statuses = |map| {
            let named = Map::iter(map).filter(|(key, _)| same(key, "status"));
            named.map(|(_, status)| status)
        };
        let mut inside = nested.into_iter().flatten().flat_map(statuses);
        let first = statuses(fields).chain(inside.clone()).next().expect("a status");
        assert!(!first.is_array() && !first.is_object());
        assert!(!inside.any(says_no), "a refusal inside");
    }
}

/// The message, the fields, and whether the status is what was asked for: a failed order's, known by its state.
fn kept(success: &Success) -> (Option<&str>, &Map<String, Value>, bool) {
    if let Some(order) = success.answer::<Order>() {
        return (order.message(), order.fields(), false);
    }
    if let Some(status) = success.answer::<OrderStatus>() {
        return (status.message(), status.fields(), status.state().is_some());
    }
    let account = success.answer::<Account>().expect("there are three calls");
    (account.message(), account.fields(), false)
}
