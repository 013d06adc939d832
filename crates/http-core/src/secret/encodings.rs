//! A text as it was before it was encoded, and where each byte of it stands in the encoded one.

use std::ops::Range;

use zeroize::Zeroizing;

/// `&#x0010FFFF;`
const LONGEST_ENTITY: usize = 12;

/// A text without percent-encoding, HTML's character references and backslash escapes, however often they were
/// applied.
pub(crate) struct Decoded {
    /// Wiped, since a secret is decoded as well.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Where in the encoded text each byte begins.
    starts: Vec<usize>,
    length: usize,
}

impl Decoded {
    /// The text decoded, without the backslashes that are left, with them, and with every layer of them undone: one may
    /// escape, or be a part of the secret, or stand before a secret that goes on like its escape. Nothing if there is
    /// nothing to decode.
    pub(crate) fn all(text: &[u8]) -> Vec<Self> {
        if !text.iter().any(|byte| b"%&\\".contains(byte)) {
            return Vec::new();
        }
        let mut layer = Self::with_backslashes(text, true);
        let mut all: Vec<_> = layer.finished().into_iter().collect();
        while layer.bytes.windows(2).any(|pair| pair == b"\\\\") {
            let inside = layer.unescaped();
            all.push(layer);
            layer = inside;
        }
        all.push(layer);
        if text.contains(&b'\\') && text.iter().any(|byte| b"%&".contains(byte)) {
            all.push(Self::with_backslashes(text, false));
        }
        all.retain(|decoded| decoded.bytes.len() < text.len());
        all
    }

    pub(crate) fn read(text: &[u8]) -> Self {
        let decoded = Self::with_backslashes(text, true);
        match decoded.finished() {
            Some(finished) => finished,
            None => decoded,
        }
    }

    fn with_backslashes(text: &[u8], are_escapes: bool) -> Self {
        let mut decoded = Self::with_capacity_of(text.len());
        for (start, byte) in text.iter().enumerate() {
            decoded.push(*byte, start, are_escapes);
        }
        decoded
    }

    /// The part of the encoded text that a part of the decoded one came from.
    pub(crate) fn source(&self, part: &Range<usize>) -> Range<usize> {
        let last = self.starts[part.end - 1];
        let mut behind = self.starts[part.end..].iter().copied();
        // All bytes of one character reference begin at the same place.
        let end = behind.find(|start| *start > last).unwrap_or(self.length);
        self.starts[part.start]..end
    }

    /// What is decoded may complete another escape: `%2541` is `%41`, and that is `A`.
    fn push(&mut self, byte: u8, start: usize, with_backslash: bool) {
        self.put(letter(byte), start);
        // Most bytes end no escape.
        if !(byte == b';' || byte.is_ascii_hexdigit()) {
            return;
        }
        while let Some((length, code)) = escape(&self.bytes, with_backslash) {
            let start = self.starts[self.bytes.len() - length];
            self.pop(length);
            match code {
                Code::Byte(byte) => self.put(letter(byte), start),
                Code::Wide(code) => wide(code).into_iter().for_each(|byte| self.put(byte, start)),
            }
        }
    }

    fn put(&mut self, byte: u8, start: usize) {
        self.bytes.push(byte);
        self.starts.push(start);
    }

    fn pop(&mut self, count: usize) {
        let left = self.starts.len() - count;
        self.bytes.truncate(left);
        self.starts.truncate(left);
    }

    /// Without the backslashes that escaped a single byte, and with each surrogate pair as one character; `None` if there
    /// are neither.
    fn finished(&self) -> Option<Self> {
        if !self.bytes.iter().any(|byte| matches!(byte, b'\\' | 0xED)) {
            return None;
        }
        let mut finished = Self::with_capacity_of(self.length);
        let mut escaped_at = None;
        for (byte, start) in self.bytes.iter().zip(&self.starts) {
            if *byte == b'\\' {
                escaped_at = escaped_at.or(Some(*start));
                continue;
            }
            finished.put(*byte, escaped_at.take().unwrap_or(*start));
            if let [.., 0xED, a @ 0xA0..=0xAF, b, 0xED, c @ 0xB0..=0xBF, d] = finished.bytes[..] {
                let bits = |byte: u8, of: u8| u32::from(byte & of);
                let high = bits(a, 0x0F) << 6 | bits(b, 0x3F);
                let low = bits(c, 0x0F) << 6 | bits(d, 0x3F);
                let start = finished.starts[finished.bytes.len() - 6];
                finished.pop(6);
                for byte in wide(0x1_0000 + (high << 10) + low) {
                    finished.put(byte, start);
                }
            }
        }
        Some(finished)
    }

    /// Without one layer of backslashes: each stands for what follows it, be it another one.
    fn unescaped(&self) -> Self {
        let mut unescaped = Self::with_capacity_of(self.length);
        let mut bytes = self.bytes.iter().zip(&self.starts);
        while let Some((byte, start)) = bytes.next() {
            let escaped = (*byte == b'\\').then(|| bytes.next()).flatten();
            unescaped.put(escaped.map_or(*byte, |(byte, _)| *byte), *start);
        }
        unescaped
    }

    fn with_capacity_of(length: usize) -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(length)),
            starts: Vec::with_capacity(length),
            length,
        }
    }
}

/// A line break and the `n` of its escape become one: who knows whether a backslash before an `n` escapes it?
fn letter(byte: u8) -> u8 {
    match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        other => other,
    }
}

enum Code {
    Byte(u8),
    /// Beyond ASCII. Half a surrogate pair is a code as well.
    Wide(u32),
}

/// The escape that ends here, and how long it is.
fn escape(bytes: &[u8], with_backslash: bool) -> Option<(usize, Code)> {
    let (length, code) = match bytes {
        [.., b';'] => entity(bytes)?,
        [.., last] if !last.is_ascii_hexdigit() => return None,
        [.., b'%', a, b] => return Some((3, byte(*a, *b)?)),
        _ if !with_backslash => return None,
        [.., b'\\', b'x', a, b] => return Some((4, byte(*a, *b)?)),
        [.., b'\\', b'u', a, b, c, d] => (6, number(&[*a, *b, *c, *d], 16)?),
        _ => return None,
    };
    match u8::try_from(code) {
        Ok(ascii @ ..0x80) => Some((length, Code::Byte(ascii))),
        _ => (code <= u32::from(char::MAX)).then_some((length, Code::Wide(code))),
    }
}

fn byte(a: u8, b: u8) -> Option<Code> {
    let value = number(&[a, b], 16)?;
    u8::try_from(value).ok().map(Code::Byte)
}

/// As UTF-8, which `char` would not give for half a pair.
fn wide(code: u32) -> Vec<u8> {
    let part = |shift: u32, mark: u8| mark | (code >> shift & 0x3F).to_le_bytes()[0];
    match code {
        ..0x800 => vec![part(6, 0xC0), part(0, 0x80)],
        0x800..0x1_0000 => vec![part(12, 0xE0), part(6, 0x80), part(0, 0x80)],
        _ => vec![part(18, 0xF0), part(12, 0x80), part(6, 0x80), part(0, 0x80)],
    }
}

/// A character reference of HTML: by number, or one of those that every encoder has.
fn entity(bytes: &[u8]) -> Option<(usize, u32)> {
    let tail = &bytes[bytes.len().saturating_sub(LONGEST_ENTITY)..];
    let begin = tail.iter().rposition(|byte| *byte == b'&')?;
    let code = match &tail[begin + 1..tail.len() - 1] {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        b"amp" => u32::from(b'&'),
        b"lt" => u32::from(b'<'),
        b"gt" => u32::from(b'>'),
        b"quot" => u32::from(b'"'),
        b"apos" => u32::from(b'\''),
        _ => return None,
    };
    Some((tail.len() - begin, code))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|it| !it.starts_with('+'))?;
    u32::from_str_radix(digits, radix).ok()
}

/// Runs of base64, of at least this many letters, of either alphabet.
pub(crate) fn base64_runs(text: &[u8], at_least: usize) -> impl Iterator<Item = Range<usize>> {
    let is_other = |byte: &u8| sextet(*byte).is_none();
    let mut begin = 0;
    std::iter::from_fn(move || {
        // What is no letter ends every run that begins before it.
        while let Some(at) = text.get(begin..begin + at_least)?.iter().rposition(is_other) {
            begin += at + 1;
        }
        let start = begin;
        begin = text[start..]
            .iter()
            .position(is_other)
            .map_or(text.len(), |at| start + at);
        Some(start..begin)
    })
}

/// A run of base64 as bytes; what is left of the last one is dropped.
pub(crate) fn base64_decoded(run: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(run.len());
    let (mut read, mut bits) = (0_u16, 0);
    for value in run.iter().filter_map(|byte| sextet(*byte)) {
        read = read << 6 | u16::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((read >> bits).to_be_bytes()[1]);
        }
    }
    bytes
}

/// The part of a run of base64 that a part of its bytes came from.
pub(crate) fn base64_source(part: &Range<usize>) -> Range<usize> {
    part.start * 8 / 6..(part.end * 8).div_ceil(6)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(text: &str) -> String {
        Decoded::all(text.as_bytes()).into_iter().next().map_or_else(
            || text.to_owned(),
            |decoded| String::from_utf8_lossy(&decoded.bytes).into_owned(),
        )
    }

    #[test]
    fn undoes_every_escape_however_often_it_was_applied() {
        for (text, expected) in [
            ("a%2Fb%2fc", "a/b/c"),
            ("%D8%B1", "ر"),
            ("%25252F", "/"),
            ("&lt;&gt;&quot;&apos;&#39;&#x27;&#X2f;&#0039;&amp;", "<>\"'''/'&"),
            ("&amp;amp;lt;", "<"),
            ("&#1585;&#x631;&#128512;", "رر😀"),
            (r#"\/ \" a\\b \\\\\""#, r#"/ " ab ""#),
            (r"\u0631\\u0631\u003D\ud83d\ude00\x2b", "رر=😀+"),
            ("&#37;2F%26lt%3B", "/<"),
            ("%%%3%36", "%%6"),
            (
                "100% & more; &nothing; %zz &#; &#x110000; %4",
                "100% & more; &nothing; %zz &#; &#x110000; %4",
            ),
            (r"\u12", "u12"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }

    /// One escape completes the one before it, a hundred thousand times.
    #[test]
    fn deep_nesting_needs_no_stack() {
        assert_eq!(decoded(&format!("{}5", "%3".repeat(100_000))), "5");
    }

    #[test]
    fn a_part_knows_where_it_came_from() {
        let text = "x&#1585;y";
        let decoded = Decoded::all(text.as_bytes()).swap_remove(0);
        for (part, source) in [
            (0..1, "x"),
            (1..2, "&#1585;"),
            (2..3, "&#1585;"),
            (1..4, "&#1585;y"),
        ] {
            assert_eq!(&text[decoded.source(&part)], source);
        }
    }

    #[test]
    fn base64_is_found_between_other_letters() {
        let text = b"a: YWJjZGVmZ2g=, \xd8 -_-_-_";
        let runs: Vec<_> = base64_runs(text, 6).collect();
        assert_eq!(runs, [3..14, 19..25]);
        assert_eq!(base64_decoded(&text[3..14]), b"abcdefgh");
        assert_eq!(base64_source(&(0..3)), 0..4);
        assert_eq!(base64_source(&(1..2)), 1..3);
    }

    proptest! {
        #[test]
        fn every_run_of_base64_is_found(text in "([a-z=é]|[0-9]{3,5}){0,30}", at_least in 1_usize..8) {
            let mut begin = 0;
            let mut expected = Vec::new();
            for run in text.as_bytes().split(|byte| sextet(*byte).is_none()) {
                if run.len() >= at_least {
                    expected.push(begin..begin + run.len());
                }
                begin += run.len() + 1;
            }
            prop_assert_eq!(base64_runs(text.as_bytes(), at_least).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn any_bytes_are_taken(text in proptest::collection::vec(any::<u8>(), 0..60)) {
            for decoded in Decoded::all(&text) {
                let length = decoded.bytes.len();
                for start in 0..length {
                    let source = decoded.source(&(start..length));
                    prop_assert!(source.start < source.end && source.end == text.len());
                }
            }
        }
    }
}
