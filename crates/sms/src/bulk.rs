mod chunks;
mod end;
pub(crate) mod outcomes;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};
use payvand_persian::Mobile;

use crate::bulk::outcomes::Outcomes;
use crate::chunk_sender::ChunkSender;
use crate::row::Row;

const MAX_WAIT: Duration = Duration::from_millis(200);

/// Sends any number of messages, in chunks; made by the provider's client: `sms.bulk(line)`.
///
/// - A chunk leaves when it is full (100 rows), or when its first row has waited for [`max_wait`](Self::max_wait).
/// - No number is in two chunks at once, so the rows of one number keep their order. Others may overtake each other: an
///   [outcome](crate::RowOutcome) has the index of its row, and comes when its chunk ends.
/// - Where the provider takes one text a request, rows of the same text are gathered, and for that at most 1,000 rows are
///   read ahead.
/// - As many chunks are under way as the client's limit lets out at once, and one where there is no limit, or as many as
///   [`concurrency`](Self::concurrency) says.
/// - A chunk of which nobody knows whether it was sent is never sent again.
/// - When the account has expired, or its address, its password or its credit is refused, or when three whole chunks in a
///   row are refused with one code, nothing more is sent, and all that is left is reported as not sent.
///
/// It costs money: each row that is sent is an SMS.
#[derive(Clone)]
#[must_use = "it sends nothing until it has rows"]
pub struct Bulk {
    pub(crate) sender: Arc<dyn ChunkSender>,
    pub(crate) max_wait: Duration,
    pub(crate) concurrency: Option<usize>,
}

impl Bulk {
    /// Sends through this.
    pub fn new(sender: impl ChunkSender + 'static) -> Self {
        Self {
            sender: Arc::new(sender),
            max_wait: MAX_WAIT,
            concurrency: None,
        }
    }

    /// How long the first row of a chunk waits for more. Default: 200 ms.
    pub fn max_wait(mut self, time: Duration) -> Self {
        self.max_wait = time;
        self
    }

    /// How many chunks are under way at most; 0 counts as 1. Default: as many as the client's limit lets out at once, and
    /// one where it has no limit.
    pub fn concurrency(mut self, chunks: usize) -> Self {
        self.concurrency = Some(chunks);
        self
    }

    /// Sends these rows, such as pairs of a number and a text. They are read as they are needed, so there may be any number
    /// of them. Nothing is sent until the outcomes are read.
    pub fn send_all<R: Into<Row> + 'static, I>(self, rows: I) -> Outcomes
    where
        I: IntoIterator<Item = R>,
        I::IntoIter: Send + 'static,
    {
        self.send_stream(stream::iter(rows))
    }

    /// Sends one text to many numbers.
    pub fn send_text<I>(self, text: impl Into<Arc<str>>, numbers: I) -> Outcomes
    where
        I: IntoIterator<Item = Mobile>,
        I::IntoIter: Send + 'static,
    {
        let text = text.into();
        let row = move |to| Row::new(to, Arc::clone(&text));
        self.send_all(numbers.into_iter().map(row))
    }

    /// Sends the rows of a stream as they come, such as those of a channel.
    pub fn send_stream<R: Into<Row> + 'static>(
        self,
        rows: impl Stream<Item = R> + Send + 'static,
    ) -> Outcomes {
        Outcomes::new(self, Box::pin(rows.map(Into::into)))
    }
}

impl fmt::Debug for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("max_wait", &self.max_wait)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
