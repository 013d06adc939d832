//! The stream of events.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{StatusCode, header};
use hyper::body::Frame;
use tokio::time::{Instant, Interval, interval_at};

use super::problem::Problem;
use crate::events::listener::Listener;
use crate::server::state::Shared;

/// So often something is written, so that a listener that has gone is found out.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) async fn listen(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    let listener = shared
        .events
        .listen()
        .ok_or_else(|| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many listen already"))?;
    let stream = EventStream {
        listener,
        keep_alive: interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE),
        has_begun: false,
    };
    let content_type = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((content_type, Body::new(stream)).into_response())
}

struct EventStream {
    listener: Arc<Listener>,
    keep_alive: Interval,
    has_begun: bool,
}

impl hyper::body::Body for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = |bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        if !self.has_begun {
            self.has_begun = true;
            return frame(Bytes::from_static(b": payvand-sandbox\n\n"));
        }
        if let Poll::Ready(event) = self.listener.poll_next(context) {
            return frame(event);
        }
        match self.keep_alive.poll_tick(context) {
            Poll::Ready(_) => frame(Bytes::from_static(b":\n\n")),
            Poll::Pending => Poll::Pending,
        }
    }
}
