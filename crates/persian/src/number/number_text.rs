//! The digits of one phone number, out of a text as people type and paste it.

use crate::character::visible;
use crate::digits;
use crate::number::number_error::NumberError;

/// More digits than any number has.
const MOST_DIGITS: usize = 24;

/// With as many before and after a separator there are two numbers.
const FEWEST_DIGITS: usize = 8;

pub(crate) struct NumberText {
    buffer: [u8; MOST_DIGITS],
    count: usize,
    has_plus: bool,
    /// How many digits are before the first separator that may end a number, and where it is.
    possible_end: Option<(usize, usize)>,
}

impl NumberText {
    /// Reads digits of any set, and a plus sign before them, or after them where the text was written from right to left.
    pub(crate) fn read(text: &str) -> Result<Self, NumberError> {
        let mut number = Self {
            buffer: [0; MOST_DIGITS],
            count: 0,
            has_plus: false,
            possible_end: None,
        };
        let mut end = None;
        for (at, character) in visible(text) {
            if let Some(digit) = digits::value(character) {
                match end {
                    Some((at, character)) if is_plus(character) && number.count < FEWEST_DIGITS => {
                        return Err(NumberError::UnexpectedCharacter { character, at });
                    }
                    Some((at, _)) => return Err(NumberError::MoreThanOne { at }),
                    None => number.push(digit),
                }
            } else if is_separator(character) {
                if number.count >= FEWEST_DIGITS {
                    number.possible_end.get_or_insert((number.count, at));
                }
            } else if is_plus(character) && number.count == 0 && !number.has_plus {
                number.has_plus = true;
            } else if number.count > 0 && (is_divider(character) || is_plus(character) && end.is_none()) {
                end.get_or_insert((at, character));
            } else {
                return Err(NumberError::UnexpectedCharacter { character, at });
            }
        }
        match end {
            Some((_, character)) if is_plus(character) && !number.has_plus => number.has_plus = true,
            Some((at, character)) => return Err(NumberError::UnexpectedCharacter { character, at }),
            None => {}
        }
        match (number.count, number.possible_end) {
            (0, _) => Err(NumberError::Empty),
            (count, Some((before, at))) if count - before >= FEWEST_DIGITS => {
                Err(NumberError::MoreThanOne { at })
            }
            (1..=MOST_DIGITS, _) => Ok(number),
            _ => Err(number.too_long()),
        }
    }

    fn push(&mut self, digit: u8) {
        if let Some(place) = self.buffer.get_mut(self.count) {
            *place = digit;
        }
        self.count += 1;
    }

    /// The digits' values, each 0 to 9.
    pub(crate) fn digits(&self) -> &[u8] {
        self.buffer.get(..self.count).unwrap_or(&self.buffer)
    }

    pub(crate) fn has_plus(&self) -> bool {
        self.has_plus
    }

    pub(crate) fn too_short(&self) -> NumberError {
        NumberError::TooShort { digits: self.count }
    }

    pub(crate) fn too_long(&self) -> NumberError {
        NumberError::TooLong { digits: self.count }
    }
}

/// What stands between the groups of one number.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{A0}' | '\u{202F}' | '\u{3000}' | '\t' | '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '.' | '(' | ')' | '\u{640}'
    )
}

/// What stands between two numbers.
fn is_divider(c: char) -> bool {
    matches!(
        c,
        ';' | '؛' | '،' | ',' | '/' | '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_plus(c: char) -> bool {
    matches!(c, '+' | '\u{FF0B}')
}
