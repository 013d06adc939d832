use std::borrow::Cow;
use std::fmt;

use crate::language::Language;

/// What is wrong with an argument that was refused before anything was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It is missing, empty or blank.
    Empty,
    /// It is outside of this range.
    OutOfRange {
        /// The smallest value that is allowed.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// It is longer than the call can carry.
    TooLong,
    /// It has a character that nobody sees, and that makes another text of it.
    InvisibleCharacter(char),
    /// It has a space, a line break or a backslash.
    Space,
    /// It has a character that separates it from others, such as the comma between tags.
    Separator(char),
    /// It is no absolute URL, such as `https://example.com/page`.
    NotAbsolute,
    /// It leads to another address than the client's own.
    ForeignAddress,
    /// Its end is before its beginning.
    EndsBeforeItBegins,
    /// The provider must never be called so.
    NotAllowed,
    /// HTTP, or the format of the body, cannot carry it.
    Unwritable,
}

impl Reason {
    /// What is wrong, after the name of the argument.
    pub fn describe(self, language: Language) -> Cow<'static, str> {
        let (english, persian): (Cow<'static, str>, Cow<'static, str>) = match self {
            Self::Empty => ("is missing or empty".into(), "وارد نشده است".into()),
            Self::OutOfRange { least, most } => (
                format!("is outside of {least} to {most}").into(),
                format!(
                    "باید بین {} تا {} باشد",
                    persian_digits(least),
                    persian_digits(most)
                )
                .into(),
            ),
            Self::TooLong => ("is too long".into(), "بیش از اندازه بلند است".into()),
            Self::InvisibleCharacter(c) => (
                format!("has an invisible character, {}", Invisible(c)).into(),
                format!("نویسهٔ پنهان دارد (\u{2068}U+{:04X}\u{2069})", u32::from(c)).into(),
            ),
            Self::Space => (
                "has a space, a line break or a backslash".into(),
                "فاصله، سطر تازه یا \u{2068}\\\u{2069} دارد".into(),
            ),
            Self::Separator(c) => (
                format!("has a `{c}`, which separates it from others").into(),
                format!("نشانهٔ جداکنندهٔ «{c}» دارد").into(),
            ),
            Self::NotAbsolute => (
                "is not an absolute URL (https://…)".into(),
                "نشانی کامل (\u{2068}https://…\u{2069}) نیست".into(),
            ),
            Self::ForeignAddress => (
                "is not an address of this provider".into(),
                "متعلق به این سرویس نیست".into(),
            ),
            Self::EndsBeforeItBegins => ("ends before it begins".into(), "پایانش پیش از آغازش است".into()),
            Self::NotAllowed => (
                "must not be used so".into(),
                "به این شکل قابل استفاده نیست".into(),
            ),
            Self::Unwritable => ("cannot be sent".into(), "قابل ارسال نیست".into()),
        };
        match language {
            Language::English => english,
            Language::Persian => persian,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Language::English))
    }
}

fn persian_digits(number: u64) -> String {
    let persian = |digit: char| {
        let value = digit.to_digit(10).unwrap_or_default();
        char::from_u32(u32::from('۰') + value).unwrap_or(digit)
    };
    number.to_string().chars().map(persian).collect()
}

/// An invisible character, printed as `U+200F (right-to-left mark)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Invisible(char);

impl fmt::Display for Invisible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(c) = *self;
        write!(f, "U+{:04X}", u32::from(c))?;
        let name = match c {
            '\t' => "tab",
            '\n' => "line feed",
            '\r' => "carriage return",
            '\u{AD}' => "soft hyphen",
            '\u{61C}' => "Arabic letter mark",
            '\u{200B}' => "zero width space",
            '\u{200C}' => "zero width non-joiner",
            '\u{200D}' => "zero width joiner",
            '\u{200E}' => "left-to-right mark",
            '\u{200F}' => "right-to-left mark",
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => "direction mark",
            '\u{2060}' => "word joiner",
            '\u{FEFF}' => "byte order mark",
            c if c.is_control() => "control character",
            _ => return Ok(()),
        };
        write!(f, " ({name})")
    }
}
