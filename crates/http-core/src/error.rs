pub(crate) mod cause;
pub(crate) mod code;
pub(crate) mod configuration;
pub(crate) mod failure;
pub(crate) mod found;
pub(crate) mod kind;
pub(crate) mod transport;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::found::Found;
use crate::error::kind::{Effect, Kind};
use crate::language::Language;

/// Why a call failed: one shape for every provider, with the provider's own codes inside.
///
/// It holds no secret of the client, however it is printed, and clones cheaply.
pub struct Error<C: Code> {
    inner: Arc<Inner<C>>,
}

#[derive(Clone)]
struct Inner<C: Code> {
    found: Arc<Found<C>>,
    operation: Option<&'static str>,
    attempts: u32,
    retryable: bool,
    /// Of all attempts together; what was found is that of the last one.
    effect: Effect,
    /// In place of what was found.
    retry_after: Option<Duration>,
}

impl<C: Code> Error<C> {
    pub(crate) fn new(
        found: Found<C>,
        operation: Option<&'static str>,
        attempts: u32,
        retryable: bool,
        effect: Effect,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                found: Arc::new(found),
                operation,
                attempts,
                retryable,
                effect,
                retry_after: None,
            }),
        }
    }

    /// The same failure, as part of another call with this effect.
    pub(crate) fn with_effect(mut self, effect: Effect) -> Self {
        Arc::make_mut(&mut self.inner).effect = effect;
        self
    }

    /// The same failure, told to another call that was not made because of it, and may be made after this time.
    pub(crate) fn told_again(mut self, retry_after: Duration) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        inner.attempts = 0;
        inner.retry_after = Some(retry_after);
        self
    }

    fn found(&self) -> &Found<C> {
        &self.inner.found
    }

    /// What went wrong, roughly.
    ///
    /// *What to do:* each [`Kind`] says it.
    pub fn kind(&self) -> Kind {
        self.found().kind
    }

    /// Whether the call may have changed anything at the provider, in any of its attempts. A call that only reads
    /// ([`Semantics::Safe`](crate::Semantics::Safe)) never has.
    ///
    /// *What to do:* on [`Effect::None`] it is safe to call again, as far as the effect goes; on
    /// [`Effect::Unknown`] find out first.
    pub fn effect(&self) -> Effect {
        self.inner.effect
    }

    /// The effect of the last attempt, if its answer says that the token is not accepted.
    pub(crate) fn token_refused(&self) -> Option<Effect> {
        let found = self.found();
        let refused = found.token_refused || found.status == Some(StatusCode::UNAUTHORIZED);
        refused.then_some(found.effect)
    }

    /// The provider's code for the refusal, or this library's for what it refused itself; `None` when the failure
    /// was one of the network, the gateway or the client's configuration.
    ///
    /// *What to do:* match on it; the variants' docs say what a person can do about each.
    pub fn code(&self) -> Option<&C> {
        self.found().code.as_ref()
    }

    /// The provider's own words, as they came (an echo of a secret taken out).
    ///
    /// *What to do:* show it to whoever asks the provider's support; do not match on it.
    pub fn message(&self) -> Option<&str> {
        self.found().message.as_deref()
    }

    /// What else the provider's refusal carried.
    ///
    /// *What to do:* each provider's type for it says.
    pub fn details(&self) -> Option<&C::Details> {
        self.inner.found.details.as_ref()
    }

    /// The HTTP status, when an answer got that far.
    ///
    /// *What to do:* nothing by itself: several providers refuse with 200. It helps to tell a gateway's page.
    pub fn http_status(&self) -> Option<StatusCode> {
        self.found().status
    }

    /// How often the request was handed to the transport; 0 when it was refused before.
    ///
    /// *What to do:* more than one on a call that matters means an unsteady network.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// Whether the same call may well succeed a little later, and making it again cannot repeat an effect.
    /// The client has already used up its own attempts by then.
    ///
    /// *What to do:* put it back into your queue, after [`retry_after`](Self::retry_after) if there is one.
    pub fn is_retryable(&self) -> bool {
        self.inner.retryable
    }

    /// How long the server asked to be left alone; where nothing was sent because of a pause, what is left of it.
    ///
    /// *What to do:* wait at least that long before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after.or(self.found().retry_after)
    }

    /// Where in the JSON of the answer the contract was broken, such as `$.status`.
    ///
    /// *What to do:* name it when you report the answer.
    pub fn json_path(&self) -> Option<&str> {
        self.found().path.as_deref()
    }

    /// The beginning of an answer that could not be understood, secrets taken out.
    ///
    /// *What to do:* look at it first: an HTML page means that a gateway answered.
    pub fn excerpt(&self) -> Option<&str> {
        self.found().excerpt.as_deref()
    }

    /// A sentence that may be shown to an end user.
    ///
    /// *What to do:* show it; it never quotes the provider.
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        match self.code() {
            Some(code) => code.describe(language),
            None => Cow::Borrowed(self.kind().describe(language)),
        }
    }
}

impl<C: Code> Clone for Error<C> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<C: Code> fmt::Display for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found();
        if let Some(operation) = self.inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(match found.kind {
            Kind::Configuration => "the client is not configured correctly",
            Kind::Refused => "not sent",
            Kind::Connect => "no connection",
            Kind::Certificate => "the server's certificate was not accepted",
            Kind::Timeout => "the deadline passed",
            Kind::Interrupted => "the connection broke",
            Kind::TooLarge => "the answer is too large",
            Kind::Status => "not the provider's answer",
            Kind::Decode => "the answer is not what the contract says",
            Kind::Provider => "the provider refused",
        })?;
        for text in [&found.detail, &found.message].into_iter().flatten() {
            write!(f, ": {text}")?;
        }
        if let Some(path) = &found.path {
            write!(f, " at {path}")?;
        }
        let mut notes = Vec::new();
        if let Some(status) = found.status {
            notes.push(format!("HTTP {}", status.as_u16()));
        }
        if self.attempts() > 1 {
            notes.push(format!("{} attempts", self.attempts()));
        }
        if self.effect() == Effect::Unknown {
            notes.push("effect unknown".to_owned());
        }
        if !notes.is_empty() {
            write!(f, " ({})", notes.join(", "))?;
        }
        Ok(())
    }
}

impl<C: Code> fmt::Debug for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found();
        f.debug_struct("Error")
            .field("operation", &self.inner.operation)
            .field("kind", &found.kind)
            .field("effect", &self.effect())
            .field("code", &found.code)
            .field("message", &found.message)
            .field("detail", &found.detail)
            .field("details", &found.details)
            .field("json_path", &found.path)
            .field("http_status", &found.status)
            .field("attempts", &self.inner.attempts)
            .field("retryable", &self.inner.retryable)
            .field("retry_after", &self.retry_after())
            .field("excerpt", &found.excerpt)
            .field("source", &found.source)
            .finish()
    }
}

impl<C: Code> std::error::Error for Error<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.found().source.as_ref().map(|cause: &Cause| cause as _)
    }
}
