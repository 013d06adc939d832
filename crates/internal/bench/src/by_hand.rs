//! What a client of ours is compared with: the same request by reqwest.

use std::sync::Arc;

use reqwest::redirect::Policy;
use reqwest::{Client, Request, RequestBuilder};
use serde::de::DeserializeOwned;

use crate::contender::Contender;

/// What all send as their user agent.
pub(crate) const USER_AGENT: &str = "my-program/1.0.0";
const MAX_BODY: usize = 32 * 1024 * 1024;

/// Ours first, then the two by hand: as most would write it, and as somebody who knows reqwest well would.
pub(crate) fn beside<T: DeserializeOwned + 'static>(
    ours: Contender,
    request: impl Fn(&Client) -> RequestBuilder + Clone + Send + 'static,
    check: fn(T),
) -> Vec<Contender> {
    let client = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(USER_AGENT)
        .build()
        .unwrap();
    let built = Arc::new(request(&client).build().unwrap());
    let by_hand = Client::new();
    vec![
        ours,
        Contender::new("reqwest with care", move || {
            let (client, request) = (client.clone(), built.try_clone().unwrap());
            async move { check(with_care(client, request).await) }
        }),
        Contender::new("reqwest by hand", move || {
            let request = request(&by_hand).header("User-Agent", USER_AGENT);
            async move { check(request.send().await.unwrap().json().await.unwrap()) }
        }),
    ]
}

/// The request built once, the body capped, serde into the very fields.
async fn with_care<T: DeserializeOwned>(client: Client, request: Request) -> T {
    let mut response = client.execute(request).await.unwrap();
    assert!(response.status().is_success());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        assert!(body.len() + chunk.len() <= MAX_BODY);
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).unwrap()
}
