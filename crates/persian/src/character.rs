//! What numbers and dates have around and between them, unseen.

/// The visible characters and where they are, without white space at the ends.
pub(crate) fn visible(text: &str) -> impl Iterator<Item = (usize, char)> {
    let is_padding = |c: char| c.is_whitespace() || is_invisible(c);
    let from = text.len() - text.trim_start_matches(is_padding).len();
    let characters = text.trim_end_matches(is_padding).char_indices();
    characters.filter(move |(at, c)| *at >= from && !is_invisible(*c))
}

/// Zero-width spaces and joiners, direction marks, the byte order mark and the soft hyphen.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'
            | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    )
}
