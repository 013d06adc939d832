use bytes::Bytes;
use http::{Request, Response};

use crate::call::outgoing::Outgoing;
use crate::client::HttpClient;
use crate::error::Error;
use crate::error::code::Code;
use crate::error::error_builder::ErrorBuilder;
use crate::error::kind::Effect;
use crate::operation::Operation;
use crate::secret::redactor::Redactor;

/// A call as a value: it writes its request and reads its response, whoever sends the one and receives the other. Awaited,
/// its client sends it; [`request`](Self::request) and [`read`](Self::read) give it to any other HTTP library.
pub trait Call {
    /// What its caller wants to know.
    type Output;

    /// The provider's codes.
    type Code: Code;

    /// How it is named in errors and traces, and what making it does at the provider.
    fn operation(&self) -> &'static Operation;

    /// The request, complete: address, headers and body. It holds the client's secrets.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`](crate::Kind::InvalidInput): an argument that cannot be right.
    fn request(&self) -> Result<Request<Bytes>, Error<Self::Code>> {
        let http = self.http();
        let request = self.write().and_then(|request| http.to_http(&request));
        request.map_err(|error| error.before_sending(self.operation()))
    }

    /// Reads the response, as that of one attempt.
    ///
    /// # Errors
    /// The provider's refusal, or what is wrong with the response.
    fn read(&self, response: &Response<Bytes>) -> Result<Self::Output, Error<Self::Code>> {
        let redactor = self.http().redactor();
        self.decode(response, redactor).map_err(|error| {
            let error = error.received(response, redactor);
            let in_doubt = error.effect() == Effect::Unknown;
            let operation = self.operation();
            error.into_error(operation, operation.semantics, 1, in_doubt)
        })
    }

    /// The client that it was made by.
    #[doc(hidden)]
    fn http(&self) -> &HttpClient;

    #[doc(hidden)]
    fn write(&self) -> Result<Outgoing, ErrorBuilder<Self::Code>>;

    #[doc(hidden)]
    fn decode(
        &self,
        response: &Response<Bytes>,
        redactor: &Redactor,
    ) -> Result<Self::Output, ErrorBuilder<Self::Code>>;
}

/// Makes a builder with a `client` a [`Call`], by what it writes and what reads the response.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_call {
    ($call:ident => $answer:ty, $code:ty, $operation:expr,
     |$it:ident| $write:expr, |$of:ident, $response:ident, $redactor:ident| $read:expr) => {
        impl $crate::Call for $call {
            type Output = $answer;
            type Code = $code;

            fn operation(&self) -> &'static $crate::Operation {
                $operation
            }

            fn http(&self) -> &$crate::HttpClient {
                self.client.http()
            }

            fn write(&self) -> Result<$crate::Outgoing, $crate::ErrorBuilder<$code>> {
                let $it = self;
                $write
            }

            fn decode(
                &self,
                $response: &$crate::http::Response<$crate::bytes::Bytes>,
                $redactor: &$crate::Redactor,
            ) -> Result<$answer, $crate::ErrorBuilder<$code>> {
                let $of = self;
                $read
            }
        }
    };
}
