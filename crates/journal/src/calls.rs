//! The calls that a journal can make, a file for each provider.

#[cfg(feature = "aparat")]
pub(crate) mod aparat;
