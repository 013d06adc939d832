use super::{Inbox, Outbox};
use crate::providers::bounded::{Bounded, ItemLimits};
use crate::providers::received_message::ReceivedMessage;

/// The messages of an SMS service: the bodies of its sends, what it sent, and what came in.
#[derive(Debug)]
pub(crate) struct Messages {
    pub(crate) bodies: Bounded<ReceivedMessage>,
    pub(crate) outbox: Outbox,
    pub(crate) inbox: Inbox,
}

impl Messages {
    pub(crate) fn new(limits: ItemLimits) -> Self {
        Self {
            bodies: Bounded::new(limits),
            outbox: Outbox::new(limits),
            inbox: Inbox {
                messages: Bounded::new(limits),
            },
        }
    }

    /// How many have left the lists because of their limits.
    pub(crate) fn dropped(&self) -> u64 {
        self.bodies.dropped() + self.outbox.messages.dropped() + self.inbox.messages.dropped()
    }
}
