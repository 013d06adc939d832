use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{self, Object};
use http_core::http::{Method, Response};
use http_core::{Login, LoginAnswer, Operation, Redactor, Scheme, Secret, Semantics, Token, path};
use serde::Serialize;

use crate::client::Client;
use crate::contract::{AUTHENTICATE, AUTHORIZED, Code};
use crate::credentials::Credentials;
use crate::error::ErrorBuilder;
use crate::response::Envelope;
use crate::session::Session;
use crate::token_days::TokenDays;

impl Client {
    pub(crate) fn password_login(&self, credentials: Credentials, days: TokenDays) -> PasswordLogin {
        PasswordLogin {
            credentials,
            days,
            scheme: self.scheme,
        }
    }
}

/// Credentials, and how they log in: what an [`AuthenticateCall`](crate::AuthenticateCall) is made of, and a `TokenSource`.
#[derive(Debug, Clone)]
pub struct PasswordLogin {
    pub(crate) credentials: Credentials,
    pub(crate) days: TokenDays,
    pub(crate) scheme: Scheme,
}

impl Login for PasswordLogin {
    type Code = Code;
    type Session = Session;

    const AUTHENTICATE: &'static Operation = &AUTHENTICATE;
    const AUTHORIZED: &'static Operation = &AUTHORIZED;

    fn secrets(&self) -> impl IntoIterator<Item = &Secret> {
        [self.credentials.password()]
    }

    fn account(&self) -> impl IntoIterator<Item = Cow<'_, str>> {
        let days = Cow::Owned(self.days.to_string());
        self.credentials.account().into_iter().chain([days])
    }

    fn scheme(&self) -> Scheme {
        self.scheme
    }

    fn body(&self) -> impl Serialize {
        self.credentials.body(self.days)
    }

    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Session, ErrorBuilder> {
        Session::read(answer, self.credentials.password(), self.days, self.scheme)
    }

    fn into_token(session: Session) -> Token {
        session.token().clone()
    }

    /// A GET of a path that ends in `unread` marks what it answers with as read.
    fn semantics(method: &Method, path: &str) -> Semantics {
        if matches!(*method, Method::GET | Method::HEAD) && !path::ends_with(path, &["unread"]) {
            Semantics::Idempotent
        } else {
            Semantics::NonIdempotent
        }
    }

    fn forbidden(method: &Method, path: &str) -> Option<&'static str> {
        let sends_by_url =
            matches!(*method, Method::GET | Method::HEAD) && path::ends_with(path, &["api", "v1", "message"]);
        sends_by_url.then_some("this address sends by URL: send with POST, and list with `api/v1/messages`")
    }

    /// The object of a success is one only if its own status says so.
    fn check<'a>(
        response: &'a Response<Bytes>,
        redactor: &Redactor,
    ) -> Result<Option<Object<'a>>, ErrorBuilder> {
        let http_status = response.status();
        let Some((envelope, is_whole)) = Envelope::read(response) else {
            return decode::by_http_status(response).map(|()| None);
        };
        if let Some(refusal) = envelope.refusal(http_status, redactor) {
            return Err(match envelope.effect_of_refused_token(http_status) {
                Some(effect) => refusal.token_refused(effect),
                None => refusal,
            });
        }
        if !envelope.is_success(http_status) {
            decode::by_http_status(response)?;
            return Ok(None);
        }
        let once = envelope.object.says_each_once();
        once.map_err(|error| error.excerpt_of(response))?;
        Ok((is_whole && envelope.says_success()).then_some(envelope.object))
    }
}
