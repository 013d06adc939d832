#[cfg(feature = "client")]
mod attempt;
#[cfg(feature = "blocking")]
pub(crate) mod blocking;
pub(crate) mod builder;
pub(crate) mod call;
#[cfg(feature = "client")]
mod call_loop;
mod json_request;
#[cfg(feature = "client")]
pub(crate) mod rate_limit;
#[cfg(feature = "client")]
pub(crate) mod retry;
#[cfg_attr(not(feature = "client"), path = "client/no_sending.rs")]
mod sending;
#[cfg(feature = "client")]
pub(crate) mod shared_rate_limit;
#[cfg(feature = "client")]
mod stack;
#[cfg(feature = "client")]
pub(crate) mod trace;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request};
use url::Url;

use crate::call::endpoint::{Endpoint, Refused};
use crate::call::outgoing::Outgoing;
use crate::client::sending::Sending;
use crate::error::argument::Argument;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::reason::Reason;
use crate::operation::Operation;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;

/// Makes the calls of one provider's client: one deadline around all attempts, retries only where they cannot
/// repeat an effect, and no secret in what comes out. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    inner: Arc<Inner>,
    redactor: Redactor,
}

struct Inner {
    endpoint: Endpoint,
    user_agent: HeaderValue,
    sending: Sending,
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

    /// A request as other HTTP libraries have it.
    pub(crate) fn to_http<C: Code>(&self, request: &Outgoing) -> Result<Request<Bytes>, ErrorBuilder<C>> {
        let request = request.to_http(&self.inner.user_agent);
        request.map_err(|_| ErrorBuilder::invalid_input(Argument::ADDRESS, Reason::Unwritable))
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("host", &self.inner.endpoint.host())
            .field("sending", &self.inner.sending)
            .finish_non_exhaustive()
    }
}
