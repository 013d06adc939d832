use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::client::rate_limit::Limiter;
use crate::client::shared_rate_limit::{SharedLimitError, SharedPermit, SharedRateLimit};
use crate::rate_limit::RateLimit;

/// A limit for several clients of one process; its clones are one limit.
#[derive(Debug, Clone)]
pub struct MemoryRateLimit {
    limiter: Option<Arc<Limiter>>,
}

impl MemoryRateLimit {
    /// This limit, over all clients that are given it.
    pub fn new(limit: RateLimit) -> Self {
        Self {
            limiter: limit.limiter(),
        }
    }
}

#[async_trait]
impl SharedRateLimit for MemoryRateLimit {
    async fn acquire(&self, deadline: Instant) -> Result<SharedPermit, SharedLimitError> {
        let Some(limiter) = &self.limiter else {
            return Ok(SharedPermit::new(()));
        };
        let permit = limiter.acquire(deadline).await;
        permit.map(SharedPermit::new).map_err(|error| match error.pause {
            Some(left) => SharedLimitError::paused(left),
            None => SharedLimitError::too_late(),
        })
    }

    async fn pause(&self, time: Duration) {
        if let Some(limiter) = &self.limiter {
            limiter.pause(time);
        }
    }
}
