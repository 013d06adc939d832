use std::time::SystemTime;

use serde::{Serialize, Serializer};
use serde_json::json;

use crate::clock::unix_millis;
use crate::providers::bounded::Bounded;

/// A message that somebody sent to a line of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    pub(crate) id: u64,
    pub(crate) sender: String,
    pub(crate) line: String,
    pub(crate) text: String,
    pub(crate) received_at: SystemTime,
    pub(crate) is_read: bool,
}

impl InboundMessage {
    /// Who sent it.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The line that it came in on.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a call has marked it as read.
    pub fn is_read(&self) -> bool {
        self.is_read
    }
}

/// As a JSON object, the time in milliseconds since the Unix epoch.
impl Serialize for InboundMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = json!({
            "id": self.id,
            "sender": self.sender,
            "line": self.line,
            "text": self.text,
            "received_at": unix_millis(self.received_at),
            "is_read": self.is_read,
        });
        message.serialize(serializer)
    }
}

/// The messages that came in, oldest first.
#[derive(Debug)]
pub(crate) struct Inbox {
    pub(crate) messages: Bounded<InboundMessage>,
}

impl Inbox {
    pub(crate) fn receive(&mut self, sender: String, line: String, text: String, now: SystemTime) {
        let id = self.messages.added() + 1;
        let memory = sender.len() + line.len() + text.len();
        let message = InboundMessage {
            id,
            sender,
            line,
            text,
            received_at: now,
            is_read: false,
        };
        self.messages.push(message, memory);
    }
}
