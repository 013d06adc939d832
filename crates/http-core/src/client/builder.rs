use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::call::endpoint::Endpoint;
use crate::call::env;
use crate::client::sending::SendingSettings;
use crate::client::{HttpClient, Inner};
use crate::error::configuration::ConfigurationError;
use crate::operation::Operation;
use crate::rate_limit::RateLimit;
use crate::secret::Secret;
use crate::secret::redactor::Redactor;

/// The settings that every client of the family shares, set by
/// [`client_builder_methods!`](crate::client_builder_methods), where each is documented.
#[doc(hidden)]
pub struct HttpClientBuilder {
    pub base_url: String,
    /// The environment variable that it is from.
    pub base_url_variable: Option<&'static str>,
    pub operations: Vec<&'static Operation>,
    pub user_agent: String,
    pub rate_limit: RateLimit,
    pub allow_plain_http: bool,
    pub sending: SendingSettings,
}

impl HttpClient {
    /// A builder with the provider's address and the crate's own user agent (`aparat-api/0.1.0`).
    pub fn builder(base_url: &str, user_agent: &str) -> HttpClientBuilder {
        HttpClientBuilder {
            base_url: base_url.to_owned(),
            base_url_variable: None,
            operations: Vec::new(),
            user_agent: user_agent.to_owned(),
            rate_limit: RateLimit::unlimited(),
            allow_plain_http: false,
            sending: SendingSettings::default(),
        }
    }
}

impl HttpClientBuilder {
    crate::client_builder_methods!();

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

    /// Builds the client. `secrets` are all that the client will ever send: they are taken out of whatever comes
    /// back.
    pub fn build<'a>(
        self,
        secrets: impl IntoIterator<Item = &'a Secret>,
    ) -> Result<HttpClient, ConfigurationError> {
        let endpoint = self.endpoint()?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigurationError::new("the user agent has a character that no header may have"))?;
        let sending = self
            .sending
            .build(&endpoint, self.allow_plain_http, self.rate_limit)?;
        let redactor = Redactor::new(secrets).and(&sending.secrets());
        let inner = Inner {
            endpoint,
            user_agent,
            sending,
        };
        Ok(HttpClient {
            inner: Arc::new(inner),
            redactor,
        })
    }

    fn endpoint(&self) -> Result<Endpoint, ConfigurationError> {
        let parse = || {
            let endpoint = Endpoint::parse(&self.base_url, self.allow_plain_http)?;
            for operation in &self.operations {
                endpoint.stands_before(operation.path)?;
            }
            if self.sending.resolves_elsewhere() && !self.allow_plain_http {
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
}

impl fmt::Debug for HttpClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClientBuilder")
            .field("sending", &self.sending)
            .finish_non_exhaustive()
    }
}

/// The builder methods that every provider's `ClientBuilder` has. They set what its field `$http` holds.
#[macro_export]
#[doc(hidden)]
macro_rules! client_builder_methods {
    ($($http:ident)?) => {
        /// Sends the calls elsewhere: to a sandbox, a gateway of your own. It stands before the path of each call and
        /// does not hold it.
        ///
        /// `https` only, except to a loopback address (`http://127.0.0.1:4010`, `http://[::1]:4010`), or to `localhost`,
        /// for which the default transport takes those two and asks no resolver. With a transport of your own plain
        /// `http` needs the address.
        #[must_use]
        pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
            self$(.$http)?.base_url = base_url.into();
            self$(.$http)?.base_url_variable = None;
            self
        }

        /// The time for a call as a whole, every attempt, pause and byte of the answer included. Default: 30
        /// seconds. A single call's own `timeout` overrides it.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self$(.$http)?.sending.timeout = timeout;
            self
        }

        /// The time for making a connection, whichever of the host's addresses answers. Default: 10 seconds, and
        /// never more than four fifths of what the call has left, because only a connection that fails before the
        /// call's time is up is known to have sent nothing.
        /// A transport of your own does not see it.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self$(.$http)?.sending.connect_timeout = timeout;
            self
        }

        /// How failed attempts are followed by others. Whatever is set here, a call that is not idempotent is never
        /// sent again once a byte of it may have left.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self$(.$http)?.sending.retry = policy;
            self
        }

        /// How many requests may leave in a time, those of the client's clones and every retry included. They wait
        /// for their turn, first come, first served; one whose turn would come after its deadline fails at once,
        /// not sent.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn rate_limit(mut self, limit: $crate::RateLimit) -> Self {
            self$(.$http)?.rate_limit = limit;
            self
        }

        /// The `User-Agent` header. Default: this crate's name and version.
        #[must_use]
        pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
            self$(.$http)?.user_agent = user_agent.into();
            self
        }

        /// The most bytes of a (decompressed) answer that are read. Default: 4 MiB.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn max_body_size(mut self, bytes: usize) -> Self {
            self$(.$http)?.sending.max_body_size = bytes;
            self
        }

        /// Whether each call that is not idempotent gets a connection that no other call has used. Default: `false`.
        ///
        /// Such calls never share connections with others, and leave on one that has been idle for at most 250 ms: one
        /// after the other they use the same, after a pause they open another. A server that closes connections
        /// sooner, and without a word, leaves a call in doubt now and then; with `true` it cannot, at the price
        /// of two more round trips a call.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn fresh_connections(mut self, fresh: bool) -> Self {
            self$(.$http)?.sending.fresh_connections = fresh;
            self
        }

        /// Puts your own HTTP stack, or a scripted one, under the client.
        #[cfg(feature = "client")]
        #[must_use]
        pub fn transport(mut self, transport: impl $crate::Transport) -> Self {
            self$(.$http)?.sending.transport = Some(std::sync::Arc::new(transport));
            self
        }

        /// Allows a base URL with plain `http` that is not on loopback. Everyone on the way can then read the
        /// secrets and change the answers.
        #[must_use]
        pub fn dangerously_allow_plain_http(mut self) -> Self {
            self$(.$http)?.allow_plain_http = true;
            self
        }

        $crate::with_default_transport! {
            /// Trusts one more certificate authority, given as PEM, beside those of the system.
            #[must_use]
            pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
                self$(.$http)?.sending.root_certificates.push(pem.into());
                self
            }

            /// Sends everything through this proxy (`http://user:password@host:port`, or `socks5://…` with the
            /// feature `socks`). It is a secret: it may hold a password, in which `/`, `?`, `#`, `@` and `%` are
            /// percent-encoded. A base URL with plain `http`, which may only be on loopback, needs a proxy that is on
            /// loopback too.
            #[must_use]
            pub fn proxy(mut self, url: impl Into<$crate::Secret>) -> Self {
                self$(.$http)?.sending.proxy = Some(url.into());
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
                self$(.$http)?.sending.proxy_from_env = true;
                self
            }

            /// How many connections may wait for their next call, in each runtime that the client is used from; those
            /// above are closed after their call. Calls with a timeout of their own, and calls that are not idempotent, have
            /// as many of their own.
            /// Default: 64. Whoever makes more calls at the same time sets their number, or half of them open connections.
            /// With 0 each call opens one.
            #[must_use]
            pub fn max_idle_connections(mut self, most: usize) -> Self {
                self$(.$http)?.sending.max_idle_connections = Some(most);
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
