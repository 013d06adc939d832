//! From what a call did to the bytes of its answer, in the shape that is set.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use super::order::OrderState;
use super::panel::{Arguments, Refusal, Success};
use super::shape::{AparatShape, StatusForm};

pub(super) fn body(
    outcome: &Result<Success, Refusal>,
    arguments: &Arguments,
    shape: &AparatShape,
) -> Vec<u8> {
    let answer = match outcome {
        Err(refusal) if shape.bare_errors => shape.spell(refusal.text()).into_owned().into_bytes(),
        _ => json(&pairs(outcome, arguments, shape), shape.escaped),
    };
    if shape.junk.is_empty() {
        answer
    } else {
        [shape.junk.as_bytes(), &answer].concat()
    }
}

fn pairs<'a>(
    outcome: &'a Result<Success, Refusal>,
    arguments: &'a Arguments,
    shape: &'a AparatShape,
) -> Vec<(&'a str, Value)> {
    let mut pairs = vec![
        ("status", status(outcome, shape)),
        ("message", shape.spell(message(outcome)).into()),
    ];
    match outcome {
        Ok(Success::Account { balance }) => pairs.push((&shape.balance_key, number(*balance, shape))),
        Ok(Success::Ordered { id }) => {
            if let Some(key) = &shape.id_key {
                // A text id never reads as a number: it ends in a letter.
                let id = id
                    .parse()
                    .map_or_else(|_| id.as_str().into(), |id| number(id, shape));
                pairs.push((key, id));
            }
        }
        Ok(Success::Progress { state, delivered }) => {
            if let Some(key) = &shape.state_key {
                pairs.push((key, state.as_str().into()));
            }
            pairs.push(("delivered", number(*delivered, shape)));
        }
        Err(_) => {}
    }
    if shape.echo {
        pairs.extend(echo(arguments));
    }
    pairs
}

/// The document has no words for success: these are the sandbox's own.
fn message(outcome: &Result<Success, Refusal>) -> Cow<'static, str> {
    let text = match outcome {
        Ok(Success::Account { .. }) => "موجودی حساب شما دریافت شد",
        Ok(Success::Ordered { .. }) => "سفارش شما ثبت شد",
        Ok(Success::Progress { state, .. }) => match state {
            OrderState::Pending => "سفارش شما در صف انجام است",
            OrderState::InProgress => "سفارش شما در حال انجام است",
            OrderState::Completed => "سفارش شما انجام شد",
        },
        Err(refusal) => return refusal.text(),
    };
    text.into()
}

fn status(outcome: &Result<Success, Refusal>, shape: &AparatShape) -> Value {
    if let (Ok(Success::Progress { state, .. }), None) = (outcome, &shape.state_key) {
        return match shape.status {
            StatusForm::Number => state.number().into(),
            StatusForm::Bool | StatusForm::Text { .. } => state.as_str().into(),
        };
    }
    match (&shape.status, outcome.is_ok()) {
        (StatusForm::Bool, success) => success.into(),
        (StatusForm::Number, success) => u8::from(success).into(),
        (StatusForm::Text { success, .. }, true) => success.as_str().into(),
        (StatusForm::Text { error, .. }, false) => error.as_str().into(),
    }
}

/// The query's arguments in the document's order, the count as a number where it is one.
fn echo(arguments: &Arguments) -> impl Iterator<Item = (&str, Value)> {
    let Arguments {
        token,
        link,
        count,
        kind,
        uniqid,
    } = arguments;
    [
        ("token", token),
        ("link", link),
        ("count", count),
        ("type", kind),
        ("uniqid", uniqid),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.as_deref().map(|value| (name, value)))
    .map(|(name, value)| match value.parse::<u64>() {
        Ok(number) if name == "count" => (name, number.into()),
        _ => (name, value.into()),
    })
}

fn number(number: u64, shape: &AparatShape) -> Value {
    if shape.numbers_as_text {
        number.to_string().into()
    } else {
        number.into()
    }
}

/// Written by hand to keep the keys in their order: a JSON map sorts them.
fn json(pairs: &[(&str, Value)], escaped: bool) -> Vec<u8> {
    let mut json = Vec::with_capacity(128);
    for (key, value) in pairs {
        json.push(if json.is_empty() { b'{' } else { b',' });
        // Nothing that is written to memory fails.
        let _ = serde_json::to_writer(&mut json, key);
        json.push(b':');
        let _ = serde_json::to_writer(&mut json, value);
    }
    json.push(b'}');
    if escaped {
        escape(&String::from_utf8_lossy(&json)).into_bytes()
    } else {
        json
    }
}

/// Outside of strings JSON has neither slashes nor anything beyond ASCII, so nothing else is touched.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '/' => escaped.push_str("\\/"),
            character if character.is_ascii() => escaped.push(character),
            character => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    escaped
}
