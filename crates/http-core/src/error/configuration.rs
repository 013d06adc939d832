use std::fmt;

use crate::error::Error;
use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::secret::redactor::Redactor;

/// A client that cannot be built as it was asked for.
#[derive(Debug, Clone)]
pub struct ConfigurationError {
    detail: String,
    cause: Option<Cause>,
}

impl ConfigurationError {
    /// `detail` says what to change; it must not quote a secret.
    pub fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            cause: None,
        }
    }

    /// Keeps the reason below, as redacted text.
    #[must_use]
    pub fn caused_by(mut self, error: &(dyn std::error::Error + 'static), redactor: &Redactor) -> Self {
        self.cause = Some(Cause::flatten(error, redactor));
        self
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for ConfigurationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

#[doc(hidden)]
impl<C: Code> From<ConfigurationError> for Error<C> {
    fn from(error: ConfigurationError) -> Self {
        let mut builder = ErrorBuilder::configuration(error.detail);
        builder.0.source = error.cause;
        Error::new(*builder.0)
    }
}
