//! The errors of the document's tables.

/// Why the service refuses, with the number and name of its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthorized,
    ContentMissing,
    InvalidParameter,
    HashTaken,
    HashMissing,
    HashTooLong,
    ContentTaken,
    NotFound,
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
            Self::Unauthorized => 401,
            Self::NotFound => 404,
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
            Self::NotFound => "NOT_FOUND",
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
            Self::Unauthorized => "عدم احراز هویت",
            Self::NotFound => "خطا در یافتن hash",
            Self::Internal => "خطای داخلی سرور",
        }
    }
}
