use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::endpoint::Endpoint;
use crate::client::rate_limit::Limiter;
use crate::client::retry::RetryPolicy;
use crate::client::shared_rate_limit::SharedRateLimit;
use crate::client::stack::Stack;
use crate::error::configuration::ConfigurationError;
use crate::rate_limit::RateLimit;
use crate::secret::Secret;
#[cfg(feature = "reqwest")]
use crate::transport::proxy::Proxies;
#[cfg(feature = "reqwest")]
use crate::transport::reqwest_transport::{ReqwestTransport, TransportOptions};
use crate::transport::{BRIEF_IDLE_TIME, MAX_BODY, Transport};

#[cfg(feature = "reqwest")]
const NOT_ITS_SETTINGS: &str = "root_certificate, proxy, proxy_from_env and max_idle_connections belong to the default transport: set \
     them on your own";

/// How a client sends its calls.
pub(crate) struct Sending {
    pub(super) stack: Stack,
    pub(super) retry: RetryPolicy,
    pub(super) timeout: Duration,
    pub(super) max_body: usize,
    /// Of the connections for calls that are not idempotent.
    pub(super) max_idle_time: Duration,
    pub(super) limiter: Option<Arc<Limiter>>,
    /// Asked after the limiter, which stands in front of it.
    pub(super) shared_limit: Option<Arc<dyn SharedRateLimit>>,
}

impl Sending {
    /// What it knows beside the secrets of the calls.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        self.stack.secrets()
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// The settings of it, set by [`client_builder_methods!`](crate::client_builder_methods).
#[doc(hidden)]
pub struct SendingSettings {
    pub timeout: Duration,
    pub connect_timeout: Duration,
    pub retry: RetryPolicy,
    pub shared_rate_limit: Option<Arc<dyn SharedRateLimit>>,
    pub max_body_size: usize,
    pub fresh_connections: bool,
    pub transport: Option<Arc<dyn Transport>>,
    // What follows belongs to the default transport alone.
    pub root_certificates: Vec<Vec<u8>>,
    pub proxy: Option<Secret>,
    pub proxy_from_env: bool,
    pub max_idle_connections: Option<usize>,
}

impl Default for SendingSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
            shared_rate_limit: None,
            max_body_size: MAX_BODY,
            fresh_connections: false,
            transport: None,
            root_certificates: Vec::new(),
            proxy: None,
            proxy_from_env: false,
            max_idle_connections: None,
        }
    }
}

impl SendingSettings {
    /// Whether something else than the default transport looks names up.
    pub(super) fn resolves_elsewhere(&self) -> bool {
        self.transport.is_some() || cfg!(not(feature = "reqwest"))
    }

    pub(super) fn build(
        self,
        endpoint: &Endpoint,
        allow_plain_http: bool,
        rate_limit: RateLimit,
    ) -> Result<Sending, ConfigurationError> {
        Ok(Sending {
            retry: self.retry,
            timeout: self.timeout,
            max_body: self.max_body_size,
            max_idle_time: if self.fresh_connections {
                Duration::ZERO
            } else {
                BRIEF_IDLE_TIME
            },
            limiter: match &self.shared_rate_limit {
                Some(_) => rate_limit.limiter_in_front(),
                None => rate_limit.limiter(),
            },
            shared_limit: self.shared_rate_limit.clone(),
            stack: self.into_stack(endpoint, allow_plain_http)?,
        })
    }

    #[cfg(feature = "reqwest")]
    fn into_stack(self, endpoint: &Endpoint, allow_plain_http: bool) -> Result<Stack, ConfigurationError> {
        let options = TransportOptions {
            root_certificates: self.root_certificates,
            proxies: Proxies {
                named: self.proxy,
                from_env: self.proxy_from_env,
            },
            max_idle: self.max_idle_connections,
            connect_timeout: self.connect_timeout,
            timeout: self.timeout,
            allow_plain_http,
        };
        match self.transport {
            Some(_) if options.is_set() => Err(ConfigurationError::new(NOT_ITS_SETTINGS)),
            Some(transport) => Ok(Stack::Custom(transport)),
            None => ReqwestTransport::new(options, endpoint).map(Stack::Reqwest),
        }
    }

    #[cfg(not(feature = "reqwest"))]
    #[expect(clippy::unnecessary_wraps, reason = "the default transport may be refused")]
    fn into_stack(self, _: &Endpoint, _: bool) -> Result<Stack, ConfigurationError> {
        Ok(self.transport.map_or(Stack::Missing, Stack::Custom))
    }
}

impl fmt::Debug for SendingSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendingSettings")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
