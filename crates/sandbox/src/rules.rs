//! Which requests meet a fault.

pub(crate) mod fault_rule;
pub(crate) mod faults;
pub(crate) mod waiting_fault;
