use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::call::endpoint::Endpoint;
use crate::client::HttpClient;
use crate::client::rate_limit::RateLimit;
use crate::client::retry::RetryPolicy;
use crate::client::{Inner, Stack};
use crate::error::configuration::ConfigurationError;
use crate::operation::Operation;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;
use crate::transport::{MAX_BODY, Transport, env};

/// The settings that every client of the family shares. A provider crate's builder passes them on with
/// [`client_builder_methods!`](crate::client_builder_methods), where each is documented.
pub struct HttpClientBuilder {
    base_url: String,
    /// The environment variable that it is from.
    base_url_variable: Option<&'static str>,
    operations: Vec<&'static Operation>,
    user_agent: String,
    timeout: Duration,
    retry: RetryPolicy,
    rate_limit: RateLimit,
    max_body: usize,
    allow_plain_http: bool,
    transport: Option<Arc<dyn Transport>>,
    connect_timeout: Duration,
    #[cfg(feature = "reqwest")]
    network: crate::transport::reqwest_transport::Network,
}

impl HttpClient {
    /// A builder with the provider's address and the crate's own user agent (`aparat-api/0.1.0`).
    pub fn builder(base_url: &str, user_agent: &str) -> HttpClientBuilder {
        HttpClientBuilder::new(base_url, user_agent)
    }
}

impl HttpClientBuilder {
    pub(crate) fn new(base_url: &str, user_agent: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            base_url_variable: None,
            operations: Vec::new(),
            user_agent: user_agent.to_owned(),
            timeout: Duration::from_secs(30),
            retry: RetryPolicy::default(),
            rate_limit: RateLimit::unlimited(),
            max_body: MAX_BODY,
            allow_plain_http: false,
            transport: None,
            connect_timeout: Duration::from_secs(10),
            #[cfg(feature = "reqwest")]
            network: crate::transport::reqwest_transport::Network::default(),
        }
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self.base_url_variable = None;
        self
    }

    /// Takes the base URL from this environment variable, if it is set. What is wrong with it names the variable.
    ///
    /// # Errors
    /// As [`env::optional`](crate::env::optional).
    pub fn base_url_from_env(mut self, variable: &'static str) -> Result<Self, ConfigurationError> {
        if let Some(base_url) = env::optional(variable)? {
            self = self.base_url(base_url.expose());
            self.base_url_variable = Some(variable);
        }
        Ok(self)
    }

    /// The calls that the client makes: a base URL that ends in the path of one, and would have it twice, is refused.
    #[must_use]
    pub fn operations(mut self, operations: impl IntoIterator<Item = &'static Operation>) -> Self {
        self.operations.extend(operations);
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[must_use]
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.network.proxies.named = Some(url.into());
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn proxy_from_env(mut self) -> Self {
        self.network.proxies.from_env = true;
        self
    }

    /// See [`client_builder_methods!`](crate::client_builder_methods).
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn max_idle_connections(mut self, most: usize) -> Self {
        self.network.max_idle = Some(most);
        self
    }

    /// Builds the client. `secrets` are all that the client will ever send: they are taken out of whatever comes
    /// back.
    pub fn build<'a>(
        self,
        secrets: impl IntoIterator<Item = &'a Secret>,
    ) -> Result<HttpClient, ConfigurationError> {
        let endpoint = self.endpoint()?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigurationError::new("the user agent has a character that no header may have"))?;
        let of_proxies = self.proxy_secrets();
        let mut secrets: Vec<&Secret> = secrets.into_iter().collect();
        secrets.extend(&of_proxies);
        let redactor = Redactor::new(secrets);
        let (timeout, retry, max_body) = (self.timeout, self.retry, self.max_body);
        let limiter = self.rate_limit.limiter();
        let transport = self.into_stack(&endpoint)?;
        let inner = Inner {
            transport,
            endpoint,
            retry,
            timeout,
            max_body,
            user_agent,
            limiter,
        };
        Ok(HttpClient::from_inner(inner, redactor))
    }

    fn endpoint(&self) -> Result<Endpoint, ConfigurationError> {
        let parse = || {
            let endpoint = Endpoint::parse(&self.base_url, self.allow_plain_http)?;
            for operation in &self.operations {
                endpoint.stands_before(operation.path)?;
            }
            let is_resolved_elsewhere = self.transport.is_some() || cfg!(not(feature = "reqwest"));
            if is_resolved_elsewhere && !self.allow_plain_http {
                endpoint.needs_no_pinned_name()?;
            }
            Ok(endpoint)
        };
        parse().map_err(|why: String| {
            ConfigurationError::new(match self.base_url_variable {
                Some(name) => format!("{why} (it is from {})", env::the_variable(name)),
                None => why,
            })
        })
    }

    #[cfg(feature = "reqwest")]
    fn proxy_secrets(&self) -> Vec<Secret> {
        self.network.proxies.secrets()
    }

    #[cfg(not(feature = "reqwest"))]
    #[expect(
        clippy::unused_self,
        reason = "without the default transport there is no proxy"
    )]
    fn proxy_secrets(&self) -> Vec<Secret> {
        Vec::new()
    }

    #[cfg(feature = "reqwest")]
    fn into_stack(self, endpoint: &Endpoint) -> Result<Stack, ConfigurationError> {
        match self.transport {
            Some(_) if self.network.is_set() => Err(ConfigurationError::new(
                "root_certificate, proxy, proxy_from_env and max_idle_connections belong to the default transport: \
                 set them on your own",
            )),
            Some(transport) => Ok(Stack::Own(transport)),
            None => {
                let plain_http = endpoint.is_plain_http();
                let stays_here = plain_http && !self.allow_plain_http;
                let proxy = self
                    .network
                    .proxies
                    .to_use(plain_http, endpoint.is_local(), stays_here)?;
                let transport =
                    self.network
                        .connect(self.connect_timeout, self.timeout, plain_http, proxy)?;
                Ok(Stack::Reqwest(transport))
            }
        }
    }

    #[cfg(not(feature = "reqwest"))]
    #[expect(clippy::unnecessary_wraps, reason = "the default transport may be refused")]
    fn into_stack(self, _: &Endpoint) -> Result<Stack, ConfigurationError> {
        Ok(self.transport.map_or(Stack::Missing, Stack::Own))
    }
}

impl fmt::Debug for HttpClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClientBuilder")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The builder methods that every provider's `ClientBuilder` has, passed on to its field `$http`.
#[macro_export]
#[doc(hidden)]
macro_rules! client_builder_methods {
    ($http:ident) => {
        /// Sends the calls elsewhere: to a sandbox, a gateway of your own. It stands before the path of each call and
        /// does not hold it.
        ///
        /// `https` only, except to a loopback address (`http://127.0.0.1:4010`, `http://[::1]:4010`), or to `localhost`,
        /// for which the default transport takes those two and asks no resolver. With a transport of your own plain
        /// `http` needs the address.
        #[must_use]
        pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
            self.$http = self.$http.base_url(base_url);
            self
        }

        /// The time for a call as a whole, every attempt, pause and byte of the answer included. Default: 30
        /// seconds. A single call's own `timeout` overrides it.
        #[must_use]
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$http = self.$http.timeout(timeout);
            self
        }

        /// The time for making a connection, whichever of the host's addresses answers. Default: 10 seconds, and
        /// never more than four fifths of what the call has left, because only a connection that fails before the
        /// call's time is up is known to have sent nothing.
        /// A transport of your own does not see it.
        #[must_use]
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$http = self.$http.connect_timeout(timeout);
            self
        }

        /// How failed attempts are followed by others. Whatever is set here, a call that is not idempotent is never
        /// sent again once a byte of it may have left.
        #[must_use]
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.$http = self.$http.retry(policy);
            self
        }

        /// How many requests may leave in a time, those of the client's clones and every retry included. They wait
        /// for their turn, first come, first served; one whose turn would come after its deadline fails at once,
        /// not sent.
        #[must_use]
        pub fn rate_limit(mut self, limit: $crate::RateLimit) -> Self {
            self.$http = self.$http.rate_limit(limit);
            self
        }

        /// The `User-Agent` header. Default: this crate's name and version.
        #[must_use]
        pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
            self.$http = self.$http.user_agent(user_agent);
            self
        }

        /// The most bytes of a (decompressed) answer that are read. Default: 4 MiB.
        #[must_use]
        pub fn max_body_size(mut self, bytes: usize) -> Self {
            self.$http = self.$http.max_body_size(bytes);
            self
        }

        /// Puts your own HTTP stack, or a scripted one, under the client.
        #[must_use]
        pub fn transport(mut self, transport: impl $crate::Transport) -> Self {
            self.$http = self.$http.transport(transport);
            self
        }

        /// Allows a base URL with plain `http` that is not on loopback. Everyone on the way can then read the
        /// secrets and change the answers.
        #[must_use]
        pub fn dangerously_allow_plain_http(mut self) -> Self {
            self.$http = self.$http.dangerously_allow_plain_http();
            self
        }

        $crate::with_default_transport! {
            /// Trusts one more certificate authority, given as PEM, beside those of the system.
            #[must_use]
            pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
                self.$http = self.$http.root_certificate(pem);
                self
            }

            /// Sends everything through this proxy (`http://user:password@host:port`, or `socks5://…` with the
            /// feature `socks`). It is a secret: it may hold a password, in which `/`, `?`, `#`, `@` and `%` are
            /// percent-encoded. A base URL with plain `http`, which may only be on loopback, needs a proxy that is on
            /// loopback too.
            #[must_use]
            pub fn proxy(mut self, url: impl Into<$crate::Secret>) -> Self {
                self.$http = self.$http.proxy(url);
                self
            }

            /// Honours the proxy variables of the environment, which are ignored otherwise; `proxy` goes before them.
            ///
            /// For `https` these are `HTTPS_PROXY` and `ALL_PROXY`, for plain `http` `HTTP_PROXY` and `ALL_PROXY`,
            /// except for the hosts of `NO_PROXY`; each is read in lower case if it is not there or empty in upper
            /// case. In a CGI program (`REQUEST_METHOD` is set) `HTTP_PROXY` does not count: a request can set it. One
            /// that cannot be used is an error of `build`; it is never passed by. For a base URL with plain `http`,
            /// which may only be on loopback, they count only if they name a proxy that is on loopback too.
            #[must_use]
            pub fn proxy_from_env(mut self) -> Self {
                self.$http = self.$http.proxy_from_env();
                self
            }

            /// How many connections may wait for their next call, in each runtime that the client is used from; those
            /// above are closed after their call. Calls with a timeout of their own have as many of their own.
            /// Default: 64. With 0 each call opens a connection.
            #[must_use]
            pub fn max_idle_connections(mut self, most: usize) -> Self {
                self.$http = self.$http.max_idle_connections(most);
                self
            }
        }
    };
}

/// Keeps items only where the default transport is compiled in.
#[cfg(feature = "reqwest")]
#[macro_export]
#[doc(hidden)]
macro_rules! with_default_transport {
    ($($items:tt)*) => { $($items)* };
}

/// Keeps items only where the default transport is compiled in.
#[cfg(not(feature = "reqwest"))]
#[macro_export]
#[doc(hidden)]
macro_rules! with_default_transport {
    ($($items:tt)*) => {};
}
