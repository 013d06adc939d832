use http_core::{Instant, async_trait};
use payvand_sms::Cause;
use sabapayamak_api::{Call, RecipientOutcome, SendCall, Sent};

use crate::call::{Intent, JournalCall, Outcome, left};
use crate::calls::sms::{SentMessage, failed, intent, sends_messages};

sends_messages!(SendCall, "Text", outcomes);

fn outcomes(sent: &Sent, _rows: usize) -> Vec<Outcome<SentMessage, Cause>> {
    let recipients = sent.recipients().iter();
    let outcomes = recipients.map(|recipient| match recipient.outcome() {
        RecipientOutcome::Sent { record_id, .. } => Outcome::Done(SentMessage {
            id: Some(record_id.clone()),
            batch_id: sent.id().map(str::to_owned),
        }),
        RecipientOutcome::Refused { status, .. } => Outcome::NotDone(Cause::Status(Some(status.to_string()))),
        RecipientOutcome::Unknown { status, .. } => Outcome::InDoubt(Cause::Status(status.clone())),
        _ => Outcome::InDoubt(Cause::Status(None)),
    });
    outcomes.collect()
}
