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

    /// Completes a request, and tells those who keep the limit with this process. The caller's answer waits for that, within
    /// its deadline; a call that was dropped drops its permit. By default the permit is dropped.
    async fn complete(&self, permit: SharedPermit) {
        drop(permit);
    }

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
    ) -> Result<Option<Instant>, TransportError> {
        let permit = within(deadline, limit.acquire(deadline)).await;
        let permit = permit.unwrap_or_else(|| Err(SharedLimitError::too_late()));
        let permit = permit.map_err(SharedLimitError::into_transport_error)?;
        let send_by = permit.send_by;
        if send_by.is_some_and(|by| by <= Instant::now()) {
            return Err(SharedLimitError::too_late().into_transport_error());
        }
        *self.lock() = Some(permit);
        Ok(send_by)
    }

    pub(super) async fn complete(&self, limit: &dyn SharedRateLimit, deadline: Instant) {
        let permit = self.lock().take();
        if let Some(permit) = permit {
            let _ = within(deadline, limit.complete(permit)).await;
        }
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
    send_by: Option<Instant>,
}

impl SharedPermit {
    /// `guard` says that the request is completed when it is dropped.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self {
            _guard: Box::new(guard),
            send_by: None,
        }
    }

    /// The request must have left by then, or not leave at all: its connection stands before. For a transport of your own, this
    /// is checked only before it is asked to send.
    pub fn send_by(mut self, time: Instant) -> Self {
        self.send_by = Some(time);
        self
    }
}

impl fmt::Debug for SharedPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedPermit").finish_non_exhaustive()
    }
}

/// Why a request may not leave.
#[derive(Debug, thiserror::Error)]
#[error("{}", match (.source, .pause) {
    (Some(_), _) => "the shared rate limit cannot be asked whether it may leave",
    (None, Some(_)) => "its turn after the pause of the shared rate limit would come after its deadline",
    (None, None) => "its turn under the shared rate limit would come after its deadline",
})]
pub struct SharedLimitError {
    source: Option<BoxError>,
    pause: Option<Duration>,
}

impl SharedLimitError {
    /// Its turn would come after its deadline.
    pub fn too_late() -> Self {
        Self {
            source: None,
            pause: None,
        }
    }

    /// Its turn would come after its deadline, since nobody lets a request leave for this long. The call's error has it as
    /// `retry_after()`.
    pub fn paused(left: Duration) -> Self {
        Self {
            source: None,
            pause: Some(left),
        }
    }

    /// What keeps the limit cannot be reached.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        Self {
            source: Some(source.into()),
            pause: None,
        }
    }

    pub(super) fn into_transport_error(self) -> TransportError {
        let why = self.to_string();
        TransportError::withheld(why, self.source, self.pause)
    }
}
