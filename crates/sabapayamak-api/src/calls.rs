//! A file for each call.

pub(crate) mod credit;
pub(crate) mod credits;
pub(crate) mod deliveries;
pub(crate) mod latest_credits;
pub(crate) mod message;
pub(crate) mod messages;
pub(crate) mod messages_of_line;
pub(crate) mod received;
pub(crate) mod received_by_id;
pub(crate) mod received_on_line;
pub(crate) mod send;
pub(crate) mod unread;
pub(crate) mod unread_between;
pub(crate) mod unread_on_line;
