use alloc::string::String;
use core::fmt;
use core::ops::RangeInclusive;
use core::str::FromStr;

use crate::number::number_error::NumberError;
use crate::number::number_text::NumberText;

/// Fewer or more digits, after the country code, than the lines of any provider have.
const DIGITS: RangeInclusive<usize> = 4..=20;

/// A line that messages are sent from, such as `10001000`. It is no [`Mobile`](crate::Mobile), and the other way round.
///
/// It is read as a `Mobile` is, and shown without a country code. Whether the line exists and is yours, only the
/// provider knows. `Debug` masks it.
///
/// ```
/// # use payvand_persian::SenderLine;
/// # fn main() -> Result<(), payvand_persian::NumberError> {
/// let line: SenderLine = "+98 1000 1234".parse()?;
/// assert_eq!(line, "۱۰۰۰۱۲۳۴".parse()?);
/// assert_eq!(line.to_string(), "10001234");
/// assert_eq!(format!("{line:?}"), "SenderLine(1000****)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderLine {
    digits: String,
}

/// Takes the line with or without `98`, `+98` or `0098`, in digits of any set, with the marks and separators that a
/// [`Mobile`](crate::Mobile) may have. Four to twenty digits are left, which do not begin with a country code again.
impl FromStr for SenderLine {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = NumberText::read(text)?;
        let digits = text.after_country_code(|_| true)?;
        if digits.len() < *DIGITS.start() {
            return Err(text.too_short());
        }
        if digits.len() > *DIGITS.end() {
            return Err(text.too_long());
        }
        // Shown without the country code, it would be read as another line.
        if matches!(digits, [9, 8, ..] | [0, 0, ..]) {
            return Err(NumberError::OtherCountry);
        }
        Ok(Self {
            digits: digits.iter().map(|digit| char::from(b'0' + digit)).collect(),
        })
    }
}

impl fmt::Display for SenderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.digits)
    }
}

/// Masked but for the first four digits.
impl fmt::Debug for SenderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, masked) = self.digits.split_at_checked(4).unwrap_or_default();
        write!(f, "SenderLine({shown}{})", "*".repeat(masked.len()))
    }
}
