use sabapayamak_auth::{Client, Credentials, TokenDays, TokenSource};
use serde::Deserialize;

use super::with_token::beside;
use super::{Provider, USER_AGENT};
use crate::contender::Contender;

#[derive(Deserialize)]
struct Envelope {
    status: String,
    data: f64,
}

impl Envelope {
    fn check(&self) {
        assert_eq!(self.status, "200");
        assert!(self.data > 12_500.0);
    }
}

pub(crate) fn tokens(server: &str) -> TokenSource {
    let client = Client::builder()
        .base_url(format!("{server}/sabapayamak"))
        .user_agent(USER_AGENT)
        .build()
        .unwrap();
    let credentials = Credentials::builder()
        .username("user")
        .password("not-a-real-password")
        .virtual_number("3000")
        .build()
        .unwrap();
    client.token_source(credentials, TokenDays::new(15).unwrap())
}

pub(super) async fn provider(server: &str) -> Provider {
    let url = format!("{server}/sabapayamak/api/v1/credit");
    let tokens = tokens(server);
    tokens.authorization().await.unwrap();
    let ours = Contender::new("sabapayamak-auth", move || {
        let call = tokens.authorized().get("api/v1/credit").unwrap();
        async move { call.await.unwrap().json::<Envelope>().unwrap().check() }
    });
    Provider {
        name: "sabapayamak-auth",
        call: "credit, with the token",
        contenders: beside(ours, url, Envelope::check).await,
    }
}
