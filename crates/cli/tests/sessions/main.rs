//! Sessions as a user types them: the program as it was built, against a sandbox in this process.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;

mod accounts;
mod aparat;
mod bulk;
mod doctor;
mod journal;
mod link;
mod output;
mod sandbox;
mod secrets;
mod sms;
