//! The default transport. The only module of the family that knows reqwest.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Response};
use tokio::time::{Instant, timeout_at};

use crate::client::by_deadline;
use crate::connecting::{self, ConnectInTime, Limits};
use crate::proxy::{Proxies, Use};
use crate::runtime::or_without_io;
use crate::{CallOptions, ConfigurationError, Effect, Outgoing, Redactor, TransportError};

/// What `localhost` is, whatever a resolver says; port 0 stands for that of the address.
const LOCALHOST: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// The settings of the builder that only this transport understands.
#[derive(Default)]
pub(crate) struct Network {
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxies: Proxies,
}

pub(crate) struct ReqwestTransport {
    /// For calls whose connecting has its usual limit. It has no layer: reqwest clones its connector six times a
    /// request, which a layer makes three boxes each time.
    pooled: reqwest::Client,
    /// For calls whose connecting has another.
    timed: reqwest::Client,
    /// Keeps no idle connections, so each request of it opens one of its own.
    fresh: reqwest::Client,
    limits: Limits,
}

impl Network {
    pub(crate) fn is_set(&self) -> bool {
        !self.root_certificates.is_empty() || self.proxies.is_set()
    }

    pub(crate) fn connect(
        &self,
        connect_timeout: Duration,
        timeout: Duration,
        proxy: &Use,
    ) -> Result<ReqwestTransport, ConfigurationError> {
        #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
        require_crypto_provider()?;
        let build = |builder: reqwest::ClientBuilder| builder.build().map_err(|e| self.not_built(e));
        let limits = Limits::new(connect_timeout, timeout);
        let layered = || Ok(self.client(limits.most, proxy)?.connector_layer(ConnectInTime));
        Ok(ReqwestTransport {
            pooled: build(self.client(limits.usual, proxy)?)?,
            timed: build(layered()?)?,
            fresh: build(layered()?.pool_max_idle_per_host(0))?,
            limits,
        })
    }

    fn client(
        &self,
        connect_timeout: Duration,
        proxy: &Use,
    ) -> Result<reqwest::ClientBuilder, ConfigurationError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            .resolve_to_addrs("localhost", &LOCALHOST)
            .connect_timeout(connect_timeout);
        #[cfg(feature = "rustls-no-provider")]
        {
            builder = builder.tls_backend_rustls();
        }
        builder = match proxy {
            Use::None => builder.no_proxy(),
            Use::Named { url, except } => builder.proxy(
                reqwest::Proxy::all(url.as_str())
                    .map_err(|e| self.unusable("the proxy is not a URL that can be used", e))?
                    .no_proxy(reqwest::NoProxy::from_string(except)),
            ),
        };
        #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
        for pem in &self.root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|e| self.unusable("the root certificate is not valid PEM", e))?;
            if certificates.is_empty() {
                return Err(ConfigurationError::new(
                    "the root certificate holds no PEM certificate",
                ));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        #[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
        if !self.root_certificates.is_empty() {
            return Err(ConfigurationError::new("root_certificate needs a TLS feature"));
        }
        Ok(builder)
    }

    fn not_built(&self, error: reqwest::Error) -> ConfigurationError {
        #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
        if crate::certificate::problem(&error).is_some() {
            return self.unusable("the root certificate cannot be read", error);
        }
        let mut reason: &dyn std::error::Error = &error;
        while let Some(source) = reason.source() {
            reason = source;
        }
        let reason = self.redactor().redact(&reason.to_string()).into_owned();
        let what = format!("the HTTP client could not be built: {reason}");
        self.unusable(&what, error)
    }

    fn unusable(&self, what: &str, error: reqwest::Error) -> ConfigurationError {
        ConfigurationError::new(what).caused_by(&error.without_url(), &self.redactor())
    }

    fn redactor(&self) -> Redactor {
        Redactor::new(&self.proxies.secrets())
    }
}

/// reqwest panics when there is none.
#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
fn require_crypto_provider() -> Result<(), ConfigurationError> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(ConfigurationError::new(
            "no crypto provider: the feature `rustls-no-provider` leaves the choice to you, so install one first \
             (such as `rustls::crypto::ring::default_provider().install_default()`), or use the feature `rustls`",
        ));
    }
    Ok(())
}

impl ReqwestTransport {
    pub(crate) async fn send(
        &self,
        request: &Outgoing,
        user_agent: &HeaderValue,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let now = Instant::now();
        let connecting = self.limits.of(options.deadline.saturating_duration_since(now));
        let client = if options.fresh_connection {
            &self.fresh
        } else if self.limits.is_usual(connecting) {
            &self.pooled
        } else {
            &self.timed
        };
        let request = client.execute(to_reqwest(request, user_agent));
        let request = or_without_io(connecting::by(now + connecting, request));
        let mut response =
            by_deadline(options.deadline, async { request.await?.map_err(from_reqwest) }).await?;
        let status = response.status();
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = status;
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        // The client's own deadline would forget that an answer had begun to come.
        *answer.body_mut() = timeout_at(options.deadline, read_body(&mut response, options.max_body))
            .await
            .unwrap_or_else(|_| Err(TransportError::deadline(Effect::Unknown)))
            .map_err(|error| error.with_status(status))?;
        Ok(answer)
    }
}

fn to_reqwest(request: &Outgoing, user_agent: &HeaderValue) -> reqwest::Request {
    let mut to_send = reqwest::Request::new(request.method.clone(), request.url.clone());
    *to_send.headers_mut() = request.headers_with(user_agent);
    *to_send.body_mut() = Some(request.body.clone().into());
    to_send
}

async fn read_body(response: &mut reqwest::Response, max: usize) -> Result<Bytes, TransportError> {
    let mut chunks = Chunks::None;
    while let Some(chunk) = response.chunk().await.map_err(from_reqwest)? {
        if chunks.len() + chunk.len() > max {
            return Err(TransportError::too_large(max));
        }
        chunks = chunks.and(chunk);
    }
    Ok(chunks.into_bytes())
}

/// Most answers come in one piece, which then needs no copy.
enum Chunks {
    None,
    One(Bytes),
    Many(BytesMut),
}

impl Chunks {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(bytes) => bytes.len(),
        }
    }

    fn and(self, chunk: Bytes) -> Self {
        match self {
            Self::None => Self::One(chunk),
            Self::One(first) => {
                let mut bytes = BytesMut::with_capacity(2 * (first.len() + chunk.len()));
                bytes.extend_from_slice(&first);
                bytes.extend_from_slice(&chunk);
                Self::Many(bytes)
            }
            Self::Many(mut bytes) => {
                bytes.extend_from_slice(&chunk);
                Self::Many(bytes)
            }
        }
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::None => Bytes::new(),
            Self::One(bytes) => bytes,
            Self::Many(bytes) => bytes.freeze(),
        }
    }
}

/// The one place where a reqwest error becomes ours. Its URL holds the query, and so the token.
fn from_reqwest(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        return TransportError::not_sent(error)
            .permanent()
            .with_detail("the request cannot be sent as it is");
    }
    if !error.is_connect() {
        return TransportError::unknown(error);
    }
    #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
    if let Some(problem) = crate::certificate::problem(&error) {
        return TransportError::not_sent(error)
            .with_kind(crate::Kind::Certificate)
            .permanent()
            .with_detail(problem);
    }
    TransportError::not_sent(error)
}
