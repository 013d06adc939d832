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
    loop {
        at += quote_or_backslash(json.get(at..).unwrap_or_default());
        match json.get(at) {
            Some(b'\\') => at += 2,
            Some(_) => return at + 1,
            None => return json.len(),
        }
    }
}

/// How many bytes stand before the first quote or backslash. Eight are looked at together.
pub(crate) fn quote_or_backslash(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // The lowest byte that is zero, and perhaps some above it, have their highest bit set.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found =
            zeros(word ^ u64::from_ne_bytes([b'"'; 8])) | zeros(word ^ u64::from_ne_bytes([b'\\'; 8]));
        if found != 0 {
            return at * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    words.len() * 8 + found.unwrap_or(rest.len())
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
