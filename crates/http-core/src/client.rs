mod attempt;
pub(crate) mod builder;
pub(crate) mod call;
mod json_request;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod shared_rate_limit;
mod stack;
pub(crate) mod trace;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use tokio::time::{Instant, sleep_until};
use tracing::Instrument;
use url::Url;

use crate::call::endpoint::{Endpoint, Refused};
use crate::call::outgoing::Outgoing;
use crate::client::attempt::Attempt;
use crate::client::rate_limit::{Limiter, Permit};
use crate::client::retry::RetryPolicy;
use crate::client::shared_rate_limit::SharedRateLimit;
use crate::client::stack::Stack;
use crate::error::Error;
use crate::error::argument::Argument;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::error::reason::Reason;
use crate::error::transport::TransportError;
use crate::operation::{Operation, Semantics};
use crate::secret::Secret;
use crate::secret::redactor::Redactor;
use crate::transport::CallOptions;
use crate::transport::deadline::within;
use crate::transport::runtime::require_runtime;

/// A timeout that does not fit the clock means "no timeout"; this is long enough for that.
const FAR_FUTURE: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// Makes the calls of one provider's client: one deadline around all attempts, retries only where they cannot
/// repeat an effect, and no secret in what comes out. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    inner: Arc<Inner>,
    redactor: Redactor,
}

struct Inner {
    stack: Stack,
    endpoint: Endpoint,
    retry: RetryPolicy,
    timeout: Duration,
    max_body: usize,
    /// Of the connections for calls that are not idempotent.
    max_idle_time: Duration,
    user_agent: HeaderValue,
    limiter: Option<Arc<Limiter>>,
    /// Asked after the limiter, which stands in front of it.
    shared_limit: Option<Arc<dyn SharedRateLimit>>,
}

impl HttpClient {
    /// The same client, which takes the secrets of this redactor out of what comes back, in place of its own.
    #[must_use]
    pub(crate) fn with_redactor(&self, redactor: Redactor) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            redactor,
        }
    }

    /// The same client for a call that sends more secrets than those it was built with.
    #[must_use]
    pub fn with_secrets<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        self.with_redactor(self.redactor.and(secrets))
    }

    /// The address of a call.
    pub fn url(&self, operation: &Operation) -> Url {
        self.inner.endpoint.join(operation.path)
    }

    /// The address that a path or an absolute URL of the caller's means, if it is of this client's own origin and
    /// below its base path; otherwise why not.
    pub(crate) fn url_within(&self, reference: &str) -> Result<Url, Refused> {
        self.inner.endpoint.resolve(reference)
    }

    /// Takes this client's secrets out of text.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// How many requests the limit lets out at once; `None` if there is no limit.
    pub fn at_once(&self) -> Option<usize> {
        self.inner.limiter.as_ref().map(|limiter| limiter.slots())
    }

    /// A request as other HTTP libraries have it.
    pub(crate) fn to_http<C: Code>(&self, request: &Outgoing) -> Result<Request<Bytes>, ErrorBuilder<C>> {
        let request = request.to_http(&self.inner.user_agent);
        request.map_err(|_| ErrorBuilder::invalid_input(Argument::ADDRESS, Reason::Unwritable))
    }

    /// When a call that starts now has to be over.
    pub fn deadline(&self, timeout: Option<Duration>) -> Instant {
        let now = Instant::now();
        now.checked_add(timeout.unwrap_or(self.inner.timeout))
            .unwrap_or(now + FAR_FUTURE)
    }

    /// Makes a call: sends, reads, decodes, and sends again where [`RetryPolicy`]'s table allows it, until the
    /// deadline.
    pub fn call<T, C: Code>(
        &self,
        operation: &'static Operation,
        request: Outgoing,
        deadline: Instant,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> impl Future<Output = Result<T, Error<C>>> {
        let semantics = operation.semantics;
        // An `async fn` would hold the request twice.
        async move {
            let span = trace::call(operation, &request);
            let outcome = self.call_if(operation, semantics, &request, deadline, || true, decode);
            let too_late = || Err(self.too_late().into_error(operation, semantics, 0, false));
            let outcome = outcome.instrument(span.clone()).await.unwrap_or_else(too_late);
            trace::finished(&span, &outcome);
            outcome.map(|(answer, _)| answer)
        }
    }

    /// The same, but asks once more when the request's turn has come, since the wait may have been long: `None` if it is
    /// no longer wanted. An answer comes with the number of attempts.
    pub(crate) async fn call_if<T, C: Code>(
        &self,
        operation: &'static Operation,
        semantics: Semantics,
        request: &Outgoing,
        deadline: Instant,
        still_wanted: impl Fn() -> bool,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> Option<Result<(T, u32), Error<C>>> {
        if let Err(error) = require_runtime() {
            return Some(Err(error.before_sending(operation)));
        }
        let inner = &self.inner;
        let mut attempts = 0;
        let mut in_doubt = false;
        let mut failure = None;
        while Instant::now() < deadline {
            let permit = match &inner.limiter {
                None => None,
                Some(limiter) => match trace::wait(limiter.acquire(deadline)).await {
                    Ok(permit) => Some(permit),
                    Err(too_late) => {
                        // A retry that cannot leave any more says less than the failure before it.
                        failure.get_or_insert_with(|| ErrorBuilder::too_late(too_late.pause));
                        break;
                    }
                },
            };
            if attempts == 0 && !still_wanted() {
                permit.into_iter().for_each(Permit::give_back);
                return None;
            }
            attempts += 1;
            let options = CallOptions {
                deadline,
                max_body: inner.max_body,
                max_idle_time: (!semantics.is_idempotent()).then_some(inner.max_idle_time),
                operation: operation.name,
                attempt: attempts,
                send_by: None,
            };
            let span = trace::attempt(operation, request, attempts);
            let response = async {
                match permit {
                    None => inner.stack.send(request, &inner.user_agent, &options).await,
                    Some(permit) => {
                        Attempt::start(inner, request.clone(), options, permit)
                            .outcome()
                            .await
                    }
                }
            };
            let response = response.instrument(span.clone()).await;
            trace::received(&span, &response);
            let error = match self.read(response, &decode) {
                Ok(answer) => return Some(Ok((answer, attempts))),
                Err(error) => error,
            };
            trace::attempt_failed(span, error.kind());
            in_doubt |= error.effect() == Effect::Unknown;
            if let (Some(limit), Some(pause)) = (&inner.shared_limit, error.pause_asked_for()) {
                let _ = within(deadline, limit.pause(pause)).await;
            }
            let pause = error
                .may_send_again(semantics)
                .then(|| inner.retry.pause(attempts, error.retry_after()))
                .flatten();
            let kind = error.kind();
            failure = Some(error);
            let again_at = pause.and_then(|pause| Some((pause, Instant::now().checked_add(pause)?)));
            let Some((pause, again_at)) = again_at.filter(|(_, at)| *at < deadline) else {
                break;
            };
            trace::retry(kind, pause);
            sleep_until(again_at).await;
        }
        let failure = failure.unwrap_or_else(|| self.too_late());
        Some(Err(failure.into_error(operation, semantics, attempts, in_doubt)))
    }

    /// Reads an answer, and lets the limiter pause where it asks for that.
    fn read<T, C: Code>(
        &self,
        response: Result<Response<Bytes>, TransportError>,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> Result<T, ErrorBuilder<C>> {
        let response = response.map_err(|error| ErrorBuilder::from_transport(&error, &self.redactor))?;
        decode(&response).map_err(|error| {
            let error = error.received(&response, &self.redactor);
            if let (Some(limiter), Some(pause)) = (&self.inner.limiter, error.pause_asked_for()) {
                trace::pause(pause);
                limiter.pause(pause);
            }
            error
        })
    }

    fn too_late<C: Code>(&self) -> ErrorBuilder<C> {
        ErrorBuilder::from_transport(&TransportError::deadline(Effect::None), &self.redactor)
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("host", &self.inner.endpoint.host())
            .field("timeout", &self.inner.timeout)
            .field("retry", &self.inner.retry)
            .finish_non_exhaustive()
    }
}
