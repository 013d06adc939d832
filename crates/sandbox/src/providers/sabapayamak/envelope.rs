//! The service's answers, in the shape that is set.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::account_state::AccountState;
use super::refusal::{DOMAIN_NOT_ALLOWED, EXPIRED, FAILURE, Refusal, SENDER_NOT_USABLE};
use super::shape::SabapayamakShape;

impl SabapayamakShape {
    /// What an account in this state is answered with; `None` for one that may do all.
    pub(super) fn of_account(self, state: AccountState) -> Option<Response> {
        let refusal = match state {
            AccountState::Active => return None,
            AccountState::Inactive => &SENDER_NOT_USABLE,
            AccountState::Expired => &EXPIRED,
            AccountState::AddressRefused => &DOMAIN_NOT_ALLOWED,
            AccountState::RateLimited => {
                let headers = [(header::CONTENT_TYPE, "text/html"), (header::RETRY_AFTER, "1")];
                let page = "<h1>429 Too Many Requests</h1>";
                return Some((StatusCode::TOO_MANY_REQUESTS, headers, page).into_response());
            }
            AccountState::Failing => &FAILURE,
        };
        Some(self.refused(refusal))
    }

    pub(super) fn logged_in(self, username: &str, number: &str, token: &str) -> Response {
        let data = json!({
            "Id": "1",
            "FirstName": "کاربر",
            "LastName": "آزمایشی",
            "Username": username,
            "Domain": "sandbox.example",
            "VirtualNumber": number,
            "Token": token,
        });
        let notice = json!({"message": "توکن ساخته شد", "url": null, "code": 1001, "field": null});
        self.done(
            data,
            if self.notice {
                std::slice::from_ref(&notice)
            } else {
                &[]
            },
        )
    }

    pub(super) fn done(self, data: Value, errors: &[Value]) -> Response {
        self.envelope(StatusCode::OK, 200, "با موفقیت انجام شد", data, errors)
    }

    pub(super) fn refused(self, refusal: &Refusal) -> Response {
        let error = json!({
            "message": refusal.message,
            "url": null,
            "code": refusal.code,
            "field": refusal.field,
        });
        let http_status = if self.http_statuses {
            refusal.http_status
        } else {
            StatusCode::OK
        };
        let status = u64::from(refusal.http_status.as_u16());
        self.envelope(http_status, status, "خطا", Value::Null, &[error])
    }

    fn envelope(
        self,
        http_status: StatusCode,
        status: u64,
        message: &str,
        mut data: Value,
        errors: &[Value],
    ) -> Response {
        self.spell_all(&mut data);
        let status = if self.numbers {
            status.into()
        } else {
            Value::from(status.to_string())
        };
        let envelope = json!({"status": status, "message": message, "id": 1, "data": data, "errors": errors});
        let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (http_status, content_type, envelope.to_string()).into_response()
    }

    /// The keys of every object inside, as the shape has them.
    fn spell_all(self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                let spelt = std::mem::take(fields).into_iter().map(|(name, mut value)| {
                    self.spell_all(&mut value);
                    self.spell((name, value))
                });
                *fields = spelt.collect::<Map<_, _>>();
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.spell_all(item)),
            _ => {}
        }
    }

    fn spell(self, (name, value): (String, Value)) -> (String, Value) {
        let value = match (name.as_str(), &value) {
            ("Id", Value::String(id)) if self.numbers => id.parse::<u64>().map_or(value, Value::from),
            _ => value,
        };
        if !self.camel_case {
            return (name, value);
        }
        let mut chars = name.chars();
        let camel = chars
            .next()
            .map(|first| first.to_lowercase().chain(chars).collect());
        (camel.unwrap_or_default(), value)
    }
}
