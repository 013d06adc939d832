//! Directions of text, as the Unicode Bidirectional Algorithm (UAX #9) sees them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::iter;

use crate::digits;
use crate::terminal::width::char_width;

const END_OF_EMBEDDING: char = '\u{202C}';
const LEFT_TO_RIGHT_ISOLATE: char = '\u{2066}';
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const END_OF_ISOLATE: char = '\u{2069}';

/// A left-to-right part of a Persian sentence, such as a number with a plus sign or a file name, isolated so that its
/// pieces stay in order; as it is where they do so anyway.
///
/// What was opened in it ends in it.
///
/// ```
/// # use payvand_persian::terminal::isolate_ltr;
/// assert_eq!(isolate_ltr("+98 912 345 6789"), "\u{2066}+98 912 345 6789\u{2069}");
/// assert_eq!(isolate_ltr("example.ir"), "example.ir");
/// assert_eq!(isolate_ltr("1403/07/01"), "1403/07/01");
/// ```
pub fn isolate_ltr(text: &str) -> Cow<'_, str> {
    if keeps_its_order(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(isolated(LEFT_TO_RIGHT_ISOLATE, text))
}

/// The text in an isolate whose direction is that of its first letter.
pub(crate) fn isolate(text: &str) -> String {
    isolated(FIRST_STRONG_ISOLATE, text)
}

/// The text as far as it goes, with nothing left open and nothing ended that was not opened in it.
pub(crate) fn balanced(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut open = Vec::new();
    let mut isolates = 0_usize;
    for c in text.chars() {
        match c {
            END_OF_ISOLATE if isolates == 0 => continue,
            END_OF_ISOLATE => {
                isolates -= 1;
                // It also ends the embeddings that were opened in it.
                while open.pop().is_some_and(|it| end_of(it) != END_OF_ISOLATE) {}
            }
            END_OF_EMBEDDING if open.last().is_none_or(|it| end_of(*it) != c) => continue,
            END_OF_EMBEDDING => drop(open.pop()),
            c if opens(c) => {
                open.push(c);
                isolates += usize::from(end_of(c) == END_OF_ISOLATE);
            }
            _ => {}
        }
        all.push(c);
    }
    all.extend(open.into_iter().rev().map(end_of));
    all
}

/// A mark that opens an embedding, an override or an isolate.
pub(crate) fn opens(c: char) -> bool {
    matches!(
        c,
        '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}'
    )
}

/// What ends what this mark opens.
fn end_of(opening: char) -> char {
    match opening {
        '\u{2066}'..='\u{2068}' => END_OF_ISOLATE,
        _ => END_OF_EMBEDDING,
    }
}

fn isolated(start: char, text: &str) -> String {
    iter::once(start)
        .chain(balanced(text).chars())
        .chain([END_OF_ISOLATE])
        .collect()
}

/// Whether a right-to-left sentence shows the text in one piece from left to right anyway: letters with anything between
/// them, and digits of one kind with single dots, commas, colons or slashes between them, do.
fn keeps_its_order(text: &str) -> bool {
    let after_digits = text.trim_start_matches(is_digit);
    if after_digits.starts_with(is_letter) {
        let disturbs = |c: char| is_right_to_left(c) || is_formatting(c) || c.is_control();
        return text.ends_with(|c| is_letter(c) || is_digit(c)) && !text.contains(disturbs);
    }
    let mut groups = text.split(['.', ',', ':', '/', '٬', '٫']);
    let is_group = |group: &str| !group.is_empty() && group.chars().all(is_digit);
    let has_both = text.contains(is_arabic_digit) && text.contains(|c| is_digit(c) && !is_arabic_digit(c));
    text.is_empty() || groups.all(is_group) && !has_both
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_right_to_left(c) && char_width(c) > 0
}

fn is_digit(c: char) -> bool {
    digits::value(c).is_some()
}

fn is_arabic_digit(c: char) -> bool {
    is_digit(c) && is_right_to_left(c)
}

/// Whether the character makes what stands around it go from right to left: a letter of such a script, an Arabic digit
/// (and no Persian one), or a mark that says so.
pub(crate) fn is_right_to_left(c: char) -> bool {
    match c {
        // Marks that say so, and signs over numbers and lines, which take no column.
        '\u{61C}' | '\u{200F}' | '\u{202B}' | '\u{202E}' | '\u{605}' | '\u{70F}' | '\u{890}' | '\u{891}'
        | '\u{8E2}' => true,
        // Signs and Persian digits.
        '\u{606}'..='\u{60A}' => c == '\u{608}',
        '\u{60C}' | '\u{60E}' | '\u{60F}' | '٪' | '\u{6DE}' | '\u{6E9}' | '۰'..='۹' => false,
        _ => is_in_right_to_left_block(c) && char_width(c) > 0,
    }
}

fn is_in_right_to_left_block(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFC}' | '\u{FE70}'..='\u{FEFE}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}

/// A mark that opens or ends an embedding, an override or an isolate.
pub(crate) fn is_formatting(c: char) -> bool {
    opens(c) || matches!(c, END_OF_EMBEDDING | END_OF_ISOLATE)
}
