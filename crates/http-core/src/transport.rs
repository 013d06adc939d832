#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
mod certificate;
#[cfg(feature = "reqwest")]
mod connecting;
pub(crate) mod deadline;
#[cfg(feature = "reqwest")]
pub(crate) mod proxy;
#[cfg(feature = "reqwest")]
pub(crate) mod reqwest_transport;
pub(crate) mod runtime;
#[cfg(feature = "testing")]
pub mod scripted;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;

use crate::error::transport::TransportError;

/// The most bytes of a body that are read unless a client is told otherwise.
/// Far more than any answer has: a page of 1,000 links, every letter of them escaped twice, fits.
pub(crate) const MAX_BODY: usize = 4 * 1024 * 1024;

/// How long a connection may have been idle on which a call leaves that is not idempotent. No server is known to close one
/// so early.
pub(crate) const BRIEF_IDLE_TIME: Duration = Duration::from_millis(250);

/// Sends one request, exactly once.
///
/// The default is reqwest; implement this to put any other HTTP stack under a client of the family, or to test
/// without a network (see the `testing` feature). An implementation must not follow redirects, must not retry,
/// and must answer [`TransportError::not_sent`] only when it knows that no byte of the request left.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends the request and reads the whole answer, whatever its status.
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(
        &self,
        request: Request<Bytes>,
        options: &CallOptions,
    ) -> Result<Response<Bytes>, TransportError> {
        (**self).send(request, options).await
    }
}

/// What a [`Transport`] has to know about a call beside its request.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CallOptions {
    /// When the call as a whole is over. The client drops the transport's future then; a transport may use it to
    /// give up earlier, while it still knows that nothing was sent.
    pub deadline: Instant,
    /// The most bytes of a decoded body to read; more is [`Kind::TooLarge`](crate::Kind::TooLarge).
    pub max_body: usize,
    /// The longest that the connection for this request may have been idle: a server may close an idle connection just when
    /// a request leaves on it, and then the outcome is in doubt. Zero asks for a connection that no other request has
    /// used, `None` allows any.
    pub max_idle_time: Option<Duration>,
    /// The name of the call's operation, such as `aparat.order`, for a transport that logs.
    pub operation: &'static str,
    /// Which attempt this is, from 1 on: as [`Error::attempts`](crate::Error::attempts) counts, so it starts again where an
    /// `authorized()` call goes on with another token.
    pub attempt: u32,
    /// When it must have left, if it leaves at all: connecting ends before.
    pub(crate) send_by: Option<Instant>,
}

impl CallOptions {
    /// For whoever tests a transport, or sends with one outside of a client: the first attempt of an operation without
    /// a name, with the usual limit on the body, on any connection. The fields may be set afterwards.
    pub fn new(deadline: Instant) -> Self {
        Self {
            deadline,
            max_body: MAX_BODY,
            max_idle_time: None,
            operation: "",
            attempt: 1,
            send_by: None,
        }
    }
}
