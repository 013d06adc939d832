//! How the bytes of an answer get to the client, when not as they should.

use std::time::Duration;

use axum::body::to_bytes;
use axum::response::Response;
use bytes::Bytes;

use crate::fault::cut::{Ending, Framing, Point};
use crate::fault::raw_reply::RawReply;
use crate::fault::wire::Wire;

/// What a fault changes about the way of its answer; nothing, if it is the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Delivery {
    pub(crate) before: Bytes,
    pub(crate) after: Bytes,
    pub(crate) framing: Option<Framing>,
    pub(crate) pace: Option<Duration>,
    pub(crate) cut: Option<(Point, Ending)>,
}

impl Delivery {
    /// Whether the server library can do it.
    pub(crate) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the status line is sent in full.
    pub(crate) fn shows_status(&self) -> bool {
        self.point() != Point::Start
    }

    pub(crate) async fn of_answer(self, answer: Response) -> RawReply {
        let (head, body) = in_one_piece(answer).await.into_parts();
        let framing = self.framing.unwrap_or(Framing::Length);
        self.of_wire(&Wire::of_answer(&head, &body, framing))
    }

    pub(crate) fn of_bytes(self, bytes: &[u8]) -> RawReply {
        self.of_wire(&Wire::of_bytes(bytes))
    }

    fn of_wire(self, wire: &Wire) -> RawReply {
        let point = self.point();
        let mut bytes = self.before.to_vec();
        bytes.extend_from_slice(wire.up_to(point));
        if point == Point::End {
            bytes.extend_from_slice(&self.after);
        }
        RawReply {
            bytes: bytes.into(),
            pace: self.pace,
            flood: None,
            ending: self.ending(),
        }
    }

    fn point(&self) -> Point {
        self.cut.map_or(Point::End, |(point, _)| point)
    }

    pub(crate) fn ending(&self) -> Ending {
        self.cut.map_or(Ending::Close, |(_, ending)| ending)
    }
}

/// The answers of the sandbox are in memory already: reading them does not fail.
pub(crate) async fn in_one_piece(answer: Response) -> http::Response<Bytes> {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    http::Response::from_parts(head, body)
}
