use std::fmt;
use std::time::Duration;

use http_core::bytes::Bytes;
use http_core::http::Response;
use http_core::{Argument, Outgoing, Reason, Redactor, check};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::success_of_change;
use crate::client::Client;
use crate::contract::CANCEL;
use crate::error::ErrorBuilder;

const BATCH: Argument = Argument::new("batch", "شناسهٔ دسته");

impl Client {
    /// Cancels a batch that waits for its time, until 30 seconds before it. Idempotent: tried again where that can help.
    ///
    /// Source: `DELETE messages/send/scheduled/{batchId}`.
    ///
    /// # Errors
    /// [`Code::NoSuchBatch`](crate::Code::NoSuchBatch) if there is none that waits; after an attempt whose answer was lost
    /// that may mean that the batch *is* cancelled, and [`Effect::Unknown`](crate::Effect::Unknown) says so.
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput) for the batch, before anything is sent; every other
    /// [`Code`](crate::Code), and what the login and the network can do.
    pub fn cancel(&self, batch: impl Into<String>) -> CancelCall {
        CancelCall {
            client: self.clone(),
            batch: batch.into(),
            timeout: None,
        }
    }
}

/// Cancels a batch; made by [`Client::cancel`].
///
/// [`request`](Self::request) has no `Authorization`: add that of [`TokenSource::authorization`](crate::TokenSource::authorization).
#[derive(Debug, Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct CancelCall {
    client: Client,
    batch: String,
    timeout: Option<Duration>,
}

sms_call!(CancelCall => Cancelled, CANCEL);

impl CancelCall {
    fn outgoing(&self) -> Result<Outgoing, ErrorBuilder> {
        let invalid = |reason| ErrorBuilder::invalid_input(BATCH, reason);
        check::argument(&self.batch).map_err(invalid)?;
        match &*self.batch {
            "" => return Err(invalid(Reason::Empty)),
            // They would be another address.
            "." | ".." => return Err(invalid(Reason::Unwritable)),
            _ => {}
        }
        self.client.bare(&CANCEL, BATCH, Some(&self.batch), &[])
    }
}

/// The service cancelled the batch: it answered with HTTP 200 and a JSON object that speaks of no error.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cancelled {
    fields: Map<String, Value>,
}

impl Cancelled {
    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let mut fields = success_of_change(response, redactor, Vec::new)?.to_map();
        redactor.redact_json_map(&mut fields);
        Ok(Self { fields })
    }

    /// Everything that came; the manual shows none of it.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled").finish_non_exhaustive()
    }
}
