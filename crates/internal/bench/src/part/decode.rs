//! Decoding a page of 10,000 links, through the client and a transport that has the answer at hand.

use bytes::Bytes;
use podlink_api::{CallOptions, Client, Transport, TransportError, async_trait, http};

use super::Context;
use crate::answers::{Form, enveloped, links};
use crate::contender::{Contender, amount, rounds};
use crate::provider::podlink::Inner;
use crate::table::{Spread, Table};

const ROUNDS: usize = 40;
pub const LINKS: u64 = 10_000;

struct AtHand(Bytes);

#[async_trait]
impl Transport for AtHand {
    async fn send(
        &self,
        _: http::Request<Bytes>,
        _: &CallOptions,
    ) -> Result<http::Response<Bytes>, TransportError> {
        Ok(http::Response::new(self.0.clone()))
    }
}

/// The forms of an answer, by the names that the table has for them.
pub const FORMS: [(&str, Form); 3] = [
    ("object", Form::Object),
    ("text of JSON", Form::Text),
    ("text of JSON with \\u escapes", Form::EscapedText),
];

/// The service's own JSON.
pub fn inner() -> String {
    links(0, LINKS, LINKS)
}

/// A client that is given this body as the answer to every call.
pub fn client_given(body: String) -> Client {
    Client::builder("not-a-real-token")
        .api_key("not-a-real-key")
        .transport(AtHand(body.into()))
        .build()
        .unwrap()
}

pub(super) fn run(context: &Context) {
    println!("## 3. Decoding a page of 10,000 links\n");
    println!(
        "MB of the service's own JSON a second, whatever is around it: the middle of {} rounds. Peak memory is that \
         of the call, without the body; half of the bound beside it is the inner text, the rest what was decoded.\n",
        context.rounds(ROUNDS)
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let inner = inner();
    let megabytes = amount(inner.len()) / 1e6;
    let mut contenders: Vec<Contender> = FORMS
        .iter()
        .map(|(name, form)| {
            let client = client_given(enveloped(&inner, *form));
            Contender::new(*name, move || {
                let call = client.list_links();
                async move { assert_eq!(call.await.unwrap().links().len() as u64, LINKS) }
            })
        })
        .collect();
    let plain: Bytes = inner.into();
    contenders.push(Contender::new("serde_json, the inner JSON alone", move || {
        let plain = plain.clone();
        async move {
            let inner: Inner = serde_json::from_slice(&plain).unwrap();
            assert_eq!(inner.links().len() as u64, LINKS);
        }
    }));
    let memory = crate::allocations::of_decoding(&context.programs);
    let measured = rounds(&runtime, &contenders, context.rounds(ROUNDS), 1);
    let plain = measured.last().unwrap();
    let mut table = Table::new([
        "podlink-api",
        "MB/s",
        "speed against serde_json",
        "peak MB",
        "bound MB",
    ]);
    for it in &measured {
        let (peak, bound) = match memory.get(&it.name) {
            Some(memory) => (megabytes_of(memory.peak), megabytes_of(memory.bound)),
            None => Default::default(),
        };
        table.row([
            it.name.clone(),
            format!("{:.0}", megabytes / (Spread::of(&it.cpu).median / 1e6)),
            Spread::of_ratios(&plain.cpu, &it.cpu).ratio(),
            peak,
            bound,
        ]);
    }
    table.print();
}

fn megabytes_of(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    let bytes = bytes as f64;
    format!("{:.1}", bytes / 1e6)
}
