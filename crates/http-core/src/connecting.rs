//! Connecting ends ahead of its call's deadline: cut off by the deadline itself, it could not be told from a request
//! that was sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How much of the time that a call has left may go into connecting.
const SHARE: f64 = 0.8;

tokio::task_local! {
    /// The connector learns nothing about the request that it is for; but it is first polled with it.
    static CONNECTED_BY: Instant;
}

/// Sends a request whose connection, if it has to be made, stands well before `deadline` or not at all.
pub(crate) async fn within_share_of<F: Future>(deadline: Instant, request: F) -> F::Output {
    let now = Instant::now();
    let share = deadline.saturating_duration_since(now).mul_f64(SHARE);
    CONNECTED_BY.scope(now + share, request).await
}

#[derive(Clone)]
pub(crate) struct ConnectInTime;

#[derive(Clone)]
pub(crate) struct InTime<S>(S);

impl<S> Layer<S> for ConnectInTime {
    type Service = InTime<S>;

    fn layer(&self, connector: S) -> InTime<S> {
        InTime(connector)
    }
}

impl<S, R> Service<R> for InTime<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, address: R) -> Self::Future {
        let connecting = self.0.call(address);
        match CONNECTED_BY.try_with(|by| *by) {
            Ok(by) => Box::pin(async move {
                timeout_at(by, connecting)
                    .await
                    .unwrap_or_else(|_| Err("connecting took too long for the call's deadline".into()))
            }),
            Err(_) => Box::pin(connecting),
        }
    }
}
