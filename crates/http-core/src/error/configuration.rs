use crate::error::Error;
use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::secret::redactor::Redactor;

/// A client that cannot be built as it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{detail}")]
pub struct ConfigurationError {
    detail: String,
    #[source]
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

#[doc(hidden)]
impl<C: Code> From<ConfigurationError> for Error<C> {
    fn from(error: ConfigurationError) -> Self {
        let mut builder = ErrorBuilder::configuration(error.detail);
        builder.0.source = error.cause;
        Error::new(*builder.0)
    }
}
