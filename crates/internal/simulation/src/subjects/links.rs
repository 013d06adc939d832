//! Links with a hash of the caller's own, and lists that are read to their end.

use http_core::Semantics::{NonIdempotent, Safe};
use payvand_harness::{Account, Arguments, Call, Calls, ClientOptions, Key};
use podlink_api::{Client as Pod, Content, Service};

use crate::subjects::orders::make;
use crate::subjects::{Client, Told, Work, told};

pub(super) static CALLS: [Call; 2] = [
    Call {
        name: NAMED,
        semantics: NonIdempotent,
        key: Some(Key::Marker),
        uses_id: false,
    },
    Call {
        name: "stream",
        semantics: Safe,
        key: None,
        uses_id: false,
    },
];

/// The sandbox shows no difference between it and a link with a hash of the provider's.
pub(crate) const NAMED: &str = "add_link with a hash";

const TARGET: &str = "https://example.com/m/";

pub(super) struct Links {
    calls: Box<dyn Calls>,
    client: Pod,
}

impl Links {
    pub(super) fn new(calls: Box<dyn Calls>, account: &Account, options: &ClientOptions) -> Self {
        let secret = |index: usize| account.secrets[index].value.as_str();
        let mut builder = Pod::builder(secret(0))
            .api_key(secret(1))
            .api_key_for(Service::ListLinks, secret(2))
            .base_url(options.base_url.as_str())
            .retry(options.retry);
        if let Some(timeout) = options.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(transport) = options.transport.clone() {
            builder = builder.transport(transport);
        }
        let client = builder.build().expect("a client");
        Self { calls, client }
    }
}

impl Client for Links {
    fn call(&self, name: &'static str, arguments: &Arguments) -> Work {
        match name {
            NAMED => {
                let content = Content::link(format!("{TARGET}{}", arguments.marker));
                let add = self.client.add_link(content).hash(arguments.marker.as_str());
                make!(add, arguments, |link: podlink_api::AddedLink| Some(
                    link.hash().to_owned()
                ))
            }
            "stream" => {
                let mut list = self.client.list_links().count(3);
                if let Some(timeout) = arguments.timeout {
                    list = list.timeout(timeout);
                }
                let mut links = list.stream();
                Box::pin(async move {
                    let mut outcome = Told::done(None);
                    while let Some(link) = links.next().await {
                        if let Err(error) = link {
                            outcome = Told::failed(error.kind(), error.effect(), error.attempts());
                        }
                    }
                    outcome
                })
            }
            _ => {
                let call = self.calls.call(name, arguments);
                Box::pin(async move { told(call.await) })
            }
        }
    }
}
