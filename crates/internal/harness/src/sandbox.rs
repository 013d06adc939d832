//! The sandbox's side of a provider: its accounts there, and what it saw of calls.

use std::time::Duration;

use payvand_sandbox::smsafzar::TokenKind;
use payvand_sandbox::{Fault, RecordedRequest, Sandbox};

use crate::Account;

/// A way in which the provider answers, within what its document leaves open. It prints, and sets itself.
pub type Shape = (&'static str, Box<dyn Fn(&Sandbox) + Send>);

/// Something that a call did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub call: &'static str,
    /// The marker or id that the call carried.
    pub key: String,
    /// What the sandbox calls the thing.
    pub id: Option<String>,
}

/// A request, as the provider understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The call that it is for. Calls that look alike have the name of the first.
    pub call: &'static str,
    /// The marker or id that it carries.
    pub key: Option<String>,
}

impl Effect {
    pub(crate) fn new(call: &'static str, key: &str, id: Option<&str>) -> Self {
        let (key, id) = (key.to_owned(), id.map(str::to_owned));
        Self { call, key, id }
    }
}

impl Seen {
    pub(crate) fn new(call: &'static str, key: Option<&str>) -> Self {
        let key = key.map(str::to_owned);
        Self { call, key }
    }
}

/// What a sandbox can do and tell for a provider.
pub trait SandboxSide: Sync {
    /// Opens an account, with plenty of money and without a limit of requests.
    fn open(&self, sandbox: &Sandbox, account: &Account);

    /// The shapes worth playing. The first says most.
    fn shapes(&self) -> Vec<Shape>;

    /// All that was done, whoever called, from the sandbox's own record.
    fn effects(&self, sandbox: &Sandbox) -> Vec<Effect>;

    /// What the account has spent, and what all that it bought costs; `None` where nothing has a price.
    fn spent(&self, _: &Sandbox, _: &Account) -> Option<(u64, u64)> {
        None
    }

    /// What a request asks for, if it is for this provider.
    fn seen(&self, request: &RecordedRequest) -> Option<Seen>;

    /// An answer that refuses the token, and has the id of something done beside that.
    fn refused_token_beside_an_id(&self) -> Option<Fault> {
        None
    }

    /// Which tokens are given out from now on.
    fn set_token_kind(&self, _: &Sandbox, _: TokenKind) {}

    /// How long tokens live from now on, where that can be set.
    fn set_token_life(&self, _: &Sandbox, _: Duration) {}

    /// Makes all tokens worthless.
    fn revoke_tokens(&self, _: &Sandbox) {}
}
