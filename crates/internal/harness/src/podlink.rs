mod example;
mod judge;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_core::Semantics::{Idempotent, NonIdempotent, Safe};
use http_core::Transport;
use podlink_api::{AddedLink, Client, Content, Interval, OrderBy, Service, Visit};
use serde_json::Value;

#[cfg(feature = "transport")]
use crate::FromEnv;
use crate::example::MadeFuture;
use crate::{
    Account, Answered, Arguments, Call, CallFuture, Calls, ClientOptions, Failure, Key, ProviderHarness,
    Success, Texts,
};
use crate::{call, debug_texts, send, with_options};

const TARGET: &str = "https://example.com/m/";
const PAGE: u64 = 10;

#[derive(Debug)]
pub(crate) struct Podlink;

impl ProviderHarness for Podlink {
    fn name(&self) -> &'static str {
        "podlink-api"
    }

    fn calls(&self) -> &'static [Call] {
        const CALLS: [Call; 6] = [
            call("add_link", NonIdempotent, Some(Key::Marker), false),
            call("visit", NonIdempotent, Some(Key::Id), true),
            call("list_links", Safe, None, false),
            call("click_stats", Safe, None, true),
            call("deactivate", Idempotent, None, true),
            call("activate", Idempotent, None, true),
        ];
        &CALLS
    }

    fn more_calls(&self) -> &'static [Call] {
        const CALLS: [Call; 2] = [
            call("add_link_named", NonIdempotent, Some(Key::Marker), false),
            call("stream_links", Safe, None, false),
        ];
        &CALLS
    }

    fn make<'a>(&self, call: &'a str, arguments: &'a Value, transport: Arc<dyn Transport>) -> MadeFuture<'a> {
        Box::pin(example::example(call, arguments, transport))
    }

    #[cfg(feature = "transport")]
    fn client_of_env(&self) -> Option<FromEnv> {
        Some(FromEnv {
            prefix: "POD",
            path: "/srv/sc/nzh/doServiceCall",
            ask: || Box::pin(async { FromEnv::told(async { Client::from_env()?.list_links().await }.await) }),
        })
    }

    fn account(&self) -> Account {
        let secrets = [
            ("the token", "yK5/xR9+aL3=wC7&oJ0%nE4~gH8"),
            ("the API key", "bM6/zS1+cN4=dP8&qF2%rT5~hV9"),
            ("the list's API key", "eQ7/fU2+gW5=hX9&iY3%jZ6~kA1"),
        ];
        Account::new("", &secrets, Some(("the one-time token", "one-time")))
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = Client::builder(account.secret(0))
            .api_key(account.secret(1))
            .api_key_for(Service::ListLinks, account.secret(2));
        let builder = with_options!(builder, options);
        let mut texts = debug_texts("the builder", &builder);
        let client = builder.build().expect("a client");
        let add = client.add_link(Content::link(TARGET)).tags(["a", "b"]);
        texts.extend(debug_texts("client and calls", &(&client, add)));
        Box::new(PodlinkCalls { client, texts })
    }

    fn judge(&self, answered: &Answered<'_>) {
        judge::judge(answered);
    }

    #[cfg(feature = "transport")]
    fn probe(&self) -> Option<crate::Probe> {
        use crate::Input::Secret;
        Some(crate::Probe {
            name: "podlink",
            variables: &[
                ("PAYVAND_POD_TOKEN", Secret(0)),
                ("PAYVAND_POD_API_KEY", Secret(2)),
            ],
            address: "PAYVAND_POD_BASE_URL",
            logs_in: false,
            requests: &["POST /srv/sc/nzh/doServiceCall"],
            calls: || {
                let list = Client::from_env().ok()?.list_links().count(1);
                Some(vec![crate::Asked::of(list)])
            },
        })
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_side(&self) -> &'static dyn crate::SandboxSide {
        &Self
    }
}

struct PodlinkCalls {
    client: Client,
    texts: Texts,
}

impl Calls for PodlinkCalls {
    fn call(&self, name: &str, arguments: &Arguments) -> CallFuture {
        let client = &self.client;
        let hash = arguments.id.as_deref().unwrap_or("seeded");
        match name {
            "add_link" | "add_link_named" => {
                let marker = &arguments.marker;
                let add = client.add_link(Content::link(format!("{TARGET}{marker}")));
                // A hash of the caller's own.
                let add = if name == "add_link" { add } else { add.hash(marker) };
                send!(add.tags(["a", "b"]), arguments, |link: AddedLink| {
                    let id = Some(link.hash().to_owned());
                    Success {
                        id,
                        ..Success::of(link)
                    }
                })
            }
            "visit" => send!(client.visit(hash), arguments, |visit| {
                // A text may be a gateway's page: only who knows where the link leads can tell.
                let is_certain = match &visit {
                    Visit::Redirect(text) | Visit::Content(text) => text.starts_with(TARGET),
                    _ => false,
                };
                Success {
                    is_certain,
                    ..Success::of(visit)
                }
            }),
            "list_links" => {
                let list = client.list_links().count(PAGE).order_by(OrderBy::VisitCount);
                send!(list, arguments, Success::of)
            }
            "click_stats" => {
                let now = arguments.now.unwrap_or_else(SystemTime::now);
                let hour_ago = now - Duration::from_secs(3600);
                let stats = client.click_stats(hash).interval(Interval::Minute).from(hour_ago);
                send!(stats, arguments, Success::of)
            }
            "stream_links" => {
                let list = client.list_links().count(3);
                let list = match arguments.timeout {
                    Some(timeout) => list.timeout(timeout),
                    None => list,
                };
                let mut stream = list.stream();
                Box::pin(async move {
                    let mut links = Vec::new();
                    while let Some(link) = stream.next().await {
                        links.push(link.map_err(|error| Failure::of(&error))?);
                    }
                    Ok(Success::of(links))
                })
            }
            "deactivate" => send!(client.deactivate(hash), arguments, Success::of),
            "activate" => send!(client.activate(hash), arguments, Success::of),
            other => unreachable!("no call is named {other}"),
        }
    }

    fn texts(&self) -> Texts {
        self.texts.clone()
    }
}

#[cfg(feature = "sandbox")]
mod sandbox_side {
    use payvand_sandbox::podlink::PodlinkShape;
    use payvand_sandbox::{RecordedRequest, Sandbox};
    use url::form_urlencoded;

    use super::{Account, Podlink, TARGET};
    use crate::{Effect, SandboxSide, Seen, Shape};

    const LIST: u64 = 46412;

    impl SandboxSide for Podlink {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            let podlink = sandbox.podlink();
            podlink.add_account(account.secret(0), account.secret(1));
            podlink.set_api_key(account.secret(0), LIST, account.secret(2));
            podlink.seed_links(account.secret(0), 3);
        }

        fn shapes(&self) -> Vec<Shape> {
            let new = PodlinkShape::new;
            let named = |name, shape: PodlinkShape| -> Shape {
                (
                    name,
                    Box::new(move |it: &Sandbox| it.podlink().set_shape(shape.clone())),
                )
            };
            vec![
                named("plain", new()),
                named("objects", new().object_result().escaped().visit_in_envelope()),
                named("direct", new().direct_result().pascal_case()),
                named("with gaps", new().without_total().flags_as_numbers().null_tags()),
            ]
        }

        fn effects(&self, sandbox: &Sandbox) -> Vec<Effect> {
            let mut effects = Vec::new();
            for link in sandbox.podlink().links() {
                if let Some(marker) = link.content().strip_prefix(TARGET) {
                    let is_named = link.hash() == marker;
                    let call = if is_named { "add_link_named" } else { "add_link" };
                    effects.push(Effect::new(call, marker, Some(link.hash())));
                }
                let visit = |_| Effect::new("visit", link.hash(), None);
                effects.extend(link.clicks().iter().map(visit));
            }
            effects
        }

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            if request.path() != "/srv/sc/nzh/doServiceCall" {
                return None;
            }
            let form: Vec<_> = form_urlencoded::parse(request.body()).into_owned().collect();
            let value = |name| {
                form.iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value.as_str())
            };
            let content = value("urlOrContent");
            Some(match value("scProductId") {
                Some("46410") => Seen::new("add_link", content.and_then(|it| it.strip_prefix(TARGET))),
                Some("46411") => Seen::new("visit", value("hash")),
                Some("46412") => Seen::new("list_links", None),
                Some("46413") => Seen::new("activate", None),
                _ => Seen::new("click_stats", None),
            })
        }
    }
}
