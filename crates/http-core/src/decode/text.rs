//! Persian text as providers really send it: Arabic letters for Persian ones, half-spaces or none, any digits.

/// The text with everything taken out that does not change what it says, for comparing and never for showing:
/// Arabic letters become Persian, digits ASCII, Latin letters lower case; spaces, half-spaces, punctuation,
/// diacritics and direction marks go.
///
/// ```
/// # use payvand_http_core::text::fold;
/// assert_eq!(fold("لطفاً در بازه‌ي ۵۰ تا ۷۰۰۰"), fold("لطفا در بازه ی 50 تا 7000."));
/// ```
pub fn fold(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for c in text.chars().filter_map(fold_char) {
        if is_arabic(c) {
            all.push(c);
        } else {
            all.extend(c.to_lowercase());
        }
    }
    all
}

/// Whether two texts are the same once folded.
///
/// ```
/// # use payvand_http_core::text::same;
/// assert!(same("Order_ID", "orderid"));
/// ```
pub fn same(one: &str, other: &str) -> bool {
    // Keys nearly always differ, or are alike, in letters that need no folding.
    let is_alike = |(one, other): &(u8, u8)| one.is_ascii_alphanumeric() && one.eq_ignore_ascii_case(other);
    let alike = one.bytes().zip(other.bytes()).take_while(is_alike).count();
    let (one, other) = (&one[alike..], &other[alike..]);
    match (one.as_bytes(), other.as_bytes()) {
        ([], []) => true,
        ([one, ..], [other, ..]) if one.is_ascii_alphanumeric() && other.is_ascii_alphanumeric() => false,
        _ => folded(one).eq(folded(other)),
    }
}

/// The letters of [`fold`], one by one.
pub fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(fold_char).flat_map(char::to_lowercase)
}

/// Of the block that has the Persian letters, none of which has a case.
fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6FF}')
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
        // Nearly every letter that comes, without a search in Unicode's tables.
        'ا'..='و' | 'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی' | 'a'..='z' | 'A'..='Z' => Some(c),
        _ => match ascii_digit(c) {
            Some(digit) => Some(digit),
            None => c.is_alphanumeric().then_some(c),
        },
    }
}

/// White space, or a byte order mark: what stands around an answer and says nothing.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
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

    #[test]
    fn what_is_known_of_letters_is_true() {
        let letters = ('ا'..='و').chain(['پ', 'چ', 'ژ', 'ک', 'گ', 'ی']);
        for c in letters {
            assert!(c.is_alphanumeric() && is_arabic(c), "{c:?}");
        }
        for c in '\u{600}'..='\u{6FF}' {
            assert!(is_arabic(c) && c.to_lowercase().eq([c]), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".{0,80}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn texts_are_the_same_if_they_fold_alike(one in ".{0,9}|[aAbB_ İي]{0,3}", other in ".{0,9}|[aAbB_ İي]{0,3}") {
            prop_assert!(same(&one, &fold(&one)));
            prop_assert_eq!(same(&one, &other), fold(&one) == fold(&other));
        }
    }
}
