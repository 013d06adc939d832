//! What the two SMS services of the sandbox have in common: their messages, sent and received. Parts of a text are counted
//! by the sandbox's own code, and so are days: it shares none with the clients.

mod calendar;
mod inbox;
mod messages;
mod number;
mod outbox;
mod segments;
pub(crate) mod service;

pub(crate) use calendar::{day_of, is_day, time_of};
pub use inbox::InboundMessage;
pub(crate) use inbox::Inbox;
pub(crate) use messages::Messages;
pub(crate) use number::{is_line, mobile};
pub(crate) use outbox::{Draft, Outbox};
pub use outbox::{MessageState, SentMessage};
pub(crate) use segments::segments;
pub(crate) use service::SmsService;
