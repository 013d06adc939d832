//! The system's TLS library, which finds the system's certificates by itself: one connector for all connections of a
//! client, since making one reads them.

use native_tls::{Certificate, TlsConnector};

use crate::error::configuration::ConfigurationError;
use crate::secret::redactor::Redactor;

pub(super) struct Tls(TlsConnector);

impl Tls {
    pub(super) fn new(
        root_certificates: &[Vec<u8>],
        _: bool,
        redactor: &Redactor,
    ) -> Result<Self, ConfigurationError> {
        let unusable = |what: &str, error| ConfigurationError::new(what).caused_by(&error, redactor);
        let mut connector = TlsConnector::builder();
        connector.request_alpns(&["http/1.1"]);
        for pem in root_certificates {
            let certificates = Certificate::stack_from_pem(pem)
                .map_err(|e: native_tls::Error| unusable("the root certificate is not valid PEM", e))?;
            if certificates.is_empty() {
                return Err(ConfigurationError::new(
                    "the root certificate holds no PEM certificate",
                ));
            }
            for certificate in certificates {
                connector.add_root_certificate(certificate);
            }
        }
        let connector = connector
            .build()
            .map_err(|e| unusable("the system's TLS library cannot be used", e))?;
        Ok(Self(connector))
    }

    pub(super) fn configure(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_backend_preconfigured(self.0.clone())
    }
}
