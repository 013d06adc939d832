//! Any call of any provider, and what holds of every outcome.

use http_core::bytes::Bytes;
use http_core::http::{Response, StatusCode};
use http_core::{Effect, Kind, RetryPolicy, Semantics};
use payvand_harness::{Account, Arguments, Call, ClientOptions, PROVIDERS, ProviderHarness};
use payvand_harness::{Failure, Outcome, Success};

use crate::exchange::{Wire, read, run};
use crate::secrets::Parts;

/// An excerpt is this long, and a mark that it was cut.
const EXCERPT: usize = 201;

/// These make more requests than one, or the one that another call makes too.
const LEFT_OUT: [&str; 2] = ["authorization", "stream_links"];

pub(crate) struct Provider {
    harness: &'static dyn ProviderHarness,
    calls: Vec<&'static Call>,
    account: Account,
    /// The secrets that an answer may echo.
    secrets: Vec<String>,
    /// Of the secrets that the client was given.
    pub(crate) own: Parts,
    /// And of the token that the provider gives out.
    pub(crate) parts: Parts,
}

/// A call that was made, and answered.
pub(crate) struct Answered {
    pub(crate) call: &'static Call,
    pub(crate) response: Response<Bytes>,
    pub(crate) outcome: Outcome,
    pub(crate) requests: usize,
}

impl Provider {
    /// `ending` comes after each secret of the account; the provider gives out `token`.
    pub(crate) fn new(name: &str, ending: &str, token: Option<&str>) -> Self {
        let harness = PROVIDERS.into_iter().find(|it| it.name() == name).unwrap();
        let mut calls: Vec<_> = harness.calls().iter().collect();
        calls.retain(|call| !LEFT_OUT.contains(&call.name));
        let mut account = harness.account();
        let mut secrets = Vec::new();
        for secret in &mut account.secrets {
            secret.value.push_str(ending);
            secrets.push(secret.value.clone());
        }
        let own = Parts::of(&secrets);
        secrets.extend(token.map(str::to_owned));
        Self {
            harness,
            calls,
            account,
            own,
            parts: Parts::of(&secrets),
            secrets,
        }
    }

    /// Makes the call of an input; one with a token gets it from this login.
    pub(crate) fn play(&self, data: &[u8], login: &str) -> Answered {
        let names: Vec<_> = self.calls.iter().map(|call| call.name).collect();
        let (name, response) = read(data, &names, &self.secrets);
        self.call(name, login, response)
    }

    /// Makes a call that is answered so.
    pub(crate) fn call(&self, name: &str, login: &str, response: Response<Bytes>) -> Answered {
        let call = self.calls.iter().find(|call| call.name == name).unwrap();
        let has_token = !login.is_empty() && name != "authenticate";
        let first = has_token.then(|| Response::new(login.to_owned().into()));
        let wire = Wire::new(first, response.clone());
        // A client of its own: what one input says is no concern of the next.
        let mut options = ClientOptions::new("https://provider.example");
        options.retry = RetryPolicy::never();
        options.transport = Some(wire.clone());
        let calls = self.harness.client(&self.account, &options);
        let answered = Answered {
            call,
            response,
            outcome: run(calls.call(name, &Arguments::default())),
            requests: wire.requests(),
        };
        assert!(has_token || answered.requests == 1, "no call is sent twice");
        if let Ok(Success { id: Some(id), .. }) = &answered.outcome {
            assert!(!id.trim().is_empty());
        }
        answered
    }
}

impl Answered {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Whether the failure says that a call that changes something has changed nothing.
    pub(crate) fn had_no_effect(&self, failure: &Failure) -> bool {
        failure.effect == Effect::None && self.call.semantics != Semantics::Safe
    }

    /// What holds of every failure.
    pub(crate) fn judge(&self, failure: &Failure, secrets: &Parts) {
        for (_, text) in &failure.texts {
            secrets.assert_not_in(text);
        }
        for language in ["English", "Persian"] {
            assert!(!text(failure, language).is_empty());
        }
        let excerpt = failure.excerpt.as_deref().unwrap_or_default();
        assert!(excerpt.chars().count() <= EXCERPT);
        assert!(failure.attempts >= 1, "it was sent");
        let status = self.status();
        assert_eq!(failure.http_status, Some(status));
        assert!(failure.effect == Effect::None || self.call.semantics != Semantics::Safe);

        let no_effect = self.had_no_effect(failure);
        assert!(!no_effect || !status.is_redirection(), "a redirect is no refusal");
        if failure.kind != Kind::Api {
            assert!(
                matches!(failure.kind, Kind::Status | Kind::Decode),
                "an answer came"
            );
            assert_eq!(failure.code, None);
            // Nothing but the provider's own refusal says that nothing was done, or one of the token in front of it.
            assert!(!no_effect || status == StatusCode::UNAUTHORIZED);
        }
    }
}

impl Drop for Answered {
    /// Whoever reads of a broken promise wants to see who broke it.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{:#?}: {:#?}", self.call, self.outcome);
        }
    }
}

/// What is called so of all that a failure prints.
pub(crate) fn text<'a>(failure: &'a Failure, name: &str) -> &'a str {
    let found = failure.texts.iter().find(|(it, _)| it == name);
    found.map_or("", |(_, text)| text)
}

/// All that an answer prints.
pub(crate) fn shown(success: &Success) -> String {
    success.texts().into_iter().map(|(_, text)| text + "\n").collect()
}
