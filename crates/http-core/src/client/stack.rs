use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::call::outgoing::Outgoing;
use crate::error::transport::TransportError;
use crate::secret::Secret;
use crate::transport::deadline::by_deadline;
#[cfg(feature = "reqwest")]
use crate::transport::reqwest_transport::ReqwestTransport;
use crate::transport::{CallOptions, Transport};

#[cfg(not(feature = "reqwest"))]
const NO_TRANSPORT: &str = "no transport: enable the feature `rustls` or `native-tls`, give the builder a transport of your \
                            own, or send the call's `request()` yourself and give its response to `read()`";

/// What sends the requests.
pub(crate) enum Stack {
    #[cfg(feature = "reqwest")]
    Reqwest(ReqwestTransport),
    /// Calls only write their requests and read their responses.
    #[cfg(not(feature = "reqwest"))]
    Missing,
    Custom(Arc<dyn Transport>),
}

impl Stack {
    /// What it knows beside the secrets of the calls.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match self {
            #[cfg(feature = "reqwest")]
            Self::Reqwest(transport) => transport.secrets(),
            _ => Vec::new(),
        }
    }

    pub(super) async fn send(
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
            Self::Custom(transport) => {
                let request = request.to_http(user_agent)?;
                by_deadline(options.deadline, transport.send(request, options)).await
            }
        }
    }
}
