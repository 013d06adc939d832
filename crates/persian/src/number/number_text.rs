//! The digits of one phone number, out of a text as people type and paste it.

use crate::character::visible;
use crate::digits;
use crate::number::number_error::NumberError;

/// More digits than any number has.
const MOST_DIGITS: usize = 24;

/// With as many before and after a separator there are two numbers.
const FEWEST_DIGITS: usize = 8;

/// A mobile number without its zero.
const MOBILE_DIGITS: usize = 10;

#[derive(Default)]
pub(crate) struct NumberText {
    buffer: [u8; MOST_DIGITS],
    count: usize,
    has_plus: bool,
    /// How many digits are before the separator that seems to end a number, and where it is.
    possible_end: Option<(usize, usize)>,
    /// The first plus or divider after digits, and where it is.
    end: Option<(char, usize)>,
}

impl NumberText {
    /// Reads digits of any set, and a plus sign before them, or after them where the text was written from right to left.
    pub(crate) fn read(text: &str) -> Result<Self, NumberError> {
        let mut number = Self::default();
        for (at, character) in visible(text) {
            match digits::value(character) {
                Some(digit) => number.take_digit(digit)?,
                None => number.take_other(character, at)?,
            }
        }
        match (number.count, number.possible_end, number.end) {
            (0, ..) => Err(NumberError::Empty),
            (_, _, Some((character, at))) if number.has_plus || !number.ends_in_plus() => {
                Err(NumberError::UnexpectedCharacter { character, at })
            }
            (count, Some((before, at)), _) if count - before >= FEWEST_DIGITS => {
                Err(NumberError::MoreThanOne { at })
            }
            (1..=MOST_DIGITS, ..) => Ok(number),
            _ => Err(number.too_long()),
        }
    }

    fn take_digit(&mut self, digit: u8) -> Result<(), NumberError> {
        match self.end {
            Some((character, at)) if self.ends_in_plus() && self.count < FEWEST_DIGITS => {
                return Err(NumberError::UnexpectedCharacter { character, at });
            }
            Some((_, at)) => return Err(NumberError::MoreThanOne { at }),
            None => {}
        }
        if let Some(place) = self.buffer.get_mut(self.count) {
            *place = digit;
        }
        self.count += 1;
        Ok(())
    }

    fn take_other(&mut self, character: char, at: usize) -> Result<(), NumberError> {
        if is_separator(character) {
            let is_better = self.possible_end.is_none_or(|(before, _)| before < MOBILE_DIGITS);
            if self.count >= FEWEST_DIGITS && is_better {
                self.possible_end = Some((self.count, at));
            }
        } else if is_plus(character) && self.count == 0 && !self.has_plus {
            self.has_plus = true;
        } else if self.count > 0 && (is_divider(character) || is_plus(character) && !self.ends_in_plus()) {
            self.end.get_or_insert((character, at));
        } else {
            return Err(NumberError::UnexpectedCharacter { character, at });
        }
        Ok(())
    }

    fn ends_in_plus(&self) -> bool {
        self.end.is_some_and(|(end, _)| is_plus(end))
    }

    /// The digits' values, each 0 to 9.
    fn digits(&self) -> &[u8] {
        self.buffer.get(..self.count).unwrap_or(&self.buffer)
    }

    /// The values of the digits after Iran's country code, or all of them if there is no country code. Whether it is one
    /// without a plus sign or zeros, the number of digits after it decides.
    pub(crate) fn after_country_code(&self, is_bare: impl Fn(usize) -> bool) -> Result<&[u8], NumberError> {
        let has_plus = self.has_plus || self.ends_in_plus();
        match self.digits() {
            [9, 8, rest @ ..] if has_plus || is_bare(rest.len()) => Ok(rest),
            [0, 0, 9, 8, rest @ ..] if !has_plus => Ok(rest),
            [0, 0, ..] => Err(NumberError::OtherCountry),
            _ if has_plus => Err(NumberError::OtherCountry),
            digits => Ok(digits),
        }
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
