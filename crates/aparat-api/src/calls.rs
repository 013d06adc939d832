pub(crate) mod account;
pub(crate) mod order;
pub(crate) mod order_status;
