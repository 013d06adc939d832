//! Which requests meet a fault.

pub(crate) mod fault_rule;
pub(crate) mod faults;
mod json;
pub(crate) mod waiting_fault;
