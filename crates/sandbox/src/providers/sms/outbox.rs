use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};
use serde_json::json;

use super::segments::segments;
use crate::clock::unix_millis;
use crate::providers::bounded::{Bounded, ItemLimits};

/// So long after it is due a message leaves for the carrier, and reaches its recipient.
const SENT_AFTER: Duration = Duration::from_secs(1);
const DELIVERED_AFTER: Duration = Duration::from_secs(5);
/// A batch cannot be cancelled in the last seconds before its time.
const CANCEL_UNTIL: Duration = Duration::from_secs(30);

/// A message to one recipient, as the service holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    pub(crate) number: u64,
    pub(crate) batch: u64,
    pub(crate) username: String,
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) text: Arc<str>,
    pub(crate) template: Option<String>,
    pub(crate) accepted_at: SystemTime,
    pub(crate) due: SystemTime,
    is_cancelled: bool,
    state: MessageState,
}

/// How far a message is, by the sandbox's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageState {
    /// Waits for the time that it was asked for.
    Scheduled,
    /// Taken, and not sent yet.
    Accepted,
    /// With the carrier: a second after it was taken.
    Sent,
    /// At its recipient: five seconds after it was taken.
    Delivered,
    /// Cancelled before its time.
    Cancelled,
}

impl SentMessage {
    /// Its number: the first message of the service is 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The number of the request that it came with: all messages of one request have the same.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Whose token sent it.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The line that it was sent from.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The recipient, as `09…` whatever its spelling in the request was.
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// The text, that of a template filled in.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The template that it was made from.
    pub fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }

    /// In how many parts it is sent.
    pub fn segments(&self) -> u64 {
        segments(&self.text)
    }

    /// How far it was when the sandbox was asked.
    pub fn state(&self) -> MessageState {
        self.state
    }

    fn state_at(&self, now: SystemTime) -> MessageState {
        if self.is_cancelled {
            return MessageState::Cancelled;
        }
        match now.duration_since(self.due) {
            Err(_) => MessageState::Scheduled,
            Ok(since) if since < SENT_AFTER => MessageState::Accepted,
            Ok(since) if since < DELIVERED_AFTER => MessageState::Sent,
            Ok(_) => MessageState::Delivered,
        }
    }
}

/// As a JSON object, times in milliseconds since the Unix epoch.
impl Serialize for SentMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = json!({
            "number": self.number,
            "batch": self.batch,
            "username": self.username,
            "sender": self.sender,
            "recipient": self.recipient,
            "text": self.text(),
            "template": self.template,
            "segments": self.segments(),
            "accepted_at": unix_millis(self.accepted_at),
            "due_at": unix_millis(self.due),
            "state": self.state,
        });
        message.serialize(serializer)
    }
}

/// A message that is about to be taken.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) text: Arc<str>,
    pub(crate) template: Option<String>,
}

/// The messages that were sent, oldest first.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(crate) messages: Bounded<SentMessage>,
    batches: u64,
}

impl Outbox {
    pub(crate) fn new(limits: ItemLimits) -> Self {
        Self {
            messages: Bounded::new(limits),
            batches: 0,
        }
    }

    /// Takes the messages of a request; the batch's number, and those of the messages in the request's order.
    pub(crate) fn accept(
        &mut self,
        username: &str,
        drafts: Vec<Draft>,
        due: Option<SystemTime>,
        now: SystemTime,
    ) -> (u64, Vec<u64>) {
        self.batches += 1;
        let mut numbers = Vec::new();
        let mut latest: Option<Arc<str>> = None;
        for draft in drafts {
            let number = self.messages.added() + 1;
            numbers.push(number);
            // One text to many recipients is in memory once.
            let is_shared = latest.is_some_and(|text| Arc::ptr_eq(&text, &draft.text));
            let memory = if is_shared { 100 } else { 100 + draft.text.len() };
            latest = Some(Arc::clone(&draft.text));
            let message = SentMessage {
                number,
                batch: self.batches,
                username: username.to_owned(),
                sender: draft.sender,
                recipient: draft.recipient,
                text: draft.text,
                template: draft.template,
                accepted_at: now,
                due: due.unwrap_or(now),
                is_cancelled: false,
                state: MessageState::Accepted,
            };
            self.messages.push(message, memory);
        }
        (self.batches, numbers)
    }

    /// The messages as they are at this moment.
    pub(crate) fn at(&self, now: SystemTime) -> impl Iterator<Item = SentMessage> {
        self.messages.iter().map(move |message| SentMessage {
            state: message.state_at(now),
            ..message.clone()
        })
    }

    /// Those of a user.
    pub(crate) fn of(&self, username: &str, now: SystemTime) -> impl Iterator<Item = SentMessage> {
        self.at(now).filter(move |message| message.username == username)
    }

    /// Cancels a user's batch that still waits, 30 seconds before its time at the latest; how many parts come back, or
    /// `None` if there is no such batch.
    pub(crate) fn cancel(&mut self, username: &str, batch: u64, now: SystemTime) -> Option<u64> {
        let mut parts = None;
        let is_cancellable = |it: &&mut SentMessage| {
            it.batch == batch
                && it.username == username
                && !it.is_cancelled
                && it.due.duration_since(now).is_ok_and(|left| left >= CANCEL_UNTIL)
        };
        for message in self.messages.iter_mut().filter(is_cancellable) {
            message.is_cancelled = true;
            parts = Some(parts.unwrap_or(0) + message.segments());
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::MessageState::{Accepted, Cancelled, Delivered, Scheduled, Sent};
    use super::*;

    fn draft() -> Draft {
        Draft {
            sender: "1000".to_owned(),
            recipient: "09120000000".to_owned(),
            text: "سلام".into(),
            template: None,
        }
    }

    #[test]
    fn a_message_moves_with_the_clock() {
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut outbox = Outbox::new(ItemLimits::default());
        assert_eq!(
            outbox.accept("a", vec![draft(), draft()], None, now),
            (1, vec![1, 2])
        );
        let hour = Duration::from_secs(3600);
        assert_eq!(
            outbox.accept("a", vec![draft()], Some(now + hour), now),
            (2, vec![3])
        );
        let states = |outbox: &Outbox, after| {
            let at = now + Duration::from_millis(after);
            outbox.at(at).map(|it| it.state()).collect::<Vec<_>>()
        };
        assert_eq!(states(&outbox, 999), [Accepted, Accepted, Scheduled]);
        assert_eq!(states(&outbox, 1000), [Sent, Sent, Scheduled]);
        assert_eq!(states(&outbox, 5000), [Delivered, Delivered, Scheduled]);
        assert_eq!(states(&outbox, 3_600_000)[2], Accepted);

        let late = now + hour - Duration::from_secs(29);
        assert_eq!(outbox.cancel("a", 2, late), None);
        let last = now + hour - Duration::from_secs(30);
        assert_eq!(outbox.cancel("b", 2, last), None, "another user's");
        assert_eq!(outbox.cancel("a", 2, last), Some(1));
        assert_eq!(outbox.cancel("a", 2, last), None, "a second time");
        assert_eq!(outbox.cancel("a", 1, last), None, "it is sent");
        assert_eq!(states(&outbox, 9_000_000)[2], Cancelled);
    }
}
