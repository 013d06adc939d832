pub(crate) mod builder;
pub(crate) mod call;
mod json_request;
pub(crate) mod rate_limit;
pub(crate) mod retry;

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;
use url::Url;

use crate::call::endpoint::{Endpoint, Refused};
use crate::call::outgoing::Outgoing;
use crate::client::rate_limit::{Limiter, Permit, TooLate};
use crate::client::retry::RetryPolicy;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::error::reason::Reason;
use crate::error::transport::TransportError;
use crate::operation::{Operation, Semantics};
use crate::secret::Secret;
use crate::secret::redactor::Redactor;
use crate::transport::deadline::{LATE, by_deadline};
#[cfg(feature = "reqwest")]
use crate::transport::reqwest_transport::ReqwestTransport;
use crate::transport::runtime::require_runtime;
use crate::transport::{CallOptions, Transport};

/// A timeout that does not fit the clock means "no timeout"; this is long enough for that.
const FAR_FUTURE: Duration = Duration::from_secs(60 * 60 * 24 * 365);

#[cfg(not(feature = "reqwest"))]
const NO_TRANSPORT: &str = "no transport: enable the feature `rustls` or `native-tls`, give the builder a transport of your \
                            own, or send the call's `request()` yourself and give its response to `read()`";

/// Makes the calls of one provider's client: one deadline around all attempts, retries only where they cannot
/// repeat an effect, and no secret in what comes out. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    inner: Arc<Inner>,
    redactor: Redactor,
}

pub(crate) struct Inner {
    pub(crate) transport: Stack,
    pub(crate) endpoint: Endpoint,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) user_agent: HeaderValue,
    pub(crate) limiter: Option<Arc<Limiter>>,
}

/// What sends the requests.
pub(crate) enum Stack {
    #[cfg(feature = "reqwest")]
    Reqwest(ReqwestTransport),
    /// Calls only write their requests and read their responses.
    #[cfg(not(feature = "reqwest"))]
    Missing,
    Own(Arc<dyn Transport>),
}

impl HttpClient {
    pub(crate) fn from_inner(inner: Inner, redactor: Redactor) -> Self {
        Self {
            inner: Arc::new(inner),
            redactor,
        }
    }

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

    /// A request as other HTTP libraries have it.
    pub(crate) fn to_http<C: Code>(&self, request: &Outgoing) -> Result<Request<Bytes>, ErrorBuilder<C>> {
        let request = request.to_http(&self.inner.user_agent);
        request.map_err(|_| ErrorBuilder::invalid_input("address", Reason::Unwritable))
    }

    /// When a call that starts now has to be over.
    pub fn deadline(&self, timeout: Option<Duration>) -> Instant {
        let now = Instant::now();
        now.checked_add(timeout.unwrap_or(self.inner.timeout))
            .unwrap_or(now + FAR_FUTURE)
    }

    /// Makes a call: sends, reads, decodes, and sends again where [`RetryPolicy`]'s table allows it, until the
    /// deadline.
    pub async fn call<T, C: Code>(
        &self,
        operation: &'static Operation,
        request: Outgoing,
        deadline: Instant,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> Result<T, Error<C>> {
        let outcome = self.call_if(
            operation,
            operation.semantics,
            &request,
            deadline,
            || true,
            decode,
        );
        let too_late = || {
            Err(self
                .too_late()
                .into_error(operation, operation.semantics, 0, false))
        };
        outcome.await.unwrap_or_else(too_late)
    }

    /// The same, but asks once more when the request's turn has come, since the wait may have been long: `None` if it is
    /// no longer wanted.
    pub(crate) async fn call_if<T, C: Code>(
        &self,
        operation: &'static Operation,
        semantics: Semantics,
        request: &Outgoing,
        deadline: Instant,
        still_wanted: impl Fn() -> bool,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> Option<Result<T, Error<C>>> {
        if let Err(error) = require_runtime() {
            return Some(Err(error.before_sending(operation)));
        }
        let host = self.inner.endpoint.host();
        let span = tracing::debug_span!(target: "payvand", "call", operation = operation.name, host);
        self.attempts(operation, semantics, request, deadline, still_wanted, decode)
            .instrument(span)
            .await
    }

    async fn attempts<T, C: Code>(
        &self,
        operation: &Operation,
        semantics: Semantics,
        request: &Outgoing,
        deadline: Instant,
        still_wanted: impl Fn() -> bool,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> Option<Result<T, Error<C>>> {
        let mut attempts = 0;
        let mut in_doubt = false;
        let mut last: Option<ErrorBuilder<C>> = None;
        while Instant::now() < deadline {
            let permit = match self.acquire(deadline).await {
                Ok(permit) => permit,
                // A retry that cannot leave any more says less than the failure before it.
                Err(_) if attempts > 0 => break,
                Err(too_late) => {
                    last = Some(ErrorBuilder::too_late(too_late.pause));
                    break;
                }
            };
            if attempts == 0 && !still_wanted() {
                if let Some(permit) = permit {
                    permit.give_back();
                }
                return None;
            }
            attempts += 1;
            let options = CallOptions {
                deadline,
                max_body: self.inner.max_body,
                fresh_connection: !semantics.is_idempotent(),
                operation: operation.name,
                attempt: attempts,
            };
            let response = self.send(request, options, permit).await;
            let error = match self.read(response, &decode) {
                Ok(answer) => {
                    tracing::debug!(target: "payvand", attempts, "answered");
                    return Some(Ok(answer));
                }
                Err(error) => error,
            };
            in_doubt |= error.effect() == Effect::Unknown;
            let again_at = error
                .may_send_again(semantics)
                .then(|| self.inner.retry.pause(attempts, error.retry_after()))
                .flatten()
                .and_then(|pause| Instant::now().checked_add(pause))
                .filter(|at| *at < deadline);
            last = Some(error);
            let Some(at) = again_at else { break };
            tracing::debug!(target: "payvand", attempts, "failed, trying again");
            sleep(at - Instant::now()).await;
        }
        let last = last.unwrap_or_else(|| self.too_late());
        let error = last.into_error(operation, semantics, attempts, in_doubt);
        tracing::debug!(target: "payvand", attempts, %error, "failed");
        Some(Err(error))
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
                limiter.pause(pause);
            }
            error
        })
    }

    fn too_late<C: Code>(&self) -> ErrorBuilder<C> {
        ErrorBuilder::from_transport(&TransportError::deadline(Effect::None), &self.redactor)
    }

    /// Waits until a request may leave.
    async fn acquire(&self, deadline: Instant) -> Result<Option<Permit>, TooLate> {
        match &self.inner.limiter {
            Some(limiter) => limiter.acquire(deadline).await.map(Some),
            None => Ok(None),
        }
    }

    async fn send(
        &self,
        request: &Outgoing,
        options: CallOptions,
        permit: Option<Permit>,
    ) -> Result<Response<Bytes>, TransportError> {
        match permit {
            None => {
                self.inner
                    .transport
                    .send(request, &self.inner.user_agent, &options)
                    .await
            }
            Some(permit) => {
                let attempt = Attempt::start(&self.inner, request.clone(), options, permit);
                attempt.outcome(options.deadline).await
            }
        }
    }
}

impl Stack {
    async fn send(
        &self,
        request: &Outgoing,
        user_agent: &HeaderValue,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        match self {
            #[cfg(not(feature = "reqwest"))]
            Self::Missing => Err(TransportError::configuration(NO_TRANSPORT)),
            // It keeps the deadline itself.
            #[cfg(feature = "reqwest")]
            Self::Reqwest(transport) => transport.send(request, user_agent, options).await,
            Self::Own(transport) => {
                let request = request.to_http(user_agent)?;
                by_deadline(options.deadline, transport.send(request, options)).await
            }
        }
    }
}

/// One attempt under a limit: a task of its own, so that it ends and makes room for the next even while its caller is
/// not polled. It is aborted with its caller.
struct Attempt {
    task: JoinHandle<Result<Response<Bytes>, TransportError>>,
    /// An aborted task drops nothing before its runtime gets to it: this ends the permit at once.
    _permit: Permit,
}

impl Attempt {
    fn start(inner: &Arc<Inner>, request: Outgoing, options: CallOptions, permit: Permit) -> Self {
        let inner = Arc::clone(inner);
        let of_task = permit.clone();
        let work = async move {
            let outcome = inner.transport.send(&request, &inner.user_agent, &options).await;
            drop(of_task);
            outcome
        };
        Self {
            task: tokio::spawn(work.in_current_span().with_current_subscriber()),
            _permit: permit,
        }
    }

    /// An answer that is there counts, however late its caller asks for it.
    async fn outcome(mut self, deadline: Instant) -> Result<Response<Bytes>, TransportError> {
        // The task keeps the deadline itself, unless its runtime stands still.
        let latest = deadline.checked_add(LATE).unwrap_or(deadline);
        match timeout_at(latest, &mut self.task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(TransportError::unknown("the runtime that sent it has ended")),
            },
            Err(_) => Err(TransportError::timeout()),
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.task.abort();
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
