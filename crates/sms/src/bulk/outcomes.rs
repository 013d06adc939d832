use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::iter::repeat_with;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use http_core::{Operation, Semantics, http, require_runtime};
use payvand_persian::Mobile;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::bulk::Bulk;
use crate::bulk::chunks::{Chunk, Chunks, Indexed};
use crate::bulk::end::Judge;
use crate::chunk_sender::ChunkLimits;
use crate::error::Error;
use crate::outcome::{Cause, Outcome};
use crate::row::Row;

/// Errors of a bulk itself are named so.
pub(crate) static BULK: Operation =
    Operation::new("sms.bulk", http::Method::POST, "", Semantics::NonIdempotent);

type Rows = Pin<Box<dyn Stream<Item = Row> + Send>>;
type UnderWay = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// A chunk, and what became of its rows.
struct Ended(Chunk, Vec<Outcome>);

/// What becomes of the rows of a [`Bulk`]: one outcome each, in the order in which chunks end.
///
/// It sends only while it is read, and reading it is all that it needs: there is no task in the background. Read it on a
/// task of its own where a slow reader could keep chunks waiting beyond their deadlines.
///
/// **Dropping it** leaves the chunks that are under way unknown. [`stop`](Self::stop) ends it well.
#[must_use = "a stream sends nothing until it is read"]
pub struct Outcomes {
    bulk: Bulk,
    limits: ChunkLimits,
    most_in_flight: usize,
    rows: Option<Rows>,
    next_index: u64,
    chunks: Chunks,
    under_way: FuturesUnordered<UnderWay>,
    ready: VecDeque<RowOutcome>,
    judge: Judge,
    has_begun: bool,
    /// Nothing more is sent, because of this.
    ended: Option<Cause>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// What became of one row of a [`Bulk`].
#[derive(Debug, Clone)]
pub struct RowOutcome {
    index: u64,
    to: Mobile,
    outcome: Outcome,
}

impl RowOutcome {
    /// Which row it was: the first is 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The row's number.
    pub fn to(&self) -> Mobile {
        self.to
    }

    /// What became of it.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// What became of it, given away.
    pub fn into_outcome(self) -> Outcome {
        self.outcome
    }
}

impl Outcomes {
    pub(crate) fn new(bulk: Bulk, rows: Rows) -> Self {
        let limits = bulk.sender.limits();
        Self {
            chunks: Chunks::new(limits),
            limits,
            most_in_flight: bulk.concurrency.or(limits.at_once).unwrap_or(1).max(1),
            bulk,
            rows: Some(rows),
            next_index: 0,
            under_way: FuturesUnordered::new(),
            ready: VecDeque::new(),
            judge: Judge::default(),
            has_begun: false,
            ended: None,
            timer: None,
        }
    }

    /// The next outcome; `None` at the end.
    pub async fn next(&mut self) -> Option<RowOutcome> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The outcomes one after the other, without async code. It sends only while it is asked for the next one.
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration): the system gives no thread to make calls on.
    #[cfg(feature = "blocking")]
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<http_core::BlockingIter<Self>, Error> {
        http_core::BlockingIter::new::<NoCode>(self).map_err(|error| error.before_sending(&BULK).into())
    }

    /// Sends nothing more. Read on: the chunks that are under way come to their end, and all other rows are reported as not
    /// sent, those that are still to come too. Rows that never end, such as those of an open channel, have to be ended by
    /// their own means.
    pub fn stop(&mut self) {
        self.ended.get_or_insert(Cause::Stopped);
    }

    /// Why nothing more is sent, if that is so: [`stop`](Self::stop) was called, or to go on is senseless.
    pub fn ended(&self) -> Option<&Cause> {
        self.ended.as_ref()
    }

    /// Whether there is no room for more outcomes that nobody has read yet.
    fn is_behind(&self) -> bool {
        self.ready.len() >= self.limits.most_rows * self.most_in_flight
    }

    fn begin(&mut self) {
        if !self.has_begun {
            self.has_begun = true;
            if let Err(error) = require_runtime::<NoCode>() {
                let cause = Cause::Call(Error::from(error.before_sending(&BULK)));
                self.ended.get_or_insert(Cause::EndedEarly(Arc::new(cause)));
            }
        }
    }

    /// Takes over what became of a chunk.
    fn take_over(&mut self, Ended(chunk, mut outcomes): Ended) {
        if self.ended.is_none() {
            self.ended = self.judge.end(&*self.bulk.sender, &outcomes);
        }
        self.chunks.ended(&chunk.rows, Instant::now());
        // Of what the sender says nothing, nobody knows anything.
        let missing = chunk.rows.len().saturating_sub(outcomes.len());
        outcomes.extend(repeat_with(|| Outcome::Unknown(Cause::Status(None))).take(missing));
        let rows = chunk.indexes.into_iter().zip(chunk.rows).zip(outcomes);
        self.ready.extend(rows.map(|((index, row), outcome)| RowOutcome {
            index,
            to: row.to(),
            outcome,
        }));
    }

    fn not_sent(&mut self, (index, row): Indexed, cause: Cause) {
        self.ready.push_back(RowOutcome {
            index,
            to: row.to(),
            outcome: Outcome::NotSent(cause),
        });
    }

    /// The next row, if there is one by now.
    fn poll_row(&mut self, context: &mut Context<'_>) -> Option<Indexed> {
        let Poll::Ready(row) = self.rows.as_mut()?.as_mut().poll_next(context) else {
            return None;
        };
        let Some(row) = row else {
            self.rows = None;
            return None;
        };
        let index = self.next_index;
        self.next_index += 1;
        Some((index, row))
    }

    /// Reads rows until enough of them wait.
    fn read(&mut self, context: &mut Context<'_>) {
        while !self.chunks.is_full() && !self.is_behind() {
            let Some(row) = self.poll_row(context) else {
                return;
            };
            if row.1.text().is_empty() {
                self.not_sent(row, Cause::NoText);
            } else {
                self.chunks.add(row, Instant::now());
            }
        }
    }

    /// Reports what is left as not sent.
    fn give_up(&mut self, cause: &Cause, context: &mut Context<'_>) {
        for row in self.chunks.drain() {
            self.not_sent(row, cause.clone());
        }
        while !self.is_behind() {
            let Some(row) = self.poll_row(context) else {
                return;
            };
            self.not_sent(row, cause.clone());
        }
    }

    /// Sends the next chunk, if one may leave by now; says whether it did.
    fn send(&mut self) -> bool {
        if self.is_behind() || self.under_way.len() >= self.most_in_flight {
            return false;
        }
        let at_once = self.rows.is_none();
        let Some(chunk) = self.chunks.take(Instant::now(), self.bulk.max_wait, at_once) else {
            return false;
        };
        let sender = Arc::clone(&self.bulk.sender);
        self.under_way.push(Box::pin(async move {
            let outcomes = sender.send_chunk(&chunk.rows).await;
            Ended(chunk, outcomes)
        }));
        true
    }

    /// Whether the oldest chunk is to leave by now; else the task is woken then.
    fn poll_due(&mut self, context: &mut Context<'_>) -> bool {
        let is_room = self.under_way.len() < self.most_in_flight && !self.is_behind();
        let due = self.chunks.due(self.bulk.max_wait).filter(|_| is_room);
        let Some(due) = due else {
            return false;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if timer.deadline() != due {
            timer.as_mut().reset(due);
        }
        timer.as_mut().poll(context).is_ready()
    }
}

impl Stream for Outcomes {
    type Item = RowOutcome;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<RowOutcome>> {
        let this = &mut *self;
        this.begin();
        loop {
            // First, since a chunk under way has a deadline, however slowly the outcomes are read.
            while let Poll::Ready(Some(ended)) = Pin::new(&mut this.under_way).poll_next(context) {
                this.take_over(ended);
            }
            // With as many chunks under way as may be there is nothing to read or to send for.
            if this.under_way.len() >= this.most_in_flight
                && let Some(outcome) = this.ready.pop_front()
            {
                return Poll::Ready(Some(outcome));
            }
            match this.ended.clone() {
                Some(cause) => this.give_up(&cause, context),
                None => this.read(context),
            }
            let is_sent = this.ended.is_none() && (this.send() || this.poll_due(context));
            if is_sent {
                continue;
            }
            if let Some(outcome) = this.ready.pop_front() {
                return Poll::Ready(Some(outcome));
            }
            let is_over = this.rows.is_none() && this.chunks.is_empty() && this.under_way.is_empty();
            return if is_over { Poll::Ready(None) } else { Poll::Pending };
        }
    }
}

impl fmt::Debug for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcomes")
            .field("read", &self.next_index)
            .field("under_way", &self.under_way.len())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// A bulk itself has no codes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NoCode {}

impl http_core::Code for NoCode {
    type Details = ();

    fn describe(&self, _: http_core::Language) -> std::borrow::Cow<'static, str> {
        match *self {}
    }
}
