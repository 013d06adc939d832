use std::borrow::Cow;

use http_core::Redactor;
use http_core::decode::{Object, Raw};
use serde::Serialize;

use crate::contract::Code;
use crate::contract::TOKEN_MADE;

/// What else a refusal of the provider carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
    /// What the code says, read before secrets are taken out of its text.
    #[serde(skip)]
    refuses_with: Option<Code>,
    #[serde(skip)]
    is_success: bool,
}

/// The parts of an item.
const PARTS: [&str; 4] = ["code", "message", "field", "url"];

/// Whether it has a part of an item with a text or a number in it.
fn is_item(object: &Object<'_>) -> bool {
    PARTS
        .iter()
        .any(|part| object.get(part).is_some_and(|value| value.text().is_some()))
}

impl ErrorItem {
    /// A list, a single item without one, or ASP.NET's lists of texts under the names of fields.
    pub(crate) fn list(value: Raw<'_>) -> Vec<Self> {
        let of_fields = || value.object().filter(|object| !is_item(object));
        let items: Vec<_> = if let Some(items) = value.items() {
            items.map(Self::read).collect()
        } else if let Some(object) = of_fields() {
            let items = object
                .iter()
                .flat_map(|(field, texts)| Self::of_field(field, texts));
            items.collect()
        } else {
            vec![Self::read(value)]
        };
        items
            .into_iter()
            .filter(|item| *item != Self::default())
            .collect()
    }

    /// Whether each item has what the provider is known to write into one, each at most once, and nothing else.
    pub(crate) fn say_nothing_else(value: Raw<'_>) -> bool {
        let is_known = |item: Raw<'_>| match item.object() {
            Some(item) => item.has_only(&PARTS),
            None => item.is_null(),
        };
        match value.items() {
            Some(mut items) => items.all(is_known),
            None => is_known(value),
        }
    }

    fn read(value: Raw<'_>) -> Self {
        let text = |raw: Raw<'_>| raw.text().map(Cow::into_owned);
        let Some(item) = value.object() else {
            return Self {
                message: text(value),
                ..Self::default()
            };
        };
        let part = |name| item.get(name).and_then(text);
        let code = item.get("code").and_then(Raw::word);
        let is_success = code.as_deref() == Some(TOKEN_MADE);
        Self {
            refuses_with: code.as_deref().filter(|_| !is_success).map(Code::of),
            is_success,
            code,
            message: part("message"),
            field: part("field"),
            url: part("url"),
        }
    }

    fn of_field(field: &str, texts: Raw<'_>) -> Vec<Self> {
        let item = |text: Raw<'_>| Self {
            message: text.text().map(Cow::into_owned),
            field: Some(field.to_owned()),
            ..Self::default()
        };
        let items = match texts.items() {
            Some(items) => items.map(item).collect(),
            None => vec![item(texts)],
        };
        items
            .into_iter()
            .filter(|item: &Self| item.message.is_some())
            .collect()
    }

    pub(crate) fn redacted(&self, redactor: &Redactor) -> Self {
        let text = |text: &Option<String>| redacted(text.as_deref(), redactor);
        Self {
            code: text(&self.code),
            message: text(&self.message),
            field: text(&self.field),
            url: text(&self.url),
            refuses_with: self.refuses_with.as_ref().map(|code| code.redacted(redactor)),
            is_success: self.is_success,
        }
    }

    /// 1001, *token made*, stands among the errors and is none.
    pub fn is_success(&self) -> bool {
        self.is_success
    }

    pub(crate) fn is_token_refused(&self) -> bool {
        self.refuses_with == Some(Code::InvalidToken)
    }

    /// What the item's code means; `None` for a success, and for an item without a code.
    pub fn code(&self) -> Option<Code> {
        self.refuses_with.clone()
    }

    /// The item's code, as the provider wrote it, unless it is a secret.
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

impl Code {
    /// Without secrets: a code that is not known may be one.
    pub(crate) fn redacted(&self, redactor: &Redactor) -> Self {
        match self {
            Self::Unknown(word) => Self::Unknown(redactor.redact(word).into_owned()),
            known => known.clone(),
        }
    }
}

pub(crate) fn redacted(text: Option<&str>, redactor: &Redactor) -> Option<String> {
    text.map(|text| redactor.redact(text).into_owned())
}
