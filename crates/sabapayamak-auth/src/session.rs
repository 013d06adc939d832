use std::borrow::Cow;
use std::time::Duration;

use http_core::decode::{self, Object, Raw};
use http_core::text::same;
use http_core::{LoginAnswer, Redactor, Scheme, Secret, Token};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::details::{ErrorItem, redacted};
use crate::error::ErrorBuilder;
use crate::response::Envelope;
use crate::token_days::TokenDays;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// No field of a person's is this long.
const LONGEST_FIELD: usize = 8 * 1024;

/// What a login brings: the user, and the token.
///
/// It serialises without the token, which has `expires_at` in its place; [`token`](Self::token) has it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Session {
    user: User,
    #[serde(rename = "expires_at", serialize_with = "http_core::expiry")]
    token: Token,
    message: Option<String>,
    notices: Vec<ErrorItem>,
}

impl Session {
    /// Whose token it is.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The token. Its expiry is the earlier of the days that were asked for and what the token says of itself.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// The provider's words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Items of `errors` that are none, such as 1001, *token made*.
    pub fn notices(&self) -> &[ErrorItem] {
        &self.notices
    }
}

/// The document's «مدل خروجی», without the token. Whatever the provider left out is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct User {
    id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<String>,
    domain: Option<String>,
    virtual_number: Option<String>,
    fields: Map<String, Value>,
}

impl User {
    /// «شناسه کاربر».
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// «نام کوچک».
    pub fn first_name(&self) -> Option<&str> {
        self.first_name.as_deref()
    }

    /// «نام خانوادگی کاربر».
    pub fn last_name(&self) -> Option<&str> {
        self.last_name.as_deref()
    }

    /// «نام کاربری».
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// «دامنه اصلی شما».
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// «شماره ای که با آن توکن گرفتید».
    pub fn virtual_number(&self) -> Option<&str> {
        self.virtual_number.as_deref()
    }

    /// Everything that came in `data`, the token taken out.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl Session {
    pub(crate) fn read(
        answer: &LoginAnswer<'_>,
        password: &Secret,
        days: TokenDays,
        scheme: Scheme,
    ) -> Result<Self, ErrorBuilder> {
        let http_status = answer.response.status();
        let Some((envelope, _)) = Envelope::read(answer.response) else {
            return Err(decode::not_the_providers(
                http_status,
                "not the provider's envelope",
            ));
        };
        let data = envelope.object.get("data").and_then(Raw::object);
        let data = data.unwrap_or_default();
        let token = data.get("Token").or_else(|| envelope.object.get("Token"));
        let secret = token.and_then(Raw::string).map(|text| Token::in_answer(&text));
        let redactor = answer.redactor.and(&secret);
        if let Some(refusal) = envelope.refusal(http_status, &redactor) {
            return Err(refusal);
        }
        if !envelope.is_success(http_status) {
            return Err(decode::not_the_providers(
                http_status,
                "neither success nor failure",
            ));
        }
        envelope.object.says_each_once()?;
        data.says_each_once()?;
        let days = DAY * u32::from(days.get());
        let token = answer.token("$.data.Token", secret, scheme, Some(days))?;

        // Many a password holds the user name, which is no secret: only an echo of the whole password is taken out.
        let whole = Redactor::of_whole([password]).and([token.secret()]);
        let notices = envelope.errors.iter().map(|item| item.redacted(&redactor));
        Ok(Self {
            user: User::read(&data, &whole)?,
            token,
            message: envelope.message(&redactor),
            notices: notices.collect(),
        })
    }
}

impl User {
    fn read(data: &Object<'_>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let checked = |name: &str, text: Option<Cow<'_, str>>| {
            if text
                .as_ref()
                .is_some_and(|it| it.len() > LONGEST_FIELD || it.contains(['\r', '\n']))
            {
                return Err(ErrorBuilder::decode(
                    format!("$.data.{name}"),
                    "a line break, or more text than a header could carry",
                ));
            }
            Ok(redacted(text.as_deref(), redactor))
        };
        let text = |name| checked(name, data.get(name).and_then(Raw::text));
        let identifier = |name| checked(name, data.get(name).and_then(Raw::identifier));
        let mut fields = data.to_map();
        fields.retain(|name, _| !same(name, "Token"));
        redactor.redact_json_map(&mut fields);
        Ok(Self {
            id: identifier("Id")?,
            first_name: text("FirstName")?,
            last_name: text("LastName")?,
            username: text("Username")?,
            domain: text("Domain")?,
            virtual_number: identifier("VirtualNumber")?,
            fields,
        })
    }
}
