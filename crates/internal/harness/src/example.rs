//! A call that was made with the arguments of a contract's example.

use std::fmt::Debug;
use std::pin::Pin;

use http_core::bytes::Bytes;
use http_core::http::{Request, Response};
use http_core::{CallOptions, Transport, TransportError, async_trait};

/// What a client made of an answer.
#[derive(Debug)]
pub struct Made {
    /// The name of the code, if it failed.
    pub code: Option<String>,
    /// The calls that the code says it belongs to.
    pub calls: &'static [&'static str],
    pub printed: String,
}

/// A call of an example under way.
pub type MadeFuture<'a> = Pin<Box<dyn Future<Output = Made> + Send + 'a>>;

macro_rules! made {
    ($result:expr) => {
        match $result {
            Ok(answer) => crate::example::Made {
                code: None,
                calls: &[],
                printed: format!("{answer:?}"),
            },
            Err(error) => crate::example::Made {
                code: error.code().map(|it| crate::example::name_of(it)),
                calls: error.code().map_or(&[], |code| code.calls()),
                printed: format!("{error:?}"),
            },
        }
    };
}
pub(crate) use made;

/// The name of an enum's variant, without what it carries.
pub(crate) fn name_of(variant: &impl Debug) -> String {
    let printed = format!("{variant:?}");
    let end = printed
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(printed.len());
    printed[..end].to_owned()
}

/// Logs in by itself, so that what its transport is asked is the call.
pub(crate) struct LoggedIn<T>(pub(crate) T);

#[async_trait]
impl<T: Transport> Transport for LoggedIn<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        match request.uri().path() {
            "/auth/token" => Ok(Response::new(Bytes::from(r#"{"token":"not-a-real-token"}"#))),
            "/api/v1/user/authenticate" => {
                let session = r#"{"status":"200","data":{"Token":"not-a-real-token"},"errors":[]}"#;
                Ok(Response::new(Bytes::from(session)))
            }
            _ => self.0.send(request, options).await,
        }
    }
}
