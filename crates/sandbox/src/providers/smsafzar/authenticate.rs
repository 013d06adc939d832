use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::refusal::{answer, invalid_parameters, unauthorized};
use super::state::Smsafzar;
use crate::providers::member::member;

pub(super) async fn token(State(afzar): State<Smsafzar>, body: Bytes) -> Response {
    let mut state = afzar.lock();
    let now = afzar.clock.now();
    if let Some(too_many) = state.count(now) {
        return too_many;
    }
    let login: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name| {
        let found = login.as_object().and_then(|login| member(login, name));
        found.and_then(Value::as_str).unwrap_or_default()
    };
    let (username, password, domain) = (text("userName"), text("password"), text("domain"));
    let mut invalid = Vec::new();
    if username.chars().count() < 6 {
        invalid.push(("UserName", ".حداقل طول فیلد [ نام کاربری ] 6 کاراکتر می باشد"));
    }
    if password.chars().count() < 8 {
        invalid.push(("Password", ".حداقل طول فیلد [ کلمه عبور ] 8 کاراکتر می باشد"));
    }
    if !invalid.is_empty() {
        return invalid_parameters(&invalid);
    }
    let account = state
        .accounts
        .get(username)
        .filter(|account| account.password == password && account.domain == domain);
    let Some(account) = account else {
        return unauthorized();
    };
    if let Some(refused) = state.refused(account.state) {
        return refused;
    }
    let life = state.token_life;
    let token = state.tokens.issue(username, life, now);
    state.logins += 1;
    answer(StatusCode::OK, &json!({"token": token}))
}
