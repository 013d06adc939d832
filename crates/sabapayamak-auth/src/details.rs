use http_core::text::same;
use http_core::{Redactor, fields};
use serde::Serialize;
use serde_json::Value;

use crate::contract::Code;
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
    /// What the code says, read before secrets are taken out of its text.
    #[serde(skip)]
    meaning: Option<Meaning>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Success,
    Failure(Code),
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

    /// Whether each item has what the provider is known to write into one, each at most once, and nothing else.
    pub(crate) fn say_nothing_else(value: Option<&Value>) -> bool {
        let is_known = |item: &Value| match item {
            Value::Object(item) => {
                let count = |known| item.keys().filter(|name| same(name, known)).count();
                let counts = ["code", "message", "field", "url"].map(count);
                counts.iter().all(|count| *count <= 1) && counts.iter().sum::<usize>() == item.len()
            }
            other => other.is_null(),
        };
        match value {
            Some(Value::Array(items)) => items.iter().all(is_known),
            Some(item) => is_known(item),
            None => true,
        }
    }

    fn read(value: &Value) -> Self {
        let Value::Object(item) = value else {
            return Self {
                message: fields::text(value),
                ..Self::default()
            };
        };
        let text = |name| fields::find(item, name).and_then(fields::text);
        let code = fields::find(item, "code").and_then(fields::word);
        Self {
            meaning: code.as_deref().map(Meaning::of),
            code,
            message: text("message"),
            field: text("field"),
            url: text("url"),
        }
    }

    pub(crate) fn redacted(&self, redactor: &Redactor) -> Self {
        let text = |text: &Option<String>| redacted(text.as_deref(), redactor);
        Self {
            code: text(&self.code),
            message: text(&self.message),
            field: text(&self.field),
            url: text(&self.url),
            meaning: self.meaning.as_ref().map(|meaning| match meaning {
                Meaning::Success => Meaning::Success,
                Meaning::Failure(code) => Meaning::Failure(code.redacted(redactor)),
            }),
        }
    }

    /// 1001, *token made*, stands among the errors and is none.
    pub fn is_success(&self) -> bool {
        self.meaning == Some(Meaning::Success)
    }

    pub(crate) fn is_token_refused(&self) -> bool {
        self.code() == Some(Code::TokenRefused)
    }

    /// What the item's code means; `None` for a success, and for an item without a code.
    pub fn code(&self) -> Option<Code> {
        match &self.meaning {
            Some(Meaning::Failure(code)) => Some(code.clone()),
            Some(Meaning::Success) | None => None,
        }
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

impl Meaning {
    fn of(code: &str) -> Self {
        if code == TOKEN_MADE {
            Self::Success
        } else {
            Self::Failure(Code::of(code))
        }
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
