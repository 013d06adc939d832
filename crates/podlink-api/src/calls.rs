/// Makes a builder the call of a product: it has a `client`, `parameters()` to send and an `answer(..)` to read.
macro_rules! product_call {
    ($call:ident => $answer:ty, $service:expr) => {
        http_core::call!($call => $answer, $crate::error::Error);

        http_core::impl_call!($call => $answer, $crate::contract::Code, $service.operation(),
            |it| it.client.request($service, it.parameters()?),
            |it, response, redactor| it.answer(response, redactor));
    };
}

pub(crate) mod add_link;
pub(crate) mod click_stats;
#[cfg(feature = "client")]
pub(crate) mod link_stream;
pub(crate) mod list_links;
pub(crate) mod set_status;
pub(crate) mod visit;
