pub(crate) mod argument;
pub(crate) mod cause;
pub(crate) mod code;
pub(crate) mod configuration;
pub(crate) mod error_builder;
pub(crate) mod kind;
pub(crate) mod reason;
pub(crate) mod transport;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::argument::Argument;
use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::kind::{Effect, Kind};
use crate::language::Language;

/// Why a call failed: one shape for every provider, with the provider's own codes inside.
///
/// It holds no secret of the client, however it is printed, and clones cheaply.
pub struct Error<C: Code>(Arc<Inner<C>>);

#[derive(Debug, Clone)]
pub(crate) struct Inner<C: Code> {
    pub(crate) kind: Kind,
    /// What [`Kind::InvalidInput`] is about.
    pub(crate) argument: Option<Argument>,
    /// Of one attempt, and at the end of all together.
    pub(crate) effect: Effect,
    pub(crate) code: Option<C>,
    pub(crate) message: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) details: Option<C::Details>,
    pub(crate) path: Option<String>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) excerpt: Option<String>,
    pub(crate) source: Option<Cause>,
    pub(crate) operation: Option<&'static str>,
    pub(crate) attempts: u32,
    pub(crate) retryable: bool,
    /// The provider said "try again" in a way that the HTTP status does not show.
    pub(crate) try_again: bool,
    /// Trying again cannot help, whatever the table says.
    pub(crate) permanent: bool,
    /// The effect of the attempt whose answer says that the token is not accepted.
    pub(crate) token_refused: Option<Effect>,
}

impl<C: Code> Inner<C> {
    pub(crate) fn map_code<D: Code<Details = C::Details>>(self, map: impl FnOnce(C) -> D) -> Inner<D> {
        Inner {
            kind: self.kind,
            effect: self.effect,
            code: self.code.map(map),
            message: self.message,
            detail: self.detail,
            details: self.details,
            path: self.path,
            status: self.status,
            retry_after: self.retry_after,
            excerpt: self.excerpt,
            source: self.source,
            operation: self.operation,
            attempts: self.attempts,
            retryable: self.retryable,
            try_again: self.try_again,
            permanent: self.permanent,
            argument: self.argument,
            token_refused: self.token_refused,
        }
    }
}

impl<C: Code> Error<C> {
    pub(crate) fn new(inner: Inner<C>) -> Self {
        Self(Arc::new(inner))
    }

    /// The same failure in the codes of another crate of the provider.
    #[doc(hidden)]
    pub fn map_code<D: Code<Details = C::Details>>(self, map: impl FnOnce(C) -> D) -> Error<D> {
        Error::new(Arc::unwrap_or_clone(self.0).map_code(map))
    }

    /// The same failure, as part of another call with this effect.
    pub(crate) fn with_effect(mut self, effect: Effect) -> Self {
        Arc::make_mut(&mut self.0).effect = effect;
        self
    }

    /// The same failure, told to another call that was not made because of it, and may be made after this time.
    pub(crate) fn told_again(mut self, retry_after: Duration) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.attempts = 0;
        inner.retry_after = Some(retry_after);
        self
    }

    /// The effect of the last attempt, if its answer says that the token is not accepted.
    pub(crate) fn token_refused(&self) -> Option<Effect> {
        self.0.token_refused
    }

    /// The call, as errors and traces name it, such as `aparat.order`; `None` for a client that cannot be built.
    ///
    /// *What to do:* nothing by itself; it tells calls apart where several share a handler.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// What went wrong, roughly.
    ///
    /// *What to do:* each [`Kind`] says it.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Whether the call may have changed anything at the provider, in any of its attempts. A call that only reads
    /// ([`Semantics::Safe`](crate::Semantics::Safe)) never has.
    ///
    /// *What to do:* on [`Effect::None`] it is safe to call again, as far as the effect goes; on
    /// [`Effect::Unknown`] find out first.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The provider's code for its refusal; `None` for every other failure.
    ///
    /// *What to do:* match on it; the variants' docs say what a person can do about each.
    pub fn code(&self) -> Option<&C> {
        self.0.code.as_ref()
    }

    /// The provider's own words, as they came (an echo of a secret taken out).
    ///
    /// *What to do:* show it to whoever asks the provider's support; do not match on it.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// What else the provider's refusal carried.
    ///
    /// *What to do:* each provider's type for it says.
    pub fn details(&self) -> Option<&C::Details> {
        self.0.details.as_ref()
    }

    /// The HTTP status, when an answer got that far.
    ///
    /// *What to do:* nothing by itself: several providers refuse with 200. It helps to tell a gateway's page.
    pub fn http_status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// How often the request was handed to the transport; 0 when it was refused before.
    ///
    /// *What to do:* more than one on a call that matters means an unsteady network.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the same call may well succeed a little later, and making it again cannot repeat an effect.
    /// The client has already used up its own attempts by then.
    ///
    /// *What to do:* put it back into your queue, after [`retry_after`](Self::retry_after) if there is one.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the server asked to be left alone; where nothing was sent because of a pause, what is left of it.
    ///
    /// *What to do:* wait at least that long before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// More about what went wrong, in this library's words.
    ///
    /// *What to do:* it is part of the error's text; log it.
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// Where in the JSON of the answer the contract was broken, such as `$.status`.
    ///
    /// *What to do:* name it when you report the answer.
    pub fn json_path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// The beginning of an answer that could not be understood, secrets taken out.
    ///
    /// *What to do:* look at it first: an HTML page means that a gateway answered.
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// Sentences that may be shown to an end user: what went wrong; not to repeat the call where nobody knows whether it
    /// took effect; to try again later where that can help.
    ///
    /// *What to do:* show them; they never quote the provider.
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let what = match self.code() {
            Some(code) => code.describe(language),
            None => self.kind().describe(self.0.argument, language),
        };
        let then = match (self.effect(), self.is_retryable(), language) {
            (Effect::Unknown, _, Language::English) => {
                "It may have been carried out all the same: do not repeat it before you have checked."
            }
            (Effect::Unknown, _, Language::Persian) => {
                "شاید با این حال انجام شده باشد؛ پیش از بررسی، آن را تکرار نکنید."
            }
            (Effect::None, true, Language::English) => "Please try again a little later.",
            (Effect::None, true, Language::Persian) => "کمی بعد دوباره امتحان کنید.",
            (Effect::None, false, _) => return what,
        };
        Cow::Owned(format!("{what} {then}"))
    }
}

impl<C: Code> Clone for Error<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Code> fmt::Display for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        match inner.kind {
            Kind::Configuration => f.write_str("the client is not configured correctly")?,
            Kind::InvalidInput { argument, reason } => write!(f, "not sent: the {argument} {reason}")?,
            Kind::Withheld => f.write_str("held back, not sent")?,
            Kind::Connect => f.write_str("no connection")?,
            Kind::Certificate => f.write_str("the server's certificate was not accepted")?,
            Kind::Timeout => f.write_str("the deadline passed")?,
            Kind::Interrupted => f.write_str("the connection broke")?,
            Kind::TooLarge => f.write_str("the answer is too large")?,
            Kind::Status => f.write_str("not the provider's answer")?,
            Kind::Decode => f.write_str("the answer is not what the contract says")?,
            Kind::Api => f.write_str("the provider refused")?,
        }
        let texts = [&inner.detail, &inner.message].into_iter().flatten();
        for text in texts.filter(|text| !text.trim().is_empty()) {
            write!(f, ": {text}")?;
        }
        if let Some(path) = &inner.path {
            write!(f, " at {path}")?;
        }
        let notes = self.notes();
        if !notes.is_empty() {
            write!(f, " ({})", notes.join(", "))?;
        }
        Ok(())
    }
}

impl<C: Code> Error<C> {
    fn notes(&self) -> Vec<String> {
        let code = self.code().map(|code| {
            let debug = format!("{code:?}");
            let name = debug.split(|c: char| !c.is_alphanumeric()).next();
            name.unwrap_or_default().to_owned()
        });
        let status = self
            .http_status()
            .map(|status| format!("HTTP {}", status.as_u16()));
        let attempts = (self.attempts() > 1).then(|| format!("{} attempts", self.attempts()));
        let effect = (self.effect() == Effect::Unknown).then(|| "effect unknown".to_owned());
        [code, status, attempts, effect].into_iter().flatten().collect()
    }
}

/// Begins with the sentence that `Display` gives, since that is what a program prints whose `main` returns the error. What
/// follows is what the sentence does not say, as far as it is known.
impl<C: Code> fmt::Debug for Error<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        write!(f, "{self} ")?;
        let mut known = f.debug_struct("Error");
        known.field("kind", &inner.kind).field("effect", &inner.effect);
        let optional: [(&str, Option<&dyn fmt::Debug>); 6] = [
            ("code", inner.code.as_ref().map(|it| it as _)),
            ("details", inner.details.as_ref().map(|it| it as _)),
            ("retryable", inner.retryable.then_some(&true)),
            ("retry_after", inner.retry_after.as_ref().map(|it| it as _)),
            ("excerpt", inner.excerpt.as_ref().map(|it| it as _)),
            ("source", inner.source.as_ref().map(|it| it as _)),
        ];
        for (name, value) in optional {
            value.map(|value| known.field(name, value));
        }
        known.finish()
    }
}

impl<C: Code> std::error::Error for Error<C> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|cause: &Cause| cause as _)
    }
}
