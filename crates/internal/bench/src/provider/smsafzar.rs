use serde::Deserialize;
use smsafzar_auth::{Client, Credentials, RateLimit};

use super::with_token::beside;
use super::{Provider, USER_AGENT};
use crate::contender::Contender;

#[derive(Deserialize)]
struct Balance {
    amount: i64,
}

impl Balance {
    fn check(&self) {
        assert_eq!(self.amount, 70);
    }
}

/// Without its limit of five calls a second, which would be all that is measured.
pub(crate) fn client(server: &str) -> Client {
    Client::builder()
        .base_url(format!("{server}/smsafzar"))
        .user_agent(USER_AGENT)
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials::builder()
        .username("user")
        .password("not-a-real-password")
        .domain("sms.smsafzar")
        .build()
        .unwrap()
}

pub(super) async fn provider(server: &str) -> Provider {
    let url = format!("{server}/smsafzar/account/balance");
    let tokens = client(server).token_source(credentials());
    tokens.authorization().await.unwrap();
    let ours = Contender::new("smsafzar-auth", move || {
        let call = tokens.authorized().get("account/balance").unwrap();
        async move { call.await.unwrap().json::<Balance>().unwrap().check() }
    });
    Provider {
        name: "smsafzar-auth",
        call: "balance, with the token, its rate limit off",
        contenders: beside(ours, url, Balance::check).await,
    }
}
