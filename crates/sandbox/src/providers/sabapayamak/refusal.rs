//! Items of `errors`, as public clients have seen them.

use http::StatusCode;

/// An item of `errors`.
pub(super) struct Refusal {
    pub(super) code: u64,
    pub(super) http_status: StatusCode,
    pub(super) message: &'static str,
    pub(super) field: Option<&'static str>,
}

const fn refusal(code: u64, http_status: StatusCode, message: &'static str) -> Refusal {
    Refusal {
        code,
        http_status,
        message,
        field: None,
    }
}

pub(super) const WRONG_CREDENTIALS: Refusal =
    refusal(4001, StatusCode::BAD_REQUEST, "نام کاربری یا رمز عبور اشتباه است");
pub(super) const DOMAIN_NOT_ALLOWED: Refusal = refusal(4002, StatusCode::FORBIDDEN, "دامنه مجاز نمی باشد");
pub(super) const WRONG_SENDER: Refusal =
    refusal(4003, StatusCode::BAD_REQUEST, "شماره ارسال کننده اشتباه است");
pub(super) const SENDER_NOT_USABLE: Refusal = refusal(
    4004,
    StatusCode::BAD_REQUEST,
    "در حال حاضر امکان استفاده از شماره وجود ندارد",
);
pub(super) const EXPIRED: Refusal = refusal(
    4005,
    StatusCode::FORBIDDEN,
    "مهلت استفاده از حساب به پایان رسیده است",
);
pub(super) const FAILURE: Refusal = refusal(500, StatusCode::INTERNAL_SERVER_ERROR, "خطایی رخ داده است");
pub(super) const TOKEN_REFUSED: Refusal =
    refusal(401, StatusCode::UNAUTHORIZED, "توکن اشتباه یا منقضی شده است");

/// There is nothing to show.
pub(super) const NO_DATA: Refusal = refusal(1002, StatusCode::BAD_REQUEST, "داده ای یافت نشد");

pub(super) const SENDS_BY_URL: Refusal = refusal(
    405,
    StatusCode::METHOD_NOT_ALLOWED,
    "این نشانی با URL پیامک می فرستد و در سندباکس بسته است",
);

pub(super) fn invalid(field: &'static str) -> Refusal {
    Refusal {
        field: Some(field),
        ..refusal(400, StatusCode::BAD_REQUEST, "مقدار ارسالی معتبر نیست")
    }
}
