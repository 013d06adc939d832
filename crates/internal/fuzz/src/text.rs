use http_core::Effect;
use http_core::http::Response;
use http_core::text::{ascii_digit, fold, same};
use payvand_harness::Answered;
use serde_json::json;

use crate::answers::named;

/// A provider's words.
pub(crate) fn text(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "folding twice is folding once");
    assert!(same(text, &folded) && same(&folded, text));
    assert!(!folded.contains(|c: char| c.is_whitespace() || c.is_control()));
    let spelt = respelt(text);
    assert_eq!(fold(&spelt), folded, "{text:?} / {spelt:?}");
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    assert_eq!(same(one, other), fold(one) == fold(other));

    // A refusal stays one however it is spelt, and what it says is the same.
    assert_eq!(refusal(text), refusal(&spelt), "{text:?} / {spelt:?}");

    // Alone, without JSON, it is an order only if it is one.
    assert!(text.contains('{') || order(text).outcome.is_err());
}

/// As another keyboard, another server or another taste would have it.
fn respelt(text: &str) -> String {
    let mut spelt = String::new();
    let mut after_digit = false;
    for c in text.chars() {
        let is_digit = ascii_digit(c).is_some();
        // Between digits it would make two numbers of one.
        let after_separator = spelt.ends_with([',', '٬', '،']);
        let is_inside_a_number = after_digit && is_digit || after_separator;
        if c.is_alphanumeric() && !spelt.is_empty() && !is_inside_a_number {
            spelt.push('\u{200C}');
        }
        after_digit = is_digit;
        spelt.push(match c {
            'ی' => 'ي',
            'ک' => 'ك',
            'ا' => 'آ',
            '0'..='9' => char::from_u32(u32::from('۰') + u32::from(c) - u32::from('0')).unwrap(),
            other => other,
        });
    }
    spelt
}

/// The effect, and the code without the words of an unknown one.
fn refusal(words: &str) -> (Effect, String) {
    let answered = order(&json!({"status": false, "message": words}).to_string());
    let failure = answered
        .outcome
        .as_ref()
        .expect_err("`status: false` is a refusal");
    let code = failure.code.as_deref().unwrap_or_default();
    (failure.effect, code.split('(').take(1).collect())
}

fn order(body: &str) -> Answered<'static> {
    let (client, order) = named("aparat-api", "order");
    client.call(order, Response::new(body.to_owned().into()))
}
