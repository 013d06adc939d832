//! What the messages of both services have in common.

use http_core::Effect;
use http_core::bytes::Bytes;
use http_core::http::Request;
use payvand_persian::Text;
use payvand_sms::{Cause, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Intent, IntentRow, Outcome};
use crate::calls::json::values;

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

/// The outcome of each message of a request that failed.
pub(super) fn failed(error: impl Into<Error>, rows: usize) -> Vec<Outcome<SentMessage, Cause>> {
    let error = error.into();
    let outcome = match error.effect() {
        Effect::None => Outcome::NotDone(Cause::Call(error)),
        Effect::Unknown => Outcome::InDoubt(Cause::Call(error)),
    };
    vec![outcome; rows]
}

/// A call that sends messages. `$text` is the body's key of what counts in parts; `$outcomes` makes what became of that many
/// rows of an answer.
macro_rules! sends_messages {
    ($call:ty, $text:literal, $outcomes:expr) => {
        #[async_trait]
        impl JournalCall for $call {
            type Fields = SentMessage;
            type Failure = Cause;

            const UNIT: &'static str = "parts";

            fn operation(&self) -> &'static str {
                Call::operation(self).name
            }

            fn intent(&self) -> Option<Intent> {
                intent(&self.request().ok()?, $text)
            }

            fn deadline(&self) -> Instant {
                self.deadline()
            }

            async fn make(self, deadline: Instant) -> Vec<Outcome<SentMessage, Cause>> {
                let rows = self.intent().map_or(1, |it| it.rows.len());
                let sent = self.timeout(left(deadline)).await;
                sent.map_or_else(|error| failed(error, rows), |sent| $outcomes(&sent, rows))
            }
        }
    };
}

pub(super) use sends_messages;
