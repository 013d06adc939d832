use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;

use super::refusal::{WRONG_CREDENTIALS, WRONG_SENDER, invalid};
use super::state::Sabapayamak;
use crate::providers::member::member;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn authenticate(State(saba): State<Sabapayamak>, body: Bytes) -> Response {
    let mut state = saba.lock();
    let now = saba.clock.now();
    let Ok(Value::Object(login)) = serde_json::from_slice(&body) else {
        return state.shape.refused(&invalid("body"));
    };
    let names = ["Username", "Password", "VirtualNumber"];
    let texts = names.map(|name| member(&login, name).and_then(Value::as_str));
    let [Some(username), Some(password), Some(number)] = texts else {
        let missing = names.iter().zip(texts).find(|(_, text)| text.is_none());
        return state
            .shape
            .refused(&invalid(missing.map_or("body", |(name, _)| *name)));
    };
    let days = member(&login, "TokenValidDay");
    let days = days.and_then(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok()));
    let Some(days) = days
        .and_then(|days| u32::try_from(days).ok())
        .filter(|days| (1..=365).contains(days))
    else {
        return state.shape.refused(&invalid("TokenValidDay"));
    };
    let account = state
        .accounts
        .get(username)
        .filter(|account| account.password == password);
    let Some(account) = account else {
        return state.shape.refused(&WRONG_CREDENTIALS);
    };
    if account.virtual_number != number {
        return state.shape.refused(&WRONG_SENDER);
    }
    if let Some(refused) = state.shape.of_account(account.state) {
        return refused;
    }
    let token = state.tokens.issue(username, DAY * days, now);
    state.logins += 1;
    state.shape.logged_in(username, number, &token)
}
