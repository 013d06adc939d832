#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]
#![no_std]
#![doc = include_str!("../README.md")]

extern crate alloc;

#[cfg(feature = "serde")]
mod as_text;
mod character;
mod date;
pub mod digits;
mod number;
mod sms;
pub mod terminal;

pub use date::date_error::DateError;
pub use date::jalali_date::JalaliDate;
pub use date::weekday::Weekday;
pub use number::mobile::Mobile;
pub use number::number_error::NumberError;
pub use number::sender_line::SenderLine;
pub use sms::text::{Encoding, Text, TextError};
