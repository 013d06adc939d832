//! Whole numbers out of JSON's numbers, and out of texts as people write them.

use crate::decode::text::ascii_digit;

/// More digits than any number that is read here has.
const MOST_DIGITS: i64 = 30;

/// The whole number that a JSON number is: `12`, `12.000`, `3e0`; none for `15.5` or `1e400`.
pub(crate) fn of_json(text: &str) -> Option<i128> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut digits = format!("{whole}{}", fraction.trim_end_matches('0'));
    if digits.bytes().all(|digit| digit == b'0') {
        return Some(0);
    }
    let fraction = i64::try_from(digits.len() - whole.len()).ok()?;
    let shift = exponent.checked_sub(fraction)?;
    if shift > MOST_DIGITS {
        return None;
    }
    let places = usize::try_from(shift.unsigned_abs()).ok()?;
    if shift >= 0 {
        digits.extend(std::iter::repeat_n('0', places));
    } else {
        let whole = digits.len().checked_sub(places)?;
        if digits.bytes().skip(whole).any(|digit| digit != b'0') {
            return None;
        }
        digits.truncate(whole);
    }
    format!("{sign}{digits}").parse().ok()
}

/// The whole number that a text says in any digits, between any direction marks: `1500`, `۱۵۰۰`, `1500.00`, and with
/// commas between groups of three `1,500,000.00`. One dot or comma with three zeros after it may divide or group, so
/// it is none, except that a comma groups.
pub(crate) fn of_text(text: &str) -> Option<i128> {
    let text: String = text
        .chars()
        .filter(|c| !is_direction_mark(*c))
        .map(latin)
        .collect();
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let whole = without_zeros(digits).unwrap_or(digits);
    let whole = grouped(whole).or_else(|| plain(whole)).or_else(|| {
        let (whole, zeros) = digits.split_once(',')?;
        are_decimals(zeros).then(|| plain(whole)).flatten()
    })?;
    format!("{sign}{whole}").parse().ok()
}

/// What stands before a dot and decimals of zeros.
fn without_zeros(digits: &str) -> Option<&str> {
    let (whole, zeros) = digits.split_once('.')?;
    are_decimals(zeros).then_some(whole)
}

fn are_decimals(zeros: &str) -> bool {
    zeros.len() != 3 && zeros.bytes().all(|digit| digit == b'0')
}

fn plain(digits: &str) -> Option<String> {
    is_number(digits).then(|| digits.to_owned())
}

/// Digits with commas between groups of three.
fn grouped(digits: &str) -> Option<String> {
    let (first, rest) = digits.split_once(',')?;
    let fits = (1..=3).contains(&first.len()) && rest.split(',').all(|group| group.len() == 3);
    let number = digits.replace(',', "");
    (fits && is_number(&number)).then_some(number)
}

fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// The sign, digit or separator as ASCII has it.
fn latin(c: char) -> char {
    match c {
        '٬' | '،' => ',',
        '٫' => '.',
        '−' => '-',
        _ => ascii_digit(c).unwrap_or(c),
    }
}

/// What right-to-left text has around its numbers, unseen.
pub(crate) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_json_number_is_whole_if_its_value_is() {
        for (json, number) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("12", Some(12)),
            ("-12", Some(-12)),
            ("12.000", Some(12)),
            ("0.0", Some(0)),
            ("3e0", Some(3)),
            ("1.5E1", Some(15)),
            ("1500e-2", Some(15)),
            ("-2.50e+2", Some(-250)),
            ("1555919112111.0", Some(1_555_919_112_111)),
            ("98765432109876543210", Some(98_765_432_109_876_543_210)),
            ("0e999999999999999999", Some(0)),
            ("15.5", None),
            ("15e-1", None),
            ("1e-400", None),
            ("1e400", None),
            ("1e99999999999999999999", None),
        ] {
            assert_eq!(of_json(json), number, "{json}");
        }
    }

    #[test]
    fn a_text_is_a_number_only_if_it_cannot_mean_another() {
        for (text, number) in [
            ("1500", Some(1500)),
            (" -20 ", Some(-20)),
            ("−۲۰", Some(-20)),
            ("۱۵۰۰", Some(1500)),
            ("١٥٠٠", Some(1500)),
            ("\u{202b}۱۵۰۰\u{202c}", Some(1500)),
            ("\u{2066}1500\u{2069}\u{200f}", Some(1500)),
            ("1500.00", Some(1500)),
            ("۱۵۰۰٫۰", Some(1500)),
            ("1500.", Some(1500)),
            ("12,00", Some(12)),
            ("12,000", Some(12_000)),
            ("۱۲٬۰۰۰", Some(12_000)),
            ("۱۲،۰۰۰", Some(12_000)),
            ("1,500,000.00", Some(1_500_000)),
            ("1,500,000", Some(1_500_000)),
            ("12.000", None),
            ("۱۲.۰۰۰", None),
            ("۱۲٫۰۰۰", None),
            ("12,5", None),
            ("1,2", None),
            ("12.5", None),
            ("1.500.000", None),
            ("1234,567", None),
            ("1234,000", None),
            ("1,50,000", None),
            ("1,500.000", None),
            ("1,500,00", None),
            (",000", None),
            (".00", None),
            ("", None),
            ("-", None),
            ("1500 Rial", None),
            ("1 500", None),
            ("0x10", None),
            ("1e3", None),
        ] {
            assert_eq!(of_text(text), number, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_whole_number_comes_back(number: i64, zeros in 0_usize..5, exponent in 0_u32..5) {
            let number = i128::from(number);
            prop_assert_eq!(of_json(&number.to_string()), Some(number));
            let zeros = "0".repeat(zeros);
            prop_assert_eq!(of_json(&format!("{number}.0{zeros}")), Some(number));
            prop_assert_eq!(of_json(&format!("{number}e{exponent}")), Some(number * 10_i128.pow(exponent)));
            prop_assert_eq!(of_text(&number.to_string()), Some(number));
        }

        #[test]
        fn any_text_is_taken(text in "[-0-9.,eE+٬،٫۰-۹\\PC]{0,20}") {
            let _ = (of_json(&text), of_text(&text));
        }
    }
}
