use aparat_api::Client;
use serde::Deserialize;

use super::floor::Floor;
use super::reqwest_with_care::Careful;
use super::{Provider, USER_AGENT};
use crate::contender::Contender;

const TOKEN: &str = "not-a-real-token-0123456789abcdef";

#[derive(Deserialize)]
struct Account {
    status: bool,
    message: String,
    balance: i64,
}

impl Account {
    fn check(&self) {
        assert!(self.status && !self.message.is_empty() && self.balance == 100_000);
    }
}

pub(super) async fn provider(base: &str) -> Provider {
    let url = format!("{base}/aparat/api.php");
    let ours = Client::builder(TOKEN)
        .base_url(base)
        .user_agent(USER_AGENT)
        .build()
        .unwrap();
    let by_hand = reqwest::Client::new();
    let request = by_hand.get(&url).query(&[("token", TOKEN)]).build().unwrap();
    let floor = Floor::new(&request).await;
    let careful = Careful::new(request);

    let contenders = vec![
        Contender::new("aparat-api", move || {
            let call = ours.account();
            async move {
                assert_eq!(call.await.unwrap().balance(), Some(100_000));
            }
        }),
        Contender::new("reqwest by hand", move || {
            let request = by_hand
                .get(&url)
                .query(&[("token", TOKEN)])
                .header("User-Agent", USER_AGENT)
                .send();
            async move { request.await.unwrap().json::<Account>().await.unwrap().check() }
        }),
        Contender::new("reqwest with care", move || {
            let careful = careful.clone();
            async move { careful.call::<Account>().await.check() }
        }),
        Contender::new("hyper, no decoding", move || {
            let floor = floor.clone();
            async move { floor.call().await }
        }),
    ];
    Provider {
        name: "aparat-api",
        call: "account",
        contenders,
    }
}
