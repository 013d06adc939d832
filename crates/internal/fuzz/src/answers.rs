//! An answer to any call of any client.

use std::sync::LazyLock;

use http_core::RetryPolicy;
use http_core::bytes::Bytes;
use http_core::http::Response;
use payvand_harness::secret_parts::Parts;
use payvand_harness::{
    Account, Answered, Arguments, Call, ClientOptions, PROVIDERS, ProviderHarness, Success,
};

use crate::exchange::{Input, Wire, chosen, run};

/// These make more requests than one, or the one that another call makes too.
const LEFT_OUT: [&str; 2] = ["authorization", "stream_links"];

static CLIENTS: LazyLock<Vec<Client>> = LazyLock::new(|| PROVIDERS.into_iter().map(Client::new).collect());

pub(crate) struct Client {
    harness: &'static dyn ProviderHarness,
    calls: Vec<&'static Call>,
    account: Account,
    /// The secrets that an answer may echo.
    secrets: Vec<String>,
    own: Parts,
    all: Parts,
}

/// The client of an input makes its call, which is answered so.
pub(crate) fn answers(data: &[u8]) {
    let input = Input::parse(data);
    let client = chosen(&CLIENTS, |it| it.harness.name(), input.client);
    let call = chosen(&client.calls, |it| it.name, input.call);
    client
        .harness
        .judge(&client.call(call, input.response(&client.secrets)));
}

/// The client of this name, and its call of that name.
pub(crate) fn named(client: &str, call: &str) -> (&'static Client, &'static Call) {
    let client = CLIENTS.iter().find(|it| it.harness.name() == client).unwrap();
    (client, client.calls.iter().find(|it| it.name == call).unwrap())
}

impl Client {
    fn new(harness: &'static dyn ProviderHarness) -> Self {
        let calls = harness.calls().iter();
        let account = harness.account();
        let mut secrets: Vec<_> = account.secrets.iter().map(|it| it.value.clone()).collect();
        let own = Parts::of(&secrets);
        let token = account.issued.filter(|(_, token)| harness.login(token).is_some());
        secrets.extend(token.map(|(_, token)| token.to_owned()));
        Self {
            harness,
            calls: calls.filter(|it| !LEFT_OUT.contains(&it.name)).collect(),
            account,
            own,
            all: Parts::of(&secrets),
            secrets,
        }
    }

    /// Makes a call that is answered so; one with a token gets it from a login.
    pub(crate) fn call(&self, call: &'static Call, response: Response<Bytes>) -> Answered<'_> {
        let token = self.account.issued.filter(|_| call.name != "authenticate");
        let login = token.and_then(|(_, token)| self.harness.login(token));
        let has_token = login.is_some();
        let wire = Wire::new(login.map(|it| Response::new(it.into())), response.clone());
        // A client of its own: what one input says is no concern of the next.
        let mut options = ClientOptions::new("https://provider.example");
        options.retry = RetryPolicy::never();
        options.transport = Some(wire.clone());
        let calls = self.harness.client(&self.account, &options);
        let arguments = Arguments {
            marker: "fuzz".to_owned(),
            ..Arguments::default()
        };
        let answered = Answered {
            call,
            response,
            outcome: run(calls.call(call.name, &arguments)),
            requests: wire.requests(),
            own: &self.own,
            all: &self.all,
        };
        assert!(has_token || answered.requests == 1, "no call is sent twice");
        if let Ok(Success { id: Some(id), .. }) = &answered.outcome {
            assert!(!id.trim().is_empty());
        }
        answered
    }
}
