//! A page of 10,000 links, decoded through the client and by serde.

use bytes::Bytes;
use podlink_api::Client;

use crate::answers::{AtHand, in_object, in_text, links};
use crate::contender::Contender;
use crate::links::Service;

pub const LINKS: usize = 10_000;

pub type Form = fn(&str) -> String;

/// The forms of an answer around the service's own JSON, by their names.
pub const FORMS: [(&str, Form); 2] = [("object", in_object), ("text of JSON", in_text)];

/// serde first, which has the service's own JSON alone.
pub fn contenders() -> Vec<Contender> {
    let service = links(LINKS as u64);
    let plain = Bytes::from(service.clone());
    let by_serde = Contender::new("serde_json, the service's JSON alone", move || {
        let plain = plain.clone();
        async move {
            let service: Service = serde_json::from_slice(&plain).unwrap();
            assert_eq!(service.links().len(), LINKS);
        }
    });
    let by_client = FORMS.map(|(name, form)| {
        let client = client_given(form(&service));
        Contender::new(format!("podlink-api, {name}"), move || {
            let call = client.list_links();
            async move { assert_eq!(call.await.unwrap().links().len(), LINKS) }
        })
    });
    [by_serde].into_iter().chain(by_client).collect()
}

/// A client that is given this body as the answer to every call.
pub fn client_given(body: String) -> Client {
    let builder = Client::builder("not-a-real-token").api_key("not-a-real-key");
    builder.transport(AtHand(body.into())).build().unwrap()
}
