use std::sync::LazyLock;

use http_core::Kind;
use http_core::text::{fold, same};
use podlink_api::{AddedLink, ClickStats, LinkPage, Visit};
use serde_json::{Map, Value};
use url::Url;

use crate::answered::{Answered, text};
use crate::plain_json::json;
use crate::secret_parts::Parts;
use crate::{Failure, Success};

/// Made up by the answer, where it stands as the document shows it.
const ONE_TIME: &str = "oT9Qz4Wv7Xk2Jm5R";
static ONE_TIME_PARTS: LazyLock<Parts> = LazyLock::new(|| Parts::of(&[ONE_TIME]));

/// An answer of the short links' gateway.
pub(super) fn judge(answered: &Answered<'_>) {
    let (name, status) = (answered.call.name, answered.status());
    let is_visit = name == "visit";
    let levels = levels(json(&answered.response), is_visit);
    let is_refused = levels.iter().any(|level| refuses(level, is_visit));
    match &answered.outcome {
        Ok(success) => {
            let leads_on = is_visit && status.is_redirection();
            assert!(leads_on || status.is_success() && !is_refused);
            let result = levels.last().and_then(|it| it.get("result"));
            assert!(!name.ends_with("activate") || result != Some(&Value::Bool(false)));
            judge_success(answered, success);
        }
        Err(failure) => judge_failure(answered, failure, is_refused),
    }
}

fn judge_success(answered: &Answered<'_>, success: &Success) {
    if let Some(link) = success.answer::<AddedLink>() {
        let url = Url::parse(&link.short_url()).expect("an address");
        assert!(url.path().len() > 1);
        no_secret(answered.all, &link.unknown_fields());
    } else if let Some(page) = success.answer::<LinkPage>() {
        no_secret(answered.all, &page.unknown_fields());
        for link in page.links() {
            no_secret(answered.all, &link.unknown_fields());
            let is_one = |tag: &str| !tag.is_empty() && !tag.contains([',', '،']);
            assert!(link.tags().all(is_one));
        }
    } else if let Some(stats) = success.answer::<ClickStats>() {
        no_secret(answered.all, &stats.unknown_fields());
    } else if let Some(Visit::Redirect(address)) = success.answer() {
        answered.all.assert_not_in(address);
        let url = Url::parse(address).or_else(|_| Url::parse(&format!("http://{address}")));
        let url = url.expect("an absolute address, or one without its scheme");
        assert_ne!(url.path(), "/srv/sc/nzh/doServiceCall", "the gateway's own");
    } else if let Some(Visit::Content(text)) = success.answer() {
        answered.all.assert_not_in(text);
        assert!(!text.trim().is_empty() && answered.status().is_success());
    }
}

/// What the document does not have was searched for secrets; what it has is the caller's own.
fn no_secret(secrets: &Parts, other: &Map<String, Value>) {
    let json = serde_json::to_string(other).expect("JSON");
    secrets.assert_not_in(&json);
    assert!(!other.keys().any(|key| same(key, "ott")), "a one-time token");
    let inside = other.values().filter_map(Value::as_object);
    inside.for_each(|it| no_secret(secrets, it));
}

fn judge_failure(answered: &Answered<'_>, failure: &Failure, is_refused: bool) {
    answered.judge(failure, answered.all);
    if answered.had_no_effect(failure) {
        // A failure of the service may have come half-way, and what is unknown may mean anything.
        let code = failure.code.as_deref().unwrap_or_default();
        let mut doubtful = ["Internal", "Unknown", "ServiceStatus"].iter();
        assert!(!doubtful.any(|it| code.starts_with(it)));
        let details = text(failure, "details: Debug");
        let mut levels = ["Some(Gateway)", "Some(Service)", "Some(Result)"].iter();
        assert!(levels.any(|it| details.contains(it)));
    }
    let body = String::from_utf8_lossy(answered.response.body());
    if failure.kind == Kind::Api && !is_refused {
        let mut names = ["error", "code", "false"].iter();
        let folded = fold(&body);
        assert!(names.any(|word| folded.contains(word)) || body.contains("\\u"));
    }
    // A one-time token stays out of the error where it stands under its name alone.
    let without = body.replace(&format!("\"ott\":\"{ONE_TIME}\""), "");
    if ONE_TIME_PARTS.find(&without).is_none() {
        let shown: String = failure.texts.iter().map(|(_, text)| &**text).collect();
        ONE_TIME_PARTS.assert_not_in(&shown);
    }
}

/// The objects inside each other, as a plain reader of JSON sees them.
fn levels(json: Value, is_visit: bool) -> Vec<Value> {
    let mut levels = Vec::new();
    let mut next = json;
    while levels.len() < 3 && next.is_object() {
        let inside = next.get("result").cloned().unwrap_or_default();
        let speaks = next.get("error").is_some();
        levels.push(next);
        next = match inside {
            // Somebody's text may be JSON too.
            Value::String(text) if is_visit || speaks => text.into(),
            Value::String(text) => serde_json::from_str(text.trim()).unwrap_or_default(),
            other => other,
        };
    }
    levels
}

fn refuses(level: &Value, is_visit: bool) -> bool {
    let number = |key: &str| level.get(key).and_then(Value::as_i64);
    let is_failure = |key| number(key).is_some_and(|number| number != 0 && !(200..300).contains(&number));
    let leads_on = is_visit && matches!(number("statusCode"), Some(300..=399));
    let says_no = ["hasError", "error"].map(|key| level.get(key) == Some(&Value::Bool(true)));
    says_no.contains(&true) || is_failure("errorCode") || is_failure("statusCode") && !leads_on
}
