use http_core::{Instant, async_trait};
use payvand_sms::{self as sms, Cause, Receipt};
use smsafzar_api::{Call, SendBulkCall, SendCall, SendTemplateCall, Sent};

use crate::call::{Intent, JournalCall, Outcome, left};
use crate::calls::sms::{PARTS, SentMessage, intent, outcome};

/// `$text` is the body's key of what counts in parts. What a template says is not known: it counts as one part.
macro_rules! send {
    ($call:ident, $text:literal) => {
        #[async_trait]
        impl JournalCall for $call {
            type Fields = SentMessage;
            type Failure = Cause;

            const UNIT: &'static str = PARTS;

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
                let sent = sent.map_err(sms::Outcome::of_error);
                (0..rows).map(|row| outcome(&of_row(&sent, row))).collect()
            }
        }
    };
}

send!(SendCall, "content");
send!(SendBulkCall, "contents");
send!(SendTemplateCall, "");

/// A batch is taken as a whole or refused as a whole.
fn of_row(sent: &Result<Sent, sms::Outcome>, row: usize) -> sms::Outcome {
    match sent {
        Ok(sent) => {
            let id = sent.message_ids().get(row).cloned();
            sms::Outcome::Sent(Receipt::new(id, sent.batch_id().map(Into::into)))
        }
        Err(outcome) => outcome.clone(),
    }
}
