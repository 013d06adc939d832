//! The errors of the manual.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::account_state::AccountState;
use super::state::Smsafzar;

/// The account has less than the messages cost. The manual says that there are such codes, and names none.
const NOT_ENOUGH_BALANCE: u64 = 1100;
/// A recipient who does not want to get messages of this line, likewise.
const RECIPIENT_REFUSED: u64 = 1101;
const NO_SUCH_BATCH: u64 = 1106;

pub(super) const REQUIRED: &str = ".این فیلد الزامی می باشد";
pub(super) const NOT_VALID: &str = ".مقدار این فیلد معتبر نمی باشد";

pub(super) fn unauthorized() -> Response {
    error(StatusCode::UNAUTHORIZED, 401, ".خطای احراز هویت رخ داده است")
}

pub(super) fn invalid_parameters(fields: &[(&str, &str)]) -> Response {
    let fields: Vec<_> = fields
        .iter()
        .map(|(field, message)| json!({"field": field, "errorMessage": message}))
        .collect();
    let body = json!({
        "errorCode": 1001,
        "errorMessage": ".مقادیر پارامترهای ارسالی معتبر نمی باشند",
        "validationErrors": fields,
    });
    answer(StatusCode::BAD_REQUEST, &body)
}

pub(super) fn not_enough_balance() -> Response {
    error(
        StatusCode::BAD_REQUEST,
        NOT_ENOUGH_BALANCE,
        ".اعتبار حساب کافی نمی باشد",
    )
}

pub(super) fn recipient_refused() -> Response {
    error(
        StatusCode::BAD_REQUEST,
        RECIPIENT_REFUSED,
        ".شماره گیرنده در لیست سیاه می باشد",
    )
}

pub(super) fn no_such_batch() -> Response {
    error(
        StatusCode::BAD_REQUEST,
        NO_SUCH_BATCH,
        ".دسته ای با این شناسه یافت نشد",
    )
}

/// What an account in this state is answered with; `None` for one that may do all.
pub(super) fn of_account(state: AccountState) -> Option<Response> {
    let forbidden = |code, message| Some(error(StatusCode::FORBIDDEN, code, message));
    match state {
        AccountState::Active => None,
        AccountState::ServiceRefused => {
            forbidden(1004, ".مجوز دسترسی به سرویس برای حساب کاربری تعریف نشده است")
        }
        AccountState::MethodRefused => forbidden(1005, ".مجوز دسترسی به متد برای حساب کاربری تعریف نشده است"),
        AccountState::AddressRefused => forbidden(1006, ".آدرس آی پی جهت دسترسی به سرویس معتبر نمی باشد"),
        AccountState::Inactive => forbidden(1010, ".حساب کاربر غیر فعال می باشد"),
        AccountState::Expired => forbidden(1011, ".حساب کاربر در تاریخ: 1403/01/01 منقضی شده است"),
        AccountState::RateLimited => Some(too_many_requests()),
        AccountState::Failing => {
            let reference = Smsafzar::SUPPORT_REFERENCE;
            let message = format!("خطایی در سرور رخ داده است. | شناسه خطا : {reference}");
            Some(error(StatusCode::INTERNAL_SERVER_ERROR, reference, &message))
        }
    }
}

pub(super) fn too_many_requests() -> Response {
    let message = "تعداد درخواست های ارسالی بیش ار حد مجاز می باشد. \
                   [ حداکثر تعداد درخواست ها در هر ثانیه 5 عدد می باشد. ]";
    error(StatusCode::TOO_MANY_REQUESTS, 429, message)
}

fn error(status: StatusCode, code: u64, message: &str) -> Response {
    answer(status, &json!({"errorCode": code, "errorMessage": message}))
}

pub(super) fn answer(status: StatusCode, body: &Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, content_type, body.to_string()).into_response()
}
