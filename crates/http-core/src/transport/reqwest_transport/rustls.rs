//! One TLS configuration for all connections of a client, and the system's certificates once for all clients.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::configuration::ConfigurationError;
use crate::secret::redactor::Redactor;

/// Goes with the last client that uses it, so that a later client reads the certificates of its day.
static SYSTEM: Mutex<Weak<Verifier>> = Mutex::new(Weak::new());

const NO_AUTHORITIES: &str = "No CA certificates were found on this machine, so no https server could be trusted: install the \
     package `ca-certificates`, or name a file of certificates in SSL_CERT_FILE (where SSL_CERT_FILE or SSL_CERT_DIR is \
     set, nothing else is read), or give one to the builder's root_certificate";

pub(super) struct Tls(ClientConfig);

impl Tls {
    pub(super) fn new(
        root_certificates: &[Vec<u8>],
        plain_http: bool,
        redactor: &Redactor,
    ) -> Result<Self, ConfigurationError> {
        let unusable = |what: &str, error| ConfigurationError::new(what).caused_by(&error, redactor);
        let mut roots = Vec::new();
        for pem in root_certificates {
            roots.extend(certificates(pem, redactor)?);
        }
        let provider = crypto_provider()?;
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|e| unusable("the crypto provider cannot be used", e))?;
        let builder = if roots.is_empty() {
            match system(provider) {
                Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(verifier),
                Err(_) if plain_http => builder.with_root_certificates(RootCertStore::empty()),
                Err(error) => return Err(unusable(NO_AUTHORITIES, error)),
            }
        } else {
            let verifier = with_roots(roots, provider)
                .map_err(|e| unusable("the root certificate cannot be read", e))?;
            builder.dangerous().with_custom_certificate_verifier(verifier)
        };
        let mut configuration = builder.with_no_client_auth();
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(configuration))
    }

    pub(super) fn configure(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_backend_preconfigured(self.0.clone())
    }
}

fn certificates(pem: &[u8], redactor: &Redactor) -> Result<Vec<CertificateDer<'static>>, ConfigurationError> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|e| {
            ConfigurationError::new("the root certificate is not valid PEM").caused_by(&e, redactor)
        })?;
    if certificates.is_empty() {
        return Err(ConfigurationError::new(
            "the root certificate holds no PEM certificate",
        ));
    }
    Ok(certificates)
}

fn system(provider: Arc<CryptoProvider>) -> Result<Arc<Verifier>, rustls::Error> {
    let mut system = SYSTEM.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(verifier) = system.upgrade() {
        return Ok(verifier);
    }
    let verifier = Arc::new(Verifier::new(provider)?);
    *system = Arc::downgrade(&verifier);
    Ok(verifier)
}

/// The system's, and these.
#[cfg(not(target_os = "android"))]
fn with_roots(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<Verifier>, rustls::Error> {
    Verifier::new_with_extra_roots(roots, provider).map(Arc::new)
}

#[cfg(target_os = "android")]
fn with_roots(
    _: Vec<CertificateDer<'static>>,
    _: Arc<CryptoProvider>,
) -> Result<Arc<Verifier>, rustls::Error> {
    Err(rustls::Error::General(
        "Android trusts the certificates of its own store alone".to_owned(),
    ))
}

/// The program's own choice goes first, as everywhere.
#[cfg(feature = "rustls")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "with `rustls-no-provider` there may be none"
)]
fn crypto_provider() -> Result<Arc<CryptoProvider>, ConfigurationError> {
    let installed = CryptoProvider::get_default().cloned();
    Ok(installed.unwrap_or_else(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider())))
}

#[cfg(not(feature = "rustls"))]
fn crypto_provider() -> Result<Arc<CryptoProvider>, ConfigurationError> {
    CryptoProvider::get_default().cloned().ok_or_else(|| {
        ConfigurationError::new(
            "no crypto provider: the feature `rustls-no-provider` leaves the choice to you, so install one first \
             (such as `rustls::crypto::ring::default_provider().install_default()`), or use the feature `rustls`",
        )
    })
}
