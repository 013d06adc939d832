/// Makes a builder a call of the panel: it has a `client` and a `query()` to send; its answer has a `read(..)`.
macro_rules! panel_call {
    ($call:ident => $answer:ident, $operation:expr) => {
        http_core::impl_call!($call => $answer, $crate::contract::Code, &$operation, |it| it.query(),
            |_it, response, redactor| $crate::response::read(response, redactor, $answer::read));
    };
}

pub(crate) mod account;
pub(crate) mod order;
pub(crate) mod order_status;
#[cfg(feature = "client")]
pub(crate) mod wait_for;
