mod bidi_host;
pub mod check;
pub(crate) mod endpoint;
pub mod env;
pub(crate) mod outgoing;
pub mod path;
pub(crate) mod secret_json;

use std::pin::Pin;

/// The future of a call: it owns all it needs, so it can be spawned.
pub type CallFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'static>>;

/// Gives a [`Call`](crate::Call) with a field `timeout: Option<Duration>` its common words: `.timeout(..)`, `.send()`,
/// `.await`, `.request()` and `.read(..)`. With `run` it is made by an `async fn run(&self)` of its own. What sends is there
/// with the feature `client` of the crate that the call is in.
#[macro_export]
#[doc(hidden)]
macro_rules! call {
    ($call:ty => $answer:ty, $error:ty $(, for $($of:ident: $bound:path),+)?) => {
        #[cfg(feature = "client")]
        impl$(<$($of: $bound),+>)? $call {
            async fn run(&self) -> Result<$answer, $error> {
                $crate::HttpClient::make(self, self.deadline()).await
            }
        }

        $crate::call!($call => $answer, $error, run $(, for $($of: $bound),+)?);
    };
    ($call:ty => $answer:ty, $error:ty, run $(, for $($of:ident: $bound:path),+)?) => {
        $crate::call!($call => $answer, $error, write $(, for $($of: $bound),+)?);
        #[cfg(feature = "client")]
        $crate::call!($call => $answer, $error, send $(, for $($of: $bound),+)?);
    };
    ($call:ty => $answer:ty, $error:ty, write $(, for $($of:ident: $bound:path),+)?) => {
        impl$(<$($of: $bound),+>)? $call {
            /// The request, complete, for any other HTTP library; [`read`](Self::read) reads what came back. It holds the
            /// client's secrets.
            ///
            /// # Errors
            /// [`Kind::InvalidInput`]($crate::Kind::InvalidInput): an argument that cannot be right.
            pub fn request(&self) -> Result<$crate::http::Request<$crate::bytes::Bytes>, $error> {
                $crate::Call::request(self)
            }

            /// Reads the response to [`request`](Self::request), as that of one attempt.
            ///
            /// # Errors
            /// The provider's refusal, or what is wrong with the response.
            pub fn read(
                &self,
                response: &$crate::http::Response<$crate::bytes::Bytes>,
            ) -> Result<$answer, $error> {
                $crate::Call::read(self, response)
            }
        }
    };
    ($call:ty => $answer:ty, $error:ty, send $(, for $($of:ident: $bound:path),+)?) => {
        impl$(<$($of: $bound),+>)? $call {
            /// The time for this call as a whole, in place of the client's.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.timeout = Some(timeout);
                self
            }

            /// When it has to be over if it is made now.
            #[doc(hidden)]
            pub fn deadline(&self) -> $crate::Instant {
                $crate::Call::http(self).deadline(self.timeout)
            }

            /// Makes the call, and waits for it without async code: a thread that all such calls share makes it, while
            /// this one waits. That is at most a tenth of a second longer than the call has. It can be used
            /// anywhere; inside a runtime it blocks one of the runtime's threads.
            ///
            /// # Errors
            /// As with `.await`.
            #[cfg(feature = "blocking")]
            #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
            pub fn wait(self) -> Result<$answer, $error> {
                let (http, timeout) = ($crate::Call::http(&self).clone(), self.timeout);
                let operation = $crate::Call::operation(&self);
                http.wait(operation, operation.semantics, timeout, self.send())
            }

            /// Makes the call; the same as `.await` on the builder.
            pub fn send(self) -> $crate::CallFuture<$answer, $error> {
                Box::pin(async move { self.run().await })
            }
        }

        impl$(<$($of: $bound),+>)? IntoFuture for $call {
            type Output = Result<$answer, $error>;
            type IntoFuture = $crate::CallFuture<$answer, $error>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    };
}
