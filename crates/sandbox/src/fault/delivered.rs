use std::time::Duration;

use bytes::Bytes;

use super::Fault;
use super::cut::{Ending, Framing, Point};

/// How it gets to the client. After any of these the connection ends with the answer, unless [`cut`](Fault::cut)
/// says otherwise; none of them means anything for [`close_on_accept`](Fault::close_on_accept).
impl Fault {
    /// Sends the answer up to this point, and does this to the connection there.
    ///
    /// A flood has no points: it ends in this way when it is over.
    #[must_use]
    pub fn cut(mut self, at: Point, ending: Ending) -> Self {
        self.delivery.cut = Some((at, ending));
        self
    }

    /// Sends one byte at a time, with this pause after each.
    #[must_use]
    pub fn byte_by_byte(mut self, pace: Duration) -> Self {
        self.delivery.pace = Some(pace);
        self
    }

    /// Marks the body's end in this way; for the [`usual`](Self::usual) and [another](Self::answer) answer.
    #[must_use]
    pub fn framed(mut self, framing: Framing) -> Self {
        self.delivery.framing = Some(framing);
        self
    }

    /// Sends these bytes before the answer: an informational answer, or what does not belong there.
    #[must_use]
    pub fn preceded_by(mut self, bytes: impl Into<Bytes>) -> Self {
        self.delivery.before = bytes.into();
        self
    }

    /// Sends these bytes after the whole answer: another answer, that nobody asked for.
    #[must_use]
    pub fn followed_by(mut self, bytes: impl Into<Bytes>) -> Self {
        self.delivery.after = bytes.into();
        self
    }
}
