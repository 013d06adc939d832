use http_core::{Instant, async_trait};
use payvand_sms::{self as sms, Cause};
use sabapayamak_api::{Call, RecipientOutcome, SendCall};

use crate::call::{Intent, JournalCall, Outcome, left};
use crate::calls::sms::{PARTS, SentMessage, intent, outcome};

#[async_trait]
impl JournalCall for SendCall {
    type Fields = SentMessage;
    type Failure = Cause;

    const UNIT: &'static str = PARTS;

    fn operation(&self) -> &'static str {
        Call::operation(self).name
    }

    fn intent(&self) -> Option<Intent> {
        intent(&self.request().ok()?, "Text")
    }

    fn deadline(&self) -> Instant {
        self.deadline()
    }

    async fn make(self, deadline: Instant) -> Vec<Outcome<SentMessage, Cause>> {
        let rows = self.intent().map_or(1, |it| it.rows.len());
        let sent = match self.timeout(left(deadline)).await {
            Ok(sent) => sent,
            Err(error) => return vec![outcome(&sms::Outcome::of_error(error)); rows],
        };
        let recipients = sent.recipients().iter();
        let outcomes = recipients.map(|recipient| match recipient.outcome() {
            RecipientOutcome::Sent { record_id, .. } => Outcome::Done(SentMessage {
                id: Some(record_id.clone()),
                batch_id: sent.id().map(str::to_owned),
            }),
            RecipientOutcome::Refused { status, .. } => {
                Outcome::NotDone(Cause::Status(Some(status.to_string())))
            }
            RecipientOutcome::Unknown { status, .. } => Outcome::InDoubt(Cause::Status(status.clone())),
            _ => Outcome::InDoubt(Cause::Status(None)),
        });
        outcomes.collect()
    }
}
