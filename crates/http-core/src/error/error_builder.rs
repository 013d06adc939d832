use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::error::argument::Argument;
use crate::error::cause::Cause;
use crate::error::code::Code;
use crate::error::kind::{Effect, Kind};
use crate::error::reason::Reason;
use crate::error::transport::TransportError;
use crate::error::{Error, Inner};
use crate::operation::{Operation, Semantics};
use crate::retry_after::retry_after;
use crate::secret::redactor::Redactor;

/// Answers that mean "not now": an idempotent call is made again.
pub(crate) const RETRYABLE_STATUS: [StatusCode; 6] = [
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];

/// How much of an answer that nobody understood is kept as evidence.
const EXCERPT_CHARS: usize = 200;

/// How much of it is redacted to cut the excerpt from: enough that the cut never falls into a secret.
const EXCERPT_SOURCE_BYTES: usize = 16 * 1024;

/// A failure on its way to becoming an [`Error`]: what a provider crate found out about an answer or an argument.
/// The client adds what only it knows (operation, attempts, status) and takes the secrets out.
#[derive(Debug)]
pub struct ErrorBuilder<C: Code>(pub(super) Box<Inner<C>>);

impl<C: Code> ErrorBuilder<C> {
    fn new(kind: Kind, effect: Effect) -> Self {
        Self(Box::new(Inner {
            kind,
            argument: None,
            effect,
            code: None,
            message: None,
            detail: None,
            details: None,
            path: None,
            status: None,
            retry_after: None,
            excerpt: None,
            source: None,
            operation: None,
            attempts: 0,
            retryable: false,
            try_again: false,
            permanent: false,
            token_refused: None,
        }))
    }

    /// An argument that cannot be right. Nothing was sent.
    pub fn invalid_input(argument: Argument, reason: Reason) -> Self {
        let kind = Kind::InvalidInput {
            argument: argument.english,
            reason,
        };
        let mut failure = Self::new(kind, Effect::None).permanent();
        failure.0.argument = Some(argument);
        failure
    }

    /// A valid call that is held back, and why. Nothing was sent.
    pub fn withheld(detail: impl Into<String>) -> Self {
        Self::new(Kind::Withheld, Effect::None).detail(detail)
    }

    /// The provider refused in its own, recognised envelope.
    pub fn api(code: C, message: impl Into<String>) -> Self {
        let mut failure = Self::new(Kind::Api, Effect::None);
        failure.0.code = Some(code);
        failure.0.message = Some(message.into());
        failure
    }

    /// The answer breaks the contract at `path` (such as `$.status`). `detail` is our own wording: it must not
    /// quote the answer.
    pub fn decode(path: impl Into<String>, detail: impl Into<String>) -> Self {
        let mut failure = Self::new(Kind::Decode, Effect::Unknown).detail(detail);
        failure.0.path = Some(path.into());
        failure
    }

    /// The HTTP status says that this is not the provider's own answer.
    pub fn status(detail: impl Into<String>) -> Self {
        Self::new(Kind::Status, Effect::Unknown).detail(detail)
    }

    pub(crate) fn configuration(detail: impl Into<String>) -> Self {
        let failure = Self::new(Kind::Configuration, Effect::None);
        failure.permanent().detail(detail)
    }

    /// Says more, in our own wording: it must not quote an answer.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds what else the refusal carried. Its texts must have gone through the client's redactor.
    #[must_use]
    pub fn details(mut self, details: C::Details) -> Self {
        self.0.details = Some(details);
        self
    }

    /// Takes back that the effect is known: the words were a refusal, the circumstances say otherwise.
    #[must_use]
    pub fn effect_unknown(mut self) -> Self {
        self.0.effect = Effect::Unknown;
        self
    }

    /// Says that nothing was done: a refusal that the caller of this knows, and who read the answer first did not.
    #[must_use]
    pub fn effect_none(mut self) -> Self {
        self.0.effect = Effect::None;
        self
    }

    /// The same failure in the codes of another crate of the provider.
    #[must_use]
    pub fn map_code<D: Code<Details = C::Details>>(self, map: impl FnOnce(C) -> D) -> ErrorBuilder<D> {
        ErrorBuilder(Box::new(self.0.map_code(map)))
    }

    /// The provider's code, if it refused.
    pub fn code(&self) -> Option<&C> {
        self.0.code.as_ref()
    }

    /// The provider asks to try again: an idempotent call may.
    #[must_use]
    pub fn try_again(mut self) -> Self {
        self.0.try_again = true;
        self
    }

    /// Asking again cannot help, and may do harm (a wrong password locks the account), whatever the HTTP status says.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.0.permanent = true;
        self
    }

    /// The answer says that the token is not accepted: it is dropped. Only with no effect, when the answer says nothing
    /// beside it, is the call made again with a fresh token.
    #[must_use]
    pub fn token_refused(mut self, effect: Effect) -> Self {
        self.0.token_refused = Some(effect);
        self.0.effect = effect;
        self.permanent()
    }

    pub(crate) fn is_token_refused(&self) -> bool {
        self.0.token_refused.is_some()
    }

    /// Keeps the beginning of the answer as evidence, once the client has taken the secrets out. Never for an
    /// answer that carries a new secret.
    #[must_use]
    pub fn excerpt_of(mut self, response: &Response<Bytes>) -> Self {
        let body = response.body();
        let beginning = &body[..body.len().min(EXCERPT_SOURCE_BYTES)];
        self.0.excerpt = Some(String::from_utf8_lossy(beginning).into_owned());
        self
    }

    /// Keeps the reason below, as redacted text.
    #[must_use]
    pub fn caused_by(mut self, error: &(dyn std::error::Error + 'static), redactor: &Redactor) -> Self {
        self.0.source = Some(Cause::flatten(error, redactor));
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Whether the failed call may have taken effect.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The error of a call that was never handed to the transport.
    pub fn before_sending(mut self, operation: &Operation) -> Error<C> {
        self.0.effect = Effect::None;
        self.0.retryable = self.may_send_again(Semantics::Safe);
        self.finish(Some(operation), 0)
    }

    fn finish(mut self, operation: Option<&Operation>, attempts: u32) -> Error<C> {
        self.0.operation = operation.map(|operation| operation.name);
        self.0.attempts = attempts;
        Error::new(*self.0)
    }

    pub(crate) fn from_transport(error: &TransportError, redactor: &Redactor) -> Self {
        let mut failure = Self::new(error.kind, error.effect);
        failure.0.permanent = error.permanent;
        failure.0.status = error.status;
        failure.0.retry_after = error.retry_after;
        failure.0.detail = error
            .detail
            .as_ref()
            .map(|text| redactor.redact(text).into_owned());
        failure.0.source = std::error::Error::source(error).map(|cause| Cause::flatten(cause, redactor));
        if failure.0.kind == Kind::Connect && failure.0.detail.is_none() {
            let why = failure.0.source.as_ref().map(Cause::root);
            failure.0.detail = why.map(|why| format!("{why}; check the network and the base URL"));
        }
        failure
    }

    /// The limiter has no turn for the call in time.
    pub(crate) fn too_late(pause: Option<Duration>) -> Self {
        let mut error = Self::withheld(match pause {
            Some(_) => {
                "its turn after the pause that the server asked for (Retry-After) would come after its deadline"
            }
            None => "its turn under the rate limit would come after its deadline",
        });
        error.0.retry_after = pause;
        error
    }

    /// What came with the failure, the secrets taken out.
    #[must_use]
    pub fn received(mut self, response: &Response<Bytes>, redactor: &Redactor) -> Self {
        let found = &mut *self.0;
        found.status = Some(response.status());
        found.retry_after = retry_after(response.headers());
        let texts = [&mut found.message, &mut found.detail, &mut found.path];
        for text in texts.into_iter().flatten() {
            *text = redactor.redact(text).into_owned();
        }
        if let Some(excerpt) = &mut found.excerpt {
            let redacted = redactor.redact(excerpt);
            *excerpt = match redacted.char_indices().nth(EXCERPT_CHARS) {
                Some((cut, _)) => format!("{}…", &redacted[..cut]),
                None => redacted.into_owned(),
            };
        }
        self
    }

    /// The rules of `RetryPolicy`'s table; the number of attempts and the deadline are the caller's.
    pub(crate) fn may_send_again(&self, semantics: Semantics) -> bool {
        let found = &*self.0;
        let idempotent = semantics.is_idempotent();
        if found.permanent {
            return false;
        }
        match (found.kind, found.effect) {
            (Kind::Connect | Kind::Timeout | Kind::Withheld, Effect::None) => true,
            (Kind::Connect | Kind::Timeout | Kind::Interrupted, Effect::Unknown) => idempotent,
            _ => {
                idempotent && (found.try_again || found.status.is_some_and(|s| RETRYABLE_STATUS.contains(&s)))
            }
        }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// For how long the answer asks that nothing is sent.
    pub(crate) fn pause_asked_for(&self) -> Option<Duration> {
        let found = &*self.0;
        match found.status? {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Some(found.retry_after?.min(longest_pause(found.kind)))
            }
            _ => None,
        }
    }

    /// The error of a call after its last attempt. `in_doubt` when an attempt, this one or one before, may have had an
    /// effect.
    pub(crate) fn into_error(
        mut self,
        operation: &Operation,
        semantics: Semantics,
        attempts: u32,
        in_doubt: bool,
    ) -> Error<C> {
        self.0.retryable = self.may_send_again(semantics);
        self.0.effect = if in_doubt && semantics != Semantics::Safe {
            Effect::Unknown
        } else {
            Effect::None
        };
        self.finish(Some(operation), attempts)
    }
}

/// The longest pause in which nothing is sent because an answer with a failure of this kind asked for it: the provider
/// may know what it says, a page of something in between may be wrong.
pub(crate) fn longest_pause(kind: Kind) -> Duration {
    match kind {
        Kind::Api => Duration::from_secs(60 * 60),
        _ => Duration::from_secs(60),
    }
}
