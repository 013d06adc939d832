use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

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
    TooLong {
        /// The most bytes.
        most: usize,
    },
    /// The time from its beginning to its end is longer than one call can ask for.
    SpanTooLong {
        /// The longest time.
        most: Duration,
    },
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
    /// The path must not be called with this method.
    NotAllowed,
    /// HTTP, or the format of the body, cannot carry it.
    Unwritable,
}

impl Reason {
    /// What is wrong and what is allowed, after the name of the argument.
    ///
    /// ```
    /// # use payvand_http_core::{Language, Reason};
    /// let reason = Reason::OutOfRange { least: 50, most: 7000 };
    /// assert_eq!(reason.describe(Language::English), "must be from 50 to 7000");
    /// assert_eq!(reason.describe(Language::Persian), "باید بین ۵۰ تا ۷۰۰۰ باشد");
    /// ```
    pub fn describe(self, language: Language) -> Cow<'static, str> {
        let (english, persian): (Cow<'static, str>, Cow<'static, str>) = match self {
            Self::Empty => ("is missing or empty".into(), "وارد نشده است".into()),
            Self::OutOfRange { least, most } => (
                format!("must be from {least} to {most}").into(),
                format!("باید بین {} تا {} باشد", persian(least), persian(most)).into(),
            ),
            Self::TooLong { most } => (
                format!("is longer than {most} bytes").into(),
                format!("بلندتر از {} بایت است", persian(most)).into(),
            ),
            Self::SpanTooLong { most } => {
                let (count, english, persian_unit) = in_its_unit(most);
                (
                    format!("is longer than {count} {english}").into(),
                    format!("بیش از {} {persian_unit} است", persian(count)).into(),
                )
            }
            Self::InvisibleCharacter(c) => (
                format!("has an invisible character, {}", Invisible(c)).into(),
                format!(
                    "نویسه‌ای دارد که دیده نمی‌شود (\u{2066}U+{:04X}\u{2069}) و باید پاک شود",
                    u32::from(c)
                )
                .into(),
            ),
            Self::Space => (
                "has a space, a line break or a backslash".into(),
                "فاصله، سطر تازه یا \u{2066}\\\u{2069} دارد".into(),
            ),
            Self::Separator(c) => (
                format!("has a `{c}`, which separates it from others").into(),
                format!("نشانهٔ جداکنندهٔ «{c}» دارد").into(),
            ),
            Self::NotAbsolute => (
                "is not an absolute URL (https://…)".into(),
                "نشانی کامل (\u{2066}https://…\u{2069}) نیست".into(),
            ),
            Self::ForeignAddress => (
                "is not an address of this provider".into(),
                "متعلق به این سرویس نیست".into(),
            ),
            Self::EndsBeforeItBegins => ("ends before it begins".into(), "پایانش پیش از آغازش است".into()),
            Self::NotAllowed => (
                "is not allowed with this method".into(),
                "با این متد مجاز نیست".into(),
            ),
            Self::Unwritable => (
                "cannot be sent as it is".into(),
                "به این شکل قابل ارسال نیست".into(),
            ),
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

impl std::error::Error for Reason {}

/// A time in the largest unit of which it is a whole number; a year is 365 days and a quarter, by the calendar's mean.
fn in_its_unit(time: Duration) -> (u64, &'static str, &'static str) {
    const HOUR: u64 = 60 * 60;
    const DAY: u64 = 24 * HOUR;
    let seconds = time.as_secs();
    let units = [
        (365 * DAY + DAY / 4, "years", "سال"),
        (DAY, "days", "روز"),
        (HOUR, "hours", "ساعت"),
    ];
    let unit = units
        .into_iter()
        .find(|(unit, ..)| seconds > *unit && seconds.is_multiple_of(*unit));
    let (unit, english, persian) = unit.unwrap_or((1, "seconds", "ثانیه"));
    (seconds / unit, english, persian)
}

/// A number in Persian digits.
fn persian(number: impl fmt::Display) -> String {
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
