//! Numbers as the providers take them.

/// A mobile number as `09…`, if it is one in a spelling that the providers' manuals name.
pub(crate) fn mobile(number: &str) -> Option<String> {
    let ahead = ["0098", "+98", "98", "0", ""];
    let rest = ahead.into_iter().find_map(|ahead| {
        let rest = number.strip_prefix(ahead)?;
        (rest.len() == 10 && rest.starts_with('9')).then_some(rest)
    })?;
    rest.bytes()
        .all(|digit| digit.is_ascii_digit())
        .then(|| format!("0{rest}"))
}

/// Whether it can be a line: digits, perhaps with a country code.
pub(crate) fn is_line(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    digits.len() >= 4 && digits.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_spellings_are_one_number() {
        for number in [
            "09123456789",
            "9123456789",
            "00989123456789",
            "+989123456789",
            "989123456789",
        ] {
            assert_eq!(mobile(number).as_deref(), Some("09123456789"), "{number}");
        }
        for number in [
            "",
            "0912345678",
            "091234567890",
            "02112345678",
            "98989123456789",
            "0912345678a",
        ] {
            assert_eq!(mobile(number), None, "{number}");
        }
        assert!(is_line("10001234") && is_line("+9810001234") && !is_line("100") && !is_line("1000 1234"));
    }
}
