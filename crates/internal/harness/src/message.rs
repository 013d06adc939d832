//! What the clients have in common that send messages.

use std::any::Any;
use std::fmt::Debug;

use crate::{Arguments, CallFuture, Calls, Texts, debug_texts};

/// A recipient, as both services take it.
pub(crate) const RECIPIENT: &str = "09120000000";

/// A text by which a sandbox's messages are told apart.
pub(crate) fn text(call: &str, arguments: &Arguments) -> String {
    format!("سلام {call}/{}", arguments.marker)
}

/// A client whose calls are made by one function.
pub(crate) struct MessageCalls<C> {
    pub(crate) client: C,
    pub(crate) call: fn(&C, &str, &Arguments) -> CallFuture,
    /// How everything else prints.
    pub(crate) texts: Texts,
}

impl<C: Debug + Any + Send + Sync> Calls for MessageCalls<C> {
    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture {
        (self.call)(&self.client, name, arguments)
    }

    fn texts(&self) -> Texts {
        let mut texts = self.texts.clone();
        texts.extend(debug_texts("the client", &self.client));
        texts
    }
}

#[cfg(feature = "sandbox")]
pub(crate) mod sandbox_side {
    use payvand_sandbox::sms::{MessageState, SentMessage};

    use crate::{Call, Effect};

    /// The effects of messages with such a text: one for each request, whatever its number of messages.
    pub(crate) fn effects(calls: &'static [Call], messages: &[SentMessage]) -> Vec<Effect> {
        let effect = |message: &SentMessage| {
            let (call, marker) = key(calls, message.text())?;
            Some(Effect::new(call, marker, Some(&message.batch().to_string())))
        };
        let mut effects: Vec<_> = messages.iter().filter_map(effect).collect();
        effects.dedup();
        effects
    }

    /// How many parts were paid for, and not given back.
    pub(crate) fn parts(messages: &[SentMessage]) -> u64 {
        let kept = messages.iter().filter(|it| it.state() != MessageState::Cancelled);
        kept.map(SentMessage::segments).sum()
    }

    /// The call and the marker in a text, or in a body that has it.
    pub(crate) fn key<'a>(calls: &'static [Call], body: &'a str) -> Option<(&'static str, &'a str)> {
        let is_marker = |it: char| it.is_ascii_alphanumeric() || it == '-';
        calls.iter().find_map(|call| {
            let start = body.find(&format!(" {}/", call.name))? + call.name.len() + 2;
            let rest = &body[start..];
            let end = rest.find(|it| !is_marker(it)).unwrap_or(rest.len());
            Some((call.name, &rest[..end]))
        })
    }
}
