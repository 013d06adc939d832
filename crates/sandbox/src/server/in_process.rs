//! A request that comes without a socket.

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::mpsc;

use crate::fault::cut::Ending;
use crate::fault::delivery::in_one_piece;
use crate::fault::raw_reply::RawReply;
use crate::server::Peer;
use crate::server::app::App;
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
pub(crate) async fn call(app: &App, number: u64, request: Request<Bytes>) -> Reply {
    let (take_over, mut commands) = mpsc::channel(1);
    let peer = Peer {
        number,
        take_over,
        activity: Activity::default(),
    };
    let answer = tokio::select! {
        biased;
        Some(RawReply { bytes, ending, .. }) = commands.recv() => return Reply::Raw { bytes, ending },
        answer = app.answer(request.map(Body::from), &peer) => answer,
    };
    Reply::Answer(in_one_piece(answer).await)
}
