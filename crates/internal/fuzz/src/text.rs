use aparat_api::{Client, Code, Error, OrderKind};
use http_core::RetryPolicy;
use http_core::http::Response;
use http_core::text::{ascii_digit, fold, same};
use serde_json::json;

use crate::exchange::{Wire, run};

/// No words of anybody's: an echo of it would be taken out.
const TOKEN: &str = "fake-zq0xw1vj2kf3zq4x";

thread_local! {
    static BENCH: (Client, Wire) = {
        let wire = Wire::default();
        let builder = Client::builder(TOKEN).retry(RetryPolicy::never()).transport(wire.clone());
        (builder.build().unwrap(), wire)
    };
}

/// A provider's words.
pub fn text(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "folding twice is folding once");
    assert!(same(text, &folded) && same(&folded, text));
    assert!(
        folded.chars().all(|c| !c.is_whitespace() && !c.is_control()),
        "{folded:?}"
    );
    let spelt = respelt(text);
    assert_eq!(fold(&spelt), folded, "{text:?} / {spelt:?}");
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    assert_eq!(same(one, other), fold(one) == fold(other));

    // A refusal stays one however it is spelt, and what it says is the same.
    let refused = refusal(&json!({"status": false, "message": text}).to_string());
    let respelt = refusal(&json!({"status": false, "message": spelt}).to_string());
    assert_eq!(
        words_aside(refused.code()),
        words_aside(respelt.code()),
        "{text:?} / {spelt:?}"
    );
    assert_eq!(refused.effect(), respelt.effect(), "{text:?} / {spelt:?}");

    // Alone, without JSON, it is an order only if it is one.
    let alone = order(text);
    if let Ok(order) = &alone {
        assert!(text.contains('{'), "{order:?}");
    }
}

/// As another keyboard, another server or another taste would have it.
fn respelt(text: &str) -> String {
    let mut spelt = String::new();
    let mut after_digit = false;
    for c in text.chars() {
        let is_digit = ascii_digit(c).is_some();
        // Between digits it would make two numbers of one.
        let is_inside_a_number = after_digit && is_digit || is_separator(spelt.chars().last());
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

/// Between thousands.
fn is_separator(c: Option<char>) -> bool {
    matches!(c, Some(',' | '٬' | '،'))
}

fn words_aside(code: Option<&Code>) -> Option<Code> {
    code.map(|code| match code {
        Code::Unknown(_) => Code::Unknown(String::new()),
        known => known.clone(),
    })
}

fn refusal(body: &str) -> Error {
    order(body).expect_err("`status: false` is a refusal")
}

fn order(body: &str) -> Result<aparat_api::Order, Error> {
    BENCH.with(|(client, wire)| {
        wire.play([], &Response::new(body.to_owned().into()));
        run(client
            .order(OrderKind::Like, "https://www.aparat.com/v/abcd", 100)
            .send())
    })
}
