use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::time::Instant;

use crate::{Effect, Kind};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

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
    /// The most bytes of a decoded body to read; more is [`Kind::TooLarge`].
    pub max_body: usize,
    /// Use a connection that no other request has used, so that a server that has just closed it cannot leave
    /// the outcome in doubt.
    pub fresh_connection: bool,
}

/// Why a [`Transport`] has no answer to give.
#[derive(Debug)]
pub struct TransportError {
    kind: Kind,
    effect: Effect,
    permanent: bool,
    status: Option<StatusCode>,
    detail: Option<String>,
    source: Option<BoxError>,
}

impl TransportError {
    /// No byte of the request left this machine.
    pub fn not_sent(source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Connect, Effect::None, Some(source.into()))
    }

    /// The request, or a part of it, may have left.
    pub fn unknown(source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Interrupted, Effect::Unknown, Some(source.into()))
    }

    fn new(kind: Kind, effect: Effect, source: Option<BoxError>) -> Self {
        Self {
            kind,
            effect,
            permanent: false,
            status: None,
            detail: None,
            source,
        }
    }

    pub(crate) fn deadline(effect: Effect) -> Self {
        Self::new(Kind::Timeout, effect, None)
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn configuration(detail: &str) -> Self {
        Self::new(Kind::Configuration, Effect::None, None)
            .permanent()
            .with_detail(detail)
    }

    /// The body went past [`CallOptions::max_body`].
    pub fn too_large(max_body: usize) -> Self {
        Self::new(Kind::TooLarge, Effect::Unknown, None)
            .permanent()
            .with_detail(format!("more than {max_body} bytes"))
    }

    /// Says more exactly what went wrong.
    #[must_use]
    pub fn with_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Trying again cannot help: the client won't.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.permanent = true;
        self
    }

    /// The status line had already arrived.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Says in a few words what a person should know.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn effect(&self) -> Effect {
        self.effect
    }

    pub(crate) fn is_permanent(&self) -> bool {
        self.permanent
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.status
    }

    pub(crate) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    pub(crate) fn cause(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.effect {
            Effect::None => "the request was not sent",
            Effect::Unknown => "the request may have been sent, and no answer came",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause()
    }
}
