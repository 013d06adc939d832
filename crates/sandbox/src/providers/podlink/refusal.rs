//! The errors of the document's tables.

/// Why the service refuses, with the number and name of its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthorized,
    /// As the tables of 46413 and 46414 spell it.
    Anauthorized,
    ContentMissing,
    InvalidParameter,
    HashTaken,
    HashMissing,
    HashTooLong,
    ContentTaken,
    NotFound,
    /// As the table of 46414 words it.
    HashNotFound,
    Internal,
}

impl Refusal {
    pub(super) fn number(self) -> u16 {
        match self {
            Self::ContentMissing => 114,
            Self::InvalidParameter => 116,
            Self::HashTaken | Self::HashMissing => 119,
            Self::HashTooLong => 120,
            Self::ContentTaken => 121,
            Self::Unauthorized | Self::Anauthorized => 401,
            Self::NotFound | Self::HashNotFound => 404,
            Self::Internal => 999,
        }
    }

    /// The document's name, its spelling included.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ContentMissing => "URL_OR_Content_IS_NULL_OR_EMPTY",
            Self::InvalidParameter => "INVALID_PARAMETER",
            Self::HashTaken => "CUSTOM_HASH_REPETETIVE",
            Self::HashMissing => "HASH_IS_NULL_OR_EMPTY",
            Self::HashTooLong => "HASH_IS_LONG",
            Self::ContentTaken => "URL_OR_CONTENT_REPETITIVE",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Anauthorized => "ANAUTHORIZED",
            Self::NotFound | Self::HashNotFound => "NOT_FOUND",
            Self::Internal => "INTERNAL_SERVER_EXCEPTION",
        }
    }

    /// The document's words.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::ContentMissing => "عدم مقداردهی urlOrContent",
            Self::InvalidParameter => "مقدار غیرمجاز برای پارامتر",
            Self::HashTaken => "هش تکراری",
            Self::HashMissing => "عدم مقدادهی hash",
            Self::HashTooLong => "طول زیاد برای هش",
            Self::ContentTaken => "لینک یا متن تکراری",
            Self::Unauthorized | Self::Anauthorized => "عدم احراز هویت",
            Self::NotFound => "خطا در یافتن hash",
            Self::HashNotFound => "هش یافت نشد",
            Self::Internal => "خطای داخلی سرور",
        }
    }
}
