use std::fmt;
use std::str::FromStr;

use http_core::{Argument, Reason};
use serde::{Deserialize, Serialize};

use crate::contract::{AUTHENTICATE, TOKEN_DAYS};
use crate::error::{Error, ErrorBuilder};

const DAYS: Argument = Argument::new("number of days", "شمار روزهای اعتبار توکن");

/// For how many days a token is asked: 1 to 365. Source: «این توکن میتواند بین یک روز تا 365 روز معتبر باشد».
///
/// ```
/// use sabapayamak_auth::TokenDays;
///
/// assert_eq!(TokenDays::new(15)?.get(), 15);
/// assert!(TokenDays::new(366).is_err());
/// # Ok::<(), sabapayamak_auth::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct TokenDays(u16);

impl TokenDays {
    /// One day.
    pub const MIN: Self = Self(*TOKEN_DAYS.start());

    /// A year.
    pub const MAX: Self = Self(*TOKEN_DAYS.end());

    /// This number of days.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) outside of 1 to 365.
    pub fn new(days: u16) -> Result<Self, Error> {
        if TOKEN_DAYS.contains(&days) {
            return Ok(Self(days));
        }
        let (least, most) = TOKEN_DAYS.into_inner();
        let reason = Reason::OutOfRange {
            least: least.into(),
            most: most.into(),
        };
        Err(ErrorBuilder::invalid_input(DAYS, reason).before_sending(&AUTHENTICATE))
    }

    /// The number of days.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for TokenDays {
    type Error = Error;

    fn try_from(days: u16) -> Result<Self, Error> {
        Self::new(days)
    }
}

impl From<TokenDays> for u16 {
    fn from(days: TokenDays) -> Self {
        days.0
    }
}

/// What is no number is outside of the range too.
impl FromStr for TokenDays {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text.parse().unwrap_or_default())
    }
}

impl fmt::Display for TokenDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
