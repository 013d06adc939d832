use std::sync::Arc;

use reqwest::redirect::Policy;
use reqwest::{Client, Request};
use serde::de::DeserializeOwned;

const MAX_BODY: usize = 32 * 1024 * 1024;

/// reqwest by somebody who knows it: the request built once, the body capped, serde into the very fields.
#[derive(Clone)]
pub(super) struct Careful {
    client: Client,
    request: Arc<Request>,
}

impl Careful {
    pub(super) fn new(request: Request) -> Self {
        Self {
            client: Client::builder()
                .redirect(Policy::none())
                .referer(false)
                .no_proxy()
                .user_agent(super::USER_AGENT)
                .build()
                .unwrap(),
            request: Arc::new(request),
        }
    }

    pub(super) async fn call<T: DeserializeOwned>(&self) -> T {
        let request = self.request.try_clone().unwrap();
        let mut response = self.client.execute(request).await.unwrap();
        assert!(response.status().is_success());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.unwrap() {
            assert!(body.len() + chunk.len() <= MAX_BODY);
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).unwrap()
    }
}
