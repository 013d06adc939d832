//! Where an answer stops, what then becomes of the connection, and how a body ends.

use serde::{Deserialize, Serialize};

/// How far an answer gets before a fault's [`Ending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It stays open and silent until the client leaves or the sandbox stops.
    Stall,
    /// It is closed in good order.
    Close,
    /// It is reset (a TCP `RST`).
    Reset,
}

/// How a client can tell where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// By a `content-length`.
    Length,
    /// By the empty last chunk of `transfer-encoding: chunked`.
    Chunked,
    /// Only by the end of the connection: a body that is cut off there looks whole.
    UntilClose,
}
