//! What the provider's document says, as a table: products, operations, limits, codes.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http_core::{Language, Operation, http::Method};
use serde::Serialize;

/// Where the provider is. Source: «پیش از شروع».
pub const BASE_URL: &str = "https://api.pod.ir";

/// Where short links live. Source: «افزودن لینک کوتاه», the note.
pub const SHORT_DOMAIN: &str = "http://tilin.ir";

const PATH: &str = "srv/sc/nzh/doServiceCall";

static ADD_LINK: Operation = Operation::new("podlink.add_link", Method::POST, PATH, false);
/// It counts, so making it twice is not making it once.
static VISIT: Operation = Operation::new("podlink.visit", Method::POST, PATH, false);
static LIST_LINKS: Operation = Operation::new("podlink.list_links", Method::POST, PATH, true);
static SET_STATUS: Operation = Operation::new("podlink.set_status", Method::POST, PATH, true);
static CLICK_STATS: Operation = Operation::new("podlink.click_stats", Method::POST, PATH, true);

/// The provider's products, each with its own id and, if the business panel issued it so, its own API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// «افزودن لینک کوتاه», 46410.
    AddLink,
    /// «دیدن لینک، متن، فایل», 46411.
    Visit,
    /// «لیست لینک ها، متن ها، فایل ها», 46412.
    ListLinks,
    /// «فعال یا غیرفعال سازی لینک», 46413.
    SetStatus,
    /// «دریافت آمار کلیک ها», 46414.
    ClickStats,
}

impl Service {
    /// All of them, in the document's order.
    pub const ALL: [Self; 5] = [
        Self::AddLink,
        Self::Visit,
        Self::ListLinks,
        Self::SetStatus,
        Self::ClickStats,
    ];

    /// The product id that the document gives («شناسه سرویس»). POD's own sandbox has others.
    pub const fn documented_product_id(self) -> u64 {
        match self {
            Self::AddLink => 46410,
            Self::Visit => 46411,
            Self::ListLinks => 46412,
            Self::SetStatus => 46413,
            Self::ClickStats => 46414,
        }
    }

    pub(crate) fn operation(self) -> &'static Operation {
        match self {
            Self::AddLink => &ADD_LINK,
            Self::Visit => &VISIT,
            Self::ListLinks => &LIST_LINKS,
            Self::SetStatus => &SET_STATUS,
            Self::ClickStats => &CLICK_STATS,
        }
    }

    /// The call's own error table.
    pub(crate) fn code(self, number: i64) -> Option<Code> {
        Some(match (self, number) {
            (Self::AddLink | Self::ListLinks | Self::SetStatus | Self::ClickStats, 401) => Code::Unauthorized,
            (Self::AddLink, 114) => Code::ContentMissing,
            (_, 116) => Code::InvalidParameter,
            (Self::AddLink, 119) => Code::HashTaken,
            (Self::SetStatus, 119) => Code::HashMissing,
            (Self::AddLink, 120) => Code::HashTooLong,
            (Self::AddLink, 121) => Code::ContentTaken,
            (Self::Visit | Self::SetStatus | Self::ClickStats, 404) => Code::NotFound,
            (_, 999) => Code::Internal,
            _ => return None,
        })
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation().name)
    }
}

/// How finely clicks are counted. Source: «دریافت آمار کلیک ها», `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Interval {
    /// By the minute, over at most 2 hours.
    Minute,
    /// By the hour, over at most 1 week.
    Hour,
    /// By the day, over at most 1 month.
    Day,
    /// By the month, over at most 20 years. The provider's default.
    Month,
}

const DAY: u64 = 24 * 60 * 60;

impl Interval {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The longest span that one question may have: 2 hours, 1 week, 1 month, 20 years.
    ///
    /// The document does not say how long its month and its year are. Here a month is 31 days and 20 years are 7305
    /// days (five leap days among them): the longest that each can be, so that nothing is refused which the
    /// provider might answer.
    pub const fn longest_span(self) -> Duration {
        Duration::from_secs(match self {
            Self::Minute => 2 * 60 * 60,
            Self::Hour => 7 * DAY,
            Self::Day => 31 * DAY,
            Self::Month => 7305 * DAY,
        })
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a call was refused: the document's tables, the gateway's missing token, and this crate's own checks.
///
/// The numbers are matched, not the names beside them, which the document spells in several ways. Which numbers a
/// call knows is that call's own table: 119 is [`HashTaken`](Self::HashTaken) when a link is added and
/// [`HashMissing`](Self::HashMissing) when one is switched on or off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// 21, from the gateway: it saw no token.
    /// *What to do:* check `PAYVAND_POD_TOKEN`, and that nothing on the way strips the header `_token_`.
    MissingToken,
    /// 401 `UNAUTHORIZED`: the token or the API key is not accepted for this product.
    /// *What to do:* compare both with the business panel; a key may be valid for one product only.
    Unauthorized,
    /// 114 `URL_OR_Content_IS_NULL_OR_EMPTY`: nothing to shorten. Also given by this crate before anything is sent.
    /// *What to do:* give a link or a text.
    ContentMissing,
    /// 116 `INVALID_PARAMETER`: a parameter has a value that is not allowed.
    /// *What to do:* the provider does not say which one; look at its message.
    InvalidParameter,
    /// 119 `CUSTOM_HASH_REPETETIVE`, when a link is added: the hash that you chose is taken.
    /// *What to do:* choose another, or leave it to the provider.
    HashTaken,
    /// 119 `HASH_IS_NULL_OR_EMPTY`, when a link is switched on or off: there is no hash. Also given by this crate,
    /// for any call, before anything is sent.
    /// *What to do:* give the hash, the last part of the short address.
    HashMissing,
    /// 120 `HASH_IS_LONG`: the hash that you chose is too long. The document does not say how long it may be.
    /// *What to do:* choose a shorter one.
    HashTooLong,
    /// 121 `URL_OR_CONTENT_REPETITIVE`: this link or text has been shortened already.
    /// *What to do:* find it in the list ([`Client::list_links`](crate::Client::list_links) with `search`).
    ContentTaken,
    /// 404 `NOT_FOUND`: no link has this hash.
    /// *What to do:* check the hash; it may have expired.
    NotFound,
    /// 999 `INTERNAL_SERVER_EXCEPTION`: the provider failed. Whether a link was added all the same nobody can tell.
    /// *What to do:* try again later; before adding again, look for the link in the list.
    Internal,
    /// The provider answered `result: false` when a link was to be switched on or off: it did not do it.
    /// *What to do:* look at the link in the list; it may be in that state already.
    NotChanged,
    /// The service behind the gateway answered with this HTTP-like `statusCode` and no code of its own.
    /// *What to do:* 5xx: later again. 401 and 403: look at the token and the key. Otherwise the message says more.
    ServiceStatus(u16),
    /// This crate: the client has no API key for this product. Nothing was sent.
    /// *What to do:* give one with `api_key` or `api_key_for`.
    NoApiKey(Service),
    /// This crate: a tag is empty or has one of the commas (`,` and `،`) that tags are joined with. Nothing was sent.
    InvalidTag,
    /// This crate: the span of the statistics is longer than its interval allows. Nothing was sent.
    /// *What to do:* ask in several steps, or with a coarser interval.
    SpanTooLong {
        /// The interval that was asked for.
        interval: Interval,
    },
    /// This crate: the span of the statistics ends before it begins. Nothing was sent.
    EmptySpan,
    /// A refusal with this number, which the call's table does not have; `None` if it came without one.
    Unknown(Option<i64>),
}

impl Code {
    /// The provider's number; `None` for what has none.
    ///
    /// ```
    /// use podlink_api::Code;
    ///
    /// assert_eq!(Code::HashTaken.number(), Some(119));
    /// assert_eq!(Code::HashMissing.number(), Some(119));
    /// ```
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::MissingToken => Some(21),
            Self::ContentMissing => Some(114),
            Self::InvalidParameter => Some(116),
            Self::HashTaken | Self::HashMissing => Some(119),
            Self::HashTooLong => Some(120),
            Self::ContentTaken => Some(121),
            Self::Unauthorized => Some(401),
            Self::NotFound => Some(404),
            Self::Internal => Some(999),
            Self::ServiceStatus(number) => Some(i64::from(*number)),
            Self::Unknown(number) => *number,
            Self::NotChanged
            | Self::NoApiKey(_)
            | Self::InvalidTag
            | Self::SpanTooLong { .. }
            | Self::EmptySpan => None,
        }
    }

    /// A sentence in English or Persian that may be shown to an end user.
    ///
    /// ```
    /// use podlink_api::{Code, Language};
    ///
    /// let text = Code::HashTaken.describe(Language::Persian);
    /// assert_eq!(text, "این نشانی کوتاه قبلاً گرفته شده است؛ نشانی دیگری انتخاب کنید.");
    /// ```
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::MissingToken => (
                "The service did not receive a token.",
                "توکن به سرویس نرسیده است.",
            ),
            Self::Unauthorized => (
                "The service does not accept the token or the API key.",
                "سرویس توکن یا کلید API را نمی‌پذیرد.",
            ),
            Self::ContentMissing => (
                "There is nothing to shorten: the link or text is empty.",
                "لینک یا متنی که باید کوتاه شود خالی است.",
            ),
            Self::InvalidParameter => (
                "One of the values of the request is not allowed.",
                "یکی از مقادیر درخواست مجاز نیست.",
            ),
            Self::HashTaken => (
                "This short address is taken; choose another one.",
                "این نشانی کوتاه قبلاً گرفته شده است؛ نشانی دیگری انتخاب کنید.",
            ),
            Self::HashMissing => ("The short address is missing.", "نشانی کوتاه وارد نشده است."),
            Self::HashTooLong => (
                "This short address is too long.",
                "نشانی کوتاهی که انتخاب کرده‌اید بیش از اندازه بلند است.",
            ),
            Self::ContentTaken => (
                "This link or text has been shortened before.",
                "این لینک یا متن پیش‌تر کوتاه شده است.",
            ),
            Self::NotFound => (
                "No short link with this address was found.",
                "لینک کوتاهی با این نشانی پیدا نشد.",
            ),
            Self::Internal => (
                "The service has an internal error; please try again later.",
                "خطایی در سرویس رخ داده است؛ کمی بعد دوباره امتحان کنید.",
            ),
            Self::NotChanged => ("The link's state was not changed.", "وضعیت لینک تغییر نکرد."),
            Self::NoApiKey(_) => (
                "No API key is set for this service.",
                "برای این سرویس کلید API تنظیم نشده است.",
            ),
            Self::InvalidTag => (
                "A tag may not be empty or contain a comma.",
                "برچسب نباید خالی باشد یا ویرگول داشته باشد.",
            ),
            Self::SpanTooLong { interval } => match interval {
                Interval::Minute => (
                    "Clicks by the minute can be asked for at most 2 hours.",
                    "آمار دقیقه‌ای را حداکثر برای دو ساعت می‌توان گرفت.",
                ),
                Interval::Hour => (
                    "Clicks by the hour can be asked for at most one week.",
                    "آمار ساعتی را حداکثر برای یک هفته می‌توان گرفت.",
                ),
                Interval::Day => (
                    "Clicks by the day can be asked for at most one month.",
                    "آمار روزانه را حداکثر برای یک ماه می‌توان گرفت.",
                ),
                Interval::Month => (
                    "Clicks by the month can be asked for at most 20 years.",
                    "آمار ماهانه را حداکثر برای بیست سال می‌توان گرفت.",
                ),
            },
            Self::EmptySpan => (
                "The period ends before it begins.",
                "پایان بازهٔ زمانی پیش از آغاز آن است.",
            ),
            Self::ServiceStatus(_) | Self::Unknown(_) => {
                ("The service refused the request.", "سرویس درخواست را نپذیرفت.")
            }
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
