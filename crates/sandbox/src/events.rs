//! What happens in a sandbox, as it happens, for whoever listens.

mod frame;
pub(crate) mod hub;
pub(crate) mod listener;
