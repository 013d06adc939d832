//! The system's TLS library, which finds the system's certificates by itself.

use crate::{ConfigurationError, Redactor};

pub(super) struct Tls(Vec<reqwest::Certificate>);

impl Tls {
    pub(super) fn new(
        root_certificates: &[Vec<u8>],
        _: bool,
        redactor: &Redactor,
    ) -> Result<Self, ConfigurationError> {
        let mut roots = Vec::new();
        for pem in root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|e| {
                ConfigurationError::new("the root certificate is not valid PEM").caused_by(&e, redactor)
            })?;
            if certificates.is_empty() {
                return Err(ConfigurationError::new(
                    "the root certificate holds no PEM certificate",
                ));
            }
            roots.extend(certificates);
        }
        Ok(Self(roots))
    }

    pub(super) fn configure(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_certs_merge(self.0.iter().cloned())
    }
}
