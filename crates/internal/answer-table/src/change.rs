//! What may stand around an answer, or differ in it, as text: JSON that a library writes would be too well made.

use crate::Documented;

const NOTICE: &str =
    "<br />\n<b>Notice</b>: Undefined index: x in <b>/srv/a.php</b> on line <b>3</b><br />\n";

/// The answer's bodies, each with what was changed.
pub(crate) fn changes(answer: &Documented) -> Vec<(String, String)> {
    let json = &answer.json;
    let body = (answer.wrap)(json);
    let mut all = vec![
        ("as documented".to_owned(), body.clone()),
        ("text before".to_owned(), format!("{NOTICE}{body}")),
        ("text after".to_owned(), format!("{body}\n<!-- cache -->")),
        ("text after, late notice".to_owned(), format!("{body}{NOTICE}")),
        (
            "byte order marks".to_owned(),
            format!("\r\n\u{feff} \u{feff}{body}"),
        ),
        ("the answer twice".to_owned(), format!("{body}\n{body}")),
        (
            "an object cut short after".to_owned(),
            format!("{body}{{\"status\":"),
        ),
        (
            "cut short".to_owned(),
            body[..floor(&body, body.len() - body.len() / 4)].to_owned(),
        ),
    ];
    let inside = [
        (
            "half a surrogate pair",
            json.replace('{', "{\"note\":\"a\\ud83d\",").replace(",}", "}"),
        ),
        (
            "1e400 in another field",
            json.replace('{', "{\"note\":1e400,").replace(",}", "}"),
        ),
        ("numbers as text", numbers_as_text(json, '0')),
        ("numbers as text, Persian", numbers_as_text(json, '۰')),
        ("numbers as text, Arabic", numbers_as_text(json, '٠')),
        ("keys in another case", keys_in_another_case(json)),
    ];
    let inside = inside.map(|(change, json)| (change.to_owned(), json));
    let twice = top_keys(json).into_iter().map(|(key, member)| {
        let other = with_other_case(&key);
        let again = member.replacen(&key, &other, 1);
        (
            format!("`{key}` and `{other}`"),
            json.replacen('{', &format!("{{{again},"), 1),
        )
    });
    let contradictions = answer.contradictions.iter();
    let contradictions = contradictions.map(|(change, json)| ((*change).to_owned(), json.clone()));
    let inside = inside.into_iter().chain(twice).chain(contradictions);
    all.extend(inside.map(|(change, json)| (change, (answer.wrap)(&json))));
    all
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

enum Token<'a> {
    Key(&'a str),
    Text(&'a str),
    Number(&'a str),
    Other(&'a str),
}

/// The pieces of well-made JSON.
fn tokens(json: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.');
        let length = match first {
            '"' => rest
                .match_indices('"')
                .nth(1)
                .map_or(rest.len(), |(at, _)| at + 1),
            _ if is_number(first) => rest.find(|c| !is_number(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        tokens.push(match first {
            '"' if rest.trim_start().starts_with(':') => Token::Key(token),
            '"' => Token::Text(token),
            _ if is_number(first) => Token::Number(token),
            _ => Token::Other(token),
        });
    }
    tokens
}

fn numbers_as_text(json: &str, zero: char) -> String {
    let digit = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap(),
        None => c,
    };
    tokens(json)
        .into_iter()
        .map(|token| match token {
            Token::Number(number) => format!("\"{}\"", number.chars().map(digit).collect::<String>()),
            Token::Key(text) | Token::Text(text) | Token::Other(text) => text.to_owned(),
        })
        .collect()
}

fn keys_in_another_case(json: &str) -> String {
    tokens(json)
        .into_iter()
        .map(|token| match token {
            Token::Key(key) => with_other_case(key),
            Token::Text(text) | Token::Number(text) | Token::Other(text) => text.to_owned(),
        })
        .collect()
}

/// The first letter in upper case, or in lower case if it was that already.
fn with_other_case(key: &str) -> String {
    let at = key.find(char::is_alphabetic).unwrap_or(0);
    let (before, rest) = key.split_at(at);
    let (first, after) = rest.split_at(1);
    let other = if first == first.to_uppercase() {
        first.to_lowercase()
    } else {
        first.to_uppercase()
    };
    format!("{before}{other}{after}")
}

/// The keys of the outermost object, each with its member as it stands.
fn top_keys(json: &str) -> Vec<(String, String)> {
    let mut members: Vec<(String, String)> = Vec::new();
    let mut depth = 0;
    for token in tokens(json) {
        let text = match token {
            Token::Key(text) | Token::Text(text) | Token::Number(text) | Token::Other(text) => text,
        };
        if matches!(text, "}" | "]") {
            depth -= 1;
        }
        match (&token, members.last_mut()) {
            (Token::Key(key), _) if depth == 1 => {
                members.push((key.trim_matches('"').to_owned(), text.to_owned()));
            }
            (_, Some((_, member))) if depth > 1 || depth == 1 && text != "," => member.push_str(text),
            _ => {}
        }
        if matches!(text, "{" | "[") {
            depth += 1;
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"error":false, "code":200,"result":{"hash":"a-1","Times":[1,-2]}}"#;

    #[test]
    fn only_what_is_named_changes() {
        assert_eq!(
            numbers_as_text(JSON, '۰'),
            r#"{"error":false, "code":"۲۰۰","result":{"hash":"a-1","Times":["۱","-۲"]}}"#
        );
        assert_eq!(
            keys_in_another_case(JSON),
            r#"{"Error":false, "Code":200,"Result":{"Hash":"a-1","times":[1,-2]}}"#
        );
        let keys = top_keys(JSON);
        let keys: Vec<_> = keys
            .iter()
            .map(|(key, member)| (key.as_str(), member.trim()))
            .collect();
        assert_eq!(
            keys,
            [
                ("error", r#""error":false"#),
                ("code", r#""code":200"#),
                ("result", r#""result":{"hash":"a-1","Times":[1,-2]}"#),
            ]
        );
    }
}
