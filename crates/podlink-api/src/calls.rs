/// Makes a builder the call of a product: it has a `client`, `parameters()` to send and an `answer(..)` to read.
macro_rules! product_call {
    ($call:ident => $answer:ty, $service:expr) => {
        http_core::call!($call => $answer, $crate::error::Error);

        impl http_core::Call for $call {
            type Output = $answer;
            type Code = $crate::contract::Code;

            fn operation(&self) -> &'static http_core::Operation {
                $service.operation()
            }

            fn http(&self) -> &http_core::HttpClient {
                self.client.http()
            }

            fn write(&self) -> Result<http_core::Outgoing, ErrorBuilder> {
                self.client.request($service, self.parameters()?)
            }

            fn decode(&self, response: &Response<Bytes>, redactor: &Redactor) -> Result<$answer, ErrorBuilder> {
                self.answer(response, redactor)
            }
        }
    };
}

pub(crate) mod add_link;
pub(crate) mod click_stats;
#[cfg(feature = "client")]
pub(crate) mod link_stream;
pub(crate) mod list_links;
pub(crate) mod set_status;
pub(crate) mod visit;
