use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::number::number_error::NumberError;
use crate::number::number_text::NumberText;

/// An Iranian mobile number: 9 and nine more digits.
///
/// It is read as people type it, see [`FromStr`](#impl-FromStr-for-Mobile), and shown as `09123456789`, or as
/// `0912 345 6789` by `{:#}`. `Debug` masks it.
///
/// ```
/// # use payvand_persian::Mobile;
/// # fn main() -> Result<(), payvand_persian::NumberError> {
/// let mobile: Mobile = "۹۸۹۱۲۳۴۵۶۷۸۹+".parse()?;
/// assert_eq!(mobile, "0912-345-6789".parse()?);
/// assert_eq!(format!("{mobile} {mobile:#} {mobile:?}"), "09123456789 0912 345 6789 Mobile(0912*****89)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile {
    /// The nine digits after the 9.
    number: u32,
}

impl Mobile {
    /// The number with Iran's country code: `+989123456789`.
    ///
    /// ```
    /// # use payvand_persian::Mobile;
    /// # fn main() -> Result<(), payvand_persian::NumberError> {
    /// assert_eq!("09123456789".parse::<Mobile>()?.to_international(), "+989123456789");
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_international(self) -> String {
        format!("+989{:09}", self.number)
    }
}

/// Takes `09123456789`, `9123456789`, `989123456789`, `+989123456789`, `00989123456789`, and a 0 after the country code;
/// digits of any set, mixed too; a plus sign at either end; invisible marks, and spaces, dashes, dots, brackets and
/// tatweels between the digits.
///
/// Anything else is an error. A text with two numbers is never one of them.
impl FromStr for Mobile {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = NumberText::read(text)?;
        // With eight digits after 98 it is 098… without its zero.
        let digits = text.after_country_code(|after| matches!(after, 10 | 11))?;
        match digits.strip_prefix(&[0]).unwrap_or(digits) {
            [] => Err(text.too_short()),
            [9, rest @ ..] if rest.len() < 9 => Err(text.too_short()),
            [9, rest @ ..] if rest.len() > 9 => Err(text.too_long()),
            [9, rest @ ..] => Ok(Self {
                number: rest
                    .iter()
                    .fold(0, |number, digit| number * 10 + u32::from(*digit)),
            }),
            _ => Err(NumberError::NotMobile),
        }
    }
}

impl TryFrom<&str> for Mobile {
    type Error = NumberError;

    fn try_from(text: &str) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl TryFrom<String> for Mobile {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl TryFrom<&String> for Mobile {
    type Error = NumberError;

    fn try_from(text: &String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl fmt::Display for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operator, middle, last) = (
            self.number / 10_000_000,
            self.number / 10_000 % 1000,
            self.number % 10_000,
        );
        let space = if f.alternate() { " " } else { "" };
        f.pad(&format!("09{operator:02}{space}{middle:03}{space}{last:04}"))
    }
}

/// Masked: `Mobile(0912*****89)`.
impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Mobile(09{:02}*****{:02})",
            self.number / 10_000_000,
            self.number % 100
        )
    }
}
