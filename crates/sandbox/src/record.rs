//! What arrived: every request, kept for the test to look at.

mod json;
pub(crate) mod recorded_request;
pub(crate) mod ring;
