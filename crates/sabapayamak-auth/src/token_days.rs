use std::fmt;

use crate::contract::Code;
use crate::contract::{AUTHENTICATE, TOKEN_DAYS};
use crate::error::{Error, Failure};

/// For how many days a token is asked: 1 to 365. Source: «این توکن میتواند بین یک روز تا 365 روز معتبر باشد».
///
/// ```
/// use sabapayamak_auth::{Code, TokenDays};
///
/// assert_eq!(TokenDays::new(15)?.get(), 15);
/// assert_eq!(TokenDays::new(366).unwrap_err().code(), Some(&Code::InvalidTokenDays));
/// # Ok::<(), sabapayamak_auth::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenDays(u16);

impl TokenDays {
    /// One day.
    pub const MIN: Self = Self(*TOKEN_DAYS.start());

    /// A year.
    pub const MAX: Self = Self(*TOKEN_DAYS.end());

    /// So many days.
    ///
    /// # Errors
    /// [`Code::InvalidTokenDays`] outside of 1 to 365.
    pub fn new(days: u16) -> Result<Self, Error> {
        if TOKEN_DAYS.contains(&days) {
            return Ok(Self(days));
        }
        let (least, most) = TOKEN_DAYS.into_inner();
        let detail = format!("{days} days are outside of {least} to {most}");
        Err(Failure::refused(Code::InvalidTokenDays, detail).before_sending(&AUTHENTICATE))
    }

    /// The number of days.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for TokenDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
