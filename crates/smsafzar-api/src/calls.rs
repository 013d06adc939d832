//! A file for each call.

pub(crate) mod balance;
pub(crate) mod cancel;
pub(crate) mod received;
pub(crate) mod send;
pub(crate) mod send_bulk;
pub(crate) mod send_template;
pub(crate) mod status;
