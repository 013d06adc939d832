use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::time::{Instant, sleep_until};
use tracing::Instrument;

use crate::call::outgoing::Outgoing;
use crate::client::attempt::Attempt;
use crate::client::call::Call;
use crate::client::rate_limit::Permit;
use crate::client::{HttpClient, Inner, trace};
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::error::transport::TransportError;
use crate::operation::{Operation, Semantics};
use crate::transport::CallOptions;
use crate::transport::deadline::within;
use crate::transport::runtime::require_runtime;

/// A timeout that does not fit the clock means "no timeout"; this is long enough for that.
const FAR_FUTURE: Duration = Duration::from_secs(60 * 60 * 24 * 365);

impl HttpClient {
    /// Makes a call of this client until the deadline.
    pub async fn make<K: Call>(call: &K, deadline: Instant) -> Result<K::Output, Error<K::Code>> {
        let (http, operation) = (call.http(), call.operation());
        let request = call.write().map_err(|error| error.before_sending(operation))?;
        let decode = |response: &Response<Bytes>| call.decode(response, http.redactor());
        http.call(operation, request, deadline, decode).await
    }

    /// How many requests the limit lets out at once; `None` if there is no limit.
    pub fn at_once(&self) -> Option<usize> {
        self.inner.sending.limiter.as_ref().map(|limiter| limiter.slots())
    }

    /// When a call that starts now has to be over.
    pub fn deadline(&self, timeout: Option<Duration>) -> Instant {
        let now = Instant::now();
        now.checked_add(timeout.unwrap_or(self.inner.sending.timeout))
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
        let sending = &self.inner.sending;
        let mut in_doubt = false;
        let mut failure = None;
        let mut options = CallOptions {
            deadline,
            max_body: sending.max_body,
            max_idle_time: (!semantics.is_idempotent()).then_some(sending.max_idle_time),
            operation: operation.name,
            attempt: 0,
            send_by: None,
        };
        while Instant::now() < deadline {
            let permit = match &sending.limiter {
                None => None,
                Some(limiter) => match trace::wait(pin!(limiter.acquire(deadline))).await {
                    Ok(permit) => Some(permit),
                    Err(too_late) => {
                        // A retry that cannot leave any more says less than the failure before it.
                        failure.get_or_insert_with(|| ErrorBuilder::too_late(too_late.pause));
                        break;
                    }
                },
            };
            if options.attempt == 0 && !still_wanted() {
                permit.into_iter().for_each(Permit::give_back);
                return None;
            }
            options.attempt += 1;
            let error = match self.attempt(operation, request, &options, permit, &decode).await {
                Ok(answer) => return Some(Ok((answer, options.attempt))),
                Err(error) => error,
            };
            in_doubt |= error.effect() == Effect::Unknown;
            if let (Some(limit), Some(pause)) = (&sending.shared_limit, error.pause_asked_for()) {
                let _ = within(deadline, limit.pause(pause)).await;
            }
            let pause = error
                .may_send_again(semantics)
                .then(|| sending.retry.pause(options.attempt, error.retry_after()))
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
        Some(Err(failure.into_error(
            operation,
            semantics,
            options.attempt,
            in_doubt,
        )))
    }

    /// Sends the request once and reads the answer.
    async fn attempt<T, C: Code>(
        &self,
        operation: &Operation,
        request: &Outgoing,
        options: &CallOptions,
        permit: Option<Permit>,
        decode: impl Fn(&Response<Bytes>) -> Result<T, ErrorBuilder<C>>,
    ) -> Result<T, ErrorBuilder<C>> {
        let Inner {
            sending, user_agent, ..
        } = &*self.inner;
        let span = trace::attempt(operation, request, options.attempt);
        let response = async {
            match permit {
                None => sending.stack.send(request, user_agent, options).await,
                Some(permit) => {
                    Attempt::start(&self.inner, request.clone(), *options, permit)
                        .outcome()
                        .await
                }
            }
        };
        let response = response.instrument(span.clone()).await;
        trace::received(&span, &response);
        let outcome = self.read(response, decode);
        if let Err(error) = &outcome {
            trace::attempt_failed(&span, error.kind());
        }
        outcome
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
            if let (Some(limiter), Some(pause)) = (&self.inner.sending.limiter, error.pause_asked_for()) {
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
