use http_core::{Instant, async_trait};
use payvand_sms::Cause;
use smsafzar_api::{Call, SendBulkCall, SendCall, SendTemplateCall, Sent};

use crate::call::{Intent, JournalCall, Outcome, left};
use crate::calls::sms::{SentMessage, failed, intent, sends_messages};

sends_messages!(SendCall, "content", outcomes);
sends_messages!(SendBulkCall, "contents", outcomes);
// What a template says is not known: it counts as one part.
sends_messages!(SendTemplateCall, "", outcomes);

/// A batch is taken as a whole or refused as a whole.
fn outcomes(sent: &Sent, rows: usize) -> Vec<Outcome<SentMessage, Cause>> {
    let of_row = |row| SentMessage {
        id: sent.message_ids().get(row).cloned(),
        batch_id: sent.batch_id().map(Into::into),
    };
    (0..rows).map(|row| Outcome::Done(of_row(row))).collect()
}
