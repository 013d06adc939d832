//! What the probe asks of a provider, for account holders: only calls that read.

use std::fmt::Debug;

use http_core::bytes::Bytes;
use http_core::http::{HeaderValue, Request, Response};
use http_core::{Call, Code, Error};

#[derive(Debug)]
pub struct Probe {
    /// What the program calls the provider.
    pub name: &'static str,
    /// What the client reads of the environment, and what of an account each variable holds.
    pub variables: &'static [(&'static str, Input)],
    /// The variable that names another address.
    pub address: &'static str,
    /// Whether the first call is a login, whose token the others need.
    pub logs_in: bool,
    /// What a whole run sends.
    pub requests: &'static [&'static str],
    /// The calls; `None` if a variable is missing, or cannot be right.
    pub calls: fn() -> Option<Vec<Asked>>,
}

/// A part of an account.
#[derive(Debug, Clone, Copy)]
pub enum Input {
    User,
    /// The secret of this index.
    Secret(usize),
    /// The same for all.
    Text(&'static str),
}

/// A call that can be made by any HTTP library.
#[allow(missing_debug_implementations, reason = "its request has secrets")]
pub struct Asked {
    pub name: &'static str,
    pub request: Option<Request<Bytes>>,
    read: Box<Read>,
}

type Read = dyn Fn(&Response<Bytes>) -> (String, Option<HeaderValue>);

impl Asked {
    pub(crate) fn of<K: Call + 'static>(call: K) -> Self {
        Self::new(call, |_| None)
    }

    pub(crate) fn login<K: Call + 'static>(call: K, token: fn(&K::Output) -> HeaderValue) -> Self {
        Self::new(call, move |session| Some(token(session)))
    }

    fn new<K: Call + 'static>(call: K, token: impl Fn(&K::Output) -> Option<HeaderValue> + 'static) -> Self {
        Self {
            name: call.operation().name,
            request: call.request().ok(),
            read: Box::new(move |response| match call.read(response) {
                Ok(answer) => ("a success".to_owned(), token(&answer)),
                Err(error) => (named(&error), None),
            }),
        }
    }

    /// What the client reads a response as, without what it holds, and the token that is in it.
    pub fn read(&self, response: &Response<Bytes>) -> (String, Option<HeaderValue>) {
        (self.read)(response)
    }
}

/// The kind and the code of an error, without what they carry.
fn named<C: Code>(error: &Error<C>) -> String {
    let kind = variant(&error.kind());
    let code = error.code().map(|code| format!(", code {}", variant(code)));
    format!("{kind}{}", code.unwrap_or_default())
}

/// The name of the variant, which `Debug` begins with.
fn variant(value: &dyn Debug) -> String {
    let text = format!("{value:?}");
    let name = text.split(|letter: char| !letter.is_ascii_alphabetic());
    name.take(1).collect()
}
