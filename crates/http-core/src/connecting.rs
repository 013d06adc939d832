//! Connecting ends ahead of its call's deadline: cut off by the deadline itself, it could not be told from a request
//! that was sent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

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

/// How long connecting may take.
pub(crate) struct Limits {
    /// However much time a call has.
    pub(crate) most: Duration,
    /// When a call begins that has the client's timeout.
    pub(crate) usual: Duration,
}

impl Limits {
    pub(crate) fn new(most: Duration, timeout: Duration) -> Self {
        Self {
            most,
            usual: timeout.mul_f64(SHARE).min(most),
        }
    }

    /// When a call has so much time left.
    pub(crate) fn of(&self, left: Duration) -> Duration {
        left.mul_f64(SHARE).min(self.most)
    }

    /// Whether the usual limit does for this one: a call has spent a moment of its time when it is about to send.
    pub(crate) fn is_usual(&self, limit: Duration) -> bool {
        limit.abs_diff(self.usual) <= self.usual / 64
    }
}

/// Sends a request whose connection, if it has to be made, stands by then or not at all; its client has the layer.
pub(crate) async fn by<F: Future>(time: Instant, request: F) -> F::Output {
    CONNECTED_BY.scope(time, request).await
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(limits: &Limits, left: f64) -> (f64, bool) {
        let limit = limits.of(Duration::from_secs_f64(left));
        (limit.as_secs_f64(), limits.is_usual(limit))
    }

    #[test]
    fn the_usual_limit_is_that_of_the_clients_own_timeouts() {
        let patient = Limits::new(Duration::from_secs(10), Duration::from_secs(30));
        for (left, limit, is_usual) in [(60.0, 10.0, true), (12.5, 10.0, true), (5.0, 4.0, false)] {
            assert_eq!(seconds(&patient, left), (limit, is_usual));
        }
        let short = Limits::new(Duration::from_secs(10), Duration::from_secs(5));
        for (left, limit, is_usual) in [
            (5.0, 4.0, true),
            (4.95, 3.96, true),
            (4.5, 3.6, false),
            (60.0, 10.0, false),
        ] {
            assert_eq!(seconds(&short, left), (limit, is_usual));
        }
        let zero = Limits::new(Duration::MAX, Duration::ZERO);
        assert!(!zero.is_usual(zero.of(Duration::MAX)));
    }

    proptest! {
        /// Cut off by the deadline, connecting could not be told from a request that was sent.
        #[test]
        fn the_usual_limit_leaves_time_after_connecting(most: Duration, timeout: Duration, left: Duration) {
            let limits = Limits::new(most, timeout);
            let limit = limits.of(left);
            if limits.is_usual(limit) {
                prop_assert!(limits.usual <= left.mul_f64(0.82));
            }
        }
    }
}
