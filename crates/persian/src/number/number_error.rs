use core::convert::Infallible;
use core::error::Error;
use core::fmt;

/// Why a text is no number. It never holds the number's digits.
///
/// Positions are in bytes of the text that was read, so `text[at..]` begins with what is wrong.
///
/// ```
/// # use payvand_persian::{Mobile, NumberError};
/// let error = "0912DIGITAL".parse::<Mobile>().unwrap_err();
/// assert_eq!(error, NumberError::UnexpectedCharacter { character: 'D', at: 4 });
/// assert_eq!(error.to_string(), "'D' at byte 4 is not part of a number");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberError {
    /// There is no digit in the text.
    Empty,
    /// There is a second number, after what separates the two.
    MoreThanOne {
        /// Where the separator is; where it is a space or a dash, which stand in numbers too, the most likely one.
        at: usize,
    },
    /// A letter, or another character that is part of no number.
    UnexpectedCharacter {
        /// The character.
        character: char,
        /// Where it is.
        at: usize,
    },
    /// Fewer digits than a number has.
    TooShort {
        /// How many digits there are in all.
        digits: usize,
    },
    /// More digits than a number has, such as those of an extension.
    TooLong {
        /// How many digits there are in all.
        digits: usize,
    },
    /// A country code other than Iran's, 98.
    OtherCountry,
    /// It does not begin with 9 after the country code: a landline, or a number that messages are sent from.
    NotMobile,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no digits: the number is missing"),
            Self::MoreThanOne { at } => write!(f, "more than one number: they are separated at byte {at}"),
            Self::UnexpectedCharacter { character, at } => {
                write!(f, "{character:?} at byte {at} is not part of a number")
            }
            Self::TooShort { digits } => write!(f, "{digits} digits are too few for a number"),
            Self::TooLong { digits } => write!(f, "{digits} digits are too many for a number"),
            Self::OtherCountry => f.write_str("not a number of Iran, whose country code is 98"),
            Self::NotMobile => {
                f.write_str("not a mobile number, which is 9 and nine more digits after 0 or 98")
            }
        }
    }
}

impl Error for NumberError {}

/// A number that is one already cannot fail, so an argument may be a text or a number: `impl TryInto<Mobile, Error: Into<NumberError>>`.
impl From<Infallible> for NumberError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
