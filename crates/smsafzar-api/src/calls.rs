//! A file for each call.

/// Makes a builder a call with the token: it has a `client` and an `outgoing()` to send; its answer has a `read(..)`, which
/// is also told the recipients and what is `private()` in the call where it names them.
macro_rules! sms_call {
    ($call:ident => $answer:ident, $operation:expr $(, $recipients:ident, $private:ident)?) => {
        #[cfg(feature = "client")]
        impl $call {
            async fn run(self) -> Result<$answer, $crate::error::Error> {
                self.client.tokens().make(&self, self.timeout).await
            }
        }

        http_core::call!($call => $answer, $crate::error::Error, run);

        impl http_core::Call for $call {
            type Output = $answer;
            type Code = $crate::contract::Code;

            fn operation(&self) -> &'static http_core::Operation {
                &$operation
            }

            fn http(&self) -> &http_core::HttpClient {
                self.client.http()
            }

            fn write(&self) -> Result<http_core::Outgoing, $crate::error::ErrorBuilder> {
                self.outgoing()
            }

            fn decode(
                &self,
                response: &http_core::http::Response<http_core::bytes::Bytes>,
                redactor: &http_core::Redactor,
            ) -> Result<$answer, $crate::error::ErrorBuilder> {
                $answer::read(response, redactor $(, &self.$recipients(), || self.$private())?)
            }
        }
    };
}

pub(crate) mod balance;
pub(crate) mod cancel;
pub(crate) mod received;
pub(crate) mod send;
pub(crate) mod send_bulk;
pub(crate) mod send_template;
pub(crate) mod status;
