use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http_core::{Code, Effect, Kind, Language};

/// Why a call of any provider failed. Its text, `Debug` included, is that of the provider's own error, which
/// [`of`](Self::of) gives back. Cheap to clone.
#[derive(Clone)]
pub struct Error(Arc<dyn AnyError>);

/// What errors of all providers answer.
trait AnyError: std::error::Error + Send + Sync + 'static {
    fn kind(&self) -> Kind;
    fn effect(&self) -> Effect;
    fn is_retryable(&self) -> bool;
    fn retry_after(&self) -> Option<Duration>;
    fn describe(&self, language: Language) -> Cow<'static, str>;
    fn code(&self) -> Option<String>;
    fn as_any(&self) -> &dyn Any;
}

impl<C: Code> AnyError for http_core::Error<C> {
    fn kind(&self) -> Kind {
        self.kind()
    }

    fn effect(&self) -> Effect {
        self.effect()
    }

    fn is_retryable(&self) -> bool {
        self.is_retryable()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after()
    }

    fn describe(&self, language: Language) -> Cow<'static, str> {
        self.describe(language)
    }

    fn code(&self) -> Option<String> {
        self.code().map(|code| format!("{code:?}"))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Error {
    /// The provider's own error, to ask for its code: `error.of::<smsafzar_api::Code>()`. `None` if it is another's.
    pub fn of<C: Code>(&self) -> Option<&http_core::Error<C>> {
        self.0.as_any().downcast_ref()
    }

    /// What went wrong, roughly.
    pub fn kind(&self) -> Kind {
        self.0.kind()
    }

    /// Whether the call may have sent anything, in any of its attempts.
    pub fn effect(&self) -> Effect {
        self.0.effect()
    }

    /// Whether the same call may well succeed a little later, and making it again cannot repeat an effect.
    pub fn is_retryable(&self) -> bool {
        self.0.is_retryable()
    }

    /// How long the server asked to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after()
    }

    /// Sentences that may be shown to an end user. They never quote the provider.
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        self.0.describe(language)
    }

    /// The provider's code for its refusal, as a word to compare.
    pub(crate) fn code(&self) -> Option<String> {
        self.0.code()
    }
}

impl<C: Code> From<http_core::Error<C>> for Error {
    fn from(error: http_core::Error<C>) -> Self {
        Self(Arc::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
