use http_core::Redactor;
use http_core::decode::Raw;
use http_core::text::{ascii_digit, same};
use serde::Serialize;

use crate::contract::Code;

/// The parameters of a login. Source: the document's request.
const PARAMETERS: [&str; 3] = ["userName", "password", "domain"];

/// What else a refusal of the provider carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Details {
    pub(crate) validation_errors: Vec<ValidationError>,
    pub(crate) support_reference: Option<String>,
    pub(crate) expired_on: Option<String>,
}

impl Details {
    /// What is wrong with which parameter, on 1001; the provider may leave it out.
    pub fn validation_errors(&self) -> &[ValidationError] {
        &self.validation_errors
    }

    /// The number of an HTTP 500, for the provider's support.
    pub fn support_reference(&self) -> Option<&str> {
        self.support_reference.as_deref()
    }

    /// On 1011 the date on which the account expired, as the provider wrote it (a Jalali date such as `1403/01/01`).
    pub fn expired_on(&self) -> Option<&str> {
        self.expired_on.as_deref()
    }
}

/// An item of `validationErrors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValidationError {
    field: String,
    message: String,
}

impl ValidationError {
    /// The parameter, in the spelling of the request (`userName`), whatever that of the answer.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The provider's words, their full stop at the end, wherever the provider put it.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn list(value: Option<Raw<'_>>, redactor: &Redactor) -> Vec<Self> {
        let items = value.and_then(Raw::items).into_iter().flatten();
        items
            .filter_map(Raw::object)
            .map(|item| {
                let text = |name| item.get(name).and_then(Raw::text).unwrap_or_default();
                Self {
                    field: parameter(&text("field"), redactor),
                    message: redactor
                        .redact(&stop_at_the_end(&text("errorMessage")))
                        .into_owned(),
                }
            })
            .filter(|item| !(item.field.is_empty() && item.message.is_empty()))
            .collect()
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

/// A name of ours is no echo of a secret, even if the secret contains the word.
fn parameter(name: &str, redactor: &Redactor) -> String {
    match PARAMETERS.into_iter().find(|known| same(known, name)) {
        Some(known) => known.to_owned(),
        None => redactor.redact(&camel_case(name)).into_owned(),
    }
}

fn camel_case(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

/// A right-to-left text that was put together left to right has its full stop first.
fn stop_at_the_end(text: &str) -> String {
    match text.strip_prefix('.') {
        Some(rest) if !rest.starts_with('.') => format!("{}.", rest.trim().trim_end_matches('.')),
        _ => text.to_owned(),
    }
}

/// The first `year/month/day` of a text, in any digits and untouched.
pub(crate) fn date_in(text: &str) -> Option<&str> {
    let is_of_a_date = |c: char| c == '/' || ascii_digit(c).is_some();
    text.split(|c: char| !is_of_a_date(c)).find(|word| {
        let parts: Vec<_> = word.splitn(4, '/').collect();
        parts.len() == 3 && !parts.contains(&"")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn both_spellings_are_one() {
        let read = |value: Value| {
            let json = value.to_string();
            ValidationError::list(Raw::parse(&json), &Redactor::default())
        };
        let pascal = json!([{"field": "UserName", "errorMessage": ".حداقل طول فیلد [ نام کاربری ] 6 کاراکتر می باشد"}]);
        let camel = json!([{"Field": "userName", "ErrorMessage": "حداقل طول فیلد [ نام کاربری ] 6 کاراکتر می باشد."}]);
        assert_eq!(read(pascal.clone()), read(camel));
        assert_eq!(read(pascal)[0].field(), "userName");
        for nothing in [
            json!(null),
            json!([]),
            json!([{}, 1, null, "x"]),
            json!({"field": "a"}),
            json!("a"),
        ] {
            assert_eq!(read(nothing), []);
        }
    }

    #[test]
    fn the_date_stays_as_it_was_written() {
        for (text, date) in [
            (
                ".حساب کاربر در تاریخ: 1403/01/01 منقضی شده است",
                Some("1403/01/01"),
            ),
            ("در تاریخ ۱۴۰۳/۱/۱، منقضی", Some("۱۴۰۳/۱/۱")),
            ("1/2", None),
            ("1//2", None),
            ("/1/2/", None),
            ("1403-01-01", None),
            ("", None),
        ] {
            assert_eq!(date_in(text), date, "{text}");
        }
    }

    #[test]
    fn only_a_stop_that_went_astray_moves() {
        for (text, expected) in [
            (".الف", "الف."),
            ("الف.", "الف."),
            (".الف.", "الف."),
            ("...", "..."),
            ("", ""),
            (".", "."),
        ] {
            assert_eq!(stop_at_the_end(text), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in ".{0,60}") {
            let _ = (camel_case(&text), stop_at_the_end(&text), date_in(&text));
        }
    }
}
