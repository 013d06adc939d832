//! What the clients have in common whose calls are made with a token.

use http_core::Semantics::{Idempotent, NonIdempotent, Safe};
use http_core::{Answer, AuthorizedCall, Code, Login, TokenSource};
use serde_json::{Value, json};

use crate::{Arguments, Call, CallFuture, Calls, Failure, Key, Success, Texts, call, debug_texts};

pub(crate) const CALLS: [Call; 6] = [
    call("authorization", Idempotent, None, false),
    call("send", NonIdempotent, Some(Key::Marker), false),
    // Its caller says that it may arrive twice.
    call("send_idempotent", Idempotent, Some(Key::Marker), false),
    call("get", Idempotent, None, false),
    call("balance", Safe, None, false),
    call("authenticate", Idempotent, None, false),
];

/// A client and its token source.
pub(crate) struct TokenCalls<L: Login> {
    pub(crate) tokens: TokenSource<L>,
    /// Where messages are sent, and where the balance is.
    pub(crate) paths: [&'static str; 2],
    pub(crate) authenticate: Box<Authenticate>,
    /// How everything else prints.
    pub(crate) texts: Texts,
}

/// A login that the token source knows nothing of.
pub(crate) type Authenticate = dyn Fn(&Arguments) -> CallFuture + Send + Sync;

impl<L: Login> TokenCalls<L> {
    fn send(&self, arguments: &Arguments, is_idempotent: bool) -> AuthorizedCall<L> {
        let marker = &arguments.marker;
        let message = json!({
            "Text": format!("سلام {marker}"), "Numbers": ["09120000000"],
            "senderNumber": "10001234", "recipientNumber": "09120000000", "content": format!("سلام {marker}"),
            "marker": marker, "idempotent": is_idempotent,
        });
        let call = self.tokens.authorized().post(self.paths[0]);
        call.idempotent(is_idempotent).json(&message)
    }
}

impl<L: Login> Calls for TokenCalls<L> {
    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture {
        let authorized = self.tokens.authorized();
        let marker = [("marker", arguments.marker.as_str())];
        let call = match name {
            "authenticate" => return (self.authenticate)(arguments),
            "authorization" => {
                let tokens = self.tokens.clone();
                return Box::pin(async move {
                    let header = tokens.authorization().await;
                    let header = header.map_err(|error| Failure::of(&error))?;
                    Ok(Success::printed(header, |it| debug_texts("the header", it)))
                });
            }
            "send" => self.send(arguments, false),
            "send_idempotent" => self.send(arguments, true),
            "get" => authorized.get(self.paths[1]).query(marker),
            "balance" => authorized.get(self.paths[1]).read_only().query(marker),
            other => unreachable!("no call is named {other}"),
        };
        let is_message = name.starts_with("send");
        let timeout = arguments.timeout;
        Box::pin(async move {
            let made = async {
                let mut call = call;
                if let Some(timeout) = timeout {
                    call = call.timeout(timeout);
                }
                call.send().await
            };
            let answer = made.await.map_err(|error| Failure::of(&error))?;
            Ok(read(answer, is_message))
        })
    }

    fn texts(&self) -> Texts {
        let mut texts = self.texts.clone();
        texts.extend(debug_texts("the token source", &self.tokens));
        let call = self.send(&Arguments::default(), false);
        texts.extend(debug_texts("an authorised call", &call));
        texts
    }
}

/// The library has no type for these answers: whether one says that the message was taken is for its caller to see.
fn read<C: Code>(answer: Answer<C>, is_message: bool) -> Success {
    let json: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let id = match json.get("data") {
        Some(data) => data.get("Id").or_else(|| data.get("id")),
        None => json.get("batchId"),
    };
    let id = id.filter(|id| is_message && id.is_u64()).map(Value::to_string);
    let is_certain = id.is_some() || !is_message;
    Success {
        id,
        is_certain,
        ..Success::printed(answer, print)
    }
}

fn print<C: Code>(answer: &Answer<C>) -> Texts {
    let mut texts = debug_texts("the answer", answer);
    // Of the wrong type.
    if let Err(error) = answer.json::<[u8; 7]>() {
        texts.extend(Failure::of(&error).texts);
    }
    texts
}

#[cfg(feature = "sandbox")]
pub(crate) mod sandbox_side {
    use payvand_sandbox::RecordedRequest;
    use serde_json::Value;

    use crate::{Effect, Seen};

    /// The effects of messages with these bodies, of those that [`TokenCalls`](super::TokenCalls) send.
    pub(crate) fn effects<'a>(bodies: impl Iterator<Item = &'a Value>) -> Vec<Effect> {
        let effect = |body: &Value| Some(Effect::new(name(body), body["marker"].as_str()?, None));
        bodies.filter_map(effect).collect()
    }

    fn name(message: &Value) -> &'static str {
        if message["idempotent"] == true {
            "send_idempotent"
        } else {
            "send"
        }
    }

    /// What a request of [`TokenCalls`](super::TokenCalls) asks for at a provider with these paths.
    pub(crate) fn seen(request: &RecordedRequest, login: &str, [send, balance]: [&str; 2]) -> Option<Seen> {
        let path = request.path().trim_start_matches('/');
        let message: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        match path {
            _ if path == login => Some(Seen::new("authenticate", None)),
            _ if path == balance => Some(Seen::new("balance", request.query_value("marker"))),
            _ if path == send => Some(Seen::new(name(&message), Some(message["marker"].as_str()?))),
            _ => None,
        }
    }
}
