//! The 7-bit alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1) and its extension table.

/// What the first table has beside Latin letters, digits and punctuation of ASCII.
const OTHERS: &str = "@$_£¥§¤¡¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ\n\r";

const EXTENSION: &str = "[\\]^{|}~€\u{C}";

/// How many septets the character takes; none if it is in neither table.
pub(crate) fn septets(c: char) -> Option<usize> {
    match c {
        'A'..='Z' | 'a'..='z' | ' '..='#' | '%'..='?' => Some(1),
        c if OTHERS.contains(c) => Some(1),
        c if EXTENSION.contains(c) => Some(2),
        _ => None,
    }
}
