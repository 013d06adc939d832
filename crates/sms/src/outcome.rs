use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http_core::{Effect, Kind, Language};

use crate::error::Error;

/// What became of one message.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Outcome {
    /// The provider took it for sending.
    Sent(Receipt),
    /// The provider refused it: it was not sent.
    Refused(Cause),
    /// Nobody can tell. It is never sent again by this library: look for it at the provider first.
    Unknown(Cause),
    /// It never left, or the provider never saw it.
    NotSent(Cause),
}

impl Outcome {
    /// What a failed call means for each of its messages.
    pub fn of_error(error: impl Into<Error>) -> Self {
        let error = error.into();
        match (error.effect(), error.kind()) {
            (Effect::Unknown, _) => Self::Unknown(Cause::Call(error)),
            (Effect::None, Kind::Api) => Self::Refused(Cause::Call(error)),
            (Effect::None, _) => Self::NotSent(Cause::Call(error)),
        }
    }

    /// The ids of a message that was sent.
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Sent(receipt) => Some(receipt),
            _ => None,
        }
    }

    /// Why it was not sent, or why nobody can tell.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Sent(_) => None,
            Self::Refused(cause) | Self::Unknown(cause) | Self::NotSent(cause) => Some(cause),
        }
    }

    /// Whether it is certain that it was not sent: then it may be sent again, by another provider too.
    pub fn is_certainly_not_sent(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::NotSent(_))
    }
}

/// What the provider calls a message that it took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    id: Option<String>,
    batch: Option<Arc<str>>,
}

impl Receipt {
    /// An id of the message's own, if the answer has one for each message, and that of the request, if it has one.
    pub fn new(id: Option<String>, batch: Option<Arc<str>>) -> Self {
        Self { id, batch }
    }

    /// The message's own id; `None` if the answer does not have one for each message of the request.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What the provider calls the request that the message was sent with.
    pub fn batch_id(&self) -> Option<&str> {
        self.batch.as_deref()
    }
}

/// Why a message was not sent, or why nobody can tell.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Cause {
    /// The call that it was part of failed.
    Call(Error),
    /// The answer's number for this recipient, if it has one; the provider's crate says what the numbers mean.
    Status(Option<String>),
    /// There is no text.
    NoText,
    /// [`Outcomes::stop`](crate::Outcomes::stop) came before it.
    Stopped,
    /// To go on was senseless, because of this.
    EndedEarly(Arc<Cause>),
}

impl Cause {
    /// The error of the call, if that is the cause, of this message or of the end of all.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Call(error) => Some(error),
            Self::EndedEarly(cause) => cause.error(),
            Self::Status(_) | Self::NoText | Self::Stopped => None,
        }
    }

    /// A sentence that may be shown to an end user. It never quotes the provider.
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::Call(error) => return error.describe(language),
            Self::EndedEarly(cause) => return cause.describe(language),
            Self::Status(_) => (
                "The SMS service did not take the message to this number.",
                "سامانهٔ پیامک پیام این شماره را نپذیرفت.",
            ),
            Self::NoText => ("The text of the message is missing.", "متن پیام خالی است."),
            Self::Stopped => ("Sending was stopped before.", "ارسال پیش از آن متوقف شد."),
        };
        Cow::Borrowed(match language {
            Language::Persian => persian,
            _ => english,
        })
    }

    /// The provider's word for a refusal, to compare.
    pub(crate) fn code(&self) -> Option<String> {
        match self {
            Self::Call(error) => error.code(),
            Self::Status(status) => status.clone(),
            Self::NoText | Self::Stopped | Self::EndedEarly(_) => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Status(Some(status)) => write!(f, "the provider gave it the status {status}"),
            Self::Status(None) => f.write_str("the answer says nothing of it"),
            Self::NoText => f.write_str("there is no text"),
            Self::Stopped => f.write_str("it was stopped before"),
            Self::EndedEarly(cause) => write!(f, "ended early: {cause}"),
        }
    }
}
