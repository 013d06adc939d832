use http_core::{Redactor, fields};
use serde::Serialize;
use serde_json::Value;

use crate::Code;
use crate::contract::TOKEN_MADE;

/// What else a refusal of the provider carries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    pub(crate) status: Option<String>,
    pub(crate) errors: Vec<ErrorItem>,
}

impl Details {
    /// The `status` of the body, which may differ from [`http_status`](http_core::Error::http_status): the body
    /// decides.
    pub fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// Every item of `errors`.
    pub fn errors(&self) -> &[ErrorItem] {
        &self.errors
    }
}

/// An item of `errors`. Its parts were seen in public clients; each may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorItem {
    code: Option<String>,
    message: Option<String>,
    field: Option<String>,
    url: Option<String>,
}

impl ErrorItem {
    /// A list, or a single item without one.
    pub(crate) fn list(value: Option<&Value>) -> Vec<Self> {
        let items = match value {
            Some(Value::Array(items)) => items.as_slice(),
            Some(item) => std::slice::from_ref(item),
            None => &[],
        };
        items
            .iter()
            .map(Self::read)
            .filter(|item| *item != Self::default())
            .collect()
    }

    fn read(value: &Value) -> Self {
        let Value::Object(item) = value else {
            return Self {
                message: fields::text(value),
                ..Self::default()
            };
        };
        let text = |name| fields::find(item, name).and_then(fields::text);
        Self {
            code: fields::find(item, "code").and_then(fields::word),
            message: text("message"),
            field: text("field"),
            url: text("url"),
        }
    }

    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        for text in [&mut self.code, &mut self.message, &mut self.field, &mut self.url]
            .into_iter()
            .flatten()
        {
            *text = redactor.redact(text).into_owned();
        }
    }

    /// 1001, *token made*, stands among the errors and is none.
    pub fn is_success(&self) -> bool {
        self.code.as_deref() == Some(TOKEN_MADE)
    }

    pub(crate) fn is_token_refused(&self) -> bool {
        self.code() == Some(Code::TokenRefused)
    }

    /// What the item's code means; `None` for a success, and for an item without a code.
    pub fn code(&self) -> Option<Code> {
        self.code.as_deref().filter(|_| !self.is_success()).map(Code::of)
    }

    /// The item's code, as the provider wrote it.
    pub fn code_text(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The provider's words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The field of the request that it is about.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// A page of the provider about it.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}
