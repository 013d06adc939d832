//! What a client of ours is compared with: the same request by reqwest.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Request, RequestBuilder};
use serde::de::DeserializeOwned;

use crate::contender::Contender;

/// What all send as their user agent.
pub(crate) const USER_AGENT: &str = "my-program/1.0.0";
/// As many connections as there are calls in flight at most: of fewer, some would be closed after each call.
pub(crate) const MAX_IDLE: usize = 1000;
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Ours first, then by hand: with the bounds that ours keeps, without a deadline but with the request built once, and as most
/// would write it.
pub(crate) fn beside<T: DeserializeOwned + 'static>(
    ours: Contender,
    request: impl Fn(&Client) -> RequestBuilder + Clone + Send + 'static,
    check: fn(T),
) -> Vec<Contender> {
    let client = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .pool_max_idle_per_host(MAX_IDLE)
        .user_agent(USER_AGENT)
        .build()
        .unwrap();
    let built = Arc::new(request(&client).build().unwrap());
    let by_hand = Client::new();
    vec![
        ours,
        {
            let (client, request) = (client.clone(), request.clone());
            Contender::new("reqwest, same bounds", move || {
                let request = request(&client).timeout(Duration::from_secs(30)).build();
                let client = client.clone();
                async move { check(with_care(client, request.unwrap()).await) }
            })
        },
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

/// The status checked, the body capped, serde into the very fields.
pub(crate) async fn with_care<T: DeserializeOwned>(client: Client, request: Request) -> T {
    let mut response = client.execute(request).await.unwrap();
    assert!(response.status().is_success());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        assert!(body.len() + chunk.len() <= MAX_BODY);
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).unwrap()
}
