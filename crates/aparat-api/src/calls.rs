/// Makes a builder a call of the panel: it has a `client` and a `query()` to send; its answer has a `read(..)`.
macro_rules! panel_call {
    ($call:ident => $answer:ident, $operation:expr) => {
        impl http_core::Call for $call {
            type Output = $answer;
            type Code = $crate::contract::Code;

            fn operation(&self) -> &'static http_core::Operation {
                &$operation
            }

            fn http(&self) -> &http_core::HttpClient {
                self.client.http()
            }

            fn write(&self) -> Result<http_core::Outgoing, ErrorBuilder> {
                self.query()
            }

            fn decode(
                &self,
                response: &http_core::http::Response<http_core::bytes::Bytes>,
                redactor: &http_core::Redactor,
            ) -> Result<$answer, ErrorBuilder> {
                $crate::response::read(response, redactor, $answer::read)
            }
        }
    };
}

pub(crate) mod account;
pub(crate) mod order;
pub(crate) mod order_status;
#[cfg(feature = "client")]
pub(crate) mod wait_for;
