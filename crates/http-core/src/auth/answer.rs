use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::decode::place::path_at;
use crate::decode::search::only_value;
use crate::decode::text::is_blank;
use crate::decode::unescape::whole_pairs;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::operation::{Operation, Semantics};
use crate::secret::redactor::Redactor;

/// The provider's answer to a call that this library has no type for. Neither a refusal nor a gateway's page: those
/// are errors.
pub struct Answer<C: Code> {
    response: Response<Bytes>,
    operation: &'static Operation,
    semantics: Semantics,
    attempts: u32,
    redactor: Redactor,
    code: PhantomData<fn() -> C>,
}

impl<C: Code> Answer<C> {
    pub(crate) fn new(
        response: &Response<Bytes>,
        operation: &'static Operation,
        semantics: Semantics,
        redactor: Redactor,
    ) -> Self {
        Self {
            response: response.clone(),
            operation,
            semantics,
            attempts: 1,
            redactor,
            code: PhantomData,
        }
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How many requests it took with the last token, this answer's own included: as
    /// [`Error::attempts`](crate::Error::attempts) counts.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body, exactly as it came.
    pub fn body(&self) -> &Bytes {
        self.response.body()
    }

    /// The body as your own type. Byte order marks, text around the JSON and halves of surrogate pairs do not matter.
    ///
    /// # Errors
    /// [`Kind::Decode`](crate::Kind::Decode), which says where the body stops to fit (`$.data.credit`, with line and
    /// column), and quotes no value of it beyond an excerpt without secrets.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error<C>> {
        let text = match std::str::from_utf8(self.body()) {
            Ok(text) => text.trim_start_matches(is_blank),
            Err(_) => return Err(self.unread("$", "not UTF-8")),
        };
        let read = serde_json::from_str(text);
        let repaired = || {
            let json = only_value(text)?.json();
            serde_json::from_str(&whole_pairs(json)).ok()
        };
        read.or_else(|error| repaired().ok_or(error)).map_err(|error| {
            let place = format!("line {} column {}", error.line(), error.column());
            let what = match error.classify() {
                serde_json::error::Category::Data => "not of the type that was asked for, at",
                serde_json::error::Category::Eof => "ends too early, at",
                _ => "not JSON, at",
            };
            let path = path_at(text, error.line(), error.column());
            self.unread(&path, format!("{what} {place}"))
        })
    }

    fn unread(&self, path: &str, detail: impl Into<String>) -> Error<C> {
        ErrorBuilder::decode(path, detail)
            .excerpt_of(&self.response)
            .received(&self.response, &self.redactor)
            .into_error(self.operation, self.semantics, self.attempts, true)
    }

    /// The answer as the `http` crate's type.
    pub fn into_response(self) -> Response<Bytes> {
        self.response
    }
}

impl<C: Code> fmt::Debug for Answer<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status())
            .field("body_bytes", &self.body().len())
            .finish_non_exhaustive()
    }
}
