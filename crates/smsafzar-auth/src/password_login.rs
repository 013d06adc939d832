use std::borrow::Cow;

use http_core::bytes::Bytes;
use http_core::decode::{self, Object, Raw};
use http_core::http::{HeaderMap, HeaderValue, Response, header};
use http_core::{Login, LoginAnswer, Operation, Redactor, Scheme, Secret, Token};
use serde::Serialize;

use crate::contract::{AUTHENTICATE, AUTHORIZED, Code};
use crate::credentials::Credentials;
use crate::error::ErrorBuilder;
use crate::response::{effect_of_refused_token, object, refusal};
use crate::session::Session;

/// Credentials, and how they log in: what an [`AuthenticateCall`](crate::AuthenticateCall) is made of, and a `TokenSource`.
#[derive(Debug, Clone)]
pub struct PasswordLogin {
    pub(crate) credentials: Credentials,
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
        self.credentials.account()
    }

    fn body(&self) -> impl Serialize {
        self.credentials.body()
    }

    fn add_headers(headers: &mut HeaderMap) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }

    fn read(&self, answer: &LoginAnswer<'_>) -> Result<Session, ErrorBuilder> {
        let http_status = answer.response.status();
        let object = object(answer.response).map(|it| it.0);
        let token = object.as_ref().and_then(|it| it.get("token"));
        let secret = token.and_then(Raw::string).map(|text| Token::in_answer(&text));
        let redactor = answer.redactor.and(&secret);
        if let Some(refusal) = object.as_ref().and_then(|it| refusal(it, http_status, &redactor)) {
            return Err(refusal);
        }
        let Some(object) = object.filter(|_| http_status.is_success()) else {
            return Err(decode::not_the_providers(http_status, "no JSON object"));
        };
        object.says_each_once()?;
        let token = answer.token("$.token", secret, Scheme::Bearer, None)?;
        Ok(Session { token })
    }

    fn into_token(session: Session) -> Token {
        session.token().clone()
    }

    fn check<'a>(
        response: &'a Response<Bytes>,
        redactor: &Redactor,
    ) -> Result<Option<Object<'a>>, ErrorBuilder> {
        let http_status = response.status();
        let Some((answer, is_whole)) = object(response) else {
            return decode::by_http_status(response).map(|()| None);
        };
        if let Some(refusal) = refusal(&answer, http_status, redactor) {
            return Err(match effect_of_refused_token(&answer, http_status) {
                Some(effect) => refusal.token_refused(effect),
                None => refusal,
            });
        }
        decode::by_http_status(response)?;
        let once = answer.says_each_once();
        once.map_err(|error| error.excerpt_of(response))?;
        Ok(is_whole.then_some(answer))
    }
}
