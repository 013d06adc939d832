//! What a send's answer says of each recipient.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use http_core::Redactor;
use http_core::decode::{KeptFields, Object, Raw};
use payvand_persian::Mobile;
use payvand_sms::{Cause, Outcome, Receipt};
use serde::Serialize;
use serde_json::{Map, Value};

/// Statuses that refuse: credit, account disabled, expired, credentials, not the account's sender, no access, blacklisted,
/// address refused. Seen in public clients; 23, *try again*, is none.
const REFUSED: [u64; 8] = [14, 16, 17, 18, 20, 22, 27, 29];

/// What became of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum RecipientOutcome {
    /// Taken for sending: it has a record.
    #[non_exhaustive]
    Sent {
        /// The record, which [`Client::deliveries`](crate::Client::deliveries) has too.
        record_id: String,
    },
    /// Refused, with no record.
    #[non_exhaustive]
    Refused {
        /// 14 (credit), 16 (account disabled), 17 (account expired), 18 (credentials), 20 (not the account's sender), 22 (no
        /// access), 27 (blacklisted) or 29 (IP address refused).
        status: u64,
    },
    /// Nobody can tell: ask [`Client::deliveries`](crate::Client::deliveries) before sending again.
    #[non_exhaustive]
    Unknown {
        /// The status, if the answer has one for this recipient.
        status: Option<String>,
    },
}

impl RecipientOutcome {
    /// The record of a recipient who was taken.
    pub fn record_id(&self) -> Option<&str> {
        match self {
            Self::Sent { record_id } => Some(record_id),
            _ => None,
        }
    }

    /// What it is for any provider, as part of this message.
    pub(crate) fn shared(self, message: Option<Arc<str>>) -> Outcome {
        match self {
            Self::Sent { record_id } => Outcome::Sent(Receipt::new(Some(record_id), message)),
            Self::Refused { status } => Outcome::Refused(Cause::Status(Some(status.to_string()))),
            Self::Unknown { status } => Outcome::Unknown(Cause::Status(status)),
        }
    }

    pub(crate) fn of(detail: &Object<'_>, redactor: &Redactor) -> Self {
        let status = detail.get("status").and_then(Raw::word);
        let refused = status.as_deref().and_then(|it| it.parse().ok());
        let refused = refused.filter(|it| REFUSED.contains(it));
        let record = ["RecID", "RecordID"]
            .into_iter()
            .find_map(|key| detail.get(key)?.identifier());
        let record = record.filter(|it| !it.trim_matches('0').is_empty());
        let is_clear = detail.duplicate_key().is_none();
        match (refused, record) {
            (Some(status), None) if is_clear => Self::Refused { status },
            (None, Some(record)) if is_clear => Self::Sent {
                record_id: redactor.redact(&record).into_owned(),
            },
            _ => Self::Unknown {
                status: status.map(|it| redactor.redact(&it).into_owned()),
            },
        }
    }
}

/// A recipient of a send, and what became of it.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recipient {
    number: Mobile,
    outcome: RecipientOutcome,
    message: Option<String>,
    fields: KeptFields,
}

impl Recipient {
    /// One for each number, in the request's order. A number that the answer says nothing of is unknown.
    pub(crate) fn all(numbers: &[Mobile], data: &Object<'_>, redactor: &Redactor) -> Vec<Self> {
        let details = numbers.iter().zip(details(numbers, data));
        let recipients = details.map(|(number, detail)| Self::read(*number, detail, redactor));
        recipients.collect()
    }

    fn read(number: Mobile, detail: Option<Object<'_>>, redactor: &Redactor) -> Self {
        let Some(detail) = detail else {
            return Self {
                number,
                outcome: RecipientOutcome::Unknown { status: None },
                message: None,
                fields: KeptFields::default(),
            };
        };
        let message = detail.get("Message").and_then(Raw::text);
        Self {
            number,
            outcome: RecipientOutcome::of(&detail, redactor),
            message: message.map(|it| redactor.redact(&it).into_owned()),
            fields: KeptFields::new(detail.iter(), None, redactor),
        }
    }

    /// The number.
    pub fn number(&self) -> Mobile {
        self.number
    }

    /// What became of it.
    pub fn outcome(&self) -> &RecipientOutcome {
        &self.outcome
    }

    /// The service's words.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Everything that came of it.
    pub fn fields(&self) -> &Map<String, Value> {
        self.fields.as_map()
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient")
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// What a send's answer says of each number, in the request's order: by number where the answer has numbers, else in its
/// own order if it has as many.
pub(crate) fn details<'a>(numbers: &[Mobile], data: &Object<'a>) -> Vec<Option<Object<'a>>> {
    let details = data.get("Detail").and_then(Raw::items).into_iter().flatten();
    let mut details: Vec<_> = details.map(Raw::object).collect();
    let has_number = |it: &Option<Object<'_>>| it.as_ref().is_some_and(|it| it.get("Number").is_some());
    let number = |it: &Option<Object<'_>>| it.as_ref()?.get("Number")?.identifier()?.parse().ok();
    let of: Vec<Option<Mobile>> = details.iter().map(number).collect();
    let is_ordered = of.iter().flatten().eq(numbers) || !details.iter().any(has_number);
    if details.len() == numbers.len() && is_ordered {
        return details;
    }
    let mut places = HashMap::<Mobile, VecDeque<usize>>::new();
    for (place, number) in of.into_iter().enumerate() {
        if let Some(number) = number {
            places.entry(number).or_default().push_back(place);
        }
    }
    let take = |number| details.get_mut(places.get_mut(number)?.pop_front()?)?.take();
    numbers.iter().map(take).collect()
}
