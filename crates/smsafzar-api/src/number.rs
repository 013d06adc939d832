//! Numbers as the manual has them. What is no such number is refused here, before anything is sent.

use http_core::{Argument, Reason, check};

use crate::error::ErrorBuilder;

pub(crate) const FROM: Argument = Argument::new("from", "خط فرستنده");
pub(crate) const TO: Argument = Argument::new("to", "شمارهٔ گیرنده");

/// The digits of a mobile number without any zero or country code ahead.
pub(crate) const NATIONAL: usize = 10;

/// A mobile number: `09xxxxxxxxx`, `9xxxxxxxxx`, or with `0098`, `+98` or `98` ahead.
pub(crate) fn check_recipient(argument: Argument, number: &str) -> Result<(), ErrorBuilder> {
    check_text(argument, number)?;
    if national(number).is_some() {
        return Ok(());
    }
    Err(ErrorBuilder::invalid_input(argument, Reason::Unwritable)
        .detail("no mobile number: 09xxxxxxxxx, 9xxxxxxxxx, or 0098, +98 or 98 ahead"))
}

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

/// The ten digits that all spellings of a mobile number have in common.
pub(crate) fn national(number: &str) -> Option<&str> {
    let ahead = ["0098", "+98", "98", "0", ""];
    let rest = ahead.iter().find_map(|ahead| {
        let rest = number.strip_prefix(ahead)?;
        (rest.len() == NATIONAL).then_some(rest)
    })?;
    (rest.starts_with('9') && is_digits(rest)).then_some(rest)
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
    fn only_the_spellings_of_the_manual_are_numbers() {
        for number in [
            "09123456789",
            "9123456789",
            "00989123456789",
            "+989123456789",
            "989123456789",
        ] {
            assert_eq!(national(number), Some("9123456789"), "{number}");
            assert!(check_recipient(TO, number).is_ok());
        }
        for number in [
            "",
            "0912345678",
            "091234567890",
            "02112345678",
            "98989123456789",
            "0912345678a",
            "0912 345 6789",
            "۰۹۱۲۳۴۵۶۷۸۹",
            "09123456789;09350000000",
            "\u{200e}09123456789",
            "+09123456789",
            "9123456789é",
        ] {
            assert!(check_recipient(TO, number).is_err(), "{number}");
        }
        for line in ["10001234", "+9810001234", "00981000", "021123"] {
            assert!(check_sender(FROM, line).is_ok(), "{line}");
        }
        for line in ["", "100", "1000 1234", "+", "Payvand", "۱۰۰۰"] {
            assert!(check_sender(FROM, line).is_err(), "{line}");
        }
    }
}
