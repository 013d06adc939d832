use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument;
use url::Url;

use crate::endpoint::Endpoint;
use crate::error::Code;
use crate::{
    CallOptions, Effect, Error, Failure, HttpClientBuilder, Operation, Redactor, RetryPolicy, Transport,
    TransportError,
};

/// A timeout that does not fit the clock means "no timeout"; this is long enough for that.
const FAR_FUTURE: Duration = Duration::from_secs(60 * 60 * 24 * 365);

/// Makes the calls of one provider's client: one deadline around all attempts, retries only where they cannot
/// repeat an effect, and no secret in what comes out. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) endpoint: Endpoint,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) user_agent: HeaderValue,
    pub(crate) redactor: Redactor,
}

impl HttpClient {
    /// A builder with the provider's address and the crate's own user agent (`aparat-api/0.1.0`).
    pub fn builder(base_url: &str, user_agent: &str) -> HttpClientBuilder {
        HttpClientBuilder::new(base_url, user_agent)
    }

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The address of a call.
    pub fn url(&self, operation: &Operation) -> Url {
        self.inner.endpoint.join(operation.path)
    }

    /// Takes this client's secrets out of text.
    pub fn redactor(&self) -> &Redactor {
        &self.inner.redactor
    }

    /// When a call that starts now has to be over.
    pub fn deadline(&self, timeout: Option<Duration>) -> Instant {
        let now = Instant::now();
        now.checked_add(timeout.unwrap_or(self.inner.timeout))
            .unwrap_or(now + FAR_FUTURE)
    }

    /// Makes a call: sends, reads, decodes, and sends again where [`RetryPolicy`]'s table allows it, until the
    /// deadline.
    pub async fn call<T, C, D>(
        &self,
        operation: &'static Operation,
        mut request: Request<Bytes>,
        deadline: Instant,
        decode: D,
    ) -> Result<T, Error<C>>
    where
        C: Code,
        D: Fn(&Response<Bytes>) -> Result<T, Failure<C>>,
    {
        request
            .headers_mut()
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.inner.user_agent.clone());
        let span = tracing::debug_span!(
            target: "payvand",
            "call",
            operation = operation.name,
            host = self.inner.endpoint.host(),
        );
        self.attempts(operation, request, deadline, decode)
            .instrument(span)
            .await
    }

    async fn attempts<T, C, D>(
        &self,
        operation: &Operation,
        request: Request<Bytes>,
        deadline: Instant,
        decode: D,
    ) -> Result<T, Error<C>>
    where
        C: Code,
        D: Fn(&Response<Bytes>) -> Result<T, Failure<C>>,
    {
        let Inner { redactor, retry, .. } = &*self.inner;
        let mut attempts = 0;
        let mut failure = Failure::from_transport(&TransportError::deadline(Effect::None), redactor);
        while Instant::now() < deadline {
            attempts += 1;
            let in_doubt = failure.effect() == Effect::Unknown;
            failure = match self.send(operation, request.clone(), deadline).await {
                Ok(response) => match decode(&response) {
                    Ok(answer) => {
                        tracing::debug!(target: "payvand", attempts, status = response.status().as_u16(), "answered");
                        return Ok(answer);
                    }
                    Err(failure) => failure.received(&response, redactor),
                },
                Err(error) => Failure::from_transport(&error, redactor),
            };
            if in_doubt {
                // This attempt knows of itself alone; an earlier one may have taken effect.
                failure = failure.effect_unknown();
            }
            let next = failure
                .may_send_again(operation.idempotent)
                .then(|| retry.pause(attempts, failure.retry_after()))
                .flatten()
                .and_then(|pause| Instant::now().checked_add(pause))
                .filter(|at| *at < deadline);
            let Some(at) = next else { break };
            tracing::debug!(target: "payvand", attempts, "failed, trying again");
            sleep(at - Instant::now()).await;
        }
        let error = failure.into_error(operation, attempts);
        tracing::debug!(target: "payvand", attempts, %error, "failed");
        Err(error)
    }

    async fn send(
        &self,
        operation: &Operation,
        request: Request<Bytes>,
        deadline: Instant,
    ) -> Result<Response<Bytes>, TransportError> {
        let options = CallOptions {
            deadline,
            max_body: self.inner.max_body,
            fresh_connection: !operation.idempotent,
        };
        match timeout_at(deadline, self.inner.transport.send(request, &options)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(TransportError::deadline(Effect::Unknown)),
        }
    }
}

/// Waits for work of the call's own, within its deadline; `None` when that passes.
pub async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    timeout_at(deadline, work).await.ok()
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
