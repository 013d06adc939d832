//! Without the feature `client` nothing is sent: calls only write their requests and read their responses.

#![expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "with `client` there is something to look at and to refuse"
)]

use crate::call::endpoint::Endpoint;
use crate::error::configuration::ConfigurationError;
use crate::rate_limit::RateLimit;
use crate::secret::Secret;

#[derive(Debug)]
pub(crate) struct Sending;

impl Sending {
    pub(super) fn secrets(&self) -> [Secret; 0] {
        []
    }
}

#[doc(hidden)]
#[derive(Debug, Default)]
pub struct SendingSettings {}

impl SendingSettings {
    pub(super) fn resolves_elsewhere(&self) -> bool {
        true
    }

    pub(super) fn build(self, _: &Endpoint, _: bool, _: RateLimit) -> Result<Sending, ConfigurationError> {
        Ok(Sending)
    }
}
