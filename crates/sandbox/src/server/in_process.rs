//! A request that comes without a socket.

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::mpsc;
use tower::ServiceExt as _;

use crate::fault::cut::Ending;
use crate::fault::raw_reply::RawReply;
use crate::server::Peer;
use crate::server::connections::Activity;

/// What comes back for a request that was handed to [`Sandbox::call`](crate::Sandbox::call).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// An answer in one piece.
    Answer(Response<Bytes>),
    /// Bytes that a fault has made, perhaps a part of an answer or none at all, and what becomes of the connection then.
    Raw {
        /// What is sent. A [flood](crate::Fault::flood) is not: only its head.
        bytes: Bytes,
        /// What follows it.
        ending: Ending,
    },
}

/// Hands a request over as if it had come on a connection of this number.
pub(crate) async fn call(router: Router, number: u64, request: Request<Bytes>) -> Reply {
    let (take_over, mut commands) = mpsc::channel(1);
    let mut request = request.map(Body::from);
    request
        .extensions_mut()
        .insert(Peer::new(number, take_over, Activity::default()));
    let answer = tokio::select! {
        biased;
        Some(RawReply { bytes, ending, .. }) = commands.recv() => return Reply::Raw { bytes, ending },
        Ok(answer) = router.oneshot(request) => answer,
    };
    let (head, body) = answer.into_parts();
    // The answers of the sandbox are in memory already: reading them does not fail.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Reply::Answer(Response::from_parts(head, body))
}
