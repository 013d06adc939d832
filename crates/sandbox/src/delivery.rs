//! How the bytes of an answer get to the client, when not as they should.

use std::time::Duration;

use axum::body::to_bytes;
use axum::response::Response;
use bytes::Bytes;

use crate::rude::Rude;
use crate::wire::Wire;

/// How far an answer gets before a fault's [`Ending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Point {
    /// Before its first byte.
    Start,
    /// After the status line.
    StatusLine,
    /// Somewhere among the headers.
    HalfHead,
    /// After the empty line that ends the headers, before the body.
    Head,
    /// In the middle of the body.
    HalfBody,
    /// Before the body's last byte; of a body in chunks, before the empty chunk that ends it: all the data has come.
    LastByte,
    /// After the whole answer, which never says that the connection will not be kept.
    End,
}

/// What becomes of the connection where an answer stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It stays open and silent until the client leaves or the sandbox stops.
    Stall,
    /// It is closed in good order.
    Close,
    /// It is reset (a TCP `RST`).
    Reset,
}

/// How a client can tell where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    /// By a `content-length`.
    Length,
    /// By the empty last chunk of `transfer-encoding: chunked`.
    Chunked,
    /// Only by the end of the connection: a body that is cut off there looks whole.
    UntilClose,
}

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

    pub(crate) async fn of_answer(self, answer: Response) -> Rude {
        let (head, body) = answer.into_parts();
        // The answers of the sandbox are in memory already: reading them does not fail.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let framing = self.framing.unwrap_or(Framing::Length);
        self.of_wire(&Wire::of_answer(&head, &body, framing))
    }

    pub(crate) fn of_bytes(self, bytes: &[u8]) -> Rude {
        self.of_wire(&Wire::of_bytes(bytes))
    }

    fn of_wire(self, wire: &Wire) -> Rude {
        let point = self.point();
        let mut bytes = self.before.to_vec();
        bytes.extend_from_slice(wire.up_to(point));
        if point == Point::End {
            bytes.extend_from_slice(&self.after);
        }
        Rude {
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
