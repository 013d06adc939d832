//! The calls that a journal can make, a file for each provider.

#[cfg(feature = "aparat")]
pub(crate) mod aparat;
#[cfg(feature = "authorized")]
pub(crate) mod authorized;
#[cfg(any(feature = "authorized", feature = "smsafzar", feature = "sabapayamak"))]
mod json;
#[cfg(feature = "podlink")]
pub(crate) mod podlink;
#[cfg(feature = "sabapayamak")]
mod sabapayamak;
#[cfg(any(feature = "smsafzar", feature = "sabapayamak"))]
pub(crate) mod sms;
#[cfg(feature = "smsafzar")]
mod smsafzar;
