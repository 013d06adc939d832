use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::call::endpoint::Endpoint;
use crate::call::outgoing::Outgoing;
use crate::client::builder::HttpClientBuilder;
use crate::error::configuration::ConfigurationError;
use crate::error::transport::TransportError;
use crate::secret::Secret;
use crate::transport::deadline::by_deadline;
use crate::transport::{CallOptions, Transport};
#[cfg(feature = "reqwest")]
use crate::transport::{
    proxy::Proxies,
    reqwest_transport::{ReqwestTransport, TransportOptions},
};

#[cfg(feature = "reqwest")]
const NOT_ITS_SETTINGS: &str = "root_certificate, proxy, proxy_from_env and max_idle_connections belong to the default transport: set \
     them on your own";

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
    #[cfg(feature = "reqwest")]
    pub(super) fn new(settings: HttpClientBuilder, endpoint: &Endpoint) -> Result<Self, ConfigurationError> {
        let options = TransportOptions {
            root_certificates: settings.root_certificates,
            proxies: Proxies {
                named: settings.proxy,
                from_env: settings.proxy_from_env,
            },
            max_idle: settings.max_idle_connections,
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            allow_plain_http: settings.allow_plain_http,
        };
        match settings.transport {
            Some(_) if options.is_set() => Err(ConfigurationError::new(NOT_ITS_SETTINGS)),
            Some(transport) => Ok(Self::Custom(transport)),
            None => ReqwestTransport::new(options, endpoint).map(Self::Reqwest),
        }
    }

    #[cfg(not(feature = "reqwest"))]
    #[expect(clippy::unnecessary_wraps, reason = "the default transport may be refused")]
    pub(super) fn new(settings: HttpClientBuilder, _: &Endpoint) -> Result<Self, ConfigurationError> {
        Ok(settings.transport.map_or(Self::Missing, Self::Custom))
    }

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
