//! Mobile numbers in what providers answer.

use std::ops::Range;

use http_core::bytes::Bytes;
use http_core::decode::{self, Raw};
use http_core::http::Response;
use http_core::{Code, Secret};
use payvand_persian::Mobile;
use serde_json::Value;

/// Fewer characters are no mobile number.
const FEWEST: usize = 10;

/// The most groups of digits in which people write a number.
const MOST_WORDS: usize = 5;

/// The mobile numbers that an answer names, as they stand there.
pub(crate) fn numbers_in<C: Code>(response: &Response<Bytes>) -> Vec<Secret> {
    let mut numbers = Vec::new();
    let text = decode::text::<C>(response).ok();
    match text.and_then(Raw::parse) {
        Some(json) => in_json(&json.value(), &mut numbers),
        None => in_text(&String::from_utf8_lossy(response.body()), &mut numbers),
    }
    numbers
}

fn in_json(json: &Value, numbers: &mut Vec<Secret>) {
    match json {
        Value::String(text) => in_text(text, numbers),
        Value::Number(number) => in_text(&number.to_string(), numbers),
        Value::Array(items) => items.iter().for_each(|it| in_json(it, numbers)),
        Value::Object(fields) => {
            for (key, value) in fields {
                in_text(key, numbers);
                in_json(value, numbers);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn in_text(text: &str, numbers: &mut Vec<Secret>) {
    let is_of_number = |c: char| {
        let is_mark =
            matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        c.is_numeric() || is_mark || " +-.()".contains(c)
    };
    for run in text.split(|c| !is_of_number(c)) {
        let words = words(run);
        let mut rest = &words[..];
        while !rest.is_empty() {
            let found = (1..=MOST_WORDS).find_map(|count| Some((count, number(run, rest.get(..count)?)?)));
            numbers.extend(found.map(|it| Secret::from(it.1)));
            rest = rest.get(found.map_or(1, |it| it.0)..).unwrap_or_default();
        }
    }
}

/// Where the words of a text are.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut end = 0;
    let words = text.split(' ').map(|word| {
        let start = end;
        end = start + word.len() + 1;
        start..start + word.len()
    });
    words.filter(|it| !it.is_empty()).collect()
}

/// What stands from the first of these words to the last, if it is a number.
fn number<'a>(text: &'a str, words: &[Range<usize>]) -> Option<&'a str> {
    let found = text.get(words.first()?.start..words.last()?.end)?;
    let found = found.trim_matches(['.', '-', '(', ')']);
    (found.chars().count() >= FEWEST && found.parse::<Mobile>().is_ok()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_numbers_in_a_sentence() {
        for (text, expected) in [
            ("شماره 09123456789 در لیست سیاه است.", vec!["09123456789"]),
            ("گیرنده: ۰۹۱۲ ۳۴۵ ۶۷۸۹، خطا", vec!["۰۹۱۲ ۳۴۵ ۶۷۸۹"]),
            (
                "+98 912 345 6789 and 00989350000000",
                vec!["+98 912 345 6789", "00989350000000"],
            ),
            ("09123456789 09350000000", vec!["09123456789", "09350000000"]),
            (
                "0912 345 6789 0935-000-0000 1",
                vec!["0912 345 6789", "0935-000-0000"],
            ),
            ("09123456789,9350000000;", vec!["09123456789", "9350000000"]),
            ("number09123456789.", vec!["09123456789"]),
            ("1000011011 10001234 104729 1403/01/01 02112345678", vec![]),
        ] {
            let mut found = Vec::new();
            in_text(text, &mut found);
            let found: Vec<_> = found.iter().map(|it| it.expose().to_owned()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
