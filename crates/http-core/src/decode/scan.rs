//! Where a valid JSON value ends, without reading it.

pub(crate) fn next_item(list: &str) -> Option<&str> {
    let item = skip_separators(list);
    (!item.is_empty() && !item.starts_with(']')).then_some(item)
}

pub(crate) fn skip_space(text: &str) -> &str {
    match text.as_bytes().first() {
        Some(b' ' | b'\t' | b'\r' | b'\n') => text.trim_start_matches([' ', '\t', '\r', '\n']),
        _ => text,
    }
}

/// The text from the next key, value or closing bracket of a list or object on.
pub(crate) fn skip_separators(text: &str) -> &str {
    let is_separator = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':');
    let skipped = text.bytes().position(|byte| !is_separator(byte));
    text.get(skipped.unwrap_or(text.len())..).unwrap_or_default()
}

/// The valid JSON value at the beginning of a text, and what follows it; none where only a bracket closes, so that whoever
/// goes from value to value comes to an end.
pub(crate) fn split_value(text: &str) -> Option<(&str, &str)> {
    let parts = text.split_at_checked(end_of_value(text.as_bytes()));
    parts.filter(|(value, _)| !value.is_empty())
}

fn end_of_value(json: &[u8]) -> usize {
    match json.first() {
        Some(b'"') => end_of_string(json),
        Some(b'{' | b'[') => end_of_brackets(json),
        _ => {
            let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
            json.iter().position(is_end).unwrap_or(json.len())
        }
    }
}

fn end_of_string(json: &[u8]) -> usize {
    let mut at = 1;
    while let Some(word) = json.get(at..).and_then(<[u8]>::first_chunk) {
        let count = count_before(QUOTE_OR_BACKSLASH, *word);
        at += count;
        match word.get(count) {
            None => {}
            Some(b'"') => return at + 1,
            Some(_) => at += 2,
        }
    }
    while let Some(byte) = json.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    json.len()
}

pub(crate) const QUOTE_OR_BACKSLASH: [u8; 2] = [b'"', b'\\'];

/// How many bytes stand before the first quote or backslash.
pub(crate) fn quote_or_backslash(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let count = count_before(QUOTE_OR_BACKSLASH, *word);
        if count < word.len() {
            return at * word.len() + count;
        }
    }
    let found = rest.iter().position(|byte| QUOTE_OR_BACKSLASH.contains(byte));
    bytes.len() - rest.len() + found.unwrap_or(rest.len())
}

/// How many of eight bytes, which are looked at together, stand before the first of these.
pub(crate) fn count_before<const N: usize>(wanted: [u8; N], word: [u8; 8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let word = u64::from_le_bytes(word);
    // The lowest byte that is zero, and perhaps some above it, have their highest bit set.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let is_wanted = wanted.map(|byte| zeros(word ^ u64::from_ne_bytes([byte; 8])));
    (is_wanted
        .into_iter()
        .fold(0, |all, of_one| all | of_one)
        .trailing_zeros()
        / 8) as usize
}

fn end_of_brackets(json: &[u8]) -> usize {
    let (mut at, mut depth) = (0_usize, 0_usize);
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => at += end_of_string(&json[at..]) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return at + 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    json.len()
}
