use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

#[cfg(feature = "blocking")]
use futures_util::stream;
use http_core::{Effect, Language};
use payvand_persian::{Mobile, NumberError};

#[cfg(feature = "blocking")]
use crate::bulk::outcomes::{BULK, NoCode};
use crate::message::Message;
#[cfg(feature = "blocking")]
use crate::outcome::Cause;
use crate::outcome::{Outcome, Receipt};
use crate::sender::Sender;

/// Sends a message by the first provider that takes it.
///
/// The next provider is tried only where it is certain that the one before sent nothing: it refused, or was not reached.
/// **In doubt it stops** with [`FailoverError::InDoubt`], because the next provider's message could be a second one. Put
/// the provider first that you trust most; cheap to clone.
#[derive(Clone)]
pub struct Failover {
    senders: Arc<[Arc<dyn Sender>]>,
}

impl Failover {
    /// Tries these in their order.
    pub fn new<const N: usize>(senders: [Arc<dyn Sender>; N]) -> Self {
        senders.into_iter().collect()
    }

    /// A message: by the template of a sender that has one, with the values that are [`set`](FailoverCall::set), as this
    /// text by the others.
    pub fn template_or_text(&self, text: impl Into<String>) -> FailoverCall {
        FailoverCall {
            failover: self.clone(),
            message: Message::new(text),
            to: Err(NumberError::Empty),
        }
    }
}

impl FromIterator<Arc<dyn Sender>> for Failover {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Sender>>>(senders: I) -> Self {
        Self {
            senders: senders.into_iter().collect(),
        }
    }
}

impl fmt::Debug for Failover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let providers = self.senders.iter().map(|it| it.provider());
        f.debug_list().entries(providers).finish()
    }
}

/// Sends a message by the first provider that takes it; made by [`Failover::template_or_text`]. It needs a number:
/// [`to`](Self::to).
///
/// Each provider has the time that its client gives to a call. If this is dropped once it has begun to send, nobody can
/// tell any more whether the message was sent: put it on a task of its own.
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct FailoverCall {
    failover: Failover,
    message: Message,
    to: Result<Mobile, NumberError>,
}

/// The future of a [`FailoverCall`]: it owns all it needs, so it can be spawned.
type FailoverFuture = Pin<Box<dyn Future<Output = Result<Taken, FailoverError>> + Send>>;

impl FailoverCall {
    /// A value for the template, in place of one of the same name that was set before.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.message = self.message.set(name, value);
        self
    }

    /// The number, as a [`Mobile`] or as people type it. One that cannot be right is an error of the call.
    pub fn to<M: TryInto<Mobile, Error: Into<NumberError>>>(mut self, number: M) -> Self {
        self.to = number.try_into().map_err(Into::into);
        self
    }

    /// Sends it; the same as `.await`.
    pub fn send(self) -> FailoverFuture {
        Box::pin(self.run())
    }

    /// Sends it, and waits for that without async code; inside a runtime it blocks one of the runtime's threads.
    ///
    /// # Errors
    /// As with `.await`.
    #[cfg(feature = "blocking")]
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<Taken, FailoverError> {
        let not_sent = |error: http_core::ErrorBuilder<NoCode>| {
            let outcome = Outcome::NotSent(Cause::Call(error.before_sending(&BULK).into()));
            let tried = vec![Tried {
                provider: "none",
                outcome,
            }];
            FailoverError::NotSent { tried }
        };
        let sent = Box::pin(stream::once(self.send()));
        let mut sent = http_core::BlockingIter::new(sent).map_err(not_sent)?;
        sent.next()
            .unwrap_or_else(|| Err(FailoverError::NotSent { tried: Vec::new() }))
    }

    async fn run(self) -> Result<Taken, FailoverError> {
        let to = self.to.map_err(FailoverError::Number)?;
        let mut tried = Vec::new();
        for (position, sender) in self.failover.senders.iter().enumerate() {
            let provider = sender.provider();
            let outcome = sender.send(&self.message, to).await;
            let is_certain = outcome.is_certainly_not_sent();
            match outcome {
                Outcome::Sent(receipt) => {
                    return Ok(Taken {
                        provider,
                        position,
                        receipt,
                        before: tried,
                    });
                }
                outcome => tried.push(Tried { provider, outcome }),
            }
            if !is_certain {
                return Err(FailoverError::InDoubt { tried });
            }
        }
        Err(FailoverError::NotSent { tried })
    }
}

impl IntoFuture for FailoverCall {
    type Output = Result<Taken, FailoverError>;
    type IntoFuture = FailoverFuture;

    fn into_future(self) -> FailoverFuture {
        self.send()
    }
}

impl fmt::Debug for FailoverCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailoverCall")
            .field("failover", &self.failover)
            .finish_non_exhaustive()
    }
}

/// Which provider took a message.
#[derive(Debug, Clone)]
pub struct Taken {
    provider: &'static str,
    position: usize,
    receipt: Receipt,
    before: Vec<Tried>,
}

impl Taken {
    /// Its name, such as `smsafzar`.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Its place among the senders: the first is 0.
    pub fn position(&self) -> usize {
        self.position
    }

    /// What it calls the message.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// Those before it, none of which sent anything, and why.
    pub fn before(&self) -> &[Tried] {
        &self.before
    }
}

/// A provider that did not take a message, or of which nobody can tell.
#[derive(Debug, Clone)]
pub struct Tried {
    provider: &'static str,
    outcome: Outcome,
}

impl Tried {
    /// Its name.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// What became of the message there.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }
}

/// Why no provider is known to have taken a message.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FailoverError {
    /// The number cannot be right: nothing was sent.
    Number(NumberError),
    /// Nothing was sent: every provider refused it or was not reached.
    #[non_exhaustive]
    NotSent {
        /// All of them in their order.
        tried: Vec<Tried>,
    },
    /// The last one that was tried may have sent it, so no other was tried. Look there before you send it again.
    #[non_exhaustive]
    InDoubt {
        /// Those that were tried, in their order.
        tried: Vec<Tried>,
    },
}

impl FailoverError {
    /// Whether the message may have been sent.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Number(_) | Self::NotSent { .. } => Effect::None,
            Self::InDoubt { .. } => Effect::Unknown,
        }
    }

    /// The providers that were tried, in their order.
    pub fn tried(&self) -> &[Tried] {
        match self {
            Self::Number(_) => &[],
            Self::NotSent { tried } | Self::InDoubt { tried } => tried,
        }
    }

    /// A sentence that may be shown to an end user.
    pub fn describe(&self, language: Language) -> Cow<'static, str> {
        let (english, persian) = match self {
            Self::Number(_) => ("The mobile number is not valid.", "شمارهٔ همراه معتبر نیست."),
            Self::NotSent { .. } => (
                "The message was not sent. Please try again a little later.",
                "پیام فرستاده نشد. کمی بعد دوباره امتحان کنید.",
            ),
            Self::InDoubt { .. } => (
                "The message may have been sent: wait for it before you ask for another one.",
                "شاید پیام فرستاده شده باشد؛ پیش از درخواست دوباره، منتظر رسیدن آن بمانید.",
            ),
        };
        Cow::Borrowed(match language {
            Language::Persian => persian,
            _ => english,
        })
    }
}

impl fmt::Display for FailoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(error) => return write!(f, "not sent: the number: {error}"),
            Self::NotSent { .. } => f.write_str("not sent")?,
            Self::InDoubt { .. } => f.write_str("it may have been sent")?,
        }
        for Tried { provider, outcome } in self.tried() {
            if let Some(cause) = outcome.cause() {
                write!(f, "; {provider}: {cause}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for FailoverError {}
