use super::{Inbox, Outbox};
use crate::providers::bounded::{Bounded, MessageLimits};
use crate::providers::received_message::ReceivedMessage;

/// The messages of an SMS service: the bodies of its sends, what it sent, and what came in.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    pub(crate) bodies: Bounded<ReceivedMessage>,
    pub(crate) outbox: Outbox,
    pub(crate) inbox: Inbox,
}

impl Messages {
    pub(crate) fn limits(&self) -> MessageLimits {
        self.bodies.limits()
    }

    pub(crate) fn set_limits(&mut self, limits: MessageLimits) {
        self.bodies.set_limits(limits);
        self.outbox.messages.set_limits(limits);
        self.inbox.messages.set_limits(limits);
    }

    /// How many have left the lists because of their limits.
    pub(crate) fn dropped(&self) -> u64 {
        self.bodies.dropped() + self.outbox.messages.dropped() + self.inbox.messages.dropped()
    }
}
