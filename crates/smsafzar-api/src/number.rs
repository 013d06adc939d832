//! Lines as the manual has them. What is no line is refused here, before anything is sent.

use http_core::{Argument, Reason, check};

use crate::error::ErrorBuilder;

pub(crate) const FROM: Argument = Argument::new("from", "خط فرستنده");
pub(crate) const TO: Argument = Argument::new("to", "شمارهٔ گیرنده");

/// A line: digits, perhaps with a `+` ahead.
pub(crate) fn check_sender(argument: Argument, number: &str) -> Result<(), ErrorBuilder> {
    check_text(argument, number)?;
    let digits = number.strip_prefix('+').unwrap_or(number);
    if digits.len() >= 4 && is_digits(digits) {
        return Ok(());
    }
    Err(ErrorBuilder::invalid_input(argument, Reason::Unwritable)
        .detail("no line: 1000xxxx, or 0098, +98 or 98 ahead"))
}

fn check_text(argument: Argument, number: &str) -> Result<(), ErrorBuilder> {
    let invalid = |reason| ErrorBuilder::invalid_input(argument, reason);
    check::argument(number).map_err(invalid)?;
    match number {
        "" => Err(invalid(Reason::Empty)),
        _ if number.contains(char::is_whitespace) => Err(invalid(Reason::Space)),
        _ => Ok(()),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_digits() {
        for line in ["10001234", "+9810001234", "00981000", "021123"] {
            assert!(check_sender(FROM, line).is_ok(), "{line}");
        }
        for line in ["", "100", "1000 1234", "+", "Payvand", "۱۰۰۰"] {
            assert!(check_sender(FROM, line).is_err(), "{line}");
        }
    }
}
