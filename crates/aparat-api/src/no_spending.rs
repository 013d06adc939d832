//! Without the feature `client` no order is placed here.

#[derive(Default)]
pub(crate) struct Spending {}
