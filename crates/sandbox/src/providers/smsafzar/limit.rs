//! Who may call, and how often.

use std::time::{Duration, SystemTime};

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use super::account_state::AccountState;
use super::refusal::{self, unauthorized};
use super::state::ServiceState;
use crate::providers::token::in_header;

const SECOND: Duration = Duration::from_secs(1);

impl ServiceState {
    #[allow(clippy::result_large_err, reason = "the error is the answer")]
    pub(super) fn who(&mut self, now: SystemTime, headers: &HeaderMap) -> Result<String, Response> {
        if let Some(too_many) = self.count(now) {
            return Err(too_many);
        }
        let header = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let username = in_header(header, false)
            .and_then(|token| self.tokens.owner(token, now))
            .ok_or_else(unauthorized)?;
        let state = self
            .accounts
            .get(username)
            .map_or(AccountState::Active, |it| it.state);
        match self.refused(state) {
            Some(refused) => Err(refused),
            None => Ok(username.to_owned()),
        }
    }

    /// What an account in this state is answered with, if it may not do all.
    pub(super) fn refused(&self, state: AccountState) -> Option<Response> {
        match state {
            AccountState::RateLimited => Some(self.too_many_requests()),
            other => refusal::of_account(other),
        }
    }

    /// Lets a request in, or answers it.
    pub(super) fn count(&mut self, now: SystemTime) -> Option<Response> {
        let limit = self.limit?;
        while self
            .let_in
            .front()
            .is_some_and(|at| now.duration_since(*at).unwrap_or_default() >= SECOND)
        {
            self.let_in.pop_front();
        }
        if self.let_in.len() < limit {
            self.let_in.push_back(now);
            return None;
        }
        self.too_many += 1;
        Some(self.too_many_requests())
    }

    fn too_many_requests(&self) -> Response {
        let mut response = refusal::too_many_requests();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
