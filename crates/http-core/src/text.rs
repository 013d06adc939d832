//! Persian text as providers really send it: Arabic letters for Persian ones, half-spaces or none, any digits.

/// The text with everything taken out that does not change what it says, for comparing and never for showing:
/// Arabic letters become Persian, digits ASCII, Latin letters lower case; spaces, half-spaces, punctuation,
/// diacritics and direction marks go.
///
/// ```
/// # use http_core::text::fold;
/// assert_eq!(fold("لطفاً در بازه‌ي ۵۰ تا ۷۰۰۰"), fold("لطفا در بازه ی 50 تا 7000."));
/// ```
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

/// Whether two texts are the same once folded.
///
/// ```
/// # use http_core::text::same;
/// assert!(same("Order_ID", "orderid"));
/// ```
pub fn same(one: &str, other: &str) -> bool {
    folded(one).eq(folded(other))
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(fold_char).flat_map(char::to_lowercase)
}

fn fold_char(c: char) -> Option<char> {
    match c {
        // In lower case it would be two, the second of them no letter.
        'İ' => Some('i'),
        'ي' | 'ى' | 'ئ' => Some('ی'),
        'ك' => Some('ک'),
        'آ' | 'أ' | 'إ' | 'ٱ' => Some('ا'),
        'ؤ' => Some('و'),
        'ة' | 'ۀ' => Some('ه'),
        'ء' | 'ـ' | '\u{64B}'..='\u{65F}' | '\u{670}' => None,
        _ => match ascii_digit(c) {
            Some(digit) => Some(digit),
            None => c.is_alphanumeric().then_some(c),
        },
    }
}

/// A Persian or Arabic-Indic digit as ASCII; an ASCII digit as it is.
pub fn ascii_digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '۰'..='۹' => u32::from(c) - u32::from('۰'),
        '٠'..='٩' => u32::from(c) - u32::from('٠'),
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for (one, other) in [
            ("يك", "یک"),
            ("می‌توانید", "ميتوانيد"),
            ("آرگومان", "ارگومان"),
            ("۱۲۳٤٥٦", "123456"),
            ("Token  Invalid!", "token invalid"),
            ("\u{202B}«خطا»\u{202C}", "خطا"),
            ("مـوجـودی", "موجودی"),
            ("İnvalid", "invalid"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} / {other}");
        }
        assert_ne!(fold("فعال"), fold("غیر فعال"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".{0,80}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
