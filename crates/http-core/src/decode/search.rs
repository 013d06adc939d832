//! The answer in a text that may have more around it: PHP's notices ahead, a cache's comment behind.

use crate::decode::object::Object;
use crate::decode::raw::Raw;

/// An answer is looked for at this many opening braces.
const MOST_STARTS: usize = 32;

/// What a text has of answers.
#[derive(Debug)]
pub enum Search<'a> {
    /// One, whatever else stands around it.
    One {
        /// The object, as it was sent.
        raw: Raw<'a>,
        /// Its members.
        object: Object<'a>,
        /// No other object stands beside it; text may.
        is_alone: bool,
    },
    /// None.
    None,
    /// Several, one inside something else, or one beside an object that breaks off: nobody can say which one counts.
    Several,
    /// An object that breaks off.
    Broken {
        /// Whether all of it is right, up to the text's end.
        is_cut_short: bool,
    },
}

/// Finds the only object in a text that is an answer, as `is_answer` has it. Other whole objects are passed over.
///
/// ```
/// # use payvand_http_core::decode::{Search, search};
/// let text = "<b>Notice</b>: x\n{\"status\":true}\n<!-- cache -->";
/// let found = search(text, |object| object.get("status").is_some());
/// assert!(matches!(found, Search::One { is_alone: true, .. }));
/// ```
pub fn search<'a>(text: &'a str, is_answer: impl Fn(&Object<'a>) -> bool) -> Search<'a> {
    let mut found = None;
    let mut others = 0;
    let mut rest = text;
    while let Some((before, start)) = rest.find('{').and_then(|at| rest.split_at_checked(at)) {
        match Raw::first(start) {
            Ok((raw, after)) => {
                rest = after;
                match raw.object().filter(&is_answer) {
                    Some(object) if found.is_none() && !is_inside(before) => found = Some((raw, object)),
                    Some(_) => return Search::Several,
                    None => others += 1,
                }
            }
            Err(error) if begins_an_object(start) => {
                return match found {
                    Some(_) => Search::Several,
                    None => Search::Broken {
                        is_cut_short: error.is_eof(),
                    },
                };
            }
            Err(_) => {
                others += 1;
                rest = start.get(1..).unwrap_or_default();
            }
        }
        if others >= MOST_STARTS {
            return Search::Several;
        }
    }
    match found {
        Some((raw, object)) => Search::One {
            raw,
            object,
            is_alone: others == 0,
        },
        None => Search::None,
    }
}

/// The only object or list in a text whose other parts are no JSON.
pub(crate) fn only_value(text: &str) -> Option<Raw<'_>> {
    const BRACKETS: [char; 2] = ['{', '['];
    let (_, start) = text.split_at_checked(text.find(BRACKETS)?)?;
    let (value, rest) = Raw::first(start).ok()?;
    (!rest.contains(BRACKETS)).then_some(value)
}

/// JSON has a key after the brace; JavaScript and PHP's dumps have something else.
fn begins_an_object(start: &str) -> bool {
    start
        .get(1..)
        .is_some_and(|inside| inside.trim_start().starts_with('"'))
}

/// Whether what follows is an item of a list, a value in an object, or one of a page's script.
fn is_inside(before: &str) -> bool {
    let before = before.trim_end();
    let is_value = |key: &str| key.trim_end().ends_with(['"', '\'']);
    before.ends_with(['[', ',', '=']) || before.strip_suffix(':').is_some_and(is_value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> String {
        match search(text, |object| object.get("status").is_some()) {
            Search::One { raw, is_alone, .. } => format!("{} {is_alone}", raw.json()),
            Search::None => "none".to_owned(),
            Search::Several => "several".to_owned(),
            Search::Broken { is_cut_short } => format!("broken {is_cut_short}"),
        }
    }

    #[test]
    fn one_answer_is_found_whatever_is_around_it() {
        let answer = r#"{"status":true,"uniqid":"o-1"}"#;
        for (text, is_alone) in [
            (answer.to_owned(), true),
            (format!("\r\n\u{feff} \u{feff}{answer}\n"), true),
            (
                format!("<br />\n<b>Notice</b>: x in /a.php on line <b>3</b><br />\n{answer}"),
                true,
            ),
            (format!("{answer}\n<!-- cache -->"), true),
            (format!("{answer}<br />\n<b>Notice</b>: late"), true),
            (format!("array(1) {{\n  [0]=>\n  int(1)\n}}\n{answer}"), false),
            (format!("<style>a {{ color: red }}</style>{answer}"), false),
            (
                format!("{{}}{{\"a\":1}} {answer} {{\"b\":{{\"status\":1}}}}"),
                false,
            ),
            (format!("call({answer});"), true),
        ] {
            assert_eq!(of(&text), format!("{answer} {is_alone}"), "{text}");
        }
    }

    #[test]
    fn where_nobody_can_say_which_one_counts_none_does() {
        let answer = r#"{"status":true}"#;
        for (text, found) in [
            (format!("{answer}{answer}"), "several"),
            (format!("{answer}\n{{\"Status\":false}}"), "several"),
            (format!("{answer}{{\"status\":fal"), "several"),
            (format!("{{\"status\":tr{answer}"), "broken false"),
            (format!("[{answer}]"), "several"),
            (format!("{{\"x\":{answer}"), "broken true"),
            (format!("'x': {answer}"), "several"),
            ("{ ".repeat(40) + answer, "several"),
            (r#"{"status":true,"uni"#.to_owned(), "broken true"),
            (r#"{"status":true,}"#.to_owned(), "broken false"),
            (r#"{"a":1}"#.to_owned(), "none"),
            (r#"{"status":null}"#.to_owned(), "none"),
            (r#""status""#.to_owned(), "none"),
            (String::new(), "none"),
        ] {
            assert_eq!(of(&text), found, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(\\PC|[\"\\\\{}\\[\\],: ]|\"status\":){0,40}") {
            let _ = of(&text);
        }
    }
}
