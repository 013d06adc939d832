//! The clients under test: those of the harness, and what their users can do beside it.

mod links;
pub(crate) mod orders;

use std::pin::Pin;
use std::sync::Arc;

use http_core::{Effect, Kind, Transport};
use payvand_harness::{Account, Arguments, Call, Calls, ClientOptions, Outcome, PROVIDERS, ProviderHarness};

use crate::conditions::Conditions;
use crate::subject::Subject;
use crate::subjects::links::Links;
use crate::subjects::orders::{Journal, Orders};

/// What the caller was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) what: What,
    pub(crate) kind: Option<Kind>,
    pub(crate) attempts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Done {
        id: Option<String>,
    },
    NoEffect,
    Unknown,
    /// Nothing: the call was dropped, or its runtime ended.
    Dropped,
}

pub(crate) type Work = Pin<Box<dyn Future<Output = Told> + Send>>;

pub(crate) trait Client: Send + Sync {
    fn call(&self, name: &'static str, arguments: &Arguments) -> Work;

    /// What the client's observer and budget say, where it has them.
    fn journal(&self) -> Option<Journal> {
        None
    }
}

impl Subject {
    pub(crate) fn harness(self) -> &'static dyn ProviderHarness {
        PROVIDERS[self as usize]
    }

    pub(crate) fn has_tokens(self) -> bool {
        matches!(self, Self::Sabapayamak | Self::Smsafzar)
    }

    pub(crate) fn calls(self) -> impl Iterator<Item = &'static Call> {
        let own: &[Call] = if self == Self::Podlink { &links::CALLS } else { &[] };
        self.harness().calls().iter().chain(own)
    }

    pub(crate) fn client(
        self,
        account: &Account,
        conditions: &Conditions,
        transport: Arc<dyn Transport>,
    ) -> Arc<dyn Client> {
        let options = ClientOptions {
            retry: conditions.retry,
            timeout: Some(conditions.timeout),
            is_limited: conditions.most_a_second.is_some(),
            transport: Some(transport),
            ..ClientOptions::new("http://127.0.0.1")
        };
        match self {
            Self::Aparat => Arc::new(Orders::new(account, conditions, &options)),
            Self::Podlink => Arc::new(Links::new(
                self.harness().client(account, &options),
                account,
                &options,
            )),
            _ => {
                let source = self.harness().client(account, &options);
                let user_agent = Some(DIRECT.to_owned());
                let options = ClientOptions {
                    user_agent,
                    ..options
                };
                let direct = self.harness().client(account, &options);
                Arc::new(Tokens { source, direct })
            }
        }
    }
}

/// The user agent of logins that no token source knows of: they have a client of their own.
pub(crate) const DIRECT: &str = "direct";

struct Tokens {
    source: Box<dyn Calls>,
    direct: Box<dyn Calls>,
}

impl Client for Tokens {
    fn call(&self, name: &'static str, arguments: &Arguments) -> Work {
        let client = if name == "authenticate" {
            &self.direct
        } else {
            &self.source
        };
        let call = client.call(name, arguments);
        Box::pin(async move { told(call.await) })
    }
}

fn told(outcome: Outcome) -> Told {
    match outcome {
        Ok(success) if success.is_certain => Told::done(success.id),
        Ok(_) => Told {
            what: What::Unknown,
            ..Told::done(None)
        },
        Err(failure) => Told::failed(failure.kind, failure.effect, failure.attempts),
    }
}

impl Told {
    fn done(id: Option<String>) -> Self {
        Self {
            what: What::Done { id },
            kind: None,
            attempts: 0,
        }
    }

    fn failed(kind: Kind, effect: Effect, attempts: u32) -> Self {
        let what = match effect {
            Effect::None => What::NoEffect,
            Effect::Unknown => What::Unknown,
        };
        Self {
            what,
            kind: Some(kind),
            attempts,
        }
    }

    pub(crate) fn dropped() -> Self {
        Self {
            what: What::Dropped,
            ..Self::done(None)
        }
    }
}
