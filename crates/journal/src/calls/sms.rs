//! What the messages of both services have in common.

use http_core::bytes::Bytes;
use http_core::http::Request;
use payvand_persian::Text;
use payvand_sms::{self as sms, Cause};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Intent, IntentRow, Outcome};
use crate::calls::json::values;

pub(super) const PARTS: &str = "parts";

/// What a journal keeps of a message: the ids that the answer gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentMessage {
    pub(crate) id: Option<String>,
    pub(crate) batch_id: Option<String>,
}

impl SentMessage {
    /// The message's own id (at Sabapayamak its record), if the answer had one for each message.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The id of the request that it was sent with (at Sabapayamak the message).
    pub fn batch_id(&self) -> Option<&str> {
        self.batch_id.as_deref()
    }
}

/// A row for each message of a request whose body has a list, or one item, of each thing: a list of one counts for all.
pub(super) fn intent(request: &Request<Bytes>, text: &str) -> Option<Intent> {
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    let fields = body.as_object()?;
    let list = |key: &str, value: &Value| value.as_array().filter(|_| key != "parameters").cloned();
    let lengths = fields
        .iter()
        .filter_map(|(key, value)| list(key, value))
        .map(|it| it.len());
    let row = |index: usize| {
        let (mut arguments, mut parts) = (Vec::new(), 1);
        for (key, value) in fields {
            let of_row = list(key, value).and_then(|it| it.get(index).or(it.first()).cloned());
            let value = of_row.as_ref().unwrap_or(value);
            if key == text {
                parts = Text::new(value.as_str()?).ok()?.segments();
            }
            values(value, key, &mut arguments);
        }
        let parts = parts as u64;
        Some(IntentRow::new(
            arguments,
            format!("a message, {parts} parts"),
            parts,
        ))
    };
    let rows: Option<_> = (0..lengths.max().unwrap_or(1)).map(row).collect();
    Intent::new(request, rows?)
}

/// What a journal calls the outcome of a message.
pub(super) fn outcome(outcome: &sms::Outcome) -> Outcome<SentMessage, Cause> {
    let cause = || outcome.cause().cloned().unwrap_or(Cause::Status(None));
    match outcome {
        sms::Outcome::Sent(receipt) => Outcome::Done(SentMessage {
            id: receipt.id().map(str::to_owned),
            batch_id: receipt.batch_id().map(str::to_owned),
        }),
        it if it.is_certainly_not_sent() => Outcome::NotDone(cause()),
        _ => Outcome::InDoubt(cause()),
    }
}
