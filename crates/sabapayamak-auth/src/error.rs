use std::borrow::Cow;

use http_core::Language;

use crate::contract::Code;
use crate::details::Details;

/// Why a call failed; see [`http_core::Error`] for its questions and [`Code`] for the provider's reasons.
pub type Error = http_core::Error<Code>;

pub(crate) type ErrorBuilder = http_core::ErrorBuilder<Code>;

impl http_core::Code for Code {
    type Details = Details;

    fn describe(&self, language: Language) -> Cow<'static, str> {
        Self::describe(self, language)
    }
}
