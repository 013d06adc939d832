//! What the provider's document says, as a table: operations, limits, codes.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use http_core::{Language, Operation, http::Method};

/// Where the provider is. Source: every URL of the document.
pub const BASE_URL: &str = "https://sec-gray.ir";

/// How many likes, views or followers one order may ask for. Source: the document's errors, third line.
pub const COUNT: RangeInclusive<u32> = 50..=7000;

const PATH: &str = "aparat/api.php";

/// Source: «گرفتن اطلاعات و موجودی توکن».
pub(crate) static ACCOUNT: Operation = Operation::new("aparat.account", Method::GET, PATH, true);

/// Source: «نحوه سفارش».
pub(crate) static ORDER: Operation = Operation::new("aparat.order", Method::GET, PATH, false);

/// Source: «وضعیت سفارش».
pub(crate) static ORDER_STATUS: Operation = Operation::new("aparat.order_status", Method::GET, PATH, true);

/// Why an order or a question was refused: the document's five errors, and this crate's own.
///
/// The provider sends texts and no numbers; they are recognised whatever their spelling, spacing and letters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// «ارگومان وارد شده اشتباه است»: an argument is wrong, such as an order id that is not yours.
    /// *What to do:* check the link and the id.
    WrongArgument,
    /// «تعداد سفارش داده شده از مقدار حساب شما بیشتر است»: the order costs more than the balance.
    /// *What to do:* top the account up, or order less.
    BalanceExceeded,
    /// «تعداد وارد شده غیر مجاز است»: the count is outside of what one order may have. Also given by this crate
    /// before anything is sent, unless the builder leaves the limits to the provider.
    /// *What to do:* split the order, or raise it to the minimum.
    CountOutOfRange {
        /// The counts that are allowed, as the refusal says; `None` if its numbers could not be read.
        allowed: Option<RangeInclusive<u32>>,
    },
    /// `invalid request`: arguments are missing or malformed.
    /// *What to do:* report it; this crate should not send such a request.
    InvalidRequest,
    /// `token invalid`: the provider does not know the token.
    /// *What to do:* check `PAYVAND_APARAT_TOKEN`, or ask the provider's bot for a new one.
    InvalidToken,
    /// This crate: the link is not an absolute URL. Nothing was sent.
    InvalidLink,
    /// This crate: an order id may not be empty. Nothing was sent.
    InvalidId,
    /// This crate: the order would pass the client's budget. Nothing was sent.
    OverBudget,
    /// This crate: the observer could not record the order. Nothing was sent.
    NotRecorded,
    /// A refusal that the document does not have, in the provider's words.
    Unknown(String),
}

impl Code {
    /// A sentence in English or Persian that may be shown to an end user.
    ///
    /// ```
    /// use aparat_api::{Code, Language};
    ///
    /// let text = Code::BalanceExceeded.describe(Language::Persian);
    /// assert_eq!(text, "موجودی حساب برای این سفارش کافی نیست.");
    /// ```
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::WrongArgument => (
                "One of the values of the request is wrong.",
                "یکی از مقادیر درخواست نادرست است.",
            ),
            Self::BalanceExceeded => (
                "The account's balance is not enough for this order.",
                "موجودی حساب برای این سفارش کافی نیست.",
            ),
            Self::CountOutOfRange { allowed: Some(range) } => {
                let (least, most) = range.clone().into_inner();
                return Cow::Owned(match language {
                    Language::Persian => format!("تعداد سفارش باید بین {least} تا {most} باشد."),
                    _ => format!("An order's count must be between {least} and {most}."),
                });
            }
            Self::CountOutOfRange { allowed: None } => (
                "An order cannot have this count.",
                "تعداد سفارش در محدودهٔ مجاز نیست.",
            ),
            Self::InvalidRequest => (
                "The service did not understand the request.",
                "درخواست برای سرویس قابل فهم نبود.",
            ),
            Self::InvalidToken => ("The service does not accept the token.", "توکن سرویس معتبر نیست."),
            Self::InvalidLink => (
                "The link must be a full address (https://…).",
                "نشانی باید کامل باشد (…//:https).",
            ),
            Self::InvalidId => ("The order's id is missing.", "شناسهٔ سفارش وارد نشده است."),
            Self::OverBudget => (
                "The order would go beyond the budget that was set.",
                "این سفارش از سقف تعیین‌شده بیشتر می‌شود.",
            ),
            Self::NotRecorded => (
                "The order could not be recorded, so it was not sent.",
                "ثبت سفارش در سامانهٔ شما ممکن نشد و سفارش ارسال نشد.",
            ),
            Self::Unknown(_) => ("The service refused the request.", "سرویس درخواست را نپذیرفت."),
        };
        Cow::Borrowed(match language {
            Language::Persian => persian,
            _ => english,
        })
    }
}

impl http_core::Code for Code {
    type Details = ();

    fn describe(&self, language: Language) -> Cow<'static, str> {
        Self::describe(self, language)
    }
}

/// Keys that answers are searched for. The document names none of them: they are inferences, tried in this order,
/// whatever their case, with or without separators, at the top or inside `data` or `result`.
pub(crate) mod inferred {
    pub(crate) const ID: &[&str] = &["uniqid", "uniqueid", "orderid", "order", "id"];
    pub(crate) const BALANCE: &[&str] = &[
        "balance",
        "credit",
        "charge",
        "remaining",
        "remain",
        "mojodi",
        "mojoodi",
        "amount",
        "coins",
        "coin",
    ];
    pub(crate) const STATE: &[&str] = &["state", "orderstatus", "orderstate", "vaziat", "vaziyat"];
    pub(crate) const MESSAGE: &[&str] = &["message", "msg", "error"];
    pub(crate) const NESTED: &[&str] = &["data", "result"];
}
