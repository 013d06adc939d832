//! Sessions as a user types them: the program as it was built, against a sandbox in this process.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;

mod accounts;
mod aparat;
mod bulk;
mod doctor;
#[cfg(all(
    feature = "aparat",
    feature = "podlink",
    feature = "sabapayamak",
    feature = "smsafzar"
))]
mod journal;
mod link;
mod output;
mod sandbox;
mod secrets;
#[cfg(feature = "redis")]
mod shared;
mod sms;
