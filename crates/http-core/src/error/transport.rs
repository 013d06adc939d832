use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::error::kind::{Effect, Kind};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a [`Transport`](crate::Transport) has no answer to give.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) kind: Kind,
    pub(crate) effect: Effect,
    pub(crate) permanent: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) detail: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    source: Option<BoxError>,
}

impl TransportError {
    /// No byte of the request left this machine: [`Kind::Connect`], no effect, retried.
    pub fn not_sent(source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Connect, Effect::None, Some(source.into()))
    }

    /// There was no connection in time, so no byte of the request left: [`Kind::Connect`], no effect, retried.
    pub fn connect_timeout() -> Self {
        Self::new(Kind::Connect, Effect::None, None).with_detail("connecting took too long")
    }

    /// The server's certificate was not accepted, so no byte of the request left: [`Kind::Certificate`], no effect,
    /// never retried.
    pub fn certificate(source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Certificate, Effect::None, Some(source.into())).permanent()
    }

    /// The request, or a part of it, may have left, and no answer came: [`Kind::Interrupted`], in doubt.
    pub fn unknown(source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Interrupted, Effect::Unknown, Some(source.into()))
    }

    /// The request, or a part of it, may have left, and no answer came in time: [`Kind::Timeout`], in doubt.
    pub fn timeout() -> Self {
        Self::deadline(Effect::Unknown)
    }

    fn new(kind: Kind, effect: Effect, source: Option<BoxError>) -> Self {
        Self {
            kind,
            effect,
            permanent: false,
            status: None,
            detail: None,
            retry_after: None,
            source,
        }
    }

    pub(crate) fn deadline(effect: Effect) -> Self {
        Self::new(Kind::Timeout, effect, None)
    }

    /// Held back by a limit, before a byte was sent.
    pub(crate) fn withheld(
        detail: impl Into<String>,
        source: Option<BoxError>,
        retry_after: Option<Duration>,
    ) -> Self {
        let mut error = Self::new(Kind::Withheld, Effect::None, source).with_detail(detail);
        error.retry_after = retry_after;
        error
    }

    pub(crate) fn configuration(detail: impl Into<String>) -> Self {
        let error = Self::new(Kind::Configuration, Effect::None, None);
        error.permanent().with_detail(detail)
    }

    /// The body went past this many bytes, the most that
    /// [`CallOptions::max_body`](crate::CallOptions::max_body) allows: [`Kind::TooLarge`], in doubt, never retried.
    pub fn too_large(max_body: usize) -> Self {
        Self::new(Kind::TooLarge, Effect::Unknown, None)
            .permanent()
            .with_detail(format!("more than {max_body} bytes"))
    }

    /// A whole answer came, and nobody can read it.
    #[cfg(feature = "reqwest")]
    pub(crate) fn undecodable(detail: impl Into<String>) -> Self {
        Self::new(Kind::Decode, Effect::Unknown, None).with_detail(detail)
    }

    #[cfg(feature = "reqwest")]
    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Trying again cannot help: the client won't.
    #[must_use]
    pub(crate) fn permanent(mut self) -> Self {
        self.permanent = true;
        self
    }

    /// The status line had already arrived.
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Says in a few words what a person should know.
    #[must_use]
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
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
        self.source.as_deref().map(|source| source as _)
    }
}
