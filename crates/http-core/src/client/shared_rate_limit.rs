//! A rate limit that several clients or processes keep together.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::error::transport::TransportError;
use crate::transport::deadline::within;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A limit that several processes keep together, for one account: `MemoryRateLimit` within one process, or one of your own.
///
/// The rule is that of [`RateLimit`](crate::RateLimit): of all requests before it, a request leaves only when no more than `count - 1` are
/// under way or have been completed less than a window ago. Every attempt and every login asks, after it has had its turn
/// under the client's own limit, so no process asks for more than that lets leave at once.
#[async_trait]
pub trait SharedRateLimit: Send + Sync + 'static {
    /// Waits for the turn of one request, which is completed when the permit is dropped; at its deadline at the latest.
    ///
    /// # Errors
    /// The turn would come too late, or nobody knows when it comes. The call is held back:
    /// [`Kind::Withheld`](crate::Kind::Withheld), not sent.
    async fn acquire(&self, deadline: Instant) -> Result<SharedPermit, SharedLimitError>;

    /// The server asked that nothing is sent for this long: nobody lets a request leave.
    async fn pause(&self, time: Duration);
}

/// The turn of one request, for the attempt that it is for. It ends with the attempt, or with its caller at once: an
/// aborted task drops nothing before its runtime gets to it.
#[derive(Clone, Default)]
pub(super) struct SharedTurn(Arc<Mutex<Option<SharedPermit>>>);

impl SharedTurn {
    pub(super) async fn wait(
        &self,
        limit: &dyn SharedRateLimit,
        deadline: Instant,
    ) -> Result<(), TransportError> {
        let permit = within(deadline, limit.acquire(deadline)).await;
        let permit = permit.unwrap_or_else(|| Err(SharedLimitError::too_late()));
        *self.lock() = Some(permit.map_err(SharedLimitError::into_transport_error)?);
        Ok(())
    }

    pub(super) fn end(&self) {
        let permit = self.lock().take();
        drop(permit);
    }

    fn lock(&self) -> MutexGuard<'_, Option<SharedPermit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request under way, until it is dropped.
#[must_use = "dropping it says that the request is completed"]
pub struct SharedPermit {
    _guard: Box<dyn Send + Sync>,
}

impl SharedPermit {
    /// `guard` says that the request is completed when it is dropped.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self {
            _guard: Box::new(guard),
        }
    }
}

impl fmt::Debug for SharedPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedPermit").finish_non_exhaustive()
    }
}

/// Why a request may not leave.
#[derive(Debug, thiserror::Error)]
#[error("{}", match .source {
    None => "its turn under the shared rate limit would come after its deadline",
    Some(_) => "the shared rate limit cannot be asked whether it may leave",
})]
pub struct SharedLimitError {
    source: Option<BoxError>,
}

impl SharedLimitError {
    /// Its turn would come after its deadline.
    pub fn too_late() -> Self {
        Self { source: None }
    }

    /// What keeps the limit cannot be reached.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        Self {
            source: Some(source.into()),
        }
    }

    pub(super) fn into_transport_error(self) -> TransportError {
        let why = self.to_string();
        TransportError::withheld(why, self.source)
    }
}
