//! What the provider's document says, as a table: operations, limits, codes. The codes are not in it: they were seen
//! in public clients of the service.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use http_core::{Language, Operation, http::Method};

/// Where the provider is. Source: «آدرس سرویس».
pub const BASE_URL: &str = "https://api.sabapayamak.com";

/// For how many days a token may be asked. Source: the document's first paragraph.
pub const TOKEN_DAYS: RangeInclusive<u16> = 1..=365;

/// Source: «دریافت توکن».
pub(crate) static AUTHENTICATE: Operation = Operation::new(
    "sabapayamak.authenticate",
    Method::POST,
    "api/v1/user/authenticate",
    true,
);

/// Any other call of the provider, with the token. Its method and path are the caller's.
pub(crate) static AUTHORIZED: Operation = Operation::new("sabapayamak.authorized", Method::POST, "", false);

/// The same, where the caller says that it may be repeated, or the method does.
pub(crate) static AUTHORIZED_AGAIN: Operation =
    Operation::new("sabapayamak.authorized", Method::GET, "", true);

/// `errors[].code` 1001: the token was made. A success that stands among the errors.
pub(crate) const TOKEN_MADE: &str = "1001";

/// Why the provider, or this crate, refused a call.
///
/// The provider's document lists no codes; these were seen in public clients, so others are to be expected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// 401: the token is wrong or has expired.
    /// *What to do:* nothing, with a [`TokenSource`](crate::TokenSource): it logs in anew and makes the call once more.
    /// If the fresh token is refused too, ask the provider whether the account may make this call.
    TokenRefused,
    /// 500: the provider failed.
    /// *What to do:* try again later; whether a call that changes something took effect is unknown.
    ServerFailure,
    /// 1002: there is no data.
    /// *What to do:* read it as an empty answer.
    NoData,
    /// 4001: the user name or the password is wrong.
    /// *What to do:* correct them; asking again with the same ones may lock the account.
    WrongCredentials,
    /// 4002: the domain is not allowed.
    /// *What to do:* ask the provider to allow the domain, or the address that you call from.
    DomainNotAllowed,
    /// 4003: the sender number is not the account's.
    /// *What to do:* correct the virtual number.
    WrongSender,
    /// 4004: the sender number cannot be used now.
    /// *What to do:* look at the number in the provider's panel, or ask its support.
    SenderNotUsable,
    /// This crate: a token lives 1 to 365 days. Nothing was sent.
    InvalidTokenDays,
    /// This crate: the call would have carried the token away from the provider. Nothing was sent.
    ForeignAddress,
    /// This crate: a header or the body cannot be written as an HTTP request. Nothing was sent.
    InvalidRequest,
    /// A code that is not known here, as the provider wrote it; empty if the refusal had none.
    Unknown(String),
}

/// Numbers of the provider's codes.
const NUMBERS: [(Code, u64); 7] = [
    (Code::TokenRefused, 401),
    (Code::ServerFailure, 500),
    (Code::NoData, 1002),
    (Code::WrongCredentials, 4001),
    (Code::DomainNotAllowed, 4002),
    (Code::WrongSender, 4003),
    (Code::SenderNotUsable, 4004),
];

impl Code {
    pub(crate) fn of(word: &str) -> Self {
        let number = word.parse();
        NUMBERS
            .iter()
            .find(|(_, known)| number.as_ref() == Ok(known))
            .map_or_else(|| Self::Unknown(word.to_owned()), |(code, _)| code.clone())
    }

    /// The provider's number; `None` for this crate's own codes and for what is no number.
    ///
    /// ```
    /// # use sabapayamak_auth::Code;
    /// assert_eq!(Code::WrongCredentials.number(), Some(4001));
    /// ```
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Unknown(word) => word.parse().ok(),
            known => NUMBERS
                .iter()
                .find(|(code, _)| code == known)
                .map(|(_, number)| *number),
        }
    }

    /// Whether asking again with the same credentials is pointless, or worse.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::TokenRefused
                | Self::WrongCredentials
                | Self::DomainNotAllowed
                | Self::WrongSender
                | Self::SenderNotUsable
        )
    }

    /// A sentence in English or Persian that may be shown to an end user.
    ///
    /// ```
    /// use sabapayamak_auth::{Code, Language};
    ///
    /// let text = Code::WrongCredentials.describe(Language::Persian);
    /// assert_eq!(text, "نام کاربری یا رمز عبور سامانهٔ پیامک درست نیست.");
    /// ```
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::TokenRefused => (
                "The SMS service does not accept the access token.",
                "سامانهٔ پیامک توکن دسترسی را نمی‌پذیرد.",
            ),
            Self::ServerFailure => (
                "The SMS service failed. Please try again later.",
                "سامانهٔ پیامک دچار خطا شده است؛ کمی بعد دوباره امتحان کنید.",
            ),
            Self::NoData => ("There is no data.", "داده‌ای پیدا نشد."),
            Self::WrongCredentials => (
                "The user name or password of the SMS service is wrong.",
                "نام کاربری یا رمز عبور سامانهٔ پیامک درست نیست.",
            ),
            Self::DomainNotAllowed => (
                "The SMS service does not allow this domain.",
                "این دامنه اجازهٔ استفاده از سامانهٔ پیامک را ندارد.",
            ),
            Self::WrongSender => ("The sender number is wrong.", "شمارهٔ فرستنده درست نیست."),
            Self::SenderNotUsable => (
                "The sender number cannot be used now.",
                "شمارهٔ فرستنده در حال حاضر قابل استفاده نیست.",
            ),
            Self::InvalidTokenDays => (
                "A token can be valid for 1 to 365 days.",
                "اعتبار توکن باید بین ۱ تا ۳۶۵ روز باشد.",
            ),
            Self::ForeignAddress => (
                "The request was not sent: its address does not belong to the SMS service.",
                "درخواست ارسال نشد؛ نشانی آن متعلق به سامانهٔ پیامک نیست.",
            ),
            Self::InvalidRequest => (
                "The request was not sent: part of it is not valid.",
                "درخواست ارسال نشد؛ بخشی از آن معتبر نیست.",
            ),
            Self::Unknown(_) => (
                "The SMS service refused the request.",
                "سامانهٔ پیامک درخواست را نپذیرفت.",
            ),
        };
        Cow::Borrowed(match language {
            Language::Persian => persian,
            _ => english,
        })
    }
}

impl http_core::Code for Code {
    type Details = crate::Details;

    fn describe(&self, language: Language) -> Cow<'static, str> {
        Self::describe(self, language)
    }
}
