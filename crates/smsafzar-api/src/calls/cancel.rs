use std::fmt;

use http_core::bytes::Bytes;
use http_core::decode::KeptFields;
use http_core::http::Response;
use http_core::{Argument, Redactor, TokenAnswer};
use serde::Serialize;
use serde_json::{Map, Value};
use smsafzar_auth::PasswordLogin;

use crate::answer::success_of_change;
use crate::client::{Client, TokenCall};
use crate::contract::{CANCEL, Code};
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
    pub fn cancel(&self, batch: impl AsRef<str>) -> TokenCall<Cancelled> {
        TokenCall::new(&self.tokens, &CANCEL).part(BATCH, batch.as_ref())
    }
}

/// The service cancelled the batch: it answered with HTTP 200 and a JSON object that speaks of no error.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cancelled {
    fields: KeptFields,
}

impl TokenAnswer<PasswordLogin> for Cancelled {
    type Code = Code;

    fn read(response: &Response<Bytes>, redactor: &Redactor) -> Result<Self, ErrorBuilder> {
        let object = success_of_change(response, redactor, Vec::new)?;
        let fields = KeptFields::new(object.iter(), None, redactor);
        Ok(Self { fields })
    }
}

impl Cancelled {
    /// Everything that came; the manual shows none of it.
    pub fn fields(&self) -> &Map<String, Value> {
        self.fields.as_map()
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled").finish_non_exhaustive()
    }
}
