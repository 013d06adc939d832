use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::transport::TransportError;

/// How late a timer may fire. What came to an end before it, such as connecting, still counts: it tells *not
/// sent* from *unknown*.
pub(crate) const LATE: Duration = Duration::from_millis(10);

/// Waits for work of the call's own, within its deadline; `None` when that passes.
pub async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    timeout_at(deadline, work).await.ok()
}

/// Does what may send something; whether it did, nobody knows after its deadline.
pub(crate) async fn by_deadline<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T, TransportError>> + Unpin,
) -> Result<T, TransportError> {
    until(deadline, LATE, work)
        .await
        .unwrap_or_else(|| Err(TransportError::timeout()))
}

/// Unlike [`timeout_at`] it looks at the clock before it polls the work: polled too late, that could still send. Work that
/// has begun is polled for `late` after the deadline, since it may know how it ended. The work is pinned by its caller, or
/// it would be held twice.
pub(crate) async fn until<W: Future + Unpin>(
    deadline: Instant,
    late: Duration,
    mut work: W,
) -> Option<W::Output> {
    let mut has_begun = false;
    let in_time = poll_fn(|cx| {
        let now = Instant::now();
        if now < deadline || has_begun && now.saturating_duration_since(deadline) < late {
            has_begun = true;
            Pin::new(&mut work).poll(cx).map(Some)
        } else {
            Poll::Ready(None)
        }
    });
    timeout_at(deadline, in_time).await.ok().flatten()
}
