//! The default transport. The only module of the family that knows reqwest.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use tokio::time::timeout_at;

use crate::connecting::{ConnectInTime, within_share_of};
use crate::{CallOptions, ConfigurationError, Effect, Kind, Redactor, Secret, Transport, TransportError};

/// The settings of the builder that only this transport understands.
#[derive(Default)]
pub(crate) struct Network {
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) proxy: Option<Secret>,
    pub(crate) proxy_from_env: bool,
}

pub(crate) struct ReqwestTransport {
    pooled: reqwest::Client,
    /// Keeps no idle connections, so each request of it opens one of its own.
    fresh: reqwest::Client,
}

impl Network {
    pub(crate) fn is_set(&self) -> bool {
        !self.root_certificates.is_empty() || self.proxy.is_some() || self.proxy_from_env
    }

    pub(crate) fn connect(&self, connect_timeout: Duration) -> Result<ReqwestTransport, ConfigurationError> {
        #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
        require_crypto_provider()?;
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .build()
                .map_err(|e| self.unusable("the HTTP client could not be built", e))
        };
        Ok(ReqwestTransport {
            pooled: build(self.client(connect_timeout)?)?,
            fresh: build(self.client(connect_timeout)?.pool_max_idle_per_host(0))?,
        })
    }

    fn client(&self, connect_timeout: Duration) -> Result<reqwest::ClientBuilder, ConfigurationError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .http1_only()
            .connect_timeout(connect_timeout)
            .connector_layer(ConnectInTime);
        #[cfg(feature = "rustls-no-provider")]
        {
            builder = builder.tls_backend_rustls();
        }
        if !self.proxy_from_env {
            builder = builder.no_proxy();
        }
        if let Some(url) = &self.proxy {
            let proxy = reqwest::Proxy::all(url.expose())
                .map_err(|e| self.unusable("the proxy is not a URL that can be used", e))?;
            builder = builder.proxy(proxy);
        }
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

    fn unusable(&self, what: &str, error: reqwest::Error) -> ConfigurationError {
        ConfigurationError::new(what).caused_by(&error.without_url(), &Redactor::new(&self.proxy))
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

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        let client = if options.fresh_connection {
            &self.fresh
        } else {
            &self.pooled
        };
        let request = reqwest::Request::try_from(request).map_err(|error| {
            TransportError::not_sent(error.without_url())
                .permanent()
                .with_detail("the request cannot be sent as it is")
        })?;
        let mut response = within_share_of(options.deadline, client.execute(request))
            .await
            .map_err(from_reqwest)?;
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
    if !error.is_connect() {
        return TransportError::unknown(error);
    }
    match certificate_problem(&error) {
        Some(problem) => TransportError::not_sent(error)
            .with_kind(Kind::Certificate)
            .permanent()
            .with_detail(problem),
        None => TransportError::not_sent(error),
    }
}

fn certificate_problem(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut link = Some(error);
    while let Some(error) = link {
        #[cfg(feature = "rustls-no-provider")]
        if let Some(rustls::Error::InvalidCertificate(problem)) = error.downcast_ref() {
            return Some(problem.to_string());
        }
        // OpenSSL and the other native libraries have no type for it that native-tls would show.
        #[cfg(feature = "native-tls")]
        if error.to_string().contains("certificate verify failed") {
            return Some(error.to_string());
        }
        link = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        };
    }
    None
}
