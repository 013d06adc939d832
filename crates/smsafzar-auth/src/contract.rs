//! What the provider's document says, as a table: operations, limits, codes.

use std::borrow::Cow;

use http_core::http::{Method, StatusCode};
use http_core::{Language, Operation, RateLimit};

/// Where the provider is. Source: every client sample of the document.
pub const BASE_URL: &str = "https://api.smsafzar.ir";

/// The domain in every client sample of the document.
pub const DOMAIN: &str = "sms.smsafzar";

/// «حداکثر تعداد درخواست ها در هر ثانیه 5 عدد می باشد». Source: error 429.
pub const RATE_LIMIT: RateLimit = RateLimit::per_second(5);

/// The parameters of a login. Source: the document's request.
pub(crate) const PARAMETERS: [&str; 3] = ["userName", "password", "domain"];

/// Source: the document's request and its client samples.
pub(crate) static AUTHENTICATE: Operation =
    Operation::new("smsafzar.authenticate", Method::POST, "auth/token", true);

/// Any other call of the provider, with the token. Its method and path are the caller's.
pub(crate) static AUTHORIZED: Operation = Operation::new("smsafzar.authorized", Method::POST, "", false);

/// The same, where the caller says that it may be repeated, or the method does.
pub(crate) static AUTHORIZED_AGAIN: Operation = Operation::new("smsafzar.authorized", Method::GET, "", true);

/// Why the provider, or this crate, refused a call: the document's nine errors, and this crate's own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// HTTP 400, 1001: parameters are not valid; [`Details::validation_errors`](crate::Details::validation_errors)
    /// says which.
    /// *What to do:* correct them. A user name has at least 6 characters, a password at least 8.
    InvalidParameters,
    /// HTTP 401, 401: the user name, the password or the domain is wrong, or the token is not accepted.
    /// *What to do:* after a login, correct the credentials. After any other call nothing, with a
    /// [`TokenSource`](crate::TokenSource): it logs in anew and makes the call once more.
    Unauthorized,
    /// HTTP 403, 1004: the account has no right to the service.
    /// *What to do:* ask the provider to open it for the account.
    ServiceNotAllowed,
    /// HTTP 403, 1005: the account has no right to this method.
    /// *What to do:* ask the provider to open it for the account.
    MethodNotAllowed,
    /// HTTP 403, 1006: the IP address that the call comes from is not allowed.
    /// *What to do:* the usual cause is a **foreign address**: a server or a VPN outside Iran. Call from an Iranian
    /// address, or ask the provider to allow yours. A 403 with an HTML page in place of this code has the same usual
    /// cause, and comes from the CDN before the provider.
    AddressNotAllowed,
    /// HTTP 403, 1010: the account is inactive.
    /// *What to do:* ask the provider's support.
    AccountInactive,
    /// HTTP 403, 1011: the account has expired; [`Details::expired_on`](crate::Details::expired_on) has the date, as
    /// the provider wrote it.
    /// *What to do:* renew it.
    AccountExpired,
    /// HTTP 429, 429: more than five requests in a second.
    /// *What to do:* this crate keeps to the limit, so look for another program that uses the account.
    TooManyRequests,
    /// HTTP 500: the provider failed; [`Details::support_reference`](crate::Details::support_reference) has the number
    /// that its support asks for.
    /// *What to do:* give that number to the support; whether a call that changes something took effect is unknown.
    ServerFailure,
    /// This crate: the call would have carried the token away from the provider. Nothing was sent.
    ForeignAddress,
    /// This crate: a header or the body cannot be written as an HTTP request. Nothing was sent.
    InvalidRequest,
    /// A code that the document does not have, as the provider wrote it.
    Unknown(String),
}

struct Documented {
    code: Code,
    number: u64,
    http_status: StatusCode,
}

const fn documented(code: Code, number: u64, http_status: StatusCode) -> Documented {
    Documented {
        code,
        number,
        http_status,
    }
}

/// The document's errors; 500 has no number of its own.
static DOCUMENTED: [Documented; 8] = [
    documented(Code::InvalidParameters, 1001, StatusCode::BAD_REQUEST),
    documented(Code::Unauthorized, 401, StatusCode::UNAUTHORIZED),
    documented(Code::ServiceNotAllowed, 1004, StatusCode::FORBIDDEN),
    documented(Code::MethodNotAllowed, 1005, StatusCode::FORBIDDEN),
    documented(Code::AddressNotAllowed, 1006, StatusCode::FORBIDDEN),
    documented(Code::AccountInactive, 1010, StatusCode::FORBIDDEN),
    documented(Code::AccountExpired, 1011, StatusCode::FORBIDDEN),
    documented(Code::TooManyRequests, 429, StatusCode::TOO_MANY_REQUESTS),
];

impl Code {
    /// The code that a number, as the provider writes it, stands for.
    pub(crate) fn of(word: &str) -> Self {
        let number = word.parse();
        DOCUMENTED
            .iter()
            .find(|known| number == Ok(known.number))
            .map_or_else(|| Self::Unknown(word.to_owned()), |known| known.code.clone())
    }

    /// The provider's number; `None` for [`ServerFailure`](Self::ServerFailure), whose number is a support reference,
    /// for this crate's own codes, and for what is no number.
    ///
    /// ```
    /// # use smsafzar_auth::Code;
    /// assert_eq!(Code::AddressNotAllowed.number(), Some(1006));
    /// ```
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Unknown(word) => word.parse().ok(),
            known => known.documented().map(|it| it.number),
        }
    }

    /// The HTTP status that the document gives to the code. What really came is in
    /// [`Error::http_status`](http_core::Error::http_status).
    pub fn http_status(&self) -> Option<StatusCode> {
        match self {
            Self::ServerFailure => Some(StatusCode::INTERNAL_SERVER_ERROR),
            known => known.documented().map(|it| it.http_status),
        }
    }

    fn documented(&self) -> Option<&'static Documented> {
        DOCUMENTED.iter().find(|known| known.code == *self)
    }

    /// A sentence in English or Persian that may be shown to an end user.
    ///
    /// ```
    /// use smsafzar_auth::{Code, Language};
    ///
    /// let text = Code::AccountExpired.describe(Language::Persian);
    /// assert_eq!(text, "مهلت حساب سامانهٔ پیامک تمام شده است.");
    /// ```
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::InvalidParameters => (
                "One of the values of the request is not valid.",
                "یکی از مقادیر درخواست معتبر نیست.",
            ),
            Self::Unauthorized => (
                "The SMS service does not accept the user name and password.",
                "سامانهٔ پیامک نام کاربری و رمز عبور را نمی‌پذیرد.",
            ),
            Self::ServiceNotAllowed => (
                "The account may not use this SMS service.",
                "این حساب به سرویس پیامک دسترسی ندارد.",
            ),
            Self::MethodNotAllowed => (
                "The account may not make this call.",
                "این حساب به این بخش از سرویس پیامک دسترسی ندارد.",
            ),
            Self::AddressNotAllowed => (
                "The SMS service does not accept calls from this network address.",
                "سامانهٔ پیامک از این نشانی اینترنتی درخواست نمی‌پذیرد.",
            ),
            Self::AccountInactive => (
                "The account of the SMS service is inactive.",
                "حساب سامانهٔ پیامک غیرفعال است.",
            ),
            Self::AccountExpired => (
                "The account of the SMS service has expired.",
                "مهلت حساب سامانهٔ پیامک تمام شده است.",
            ),
            Self::TooManyRequests => (
                "Too many requests; please wait a moment.",
                "تعداد درخواست‌ها زیاد است؛ کمی صبر کنید.",
            ),
            Self::ServerFailure => (
                "The SMS service failed. Please try again later.",
                "سامانهٔ پیامک دچار خطا شده است؛ کمی بعد دوباره امتحان کنید.",
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
