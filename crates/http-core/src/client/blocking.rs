//! Calls without async code: a runtime on a thread of its own makes them, while the caller's thread waits.

use std::future::{pending, poll_fn};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use std::{io, thread};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::time::Instant;
use tracing::instrument::{Instrument, WithSubscriber};

use crate::client::HttpClient;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::transport::TransportError;
use crate::operation::{Operation, Semantics};

/// A call ends by itself at its deadline, and knows best what became of it. It has this much longer to say so.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where all of them are made: one runtime for the program, which begins with the first call.
static BACKGROUND: LazyLock<io::Result<Handle>> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let thread = thread::Builder::new().name("payvand".to_owned());
    thread.spawn(move || runtime.block_on(pending::<()>()))?;
    Ok(handle)
});

fn background<C: Code>() -> Result<&'static Handle, ErrorBuilder<C>> {
    let failed = |why| ErrorBuilder::configuration(format!("there is no thread to make calls on: {why}"));
    BACKGROUND.as_ref().map_err(failed)
}

/// Waits for this work on the runtime, and aborts it after this time; `None` as well if it panicked.
fn wait_for<T, W>(background: &Handle, work: W, longest: Duration) -> Option<T>
where
    T: Send + 'static,
    W: Future<Output = T> + Send + 'static,
{
    let (sender, outcome) = sync_channel(1);
    let work = async move { sender.send(work.await) };
    let task = background.spawn(work.in_current_span().with_current_subscriber());
    let outcome = outcome.recv_timeout(longest);
    task.abort();
    outcome.ok()
}

impl HttpClient {
    /// Waits for a call of this client until its deadline, and a little longer for what it says then.
    pub fn wait<T: Send + 'static, C: Code>(
        &self,
        operation: &'static Operation,
        semantics: Semantics,
        timeout: Option<Duration>,
        call: impl Future<Output = Result<T, Error<C>>> + Send + 'static,
    ) -> Result<T, Error<C>> {
        let background = background().map_err(|error| error.before_sending(operation))?;
        // Whoever sets it first decides: the call begins, or never does.
        let is_decided = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&is_decided);
        let call = async move {
            let is_given_up = begins.swap(true, Ordering::SeqCst);
            if is_given_up { pending().await } else { call.await }
        };
        let left = self.deadline(timeout).saturating_duration_since(Instant::now());
        wait_for(background, call, left.saturating_add(PATIENCE)).unwrap_or_else(|| {
            let has_begun = is_decided.swap(true, Ordering::SeqCst);
            let error = ErrorBuilder::from_transport(&TransportError::timeout(), self.redactor());
            Err(error.into_error(operation, semantics, has_begun.into(), has_begun))
        })
    }
}

/// What a stream gives, one after the other, while this thread waits; made by its `wait`. It goes on only while it is
/// asked for the next one, and dropping it drops the stream.
#[derive(Debug)]
#[must_use = "it asks for nothing until it is read"]
pub struct BlockingIter<S>(&'static Handle, Option<S>);

impl<S> BlockingIter<S> {
    #[doc(hidden)]
    pub fn new<C: Code>(stream: S) -> Result<Self, ErrorBuilder<C>> {
        background().map(|background| Self(background, Some(stream)))
    }

    /// The stream itself, for what else it can do and say; `None` after a panic in it.
    pub fn stream(&mut self) -> Option<&mut S> {
        self.1.as_mut()
    }
}

impl<S: Stream<Item: Send> + Unpin + Send + 'static> Iterator for BlockingIter<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        let mut stream = self.1.take()?;
        let next = async { (poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, stream) };
        let next = wait_for(self.0, next, Duration::MAX);
        let (item, stream) = next.unwrap_or_else(|| resume_unwind(Box::new("a panic of the stream")));
        self.1 = Some(stream);
        item
    }
}
