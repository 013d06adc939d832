//! Latin, Persian and Arabic digits.

use alloc::borrow::Cow;
use alloc::string::String;

/// The text with its Persian and Arabic digits as Latin ones, mixed or not; the rest as it is.
///
/// ```
/// # use payvand_persian::digits;
/// assert_eq!(digits::to_latin("کد ۱۲۳٤٥6"), "کد 123456");
/// ```
pub fn to_latin(text: &str) -> Cow<'_, str> {
    replace(text, '0')
}

/// The text with its Latin and Arabic digits as Persian ones, mixed or not; the rest as it is.
///
/// ```
/// # use payvand_persian::digits;
/// assert_eq!(digits::to_persian("1403/٠٧/۳۰"), "۱۴۰۳/۰۷/۳۰");
/// ```
pub fn to_persian(text: &str) -> Cow<'_, str> {
    replace(text, '۰')
}

fn replace(text: &str, zero: char) -> Cow<'_, str> {
    let replaced = |c| match value(c) {
        Some(value) => char::from_u32(u32::from(zero) + u32::from(value)).unwrap_or(c),
        None => c,
    };
    if text.chars().all(|c| replaced(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(replaced).collect::<String>())
}

/// 0 to 9, if it is a Latin, a Persian or an Arabic digit.
pub(crate) fn value(c: char) -> Option<u8> {
    let zero = match c {
        '0'..='9' => '0',
        '۰'..='۹' => '۰',
        '٠'..='٩' => '٠',
        _ => return None,
    };
    u8::try_from(u32::from(c) - u32::from(zero)).ok()
}
