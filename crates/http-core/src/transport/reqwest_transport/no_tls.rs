//! No TLS feature: plain http alone.

use crate::error::configuration::ConfigurationError;
use crate::secret::redactor::Redactor;

pub(super) struct Tls;

impl Tls {
    pub(super) fn new(
        root_certificates: &[Vec<u8>],
        _: bool,
        _: &Redactor,
    ) -> Result<Self, ConfigurationError> {
        if root_certificates.is_empty() {
            Ok(Self)
        } else {
            Err(ConfigurationError::new("root_certificate needs a TLS feature"))
        }
    }

    #[expect(clippy::unused_self, reason = "with TLS there is something to configure")]
    pub(super) fn configure(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder
    }
}
