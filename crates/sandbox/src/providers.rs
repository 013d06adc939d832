//! The providers. A new one is a folder with an implementation of [`Provider`](crate::provider::Provider), and its lines here.

pub(crate) mod all;
pub mod aparat;
mod bounded;
mod bounded_map;
mod member;
pub(crate) mod new_account;
pub mod podlink;
#[cfg(feature = "cli")]
mod received;
mod received_message;
pub mod sabapayamak;
pub mod sms;
pub mod smsafzar;
mod token;

pub(crate) use bounded::ItemLimits;

/// The name of each provider, which is its module's too, its handle, and what that is for. All that is said of every
/// provider is made of this list.
macro_rules! every_provider {
    ($make:ident) => {
        $make! {
            aparat Aparat "The Aparat service panel: its accounts, orders, shape and faults.",
            podlink Podlink "POD TinyLink: its accounts, links, clicks, shape and faults.",
            sabapayamak Sabapayamak "Sabapayamak: its accounts, tokens, messages, shape and faults.",
            smsafzar Smsafzar "SMSAfzar: its accounts, tokens, messages, limit and faults.",
        }
    };
}
pub(crate) use every_provider;
